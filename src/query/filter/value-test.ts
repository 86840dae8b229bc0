import { type GlobToken, matchesGlob } from '../../glob.ts'
import { isObject } from '../../json-object.ts'
import { compareKeys, type SortKey, sortKey } from '../../kinds/order.ts'
import type { ColumnType, Json } from '../../model.ts'
import { parseRange } from '../ranges.ts'
import { makeRegexTest } from './regex-test.ts'

/** What a value must be, as data: SQL and the predicate make the same of it. */
export type ValueTest =
  | TextTest
  | { readonly type: 'number'; readonly operator: Comparison; readonly value: number }
  /** The text of a time: at or after one and before the other, as `2026-01-31T08:00:00`; null for no end. */
  | { readonly type: 'time'; readonly from: string | null; readonly before: string | null }
  /** An address or range that lies in this one. */
  | { readonly type: 'range'; readonly range: string }
  | {
      readonly type: 'order'
      readonly operator: Comparison
      readonly key: SortKey
      readonly of: ColumnType | null
    }
  /** No value, or an empty text. */
  | { readonly type: 'empty' }
  /** One of several. */
  | { readonly type: 'any'; readonly of: readonly ValueTest[] }

/** Text that is not case-sensitive is compared in small letters, as JavaScript makes them. */
export interface TextTest {
  readonly type: 'text'
  readonly how: 'part' | 'whole' | 'glob' | 'regex'
  readonly text: string
  readonly sensitive: boolean
}

export type Comparison = '=' | '<' | '<=' | '>' | '>='

/** Smart case: a text with a capital letter is case-sensitive. Of a regex, `\W` is no letter. */
export function makeTextTest(how: TextTest['how'], text: string): TextTest {
  const letters = how === 'regex' ? text.replaceAll(/\\./gs, '') : text
  return { type: 'text', how, text, sensitive: letters !== letters.toLowerCase() }
}

/** Makes the function that tests a value: of a list or an object, whether any value in it passes. */
export function makeValueTest(test: ValueTest): (value: Json) => boolean {
  if (test.type === 'empty') return (value) => value === null || value === ''
  const passes = makeScalarTest(test)
  const testAny = (value: Json): boolean => {
    if (value === null) return false
    if (Array.isArray(value)) return value.some(testAny)
    return isObject(value) ? Object.values(value).some(testAny) : passes(value as Scalar)
  }
  return testAny
}

type Scalar = string | number | boolean

function makeScalarTest(test: Exclude<ValueTest, { type: 'empty' }>): (value: Scalar) => boolean {
  switch (test.type) {
    case 'text': {
      const passes = makeStringTest(test)
      return (value) => passes(String(value))
    }
    case 'number':
      return (value) => {
        const number = numberOf(value)
        return number !== null && isInOrder(number - test.value, test.operator)
      }
    case 'time':
      return (value) => typeof value === 'string' && isInTime(value, test.from, test.before)
    case 'range': {
      const wanted = parseRange(test.range)
      return (value) => {
        const range = typeof value === 'string' ? rangeOf(value) : null
        return (
          range !== null &&
          wanted !== null &&
          range.version === wanted.version &&
          range.first >= wanted.first &&
          range.last <= wanted.last
        )
      }
    }
    case 'order':
      return (value) => {
        const key = sortKey(test.of === null || typeof value === 'string' ? value : String(value), test.of)
        return typeof key === typeof test.key && isInOrder(compareKeys(key, test.key, false), test.operator)
      }
    case 'any': {
      const tests = test.of.map(makeValueTest)
      return (value) => tests.some((each) => each(value))
    }
  }
}

/** Makes the function that tests a text. */
function makeStringTest({ how, text, sensitive }: TextTest): (value: string) => boolean {
  const read = sensitive ? (value: string) => value : (value: string) => value.toLowerCase()
  const wanted = sensitive || how === 'regex' ? text : text.toLowerCase()
  switch (how) {
    case 'part':
      return (value) => read(value).includes(wanted)
    case 'whole':
      return (value) => read(value) === wanted
    case 'glob': {
      const tokens = globTokens(wanted)
      return (value) => matchesGlob(tokens, read(value))
    }
    case 'regex': {
      const passes = makeRegexTest(wanted)
      return (value) => passes(read(value))
    }
  }
}

function globTokens(text: string): readonly GlobToken[] {
  return Array.from(text, (char) =>
    char === '*' ? 'any text' : char === '?' ? 'any character' : { is: char },
  )
}

function numberOf(value: Scalar): number | null {
  if (typeof value === 'boolean') return null
  const number = typeof value === 'string' ? (isNumeric(value) ? Number(value) : null) : Number(value)
  return number
}

/** Whether a text is a number as people write one. */
export function isNumeric(text: string): boolean {
  return /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text)
}

function isInOrder(difference: number, operator: Comparison): boolean {
  switch (operator) {
    case '=':
      return difference === 0
    case '<':
      return difference < 0
    case '<=':
      return difference <= 0
    case '>':
      return difference > 0
    case '>=':
      return difference >= 0
  }
}

/** Times as the AWS CLI prints them, in UTC: their texts compare as the times do. */
const utcTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*(\+00:00|Z)$/s
const anyTime = /^\d{4}-\d\d-\d\d(T|$)/

function isInTime(value: string, from: string | null, before: string | null): boolean {
  const text = utcTime.test(value) ? value : inUtc(value)
  return text !== null && (from === null || text >= from) && (before === null || text < before)
}

function inUtc(value: string): string | null {
  const at = anyTime.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}

function rangeOf(text: string) {
  return parseRange(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`)
}
