import * as ec2 from '@aws-sdk/client-ec2'

/**
 * What the SDK's own schemas say of every Describe operation of EC2, packed as src/kinds/schema.ts reads it: its answer
 * and the shapes that it is made of, and its input.
 */
export function sdkTables(): {
  readonly shapes: Record<string, string>
  readonly operations: Record<string, string>
} {
  const shapes: Record<string, string> = {}
  const operations: Record<string, string> = {}
  for (const { operation, input, answer } of describeSchemas()) {
    shapes[operation] = membersOf(answer, shapes)
    const [, , , , names, , required = 0] = input
    const marked = names.map((name, index) => (index < required ? `${name}!` : name))
    operations[operation] = marked.filter((name) => !ofNoUse.includes(name)).join(' ')
  }
  return { shapes, operations }
}

/** The schemas of every Describe operation, by name. */
export function describeSchemas(): readonly {
  readonly operation: string
  readonly input: Structure
  readonly answer: Structure
}[] {
  return Object.entries(ec2 as unknown as Record<string, unknown>)
    .filter(([name, schema]) => /^Describe\w+\$$/.test(name) && Array.isArray(schema) && schema[0] === 9)
    .map(([name, schema]) => {
      const [, , , , input, answer] = schema as readonly unknown[]
      return {
        operation: name.slice(0, -1),
        input: unwrap(input).schema as Structure,
        answer: unwrap(answer).schema as Structure,
      }
    })
}

/** As @smithy/core writes its static schemas: 3 is a structure; the first `required` members must be given. */
export type Structure = readonly [
  kind: number,
  namespace: string,
  name: string,
  traits: unknown,
  members: readonly string[],
  schemas: readonly unknown[],
  required?: number,
]

/** A schema without the functions and the traits around it, and whether one of these marks it sensitive. */
export function unwrap(given: unknown): { readonly schema: unknown; readonly sensitive: boolean } {
  let schema = given
  let sensitive = false
  for (;;) {
    if (typeof schema === 'function') schema = schema()
    if (!Array.isArray(schema)) return { schema, sensitive }
    // A schema with a member's traits around it, or one that has a name.
    if (typeof schema[1] !== 'string') {
      sensitive ||= isSensitive(schema[1])
      schema = schema[0]
      continue
    }
    sensitive ||= isSensitive(schema[3])
    if (schema[0] !== 0) return { schema, sensitive }
    schema = schema[4]
  }
}

/** Traits are one number with a bit for each (@smithy/core, translateTraits), or an object. */
function isSensitive(traits: unknown): boolean {
  if (typeof traits === 'number') return (traits & 8) !== 0
  return typeof traits === 'object' && traits !== null && 'sensitive' in traits
}

/** Of a list: the schema of its items; null for anything else. */
export function itemOf(schema: unknown): unknown {
  if (typeof schema === 'number' && schema & listModifier) return schema & ~listModifier
  return Array.isArray(schema) && schema[0] === 1 ? schema[4] : null
}

/** Members of inputs that say how to ask, not what a call needs. */
const ofNoUse = ['DryRun', 'Filters', 'Filter']

/** Times are 4; bytes are 21, and are printed as base64. */
const simple: Readonly<Record<number, string>> = { 0: 't', 1: 'n', 2: 'b', 4: 'd', 21: 't' }
const listModifier = 64

function membersOf([, , , , names, schemas]: Structure, shapes: Record<string, string>): string {
  return names
    .map((name, index) => {
      const { type, sensitive } = typeOf(schemas[index], shapes)
      return `${name}${sensitive ? '!' : ''}${type === 't' ? '' : `:${type}`}`
    })
    .join(' ')
}

function typeOf(given: unknown, shapes: Record<string, string>): { type: string; sensitive: boolean } {
  const { schema, sensitive } = unwrap(given)
  const item = itemOf(schema)
  if (item !== null) {
    const inner = typeOf(item, shapes)
    return { type: `[${inner.type}]`, sensitive: sensitive || inner.sensitive }
  }
  const known = typeof schema === 'number' ? simple[schema] : undefined
  if (known) return { type: known, sensitive }
  if (!Array.isArray(schema) || schema[0] !== 3) throw new Error(`no known schema: ${String(schema)}`)
  const structure = schema as unknown as Structure
  const [, , name] = structure
  if (shapes[name] === undefined) {
    shapes[name] = ''
    shapes[name] = membersOf(structure, shapes)
  }
  return { type: name, sensitive }
}
