import { type GlobToken, matchesGlob } from '../../glob.ts'
import { AwsRefusal } from '../http-answer.ts'
import type { ComparedValues, FilterValues, ItemTest, SimulatedKind } from './simulated-kind.ts'

/**
 * Whether a resource passes all filters of a request: `Filter.N.Name` and `Filter.N.Value.M`, of which one must
 * match. Throws AwsRefusal for a filter that the kind does not know.
 */
export function filterOf<T>(kind: SimulatedKind<T>, params: URLSearchParams): ItemTest<T> {
  const filters: ItemTest<T>[] = []
  const parameter = kind.filterParameter ?? 'Filter'
  for (let n = 1; params.has(`${parameter}.${n}.Name`); n++) {
    const valuesOf = findFilter(kind, params.get(`${parameter}.${n}.Name`) ?? '')
    const patterns = listOf(params, `${parameter}.${n}.Value`).map(parseWildcard)
    const isMatch = (value: string): boolean => patterns.some((places) => matchesGlob(places, value))
    filters.push((item) => asList(valuesOf(item)).some(isMatch))
  }
  return (item) => filters.every((passes) => passes(item))
}

/** `InstanceId.1`, `InstanceId.2` … of a request. */
export function listOf(params: URLSearchParams, name: string): readonly string[] {
  const list: string[] = []
  for (let n = 1; params.has(`${name}.${n}`); n++) list.push(params.get(`${name}.${n}`) ?? '')
  return list
}

/** How requests write the parameter that asks for single resources. */
export function idsNameOf<T>({ idParameter, idsWritten }: SimulatedKind<T>): string {
  return idsWritten ?? idParameter
}

function findFilter<T>(kind: SimulatedKind<T>, name: string): FilterValues<T> {
  const own = Object.hasOwn(kind.filters, name) ? kind.filters[name] : undefined
  const found = own ?? tagFilter(kind, name)
  if (found) return found
  throw new AwsRefusal(400, 'InvalidParameterValue', `The filter '${name}' is invalid`)
}

function tagFilter<T>({ tagsOf }: SimulatedKind<T>, name: string): FilterValues<T> | null {
  if (!tagsOf) return null
  if (name === 'tag-key') return (item) => tagsOf(item).map(([key]) => key)
  if (name === 'tag-value') return (item) => tagsOf(item).map(([, value]) => value)
  if (!name.startsWith('tag:')) return null
  const wanted = name.slice('tag:'.length)
  return (item) =>
    tagsOf(item)
      .filter(([key]) => key === wanted)
      .map(([, value]) => value)
}

function asList(values: ComparedValues): readonly string[] {
  if (values === null) return []
  return typeof values === 'string' ? [values] : values
}

/** `*` is any text and `?` one character, unless a backslash stands before it (EC2 User Guide, "List and filter"). */
function parseWildcard(pattern: string): readonly GlobToken[] {
  return Array.from(pattern.matchAll(/\\([*?\\])|(.)/gsu), ([, literal, character = '']) => {
    if (literal !== undefined) return { is: literal }
    return character === '*' ? 'any text' : character === '?' ? 'any character' : { is: character }
  })
}
