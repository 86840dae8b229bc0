/** JMESPath's view of values: their types, their truth, their equality and their order. */

import { isExact, toPlainNumber } from '../exact-number.ts'
import type { Json } from '../model.ts'

/** An expression handed to a function, as in `sort_by(@, &LaunchTime)`. */
export type Reference = (value: Value) => Value
/** What an expression can give while it is evaluated. */
export type Value = null | boolean | number | string | readonly Value[] | Members | Reference
export type Members = { readonly [key: string]: Value }

export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'expression'

export function typeName(value: Value): TypeName {
  if (value === null) return 'null'
  if (typeof value === 'object') return Array.isArray(value) ? 'array' : isExact(value) ? 'number' : 'object'
  return typeof value === 'function' ? 'expression' : (typeof value as 'boolean' | 'number' | 'string')
}

/** `a string`, `an object`, `null`: for sentences. */
export function withArticle(type: string): string {
  if (type === 'null') return 'null'
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
}

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

export function isObject(value: Value): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExact(value)
}

/** Null, false and everything empty; 0 is true. */
export function isFalse(value: Value): boolean {
  if (value === null || value === false || value === '') return true
  if (typeof value !== 'object') return false
  if (Array.isArray(value)) return value.length === 0
  for (const key in value) if (Object.hasOwn(value, key)) return false
  return !isExact(value)
}

/** `==`: deep; a number never equals a boolean, except (jmespath.py's way) inside lists and objects. */
export function isEqual(left: Value, right: Value): boolean {
  return typeof toPlainNumber(left) === typeof toPlainNumber(right) && isAlike(left, right)
}

/** Python's `==`, in which true is 1. */
export function isAlike(left: Value, right: Value): boolean {
  if (left === right) return true
  if (left === null || right === null) return false
  if (isExact(left) || isExact(right)) return isAlike(toPlainNumber(left), toPlainNumber(right))
  if (typeof left !== 'object' || typeof right !== 'object')
    return isNumeric(left) && isNumeric(right) && +left === +right
  if (isArray(left) || isArray(right)) {
    if (!isArray(left) || !isArray(right) || left.length !== right.length) return false
    return left.every((item, index) => isAlike(item, right[index] ?? null))
  }
  return hasSameMembers(left, right)
}

function hasSameMembers(left: Members, right: Members): boolean {
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  return keys.every((key) => Object.hasOwn(right, key) && isAlike(left[key] ?? null, right[key] ?? null))
}

function isNumeric(value: Value): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}

/** Whether UTF-16 units, by which JavaScript orders, give the order of code points against any other string. */
export function isPlain(text: string): boolean {
  return !/[\ud800-\uffff]/.test(text)
}

/** Strings by code points (not by UTF-16 units): below, equal or above zero. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at)
    const b = right.charCodeAt(at)
    if (a === b) continue
    return a < 0xd800 || b < 0xd800 ? a - b : compareCodePoints(left, right, at)
  }
  return left.length - right.length
}

/** The order of two strings whose units differ at `at`, where a pair of surrogates may begin or end. */
function compareCodePoints(left: string, right: string, at: number): number {
  const differenceAt = (place: number) => (left.codePointAt(place) ?? 0) - (right.codePointAt(place) ?? 0)
  const isTail = (left.charCodeAt(at - 1) & 0xfc00) === 0xd800
  return (isTail ? differenceAt(at - 1) : 0) || differenceAt(at)
}

/** Sets a member even if its name is `__proto__`. */
export function setMember(members: Record<string, Value>, key: string, value: Value): void {
  if (key !== '__proto__') members[key] = value
  else Object.defineProperty(members, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Whether an expression reference hides in a result: no JSON. */
export function holdsReference(value: Value): boolean {
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((item: Value) => holdsReference(item))
}

/** A result known to hold no reference. */
export function asJson(value: Value): Json {
  return value as Json
}

/** A number as Python prints it: exponents of two digits or more, from 0.00001 downwards. */
export function writePythonNumber(value: number): string {
  if (value === 0 || Math.abs(value) >= 0.0001 || Number.isNaN(value)) return String(value)
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1')
}
