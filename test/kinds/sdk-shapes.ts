import * as ec2 from '@aws-sdk/client-ec2'
import type { Kind } from '../../src/model.ts'

/** What the members of a shape hold: `text`, `number`, `boolean`, `time`, another shape, or a list of one as `[Tag]`. */
type Members = Record<string, string>

/** The shapes that the answers of the kinds' operations are made of, as the SDK's own schemas give them. */
export function sdkShapes(kinds: readonly Kind[]): Record<string, Members> {
  const shapes: Record<string, Members> = {}
  for (const { operation, list } of kinds) {
    const answer = (ec2 as unknown as Record<string, Structure>)[`${operation}Result$`]
    if (!answer) throw new Error(`the SDK has no schema of ${operation}`)
    const [, , , , names, schemas] = answer
    shapes[operation] = { [list]: typeOf(schemas[names.indexOf(list)], shapes) }
  }
  return shapes
}

/** As @smithy/core writes its static schemas: 3 is a structure, 1 a list; either may come with traits around it. */
type Structure = readonly [
  kind: number,
  namespace: string,
  name: string,
  traits: unknown,
  members: readonly string[],
  schemas: readonly unknown[],
]

const simple: Readonly<Record<number, string>> = { 0: 'text', 1: 'number', 2: 'boolean', 4: 'time' }
const listModifier = 64

function typeOf(schema: unknown, shapes: Record<string, Members>): string {
  if (typeof schema === 'function') return typeOf(schema(), shapes)
  if (typeof schema === 'number') {
    const name = simple[schema]
    if (name) return name
    if (schema & listModifier) return `[${typeOf(schema & ~listModifier, shapes)}]`
  }
  if (!Array.isArray(schema)) throw new Error(`no known schema: ${String(schema)}`)
  if (typeof schema[1] !== 'string') return typeOf(schema[0], shapes)
  if (schema[0] === 1) return `[${typeOf(schema[4], shapes)}]`
  if (schema[0] === 0) return typeOf(schema[4], shapes)
  const [kind, , name, , members, schemas] = schema as unknown as Structure
  if (kind !== 3) throw new Error(`no known schema: ${String(schema)}`)
  if (!shapes[name]) {
    const made: Members = {}
    shapes[name] = made
    for (const [index, member] of members.entries()) made[member] = typeOf(schemas[index], shapes)
  }
  return name
}
