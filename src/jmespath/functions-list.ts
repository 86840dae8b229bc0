import { toPlainNumber } from '../exact-number.ts'
import { JmespathError } from './jmespath-errors.ts'
import { spend } from './memory.ts'
import { type CallSite, defineFunction, type NamedFunction, typeError } from './signatures.ts'
import {
  compareText,
  isAlike,
  isArray,
  isObject,
  isPlain,
  setMember,
  typeName,
  type Value,
  withArticle,
  writePythonNumber,
} from './values.ts'

/** Functions of lists and objects that take no expression. Arguments are checked before they run. */
export const listFunctions: readonly NamedFunction[] = [
  defineFunction('length', ['array, string or object'], ([value = null]) => {
    if (typeof value === 'string') return codePoints(value)
    return isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : null
  }),
  defineFunction('contains', ['array or string', 'any'], ([subject = null, wanted = null], site) => {
    if (isArray(subject) && typeof wanted === 'string') return holdsText(subject, wanted)
    if (isArray(subject)) return subject.some((item) => isAlike(item, wanted))
    if (typeof wanted === 'string') return String(subject).includes(wanted)
    throw typeError(site, `looks for strings in a string and got ${withArticle(typeName(wanted))}`)
  }),
  defineFunction('reverse', ['array or string'], ([value = null]) => {
    if (isArray(value)) return value.toReversed()
    const text = String(value)
    spend(6 * text.length)
    return Array.from(text).reverse().join('')
  }),
  defineFunction('sort', ['numbers or strings'], ([value]) => {
    const [first = null] = value as readonly Value[]
    if (typeName(first) === 'number') return (value as readonly number[]).toSorted((a, b) => a - b)
    const texts = value as readonly string[]
    return texts.every(isPlain) ? texts.toSorted() : texts.toSorted(compareText)
  }),
  defineFunction('max', ['numbers or strings'], ([value]) => findExtreme(value as Ordered, 1)),
  defineFunction('min', ['numbers or strings'], ([value]) => findExtreme(value as Ordered, -1)),
  defineFunction('sum', ['numbers'], ([value]) => sum(value as readonly number[])),
  defineFunction('avg', ['numbers'], ([value]) => {
    const numbers = value as readonly number[]
    return numbers.length === 0 ? null : sum(numbers) / numbers.length
  }),
  defineFunction('keys', ['object'], ([value = null]) => (isObject(value) ? Object.keys(value) : null)),
  defineFunction('values', ['object'], ([value = null]) => (isObject(value) ? Object.values(value) : null)),
  ['merge', { parameters: ['object'], variadic: true, run: merge }],
  [
    'not_null',
    { parameters: ['any'], variadic: true, run: (args) => args.find((value) => value !== null) ?? null },
  ],
]

type Ordered = readonly number[] | readonly string[]

function findExtreme(values: Ordered, sign: 1 | -1): Value {
  let found: number | string | null = null
  for (const value of values) if (found === null || sign * comparePair(value, found) > 0) found = value
  return found
}

function comparePair(left: number | string, right: number | string): number {
  return typeof left === 'string' ? compareText(left, String(right)) : left - Number(right)
}

function sum(numbers: readonly number[]): number {
  let total = 0
  for (const value of numbers) total += value
  return total
}

function merge(args: readonly Value[], site: CallSite): Value {
  const merged: Record<string, Value> = {}
  for (const part of args) {
    // jmespath.py checks the first argument only; what follows may be whatever Python makes a dict of.
    const pairs = typeof part === 'string' ? Array.from(part) : isArray(part) ? part : null
    if (pairs !== null) for (const pair of pairs) setMember(merged, ...pairOf(pair, site))
    else if (!isObject(part)) throw typeError(site, `takes objects and got ${withArticle(typeName(part))}`)
    else {
      for (const key of Object.keys(part)) {
        spend(12)
        setMember(merged, key, part[key] ?? null)
      }
    }
  }
  return merged
}

/** Two letters, two elements or the names of two members are a key and its value. */
function pairOf(pair: Value, site: CallSite): [key: string, value: Value] {
  const parts = typeof pair === 'string' ? Array.from(pair) : isObject(pair) ? Object.keys(pair) : pair
  if (!isArray(parts)) throw typeError(site, `takes objects and got ${withArticle(typeName(pair))} in a list`)
  const [name = null, value = null] = parts
  const key = toPlainNumber(name)
  if (parts.length !== 2) {
    const message = `${site.name}() takes objects and got a list of ${parts.length} where a name and a value are two.`
    throw new JmespathError('value', message, site.position)
  }
  if (typeof key === 'object' && key !== null)
    throw typeError(site, `takes names and got ${withArticle(typeName(key))}`)
  return [typeof key === 'number' ? writePythonNumber(key) : String(key), value]
}

function codePoints(text: string): number {
  let count = text.length
  for (let at = 0; at < text.length - 1; at += 1) {
    if ((text.charCodeAt(at) & 0xfc00) !== 0xd800 || (text.charCodeAt(at + 1) & 0xfc00) !== 0xdc00) continue
    count -= 1
    at += 1
  }
  return count
}

/** The texts of long lists that are looked through again and again, as a filter does it with a list from outside. */
const textsOf = new WeakMap<readonly Value[], ReadonlySet<Value>>()

/** Only a text is like a text. */
function holdsText(list: readonly Value[], wanted: string): boolean {
  if (list.length < 32) return list.includes(wanted)
  const known = textsOf.get(list) ?? new Set(list)
  textsOf.set(list, known)
  return known.has(wanted)
}
