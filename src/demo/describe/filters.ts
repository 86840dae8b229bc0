import { type GlobPlace, matchesGlob } from '../../glob.ts'
import { AwsRefusal } from '../http-answer.ts'
import type { FilterValues, Passes, SimulatedKind, Values } from './simulated-kind.ts'

/**
 * Whether a resource passes all filters of a request: `Filter.N.Name` and `Filter.N.Value.M`, of which one must
 * match. Throws AwsRefusal for a filter that the kind does not know.
 */
export function filterOf<T>(kind: SimulatedKind<T>, params: URLSearchParams): Passes<T> {
  const filters: Passes<T>[] = []
  for (let n = 1; params.has(`Filter.${n}.Name`); n++) {
    const valuesOf = filterNamed(kind, params.get(`Filter.${n}.Name`) ?? '')
    const patterns = listOf(params, `Filter.${n}.Value`).map(wildcard)
    const matches = (value: string): boolean => patterns.some((places) => matchesGlob(places, value))
    filters.push((item) => asList(valuesOf(item)).some(matches))
  }
  return (item) => filters.every((passes) => passes(item))
}

/** `InstanceId.1`, `InstanceId.2` … of a request. */
export function listOf(params: URLSearchParams, name: string): readonly string[] {
  const list: string[] = []
  for (let n = 1; params.has(`${name}.${n}`); n++) list.push(params.get(`${name}.${n}`) ?? '')
  return list
}

function filterNamed<T>(kind: SimulatedKind<T>, name: string): FilterValues<T> {
  const own = Object.hasOwn(kind.filters, name) ? kind.filters[name] : undefined
  const found = own ?? tagFilter(kind, name)
  if (found) return found
  throw new AwsRefusal(400, 'InvalidParameterValue', `The filter '${name}' is invalid`)
}

function tagFilter<T>({ tags }: SimulatedKind<T>, name: string): FilterValues<T> | null {
  if (!tags) return null
  if (name === 'tag-key') return (item) => tags(item).map(([key]) => key)
  if (name === 'tag-value') return (item) => tags(item).map(([, value]) => value)
  if (!name.startsWith('tag:')) return null
  const wanted = name.slice('tag:'.length)
  return (item) =>
    tags(item)
      .filter(([key]) => key === wanted)
      .map(([, value]) => value)
}

function asList(values: Values): readonly string[] {
  if (values === null) return []
  return typeof values === 'string' ? [values] : values
}

/** `*` is any text and `?` one character, unless a backslash stands before it (EC2 User Guide, "List and filter"). */
function wildcard(pattern: string): readonly GlobPlace[] {
  return Array.from(pattern.matchAll(/\\([*?\\])|(.)/gsu), ([, literal, character = '']) => {
    if (literal !== undefined) return { is: literal }
    return character === '*' ? 'any text' : character === '?' ? 'any character' : { is: character }
  })
}
