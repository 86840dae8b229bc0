import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Answer, Json } from '../../src/model.ts'
import { formatAnswer } from '../../src/output/format.ts'
import type { Format } from '../../src/output/format-names.ts'

const hasAwsCli = existsSync('/usr/lib/python3/dist-packages/awscli/text.py')
const toFile = { columns: null, raw: false, colour: false }

describe('beside the AWS CLI v2 (skipped where it is not installed)', () => {
  test.skipIf(!hasAwsCli)('text and json are byte by byte the same for 400 generated documents', () => {
    const documents = generateValues(400)
    const input = documents.map((document) => JSON.stringify(document)).join('\n')
    const env = { ...process.env, PYTHONIOENCODING: 'utf8' }
    const theirs = execFileSync('/usr/bin/python3', ['-c', judge], { input, encoding: 'utf8', env })
    const judged = theirs.split('\u0001').slice(0, -1)
    expect(judged).toHaveLength(documents.length * 2)
    let compared = 0
    documents.forEach((document, index) => {
      expect(print(document, 'json'), JSON.stringify(document)).toBe(judged[index * 2])
      const text = judged[index * 2 + 1]
      if (text === 'crashed') return
      expect(print(document, 'text'), JSON.stringify(document)).toBe(text)
      compared += 1
    })
    expect(compared).toBeGreaterThan(300)
  })

  test('text shows an object as the CLI does where another row has null', () => {
    const items = [
      { Id: 'i-1', Profile: { Arn: "it's", N: [1, true, null] } },
      { Id: 'i-2', Profile: null },
    ]
    expect(print(items, 'text')).toBe(`i-1\t{'Arn': "it's", 'N': [1, True, None]}\ni-2\tNone\n`)
  })
})

test.each(['1.1', '1.2'] as const)('a YAML %s reader gets text back as text', (version) => {
  const words = ['yes', 'off', '0o17', '017', '1_000', '1:30', '<<', '=', '~', '2026-01-01', '1e3', '.inf']
  const items: Json[] = [...words, ...words.map((word) => ({ [word]: word }))]
  expect(parse(print(items, 'yaml'), { version })).toEqual(items)
})

describe('csv', () => {
  test('keeps a row whose only cell is empty', () => {
    expect(print([{ a: null }, { a: 1 }], 'csv')).toBe('a\r\n""\r\n1\r\n')
  })

  test('reads lists in the order of the columns that were asked for, even where those are numbers', () => {
    const answer: Answer = { type: 'list', title: 'T', columns: ['2024', 'b'], items: [['x', 'y']] }
    expect([...formatAnswer(answer, 'csv', toFile)].join('')).toBe('2024,b\r\nx,y\r\n')
  })

  test('names no column twice', () => {
    expect(print([{ value: 1 }, 2], 'csv')).toBe('value\r\n1\r\n2\r\n')
    expect(print([{ 1: 1 }, [2]], 'csv')).toBe('1\r\n1\r\n2\r\n')
  })
})

describe('the table', () => {
  test('shows a scalar by itself, and nothing for an empty list without columns', () => {
    const value: Answer = { type: 'value', title: 'T', value: 3 }
    expect([...formatAnswer(value, 'table', toFile)]).toEqual(['3\n'])
    expect(print([], 'table')).toBe('')
  })

  test('closes its source when the reader stops early', () => {
    let closed = false
    function* source(): Generator<Json> {
      try {
        for (let a = 0; ; a += 1) yield { a }
      } finally {
        closed = true
      }
    }
    const answer: Answer = { type: 'list', title: 'T', columns: ['a'], items: source() }
    for (const _ of formatAnswer(answer, 'table', toFile)) break
    expect(closed).toBe(true)
  })

  test('aligns a column to the right only where it holds numbers', () => {
    const items = [
      { none: null, n: 1, end: 'x' },
      { none: null, n: 100, end: 'x' },
    ]
    expect(print(items, 'table')).toBe('none    n  end\n-       1  x\n-     100  x\n')
  })
})

/** Prints each document as json, then as text; the CLI's text crashes on lists that mix objects and scalars. */
const judge = `
import io, json, sys
from types import SimpleNamespace
import jmespath
from awscli.formatter import get_formatter
from awscli.text import format_text
whole = SimpleNamespace(query=jmespath.compile('document'), output='json')
for line in sys.stdin:
    document = json.loads(line)
    text = io.StringIO()
    try:
        format_text(document, text)
        text = text.getvalue()
    except AttributeError:
        text = 'crashed'
    printed = io.StringIO()
    get_formatter('json', whole)('DescribeInstances', {'document': document}, printed)
    sys.stdout.write(printed.getvalue() + '\\x01' + text + '\\x01')
`

function print(document: Json, format: Format): string {
  const answer: Answer = Array.isArray(document)
    ? { type: 'list', title: 'T', columns: null, items: document }
    : { type: 'value', title: 'T', value: document }
  return [...formatAnswer(answer, format, toFile)].join('')
}

function generateValues(count: number): Json[] {
  const scalars = [
    null,
    true,
    false,
    0,
    -5,
    1.5,
    '',
    'x\ty',
    "it's",
    '"\'',
    '\u001b',
    '\u007f',
    '日本',
    '\\',
    '\u200b',
  ]
  const keys = ['a', 'B', 'c', 'ß', '\u{1f600}', '\uff21', '_z']
  let state = 7
  const randomBelow = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 16) % limit
  }
  const document = (depth: number): Json => {
    const shape = depth <= 0 ? 0 : randomBelow(4)
    const members = Array.from({ length: randomBelow(4) }, () => depth - 1)
    if (shape < 2 && depth < 4) return scalars[randomBelow(scalars.length)] ?? null
    if (shape % 2 === 0) return members.map(document)
    return Object.fromEntries(members.map((each) => [keys[randomBelow(keys.length)], document(each)]))
  }
  return Array.from({ length: count }, () => document(4))
}
