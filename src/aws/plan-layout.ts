import { headerLength, jsonbTypes, putHeader } from '../jsonb-elements.ts'
import type { ListPlan, Plan, ScalarPlan, StructurePlan } from './answer-schema.ts'

/** The plan of an answer as .tools/answer-reader reads it: `values.ts` and `tags.ts` there say what stands where. */
export interface PlanLayout {
  /** From `planBegin` on. */
  readonly bytes: Buffer
  /** Where the plan of a value stands, and a tag. */
  readonly plans: ReadonlyMap<Plan, number>
  readonly tags: ReadonlyMap<string, number>
  /** Those that are not laid out, by their numbers. */
  readonly scalars: readonly ScalarPlan[]
}

/** Behind the notes of the reader. */
export const planBegin = 0x40000

/** The root of an answer may have any name: only its end is ever looked for. */
export function layOutTag(name: string, place: number): Buffer {
  const open = Buffer.from(`<${name}`, 'latin1')
  const close = Buffer.from(`</${name}>`, 'latin1')
  const openRoom = aligned(open.length)
  const bytes = Buffer.alloc(aligned(16 + openRoom + close.length))
  bytes.writeUInt32LE(open.length, 0)
  bytes.writeUInt32LE(place + 16 + openRoom, 4)
  bytes.writeUInt32LE(close.length, 8)
  bytes.set(open, 16)
  bytes.set(close, 16 + openRoom)
  return bytes
}

export function layOutPlan(root: StructurePlan): PlanLayout {
  const making = { pieces: [], plans: new Map(), tags: new Map(), scalars: [], end: planBegin }
  add(making, root)
  const bytes = Buffer.alloc(making.end - planBegin)
  for (const { place, bytes: piece } of making.pieces as Making['pieces']) bytes.set(piece, place - planBegin)
  return { bytes, plans: making.plans, tags: making.tags, scalars: making.scalars }
}

interface Making {
  readonly pieces: { readonly place: number; readonly bytes: Uint8Array }[]
  readonly plans: Map<Plan, number>
  readonly tags: Map<string, number>
  readonly scalars: ScalarPlan[]
  end: number
}

const typeNumbers: Readonly<Record<Plan['type'], number>> = {
  text: 0,
  number: 1,
  boolean: 2,
  time: 3,
  blob: 4,
  list: 5,
  structure: 6,
}

const memberSize = 32
/** Of an empty value nothing is known yet: most are as long as two bytes say. */
const firstHeader = 2

/** A schema holds itself: a plan is found again among those that are being laid out. */
function add(making: Making, plan: Plan): number {
  const found = making.plans.get(plan)
  if (found !== undefined) return found
  const place = take(making, 20)
  making.plans.set(plan, place)
  const numbers = numbersOf(making, plan)
  put(making, place, bytesOf([typeNumbers[plan.type], firstHeader, ...numbers]))
  return place
}

function numbersOf(making: Making, plan: Plan): readonly number[] {
  if (plan.type === 'list') return [addTag(making, plan.tag), add(making, (plan as ListPlan).item)]
  if (plan.type === 'structure') return addMembers(making, plan)
  return [making.scalars.push(plan) - 1]
}

function addMembers(making: Making, { names, opens, plans }: StructurePlan): readonly number[] {
  const members = take(making, memberSize * names.length)
  const followers = take(making, 8 * names.length + 8)
  const numbers = names.flatMap((name, place) => {
    const key = keyOf(name)
    const keyPlace = take(making, key.length)
    put(making, keyPlace, key)
    const tag = addTag(making, (opens[place] as string).slice(1, -1))
    return [tag, keyPlace, key.length, add(making, plans[place] as Plan), 0, 0, 0, 0]
  })
  put(making, members, bytesOf(numbers))
  put(making, followers, bytesOf(Array<number>(2 * names.length + 2).fill(-1)))
  return [names.length, members, followers]
}

function addTag(making: Making, name: string): number {
  const found = making.tags.get(name)
  if (found !== undefined) return found
  const bytes = layOutTag(name, making.end)
  const place = take(making, bytes.length)
  making.tags.set(name, place)
  put(making, place, bytes)
  return place
}

/** Sixteen bytes are read at once: behind each piece stands as much. */
function take(making: Making, size: number): number {
  const place = making.end
  making.end += aligned(size) + 16
  return place
}

function put(making: Making, place: number, bytes: Uint8Array): void {
  making.pieces.push({ place, bytes })
}

function bytesOf(numbers: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(numbers).buffer)
}

/** The name of a member, which is letters and digits, as an element of JSONB. */
function keyOf(name: string): Buffer {
  const length = headerLength(name.length)
  const bytes = Buffer.alloc(length + name.length)
  putHeader(bytes, 0, jsonbTypes.text, name.length, length)
  bytes.write(name, length, 'latin1')
  return bytes
}

function aligned(size: number): number {
  return (size + 15) & ~15
}
