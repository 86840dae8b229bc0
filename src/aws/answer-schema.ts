import { hash } from 'node:crypto'
import { makeShape, type Shape } from './answer-shape.ts'

/** How the value of a member is read: the SDK's schema of it, made once into what the reader needs. */
export type Plan = ScalarPlan | StructurePlan | ListPlan

export interface ScalarPlan {
  readonly type: 'text' | 'number' | 'boolean' | 'time' | 'blob'
  /** Its text may stand in no message. */
  readonly isSensitive: boolean
}

export interface ListPlan {
  readonly type: 'list'
  /** The tag of its items: `item`. */
  readonly tag: string
  /** The tag as it opens and closes without attributes. */
  readonly open: string
  readonly close: string
  readonly item: Plan
}

/** Lists of one length: what stands at a place in one of them is of the same member in all. */
export interface StructurePlan {
  readonly type: 'structure'
  readonly names: string[]
  readonly opens: string[]
  readonly closes: string[]
  readonly plans: Plan[]
  /** The place of the member that a tag stands for. */
  readonly places: Map<string, number>
  /** The place that came last after each place, one further on: EC2 sends members in nearly the same order each time. */
  readonly followers: number[]
  /** How the structure is made of its values. */
  readonly shape: Shape
}

/**
 * The plan of an operation's answer, from the schema that client-ec2 exports (`DescribeInstances$`). A text says what
 * is not known about a form of schema: then only the SDK can read the answer.
 */
export function planAnswer(operationOutput: unknown): StructurePlan | string {
  const found = known.get(operationOutput as object)
  if (found !== undefined) return found
  const plan = makeAnswerPlan(operationOutput)
  known.set(operationOutput as object, plan)
  return plan
}

const known = new WeakMap<object, StructurePlan | string>()

/** A hash of all that a plan says. */
export function fingerprintOf(plan: StructurePlan): string {
  const found = fingerprints.get(plan) ?? makeFingerprint(plan)
  fingerprints.set(plan, found)
  return found
}

const fingerprints = new WeakMap<StructurePlan, string>()

function makeFingerprint(plan: StructurePlan): string {
  const numbers = new Map<Plan, number>()
  const describe = (each: Plan): unknown => {
    const number = numbers.get(each)
    if (number !== undefined) return number
    numbers.set(each, numbers.size)
    if (each.type === 'list') return [each.tag, describe(each.item)]
    if (each.type !== 'structure') return [each.type, each.isSensitive]
    return each.names.map((name, place) => [name, each.opens[place], describe(each.plans[place] as Plan)])
  }
  return hash('sha256', JSON.stringify(describe(plan)), 'base64url')
}

function makeAnswerPlan(schema: unknown): StructurePlan | string {
  try {
    const plan = planOf(schema, false, { open: new Map(), hidden: new Map() })
    return plan.type === 'structure' ? plan : 'the answer is not a structure'
  } catch (error) {
    if (error instanceof UnknownForm) return error.message
    throw error
  }
}

class UnknownForm extends Error {}

/** The numbers that @smithy/core gives to simple types (schema/schemas/sentinels). */
const simpleTypes: Readonly<Record<number, ScalarPlan['type']>> = {
  0: 'text',
  1: 'number',
  2: 'boolean',
  4: 'time',
  5: 'time',
  21: 'blob',
}

/** Bit 3 of the traits that stand as a number; those that stand as an object have names. */
const sensitiveTrait = 8

type Traits = number | Readonly<Record<string, unknown>>
/** Those that are hidden as a whole are not the same as inside another member. */
type Structures = Readonly<Record<'open' | 'hidden', Map<object, StructurePlan>>>

