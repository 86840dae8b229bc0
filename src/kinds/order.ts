import { isIPv6 } from 'node:net'
import type { ColumnType, Json } from '../model.ts'

/** What values are compared by: numbers before text, text by code point, missing values last. */
export type SortKey = string | number | null

/**
 * The key that a value sorts by, given the type of its column. With the type null the column is not known, and the
 * value's shape decides. SQL, the sorts in memory and the screen all compare these keys, so that they agree.
 */
export function sortKey(value: Json, type: ColumnType | null): SortKey {
  if (value === null || typeof value === 'number') return value
  if (typeof value !== 'string') return JSON.stringify(value)
  switch (type ?? shapeOf(value)) {
    case 'name':
      return naturalKey(value)
    case 'address':
      return addressKey(value)
    case 'instance-type':
      return instanceTypeKey(value)
    default:
      return value
  }
}

/** Whether values of a type do not sort by themselves: the store keeps a key beside such a column. */
export function needsStoredKey(type: ColumnType): boolean {
  return type === 'name' || type === 'address' || type === 'instance-type'
}

/** Orders keys: missing values last in both directions. */
export function compareKeys(a: SortKey, b: SortKey, descending: boolean): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  const order = comparePresent(a, b)
  return descending ? -order : order
}

/** The place of each key in the order of all; equal ones have the same, and missing ones none. */
export function ranksOf(keys: readonly SortKey[]): readonly (number | null)[] {
  const distinct = [...new Set(keys)].sort((a, b) => compareKeys(a, b, false))
  const places = new Map(distinct.map((key, place) => [key, place]))
  return keys.map((key) => (key === null ? null : (places.get(key) ?? null)))
}

/** Ids and times hold digits that are not numbers to count with. */
const id = /^[a-z]+-[0-9a-f]{8,17}$/
const isoTime = /^\d{4}-\d\d-\d\dT/
const typeShape = /^[a-z][a-z0-9-]*\.(?:nano|micro|small|medium|large|\d*xlarge|metal(?:-\d+xl)?)$/

function shapeOf(value: string): ColumnType {
  if (id.test(value) || isoTime.test(value)) return 'text'
  if (typeShape.test(value)) return 'instance-type'
  return isAddress(value) ? 'address' : 'name'
}

/**
 * Text as people count: runs of digits by their value, capitals beside small letters. A run becomes its length, so that
 * longer numbers are greater, and its digits. What differs only in capitals or leading zeros follows behind U+0001.
 */
function naturalKey(text: string): string {
  const small = text.toLowerCase()
  let same = small === text
  let key = ''
  let copied = 0
  for (let at = 0; at < small.length; at += 1) {
    if (!isDigit(small, at)) continue
    let end = at + 1
    while (isDigit(small, end)) end += 1
    let start = at
    while (start < end && small.charCodeAt(start) === zero) start += 1
    if (start > at) same = false
    key += small.slice(copied, at) + lengthMark(end - start) + small.slice(start, end)
    copied = end
    at = end
  }
  key += small.slice(copied)
  return same ? key : `${key}\u0001${text}`
}

const zero = 48

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= zero && code <= zero + 9
}

/** A digit for each length up to 8, 9 and another mark for longer ones: marks sort as the lengths do. */
function lengthMark(length: number): string {
  return length < 9 ? String(length) : '9'.repeat(Math.floor(length / 9)) + String(length % 9)
}

/** IPv4 before IPv6, each by its bytes; a range behind its first address. Anything else as a name. */
function addressKey(text: string): string {
  const plain = ipv4Key(text)
  if (plain !== null) return plain
  if (!isAddress(text)) return naturalKey(text)
  const [host = '', bits = ''] = text.split('/')
  const key = ipv4Key(host) ?? `6${ipv6Bytes(host)}`
  return text.includes('/') ? `${key}/${bits.padStart(3, '0')}` : key
}

/** `4` and the four numbers with three digits each; null for anything else. A sync makes one for every address. */
function ipv4Key(text: string): string | null {
  let [number, dots] = [-1, 0]
  let [first, second, third] = ['', '', '']
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code >= zero && code <= zero + 9) {
      number = (number < 0 ? 0 : number * 10) + code - zero
      if (number > 255) return null
    } else {
      if (code !== dot || number < 0) return null
      first = second
      second = third
      third = threeDigits[number] as string
      number = -1
      dots += 1
    }
  }
  return dots === 3 && number >= 0 ? `4${first}${second}${third}${threeDigits[number]}` : null
}

const dot = 46
const threeDigits = Array.from({ length: 256 }, (_, number) => String(number).padStart(3, '0'))

function isAddress(text: string): boolean {
  const slash = text.indexOf('/')
  const host = slash < 0 ? text : text.slice(0, slash)
  if (slash >= 0 && !/^\d{1,3}$/.test(text.slice(slash + 1))) return false
  return ipv4Key(host) !== null || (host.includes(':') && !host.includes('%') && isIPv6(host))
}

function ipv6Bytes(host: string): string {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(host)
  const plain = dotted ? `${dotted[1]}${hexGroups(dotted[2] ?? '')}` : host
  const [before = '', after] = plain.split('::')
  const splitGroups = (part: string) => part.split(':').filter((group) => group !== '')
  const head = splitGroups(before)
  const rest = after === undefined ? [] : splitGroups(after)
  const zeros = Array.from({ length: 8 - head.length - rest.length }, () => '0')
  return [...head, ...zeros, ...rest].map((group) => group.toLowerCase().padStart(4, '0')).join('')
}

/** `192.0.2.1` as the last two groups of an IPv6 address. */
function hexGroups(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number)
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

const sizes = ['nano', 'micro', 'small', 'medium', 'large']

/** `m5.large` before `m5.24xlarge` before `m5.metal`, and all of them before `m5a.large` and `m6i.large`. */
function instanceTypeKey(text: string): string {
  const dot = text.indexOf('.')
  if (dot < 0) return naturalKey(text)
  const size = text.slice(dot + 1)
  // A blank sorts before every character that a family's name can go on with.
  return `${naturalKey(text.slice(0, dot))} ${String(sizeRank(size)).padStart(5, '0')}${size}`
}

function sizeRank(size: string): number {
  const small = sizes.indexOf(size)
  if (small >= 0) return small
  const [, times, metal] = /^(?:(\d*)xlarge|metal(?:-(\d+)xl)?)$/.exec(size) ?? []
  if (times !== undefined) return 10 + Number(times || '1')
  if (size.startsWith('metal')) return 10_000 + Number(metal ?? '0')
  return 99_999
}

function comparePresent(a: string | number, b: string | number): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  if (typeof b === 'number') return 1
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at += 1) {
    const [unit, other] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (unit === other) continue
    if (isSurrogate(unit) || isSurrogate(other)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
    return unit - other
  }
  return a.length - b.length
}

/** UTF-16 puts these before U+E000 and above; code points, as SQLite compares them, do not. */
function isSurrogate(unit: number): boolean {
  return (unit & 0xf800) === 0xd800
}
