import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/model.ts'
import { openDatabase } from '../../src/sqlite.ts'
import { endOfElement, memberTreeOf, readMembers, UnusualElement } from '../../src/store/jsonb-members.ts'
import { below, pick, type Random, random } from '../jmespath/fleet.ts'

const db = openDatabase(':memory:', {})
const makeJsonb = db.prepare('SELECT jsonb(?)').pluck()

test('a document is read out of its bytes as out of its JSON', () => {
  const next = random(5)
  for (let round = 0; round < 3000; round += 1) {
    const value = randomValue(next, 4)
    const bytes = toJsonb(JSON.stringify(value))
    expect(endOfElement(bytes, 0)).toBe(bytes.length)
    expect(readMembers(bytes, 0, bytes.length, null)).toEqual(JSON.parse(JSON.stringify(value)))
  }
})

test('only members that are wanted are read, through lists, and those that are not there are null', () => {
  const next = random(6)
  for (let round = 0; round < 3000; round += 1) {
    const value = randomValue(next, 4)
    const paths = Array.from({ length: 1 + below(next, 3) }, () =>
      Array.from({ length: 1 + below(next, 3) }, () => pick(next, names)),
    )
    const bytes = toJsonb(JSON.stringify(value))
    const read = readMembers(bytes, 0, bytes.length, memberTreeOf(paths))
    expect({ value, paths, read }).toEqual({ value, paths, read: pickMembers(value, paths) })
  }
})

test.each(['{a: 0x10}', "['it\\'s']", '[.5]', '{"\\u0061": 1}'])(
  'what SQLite must read is left to it: %s',
  (text) => {
    const bytes = toJsonb(text)
    expect(() => readMembers(bytes, 0, bytes.length, memberTreeOf([['a']]))).toThrow(UnusualElement)
  },
)

test('an element that ends behind the bytes is not read', () => {
  const bytes = toJsonb('{"a":[1,2,{"b":"a text that is longer than its place"}]}')
  for (let length = 1; length < bytes.length; length += 1)
    expect(() => endOfElement(bytes.subarray(0, length), 0)).toThrow(UnusualElement)
  bytes[5] = 0xff
  expect(() => readMembers(bytes, 0, bytes.length, null)).toThrow(UnusualElement)
})

test('a member of the name __proto__ is a member', () => {
  const bytes = toJsonb('{"a":{"__proto__":{"b":1}}}')
  const read = readMembers(bytes, 0, bytes.length, memberTreeOf([['a', '__proto__', 'b']])) as JsonObject
  expect(Object.keys(read.a as object)).toEqual(['__proto__'])
})

const names = ['a', 'b', 'Name', 'a name that is longer than eleven bytes', 'ü'] as const
const scalars: readonly [Json, ...Json[]] = [
  ...([null, true, false, 0, -1, 1.5, 1e21, 123456789012] as const),
  ...['', 'web', 'a "quoted" text', 'line\nend', '\u0001', 'ünïcode', '😀', '\u2028', 'x'.repeat(300)],
] as [Json, ...Json[]]

function randomValue(next: Random, depth: number): Json {
  if (depth === 0 || next() < 0.25) return pick(next, scalars)
  const size = next() < 0.02 ? 300 : below(next, 5)
  if (next() < 0.4) return Array.from({ length: size }, () => randomValue(next, Math.max(0, depth - 2)))
  return Object.fromEntries(
    names.filter(() => next() < 0.6).map((name) => [name, randomValue(next, depth - 1)]),
  )
}

function pickMembers(value: Json, paths: readonly (readonly string[])[]): Json {
  if (paths.some(({ length }) => length === 0)) return value
  if (Array.isArray(value)) return (value as readonly Json[]).map((each) => pickMembers(each, paths))
  if (value === null || typeof value !== 'object') return value
  const wanted = [...new Set(paths.map(([name = '']) => name))]
  return Object.fromEntries(
    wanted.map((name) => {
      const below = paths.filter(([first]) => first === name).map(([, ...rest]) => rest)
      const own = (value as JsonObject)[name]
      return [name, own === undefined ? null : pickMembers(own, below)]
    }),
  )
}

function toJsonb(text: string): Buffer {
  return makeJsonb.get(text) as Buffer
}
