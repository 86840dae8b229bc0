import { expect, test } from 'vitest'
import { makeShape, makeShaped } from '../../src/aws/answer-shape.ts'

const names = Array.from({ length: 14 }, (_, place) => `Member${place}`)
const valuesOf = (bits: number) => names.map((_, place) => ((bits >> place) & 1 ? place : undefined))

test('objects have the members that have a value, in their order, in however many ways they are put together', () => {
  const shape = makeShape()
  for (let bits = 0; bits < 2 ** names.length; bits += 1) {
    const values = valuesOf(bits)
    const made = makeShaped(shape, names, values)
    const expected = names.flatMap((name, place) => (values[place] === undefined ? [] : [[name, place]]))
    expect(Object.entries(made)).toEqual(expected)
  }
  expect(shape.tree.size).toBeLessThan(2 ** names.length)
})

test('a member may have any name, and null, false and an empty text are values', () => {
  const odd = ['a"b', "it's", 'constructor', '\\', '\u2028']
  expect(Object.entries(makeShaped(makeShape(), odd, [null, false, '', 0, 'x']))).toEqual([
    ['a"b', null],
    ["it's", false],
    ['constructor', ''],
    ['\\', 0],
    ['\u2028', 'x'],
  ])
})
