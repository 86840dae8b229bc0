import { toPlainNumber } from '../exact-number.ts'
import { makePausePoints } from '../pause-points.ts'
import { suggestFlattening } from './shape-hints.ts'
import { type CallSite, defineFunction, type NamedFunction, typeError } from './signatures.ts'
import {
  compareText,
  isArray,
  isObject,
  isPlain,
  type Reference,
  typeName,
  type Value,
  withArticle,
} from './values.ts'

/** Functions that take an expression: each key is worked out once. */
export const byKeyFunctions: readonly NamedFunction[] = [
  defineFunction('map', ['expression', 'array'], ([expression, list]) => {
    const each = expression as Reference
    return (list as readonly Value[]).map((item) => {
      pause()
      return each(item)
    })
  }),
  defineFunction('sort_by', ['array', 'expression'], ([list, expression], site) =>
    sortBy(list as readonly Value[], expression as Reference, site),
  ),
  defineFunction('max_by', ['array', 'expression'], ([list, expression], site) =>
    findExtremeBy(list as readonly Value[], expression as Reference, site, 1),
  ),
  defineFunction('min_by', ['array', 'expression'], ([list, expression], site) =>
    findExtremeBy(list as readonly Value[], expression as Reference, site, -1),
  ),
]

/** So many elements, or comparisons, take a ms or two. */
const atOnce = 1024
/** One for all lists: of thousands of short ones, one in another, none is long enough. */
const pause = makePausePoints(atOnce)

type Key = number | string

function sortBy(list: readonly Value[], expression: Reference, site: CallSite): Value {
  if (list.length === 0) return list
  const keys: Key[] = []
  for (const item of list) {
    pause()
    const key = keyOf(expression(item), item, site)
    if (typeof key !== typeof (keys[0] ?? key)) throw mixedKeysError(site)
    keys.push(key)
  }
  const compare = makeKeyOrder(keys)
  const places = Array.from(keys, (_, index) => index)
  places.sort((a, b) => {
    pause()
    return compare(keys[a] ?? 0, keys[b] ?? 0)
  })
  return places.map((place) => list[place] ?? null)
}

/** The order of keys that are all numbers or all strings. */
function makeKeyOrder(keys: readonly Key[]): (left: Key, right: Key) => number {
  const isNative = keys.every((key) => typeof key === 'number' || isPlain(key))
  if (!isNative) return (left, right) => compareText(String(left), String(right))
  return (left, right) => (left < right ? -1 : left > right ? 1 : 0)
}

/** The first of the least or greatest; null for an empty list. */
function findExtremeBy(list: readonly Value[], expression: Reference, site: CallSite, sign: 1 | -1): Value {
  let found: Value = null
  let most: Key | null = null
  for (const item of list) {
    pause()
    const key = keyOf(expression(item), item, site)
    if (most !== null && !(sign * compareKeyPair(key, most, site) > 0)) continue
    found = item
    most = key
  }
  return found
}

function keyOf(found: Value, item: Value, site: CallSite): Key {
  const value = toPlainNumber(found)
  if (typeof value === 'number' || typeof value === 'string') return value
  const hint = value === null ? `; ${wayOut(item, site)}` : ''
  throw typeError(
    site,
    `needs a number or a string for every element and got ${withArticle(typeName(value))}${hint}`,
  )
}

/** Why an element has no key: there is nothing to default in what has no fields. */
function wayOut(item: Value, site: CallSite): string {
  if (isArray(item)) return `the list holds lists: ${suggestFlattening(site.list)}`
  if (isObject(item) || item === null) return 'give missing fields a default with not_null() or ||'
  return `an element is ${withArticle(typeName(item))} and has no fields: call ${site.name}() before a field is taken`
}

function compareKeyPair(left: Key, right: Key, site: CallSite): number {
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  if (typeof left === 'number' && typeof right === 'number') return left - right
  throw mixedKeysError(site)
}

function mixedKeysError(site: CallSite) {
  return typeError(site, 'needs keys that are all numbers or all strings and got both')
}
