import { isObject } from '../json-object.ts'
import type { Answer, Json, JsonObject } from '../model.ts'
import { compareCodePoints } from './code-points.ts'
import { formatPythonText, isScalar } from './python-repr.ts'
import { sanitise } from './sanitise.ts'

/**
 * The AWS CLI's text: tab-separated, members sorted, nested lists and objects on rows of their own behind their
 * upper-case name, null as `None`, nothing for an empty list. Rows of objects share the members of all objects, so a
 * list is collected before its first row.
 */
export function formatText(answer: Answer, terminal: boolean): Generator<string> {
  const clean = terminal ? sanitise : (text: string) => text
  const value = answer.type === 'value' ? answer.value : [...answer.items]
  return formatValue(value, null, null, clean)
}

type Clean = (text: string) => string

function* formatValue(
  value: Json,
  name: string | null,
  keys: readonly string[] | null,
  clean: Clean,
): Generator<string> {
  if (Array.isArray(value)) yield* formatList(value as readonly Json[], name, clean)
  else if (isObject(value)) yield* formatObject(value, name, keys, clean)
  else yield `${formatScalar(value, clean)}\n`
}

function* formatList(items: readonly Json[], name: string | null, clean: Clean): Generator<string> {
  if (items.some(isObject)) {
    const keys = findScalarKeys(items)
    for (const item of items) yield* formatValue(item, name, keys, clean)
    return
  }
  const loose = items.filter(isScalar).map((item) => formatScalar(item, clean))
  if (name !== null) for (const cell of loose) yield `${clean(name.toUpperCase())}\t${cell}\n`
  else if (loose.length > 0) yield `${loose.join('\t')}\n`
  for (const item of items) if (!isScalar(item)) yield* formatValue(item, name, null, clean)
}

function* formatObject(value: JsonObject, name: string | null, keys: readonly string[] | null, clean: Clean) {
  const own = Object.keys(value).sort(compareCodePoints)
  const flat = keys ?? own.filter((key) => isScalar(value[key] ?? null))
  const cells = flat.map((key) => (Object.hasOwn(value, key) ? formatScalar(value[key] ?? null, clean) : ''))
  if (cells.length > 0)
    yield `${[...(name === null ? [] : [clean(name.toUpperCase())]), ...cells].join('\t')}\n`
  for (const key of own) if (!flat.includes(key)) yield* formatValue(value[key] ?? null, key, null, clean)
}

/** Members that are scalar in any object of a list, so that the columns of its rows agree. */
function findScalarKeys(items: readonly Json[]): readonly string[] {
  const keys = new Set<string>()
  for (const item of items) {
    if (!isObject(item)) continue
    for (const key of Object.keys(item)) if (isScalar(item[key] ?? null)) keys.add(key)
  }
  return [...keys].sort(compareCodePoints)
}

function formatScalar(value: Json, clean: Clean): string {
  return clean(formatPythonText(value))
}
