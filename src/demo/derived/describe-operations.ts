import * as sdk from '@aws-sdk/client-ec2'
import { type Member, readShape, type Structure } from './schema-shapes.ts'

/** A Describe operation whose answer holds one list of structures. */
export interface DescribeOperation {
  /** `DescribeIpamPools`. */
  readonly operation: string
  /** One of its items in a word, as the operation's name has it: `IpamPool`. */
  readonly noun: string
  readonly input: readonly Member[]
  /** The list in the answer. */
  readonly list: Member
  /** The element of each of its items: `item`. */
  readonly entryElement: string
  readonly item: Structure
}

/** Every such operation that the SDK has a schema for. */
export function listDescribeOperations(): readonly DescribeOperation[] {
  return Object.entries(schemas).flatMap(([name, schema]) => {
    if (!/^Describe\w+\$$/.test(name) || !Array.isArray(schema) || schema[0] !== 9) return []
    return readOperation(name.slice(0, -1), schema) ?? []
  })
}

/** The values that the SDK names for a member, as `TransitGatewayState` for a TransitGateway's State. */
export function enumOf(structure: string, member: string): readonly string[] | null {
  // A single word means another thing in every structure.
  const names = /[a-z][A-Z]/.test(member) ? [structure + member, member] : [structure + member]
  for (const name of names.flatMap((each) => [each, `${each}Code`])) {
    const values = enums.get(name)
    if (values) return values
  }
  return null
}

/** `Policies` → `Policy`, `Addresses` → `Address`, `Analyses` → `Analysis`, `Pools` → `Pool`. */
export function singularOf(plural: string): string {
  if (plural.endsWith('ies')) return `${plural.slice(0, -3)}y`
  if (plural.endsWith('lyses')) return `${plural.slice(0, -2)}is`
  return plural.replace(/(?<=ss|us)es$|(?<!s|atu)s$/, '')
}

/** `IpamPool` → `ipam-pool`. */
export function kebabOf(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()
}

const schemas: Readonly<Record<string, unknown>> = sdk

/** The SDK's lists of values by their names: every item of every answer asks for some. */
const enums: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(schemas).flatMap(([name, found]) => {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return []
    const values = Object.values(found)
    const isEnum = values.length > 0 && values.every((value) => typeof value === 'string')
    return isEnum ? [[name, values] as const] : []
  }),
)

function readOperation(operation: string, schema: readonly unknown[]): DescribeOperation | null {
  const [input, output] = [readShape(schema[4]), readShape(schema[5])]
  if (input.type !== 'structure' || output.type !== 'structure') return null
  const lists = output.members.flatMap((member) => {
    const shape = member.readShape()
    return shape.type === 'list'
      ? [{ list: member, entryElement: shape.element, item: shape.readEntry() }]
      : []
  })
  const [only, second] = lists
  if (!only || second || only.item.type !== 'structure') return null
  const noun = singularOf(operation.slice('Describe'.length))
  const { list, entryElement, item } = only
  return { operation, noun, input: input.members, list, entryElement, item }
}
