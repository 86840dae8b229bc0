import { describe, expect, test } from 'vitest'
import type { Answer, Json } from '../../src/model.ts'
import { measureCells } from '../../src/output/aws-table-width.ts'
import { formatAnswer } from '../../src/output/format.ts'
import { casesOf, counted } from '../helpers/long-runs.ts'
import { type AwsCli, askFormatters, awsCli2 } from './aws-formatters.ts'

describe('the AWS CLI’s table', () => {
  test('has rows under sorted headers, and each object’s members in boxes below it', () => {
    const items = [
      { b: 1, a: null, Tags: [{ Key: 'Name', Value: 'web' }], State: { Name: 'running' } },
      { b: true, a: '', Tags: [] },
    ]
    expect(print(items)).toBe(`-----------------------
|  DescribeInstances  |
+------------+--------+
|      a     |   b    |
+------------+--------+
|  None      |  1     |
+------------+--------+
||       State       ||
|+-------+-----------+|
||  Name |  running  ||
|+-------+-----------+|
||       Tags        ||
|+--------+----------+|
||   Key  |  Value   ||
|+--------+----------+|
||  Name  |  web     ||
|+--------+----------+|
|  DescribeInstances  |
+-------+-------------+
|   a   |      b      |
+-------+-------------+
|       |  True       |
+-------+-------------+
`)
  })

  test('aligns wide characters', () => {
    expect(print([{ Name: '日本語' }, { Name: 'web' }])).toBe(`-------------------
|DescribeInstances|
+-----------------+
|      Name       |
+-----------------+
|  日本語         |
|  web            |
+-----------------+
`)
  })

  test('has a box without rows for a scalar, and nothing for what is empty', () => {
    const box = '-------------------\n|DescribeInstances|\n+-----------------+\n'
    expect([3, 'x', true].map((value) => print(value))).toEqual([box, box, box])
    for (const value of [[], {}, null, '', 0, false]) expect(print(value), JSON.stringify(value)).toBe('')
  })

  test('turns a row that stands alone on its side where the table is wider than the terminal, else 80', () => {
    const wide = (length: number) => [{ Id: 'x'.repeat(length), b: 1 }]
    const height = (text: string) => text.split('\n').length
    expect([print(wide(69)), print(wide(70)), print([...wide(70), { Id: 'y' }])].map(height)).toEqual([
      8, 7, 9,
    ])
    expect([print(wide(70), 81), print(wide(60), 40)].map(height)).toEqual([8, 7])
  })

  test.each([[[['a'], ['b', 'c']]], [['a', []]], [[{ a: 1 }, 'b']], [[{ a: 1 }, null]]])(
    'is refused where the AWS CLI fails: %j',
    (value) => {
      expect(() => print(value as Json)).toThrow(/cannot show a list .*: use --output table, json or text/)
    },
  )

  test('never lets text control a terminal, and keeps its columns there', () => {
    const lines = print([{ a: '\u001b[2J', b: 'x\ny' }], 80)
      .trimEnd()
      .split('\n')
    expect(lines[5]).toBe('|  ␛[2J  |  x␊y   |')
    expect(new Set(lines.map((line) => line.length)).size).toBe(1)
  })
})

describe('beside the AWS CLI v2 (skipped where /usr/bin/aws is not it)', () => {
  const count = casesOf(3000)
  test.skipIf(!awsCli2)(
    `the table of ${counted(count)} generated documents is the same, byte by byte`,
    () => {
      const document = generateValues(count)
      const expressions = document.map((_, index) => `[${index}]`)
      const judged = askFormatters(awsCli2 as AwsCli, { document, expressions, formats: ['table'] })
      let compared = 0
      document.forEach((value, index) => {
        const expected = judged[index]?.[0] ?? null
        if (expected === null) expect(() => print(value), JSON.stringify(value)).toThrow(/cannot show/)
        else expect(print(value), JSON.stringify(value)).toBe(expected)
        compared += expected === null ? 0 : 1
      })
      expect(compared).toBeGreaterThan(casesOf(2000))
    },
  )

  test.skipIf(!awsCli2)('characters take as many cells', () => {
    const characters = [
      'é',
      'ß',
      '日',
      'ｱ',
      '＋',
      '👩',
      '\u200d',
      '\ufe0f',
      '\u0301',
      '🇩',
      '\u00ad',
      '\t',
      'é',
    ]
    const expressions = characters.map((_, index) => `{a: [${index}], b: 'x'}`)
    const judged = askFormatters(awsCli2 as AwsCli, {
      document: characters.map((each) => each.repeat(20)),
      expressions,
      formats: ['table'],
    })
    // An outer edge of so many dashes: two columns of text and four, and two edges.
    const widths = judged.map(([table]) => ((table ?? '').indexOf('\n') - 2 - 5 - 4) / 20)
    expect(characters.map(measureCells)).toEqual(widths)
  })
})

function print(value: Json, columns: number | null = null): string {
  const title = 'DescribeInstances'
  const answer: Answer = Array.isArray(value)
    ? { type: 'list', title, columns: null, items: value }
    : { type: 'value', title, value }
  return [...formatAnswer(answer, 'aws-table', { columns, raw: false, colour: false })].join('')
}

/** Documents as results of queries are: rows, objects and lists of them, nested and mixed. */
function generateValues(count: number): Json[] {
  const scalars = [
    null,
    true,
    false,
    0,
    -5,
    1.5,
    '',
    'x',
    'some words',
    "it's",
    '日本',
    'é',
    '👩‍👩‍👧',
    'nl\n',
    'x'.repeat(40),
  ]
  const keys = ['a', 'B', 'cc', 'ß', '\u{1f600}', 'longer-name', '_z', 'Key', 'Value']
  let state = 11
  const randomBelow = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 16) % limit
  }
  const times = (limit: number) => Array.from({ length: randomBelow(limit) })
  const scalar = () => scalars[randomBelow(scalars.length)] ?? null
  const key = () => keys[randomBelow(keys.length)] ?? ''
  const document = (depth: number): Json => {
    const shape = depth === 0 ? 0 : randomBelow(7)
    if (shape === 0) return scalar()
    if (shape <= 2) return objectOf(times(5).map(key), depth)
    if (shape === 3) {
      const cells = Array.from({ length: 1 + randomBelow(3) })
      return times(4).map(() => cells.map(scalar))
    }
    if (shape === 4) {
      const names = [key(), ...times(3).map(key)]
      return times(4).map(() => objectOf(names, depth))
    }
    return times(4).map(() => document(depth - 1))
  }
  const objectOf = (names: readonly string[], depth: number) =>
    Object.fromEntries(names.map((name) => [name, randomBelow(3) > 0 ? scalar() : document(depth - 1)]))
  return Array.from({ length: count }, () => document(4))
}