/** A schema holds itself: a structure is found again among those that are being made. */
function planOf(reference: unknown, isSensitive: boolean, made: Structures): Plan {
  const schema = follow(reference)
  if (typeof schema === 'number') return planScalar(schema, isSensitive)
  if (!Array.isArray(schema)) throw new UnknownForm(`a schema that is ${String(schema)}`)
  const [form, , name, traits] = schema as unknown as readonly [number, string, string, Traits]
  if (!isPlainTraits(traits)) throw new UnknownForm(`the traits of ${name}`)
  const hidden = isSensitive || hasSensitive(traits)
  if (form === 0) return planScalar(follow(schema[4]), hidden)
  if (form === 1) return planList(schema, hidden, made)
  if (form === 3) return planStructure(schema, hidden, made)
  throw new UnknownForm(`a schema of form ${form}, ${name}`)
}

function planScalar(type: unknown, isSensitive: boolean): ScalarPlan {
  const found = typeof type === 'number' ? simpleTypes[type] : undefined
  if (found === undefined) throw new UnknownForm(`a simple type ${String(type)}`)
  return { type: found, isSensitive }
}

function planList(schema: readonly unknown[], isSensitive: boolean, made: Structures): ListPlan {
  const { target, tag } = memberOf(schema[4], 'member')
  const item = planOf(target, isSensitive || isHidden(schema[4]), made)
  if (item.type === 'list') throw new UnknownForm(`a list of lists, ${String(schema[2])}`)
  return { type: 'list', tag, open: `<${tag}>`, close: `</${tag}>`, item }
}

function planStructure(schema: readonly unknown[], isSensitive: boolean, made: Structures): StructurePlan {
  const alike = isSensitive ? made.hidden : made.open
  const found = alike.get(schema)
  if (found) return found
  const names = schema[4] as readonly string[]
  const members = schema[5] as readonly unknown[]
  const plan: StructurePlan = {
    type: 'structure',
    names: [],
    opens: [],
    closes: [],
    plans: [],
    places: new Map(),
    followers: [],
    shape: makeShape(),
  }
  alike.set(schema, plan)
  for (const [place, name] of names.entries()) {
    const { target, tag } = memberOf(members[place], name)
    if (plan.places.has(tag)) throw new UnknownForm(`two members under <${tag}> in ${String(schema[2])}`)
    plan.names.push(name)
    plan.opens.push(`<${tag}>`)
    plan.closes.push(`</${tag}>`)
    plan.places.set(tag, place)
    plan.plans.push(planOf(target, isSensitive || isHidden(members[place]), made))
    plan.followers.push(place)
  }
  plan.followers.push(-1)
  return plan
}

/** A member stands as its schema, or as a pair of its schema and its traits. */
function memberOf(member: unknown, name: string): { readonly target: unknown; readonly tag: string } {
  if (!isPair(member)) return { target: member, tag: name }
  const [target, traits] = member
  if (!isPlainTraits(traits)) throw new UnknownForm(`the traits of ${name}`)
  const tag = typeof traits === 'object' ? traits.xmlName : undefined
  return { target, tag: typeof tag === 'string' ? tag : name }
}

function isHidden(member: unknown): boolean {
  return isPair(member) && hasSensitive(member[1])
}

function isPair(member: unknown): member is readonly [unknown, Traits] {
  return Array.isArray(member) && member.length === 2
}

function hasSensitive(traits: Traits): boolean {
  return typeof traits === 'object' ? Boolean(traits.sensitive) : (traits & sensitiveTrait) !== 0
}

/** Whether no trait changes how a value is written in XML. */
function isPlainTraits(traits: Traits): boolean {
  if (typeof traits === 'number') return (traits & ~(sensitiveTrait | idempotencyTraits)) === 0
  return Object.keys(traits).every((name) => ['xmlName', 'ec2QueryName', 'sensitive'].includes(name))
}

/** `idempotent` and `idempotencyToken`, which say nothing about an answer. */
const idempotencyTraits = 2 | 4

function follow(reference: unknown): unknown {
  return typeof reference === 'function' ? (reference as () => unknown)() : reference
}
