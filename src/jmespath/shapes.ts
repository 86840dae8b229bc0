import { isExact } from '../exact-number.ts'
import type { Json } from '../model.ts'

/** What is certain of a value, if it is not null. */
export type Shape =
  | Any
  | { readonly type: 'scalar'; readonly of: 'text' | 'number' | 'boolean' }
  | ListShape
  | ObjectShape
  /** One of several. */
  | { readonly type: 'either'; readonly of: readonly Shape[] }

interface Any {
  readonly type: 'any'
}

export interface ListShape {
  readonly type: 'list'
  readonly of: Shape
  /** The shapes of its places, if the expression itself names them: `[a, b]`. */
  readonly places?: readonly Shape[]
  /** Whether the expression made it, element by element: `x[*]`. */
  readonly projected?: boolean
  /** Of the filter that made it inside one group: there is such a list for each of them. */
  readonly inGroup?: number
}

/** An object. `findMember` gives null if no member has that name. */
export interface ObjectShape {
  readonly type: 'object'
  readonly listNames: () => readonly string[]
  readonly findMember: (name: string) => Shape | null
  /** What an expression runs over, or the group that nested resources come in. */
  readonly role?: 'document' | 'group'
}

export const any: Any = { type: 'any' }

export function scalarOf(of: 'text' | 'number' | 'boolean'): Shape {
  return { type: 'scalar', of }
}

export function listOf(of: Shape): ListShape {
  return { type: 'list', of }
}

/** An object with these members and no others. */
export function objectOf(members: ReadonlyMap<string, Shape>, role?: ObjectShape['role']): ObjectShape {
  const names = () => [...members.keys()]
  const member = (name: string) => members.get(name) ?? null
  return { type: 'object', listNames: names, findMember: member, ...(role ? { role } : {}) }
}

/** One of these shapes. */
export function eitherOf(shapes: readonly Shape[]): Shape {
  const all = [...new Set(shapes.flatMap((shape) => (shape.type === 'either' ? shape.of : [shape])))]
  const [first = any] = all
  return all.length > 1 ? { type: 'either', of: all } : first
}

/** The shape of a value that is known. */
export function shapeOfValue(value: Json): Shape {
  if (value === null) return any
  if (isExact(value)) return scalarOf('number')
  if (Array.isArray(value)) return listOf(any)
  if (typeof value === 'object')
    return objectOf(new Map(Object.entries(value).map(([name, each]) => [name, shapeOfValue(each)])))
  return scalarOf(typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean')
}

export function elementOf(shape: Shape): Shape {
  if (shape.type === 'either') return eitherOf(shape.of.map(elementOf))
  return shape.type === 'list' ? shape.of : any
}

/** The shape of `[]` behind a value. */
export function flattenShape(shape: Shape): Shape {
  if (shape.type !== 'list') return listOf(elementOf(shape))
  const { of } = shape
  if (of.type === 'list') return listOf(of.of)
  // Elements that may or may not be lists.
  return of.type === 'either' ? listOf(any) : listOf(of)
}
