import type { Call } from './ast.ts'
import { any, eitherOf, elementOf, listOf, objectOf, type Shape, scalarOf } from './shapes.ts'

/** The argument of a call whose elements it looks at, by its place; null if it looks at none. */
export function elementsOf({ name, arguments: { length } }: Call): number | null {
  const place = elementPlaces.get(name)
  return place === undefined || place >= length ? null : place
}

/** What a function gives, from the shapes of its arguments. */
export function callShape(name: string, shapes: readonly Shape[]): Shape {
  const [first = any] = shapes
  switch (name) {
    case 'sort':
    case 'sort_by':
      return first.type === 'list' ? first : listOf(elementOf(first))
    case 'reverse':
      return first.type === 'list' ? first : any
    case 'max_by':
    case 'min_by':
    case 'max':
    case 'min':
      return elementOf(first)
    case 'map':
      return listOf(first)
    case 'to_array':
      return first.type === 'list' ? first : listOf(first.type === 'either' ? any : first)
    case 'keys':
      return listOf(scalarOf('text'))
    case 'values':
      return listOf(any)
    case 'not_null':
      return eitherOf(shapes)
    case 'merge':
      return mergeShapes(shapes)
    default:
      return results.get(name) ?? any
  }
}

const elementPlaces: ReadonlyMap<string, number> = new Map([
  ...['length', 'contains', 'sort', 'sort_by', 'max', 'max_by', 'min', 'min_by', 'sum', 'avg'].map(
    (name) => [name, 0] as const,
  ),
  ['join', 1],
  ['map', 1],
])

const results: ReadonlyMap<string, Shape> = new Map([
  ...['length', 'sum', 'avg', 'abs', 'ceil', 'floor', 'to_number'].map(
    (name) => [name, scalarOf('number')] as const,
  ),
  ...['contains', 'starts_with', 'ends_with'].map((name) => [name, scalarOf('boolean')] as const),
  ...['join', 'to_string', 'type'].map((name) => [name, scalarOf('text')] as const),
])

function mergeShapes(shapes: readonly Shape[]): Shape {
  const members = new Map<string, Shape>()
  for (const shape of shapes) {
    if (shape.type !== 'object') return any
    for (const name of shape.listNames()) members.set(name, shape.findMember(name) ?? any)
  }
  return objectOf(members)
}
