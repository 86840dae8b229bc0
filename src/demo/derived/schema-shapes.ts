/** What a value is, read from the SDK's schema of it. Shapes may hold themselves: what is inside is read when asked. */
export type Shape = SimpleShape | ListShape | Structure

export interface SimpleShape {
  readonly type: 'text' | 'number' | 'boolean' | 'time' | 'bytes'
  /** Whether AWS marks it as a secret. */
  readonly sensitive: boolean
}

export interface ListShape {
  readonly type: 'list'
  /** The element of each entry in XML: nearly always `item`. */
  readonly element: string
  readonly readEntry: () => Shape
}

export interface Structure {
  readonly type: 'structure'
  /** `IpamPool`. */
  readonly name: string
  readonly members: readonly Member[]
}

export interface Member {
  /** As the SDK calls it: `IpamPoolIds`. */
  readonly name: string
  /** In an answer's XML: `ipamPoolSet`. */
  readonly element: string
  /** In a request: `IpamPoolId`, for `IpamPoolId.1` … */
  readonly parameter: string
  readonly required: boolean
  readonly readShape: () => Shape
}

/**
 * Reads a schema of the SDK. As @smithy/core writes them a schema is a number for a simple type, a function that gives
 * the schema, a pair of a schema and the traits of its place, or an array that starts with its class: 0 for a simple
 * type with traits of its own, 1 for a list, 3 for a structure. The bit of 64 makes a list of a simple type's number.
 */
export function readShape(schema: unknown): Shape {
  const { schema: bare } = readPlace(schema)
  if (typeof bare === 'number' && bare & 64) {
    return { type: 'list', element: 'member', readEntry: () => readShape(bare & ~64) }
  }
  if (typeof bare === 'number') return { type: simpleType(bare), sensitive: false }
  if (!Array.isArray(bare)) throw unknownSchemaError(bare)
  const known = shapes.get(bare)
  if (known) return known
  const shape = readArray(bare)
  shapes.set(bare, shape)
  return shape
}

/** Every item of every answer asks for the same ones. */
const shapes = new WeakMap<readonly unknown[], Shape>()

function readArray(bare: readonly unknown[]): Shape {
  const [type, , name, traits] = bare
  if (type === 0) return { type: simpleType(bare[4]), sensitive: isSensitive(traits) }
  if (type === 1) {
    const { traits: ofEntry } = readPlace(bare[4])
    return { type: 'list', element: ofEntry.xmlName ?? 'member', readEntry: shapeReader(bare[4]) }
  }
  if (type !== 3) throw unknownSchemaError(bare)
  return { type: 'structure', name: String(name), members: readMembers(bare) }
}

interface Traits {
  readonly xmlName?: string
  readonly ec2QueryName?: string
}

/** The schema without its place, and the traits that it has there. */
function readPlace(place: unknown): { readonly schema: unknown; readonly traits: Traits } {
  const schema: unknown = typeof place === 'function' ? place() : place
  if (!Array.isArray(schema) || schema.length !== 2) return { schema, traits: {} }
  const inner = readPlace(schema[0])
  const own = typeof schema[1] === 'object' ? (schema[1] as Traits) : {}
  return { schema: inner.schema, traits: { ...inner.traits, ...own } }
}

function readMembers(structure: readonly unknown[]): readonly Member[] {
  const [, , , , names, schemas, requiredCount] = structure as readonly [
    ...first: [unknown, unknown, unknown, unknown],
    names: readonly string[],
    schemas: readonly unknown[],
    requiredCount?: number,
  ]
  return names.map((name, index) => {
    const { traits } = readPlace(schemas[index])
    const written = traits.xmlName ?? name
    return {
      name,
      element: written,
      parameter: traits.ec2QueryName ?? `${written.charAt(0).toUpperCase()}${written.slice(1)}`,
      required: index < (requiredCount ?? 0),
      readShape: shapeReader(schemas[index]),
    }
  })
}

/** Reads a schema when it is first asked for. */
function shapeReader(schema: unknown): () => Shape {
  let shape: Shape | null = null
  return () => {
    shape ??= readShape(schema)
    return shape
  }
}

/** The simple types that EC2's answers have. */
function simpleType(schema: unknown): SimpleShape['type'] {
  if (schema === 0) return 'text'
  if (schema === 1) return 'number'
  if (schema === 2) return 'boolean'
  if (schema === 4) return 'time'
  if (schema === 21) return 'bytes'
  throw unknownSchemaError(schema)
}

/** The fourth bit is the trait `sensitive`. */
function isSensitive(traits: unknown): boolean {
  return typeof traits === 'number' && (traits & 8) !== 0
}

function unknownSchemaError(schema: unknown): Error {
  return new Error(`a schema of the SDK that is not understood: ${JSON.stringify(schema)}`)
}
