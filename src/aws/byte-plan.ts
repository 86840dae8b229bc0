import { headerLength, jsonbTypes, putHeader } from '../jsonb-elements.ts'
import type { Plan, ScalarPlan, StructurePlan } from './answer-schema.ts'
import { makePaddedWords, makeWords, type PaddedWords, type Words } from './words.ts'

/** A plan of an answer's value for the reader that looks at bytes. */
export type BytePlan = ScalarBytes | StructureBytes | ListBytes

export interface ScalarBytes {
  readonly type: ScalarPlan['type']
  readonly plan: ScalarPlan
}

export interface ListBytes {
  readonly type: 'list'
  readonly tag: Tag
  item: BytePlan
  /** How many bytes the header of the last one took in JSONB: most are as long. */
  header: number
}

/** A tag as it opens and closes, and as it closes itself, without attributes. */
export interface Tag {
  readonly name: string
  readonly open: Words
  readonly close: Words
  readonly empty: Words
}

export interface StructureBytes {
  readonly type: 'structure'
  readonly plan: StructurePlan
  readonly tags: readonly Tag[]
  /** Names as elements of JSONB. */
  readonly keys: readonly PaddedWords[]
  readonly members: BytePlan[]
  /** Two places that came after each place, and first of all; -1 for one that is not known yet. Most members come always or never. */
  readonly followers: Int16Array
  /** How many bytes the header of the last one took in JSONB: most are as long. */
  header: number
}

export function makeTag(name: string): Tag {
  return {
    name,
    open: makeWords(`<${name}>`),
    close: makeWords(`</${name}>`),
    empty: makeWords(`<${name}/>`),
  }
}

/** The plan of an answer for the reader of bytes. */
export function planBytes(plan: StructurePlan): StructureBytes {
  const found = known.get(plan) ?? (make(plan, new Map()) as StructureBytes)
  known.set(plan, found)
  return found
}

const known = new WeakMap<StructurePlan, StructureBytes>()

/** A schema holds itself: a plan is found again among those that are being made. */
function make(plan: Plan, made: Map<Plan, BytePlan>): BytePlan {
  const found = made.get(plan)
  if (found) return found
  if (plan.type === 'list') {
    const list = { type: plan.type, tag: makeTag(plan.tag), item: null as unknown as BytePlan, header: 2 }
    made.set(plan, list)
    list.item = make(plan.item, made)
    return list
  }
  if (plan.type !== 'structure') return { type: plan.type, plan }
  const structure: StructureBytes = {
    type: plan.type,
    plan,
    tags: plan.opens.map((open) => makeTag(open.slice(1, -1))),
    keys: plan.names.map(keyOf),
    members: [],
    followers: new Int16Array(2 * plan.names.length + 2).fill(-1),
    header: 2,
  }
  made.set(plan, structure)
  for (const member of plan.plans) structure.members.push(make(member, made))
  return structure
}

/** The names of the schema's members are letters and digits. */
function keyOf(name: string): PaddedWords {
  const length = headerLength(name.length)
  const bytes = Buffer.alloc(length + name.length)
  putHeader(bytes, 0, jsonbTypes.text, name.length, length)
  bytes.write(name, length, 'latin1')
  return makePaddedWords(bytes)
}
