import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { makeExactNumber } from '../src/exact-number.ts'
import { holdItems, joinHeld, packItems } from '../src/held-items.ts'
import type { Json } from '../src/model.ts'
import { sortItems } from '../src/query/rows.ts'
import { pickFrom, random } from './helpers/random.ts'

const texts = [
  '',
  'web-1',
  'é',
  '日本',
  '\u0000',
  'a\u0000b',
  '\u0001',
  '\u0001"x"',
  'x\u0001',
  '\ud800',
  '😀',
  'null',
]
const others: readonly Json[] = [null, true, false, 0, 1.5, 1e21, [], [1, ['a', null]], {}, { a: { b: 'ü' } }]
/** Their JSON gives something else back. */
const odd: readonly Json[] = [-0, makeExactNumber('80.0'), [makeExactNumber('9007199254740993')], { a: -0 }]

/** Lists of rows that are alike, of rows that are not, of lists and of single values. */
function makeItems(next: () => number, count: number): readonly Json[] {
  const pool = pickFrom(
    [texts, [...texts, ...others], ...odd.map((each) => [...texts, each]), [...texts, ...others, ...odd]],
    next,
  )
  const names = pickFrom([['Name', 'Id'], ['b', 'a', '2', '1'], ['__proto__', 'x'], []], next)
  const isAlike = next() < 0.7
  const pick = () => pickFrom(pool, next)
  const made = [
    () =>
      Object.fromEntries((isAlike ? names : names.filter(() => next() < 0.9)).map((name) => [name, pick()])),
    () => names.map(pick),
    pick,
  ]
  const one = pickFrom(made, next)
  return Array.from({ length: count }, () => (isAlike ? one : pickFrom(made, next))())
}

function* listOnce(items: readonly Json[]): Generator<Json> {
  yield* items
}

test('a list that is held gives the same items as often as it is read, whatever they are', () => {
  const next = random(17)
  for (let round = 0; round < 100; round += 1) {
    const items = makeItems(next, pickFrom([0, 1, 255, 256, 1000], next))
    for (const held of [packItems(items), holdItems(items), holdItems(listOnce(items))]) {
      for (let reading = 0; reading < 2; reading += 1) expectSame([...held], items)
      if (held.names)
        expect(items.every((item) => isDeepStrictEqual(Object.keys(item ?? {}), held.names))).toBe(true)
    }
  }
})

test('a long list that is held and read once gives the same items, and knows their members', () => {
  const items = Array.from({ length: 20_000 }, (_, index) => ({
    Id: `i-${index}`,
    State: index % 3 ? 'on' : null,
  }))
  const held = holdItems(listOnce(items))
  expectSame([...held], items)
  expect(held.names).toEqual(['Id', 'State'])
  expect(holdItems(held)).toBe(held)
  const mixed = holdItems(listOnce([...items, { Id: 'i', Other: 1 }]))
  expect([...mixed].at(-1)).toEqual({ Id: 'i', Other: 1 })
  expect(mixed.names).toBeNull()
  const names = (...lists: Json[][]) => joinHeld(lists.map(packItems), []).names
  expect(names([{ a: 1 }], [{ a: 2 }])).toEqual(['a'])
  expect(names([{ a: 1, b: 1 }], [{ b: 2, a: 2 }])).toBeNull()
})

test.each<[string, number, number[], string[] | null]>([
  ['that waits as it is', 30_000, [], null],
  ['that waits packed', 60_000, [], ['group', 'size', 'place']],
  ['with lists in it, of which less waits as it is,', 20_000, [5000, 13_000], ['group', 'size', 'place']],
])('a long list %s is sorted as a short one: what is equal stays as it came', (_, length, lists, names) => {
  const next = random(18)
  const items = Array.from({ length }, (_, place) => ({
    group: pickFrom(['web-2', 'web-10', 'é', null, 7], next),
    size: Math.floor(next() * 50),
    place: lists.includes(place) ? [place] : place,
  }))
  const reading = {
    read: (column: string) => (item: Json) => (item as Record<string, Json>)[column] ?? null,
    typeOf: () => null,
  }
  const by = { column: 'group', descending: true, next: { column: 'size', descending: false } }
  const sorted = sortItems(listOnce(items), by, reading)
  const order: readonly Json[] = ['é', 'web-10', 'web-2', 7, null]
  const expected = items.toSorted(
    (a, b) =>
      order.indexOf(a.group) - order.indexOf(b.group) || a.size - b.size || Number(a.place) - Number(b.place),
  )
  for (let reading = 0; reading < 2; reading += 1) expectSame([...sorted], expected)
  expect(sorted.names).toEqual(names)
})

/** Faster than the comparison of a test, which makes a text of what differs. */
function expectSame(found: readonly Json[], wanted: readonly Json[]): void {
  const wrong = wanted.findIndex((item, place) => !isDeepStrictEqual(found[place], item))
  expect({ count: found.length, wrong: found[wrong] }).toEqual({ count: wanted.length, wrong: wanted[wrong] })
  expect(wrong).toBe(-1)
}
