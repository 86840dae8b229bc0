import { compile } from '../jmespath/compile.ts'
import { isObject } from '../json-object.ts'
import { tagListOf } from '../kinds/tag-list.ts'
import type { Json, JsonObject, Kind } from '../model.ts'

/**
 * Makes the function that reads a column of an item of any result: a member of an object, a place of a list
 * (by the names the saved query gives its places, or counted from 1), a tag as `tag:KEY`, a column of the kind,
 * or any JMESPath expression over the item. `value` is the item itself if it is neither an object nor a list.
 */
export function makeColumnReader(
  name: string,
  kind: Kind,
  names: readonly string[] | null,
): (item: Json) => Json {
  const place = names ? names.indexOf(name) : Number(name) - 1
  const known = kind.columns.find((column) => column.name === name)
  const tag = name.startsWith('tag:') ? name.slice('tag:'.length) : null
  let expression: ReturnType<typeof compile> | null = null
  return (item) => {
    if (Array.isArray(item)) return item[place] ?? null
    if (!isObject(item)) return name === 'value' || place === 0 ? item : null
    if (Object.hasOwn(item, name)) return item[name] ?? null
    if (tag !== null) return tagOf(item, tag)
    expression ??= compile(known?.expression ?? name)
    return expression.search(item)
  }
}

/** The same over a resource of the kind: a column of the kind wins over a member of its name, as in the cache. */
export function makeResourceReader(name: string, kind: Kind): (resource: Json) => Json {
  const known = kind.columns.find((column) => column.name === name)
  return known ? compile(known.expression).search : makeColumnReader(name, kind, null)
}

function tagOf(item: JsonObject, key: string): Json {
  const tags = tagListOf(item)
  if (!Array.isArray(tags)) return null
  return (tags as readonly JsonObject[]).find((tag) => tag.Key === key)?.Value ?? null
}
