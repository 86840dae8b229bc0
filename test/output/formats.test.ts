import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Answer, Json } from '../../src/model.ts'
import { formatAge, parseDuration } from '../../src/output/age.ts'
import { type FormatOptions, formatAnswer, loadFormat } from '../../src/output/format.ts'
import { type Format, formats } from '../../src/output/format-names.ts'
import { sanitise } from '../../src/output/sanitise.ts'
import { makeItemRows, withMembers } from '../../src/ready-items.ts'

const python = '/usr/bin/python3'
const hasAwsCli = existsSync('/usr/lib/python3/dist-packages/awscli/text.py')
const wild = [
  'tab\there',
  'line\nbreak',
  '\u009b31mred',
  '\u001b[2J',
  'a\u202eb',
  '日本語',
  '👩‍👩‍👧',
  'é',
  '',
]

describe('every format', () => {
  test.each(['json', 'ndjson', 'yaml'] as const)('%s gives back exactly what went in', (format) => {
    for (const items of [[], [1, 'a', null, true], [{ a: [], b: {} }], [wild], [['x', null]]] as Json[][]) {
      const text = print(list(items), format)
      const read = format === 'json' ? JSON.parse(text) : format === 'yaml' ? parse(text) : ndjson(text)
      expect(read).toEqual(items)
    }
  })

  test.each([...formats, 'markdown', 'html'] as const)(
    '%s closes its rows when the reader leaves at once',
    async (format) => {
      let isOpen = false
      function* rows() {
        isOpen = true
        try {
          yield [1]
          yield [2]
        } finally {
          isOpen = false
        }
      }
      const write = await loadFormat(format)
      const pieces = write({ ...list([]), columns: null, items: makeItemRows(['a'], rows()) }, toFile)
      pieces.next()
      pieces.return(undefined)
      expect(isOpen).toBe(false)
    },
  )

  test.each(formats)('%s begins to print before the list has ended', (format) => {
    if (format === 'text' || format === 'aws-table') return // their columns are those of all rows
    const chunks = formatAnswer({ ...list([]), items: endless(), columns: ['a'] }, format, toFile)
    for (let n = 0; n < 50; n += 1) expect(chunks.next().value).toBeTypeOf('string')
  })

  test.each(formats)('%s needs no look at all objects whose members are known', (format) => {
    if (format === 'text' || format === 'aws-table') return
    const items = withMembers(endless(), ['a'])
    const chunks = formatAnswer({ ...list([]), items }, format, toFile)
    for (let n = 0; n < 50; n += 1) expect(chunks.next().value).toBeTypeOf('string')
  })

  test.each(formats)('%s never lets text drive a terminal', (format) => {
    const text = print(list(wild.map((value) => ({ value }))), format, { ...toFile, columns: 80 })
    expect(text.replaceAll(/[\n\r\t]/g, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
    if (format === 'json') expect(JSON.parse(text)).toEqual(wild.map((value) => ({ value })))
  })

  test.each(formats)('%s has a form for a scalar, null, an object and an empty list', (format) => {
    for (const value of [3, null, 'x', { b: 1, a: [1] }]) {
      if (format === 'aws-table' && value === null) continue // for which the AWS CLI prints nothing
      expect(print({ type: 'value', title: 'T', value }, format)).not.toBe('')
    }
    expect(() => print(list([]), format)).not.toThrow()
  })
})

describe('one value', () => {
  const object = { Count: 2, Name: 'a, b', Ids: ['i-1', 'i-2'], None: null }

  test.each([
    ['csv', 3, 'value\r\n3\r\n'],
    ['csv', null, 'value\r\n""\r\n'],
    ['csv', object, 'Count,Name,Ids,None\r\n2,"a, b","[""i-1"",""i-2""]",\r\n'],
    ['ndjson', 3, '3\n'],
    ['ndjson', null, 'null\n'],
    ['ndjson', object, '{"Count":2,"Name":"a, b","Ids":["i-1","i-2"],"None":null}\n'],
    ['table', 3, '3\n'],
    ['table', null, '-\n'],
    ['table', object, 'key    value\nCount  2\nName   a, b\nIds    ["i-1","i-2"]\nNone   -\n'],
    ['json', {}, ''],
    ['yaml', {}, ''],
    ['ndjson', {}, '{}\n'],
    ['text', [0.00001, 0.0001234, 1e21], '1e-05\t0.0001234\t1e+21\n'],
  ] as [Format, Json, string][])('as %s, %j is %j', (format, value, text) => {
    expect(print({ type: 'value', title: 'T', value }, format)).toBe(text)
  })
})

describe('json', () => {
  test('is what Python prints with an indent of four', () => {
    expect(print(list([{ a: [1, {}], b: [] }, 'ü']), 'json')).toBe(
      '[\n    {\n        "a": [\n            1,\n            {}\n        ],\n        "b": []\n    },\n    "ü"\n]\n',
    )
  })

  test('is the same of objects with many or odd members, at each depth', () => {
    const odd = { 1: 0, 'a "b"\n': '\u0000é', '': true, toJSON: 'x', e: {}, l: [] }
    const flat = Array.from({ length: 600 }, (_, at) => ({ [`k${at}`]: at, same: `\t${at}`, odd: '"' }))
    const nested = {
      same: 1,
      list: [{ same: 2, deep: [{ same: 3, list: [[{ same: 4 }, 'x'], {}] }] }, { same: 5 }],
    }
    const value: Json = [...flat, odd, nested, [nested, flat.slice(0, 3)], ...flat.slice(-2), [], {}, null]
    const printed = `${JSON.stringify(value, null, 4)}\n`
    expect(print(list(value), 'json')).toBe(printed)
    expect(print({ type: 'value', title: '', value }, 'json')).toBe(printed)
  })
})

describe('text', () => {
  test.skipIf(!hasAwsCli)('is byte by byte the AWS CLI v2’s (skipped where it is not installed)', () => {
    const documents: Json[] = [
      ['i-1', 'i-2'],
      [
        ['i-1', 'running', null],
        ['i-2', 'stopped', 'web'],
      ],
      [
        { b: 1, a: 'x' },
        { a: 'y', c: true },
      ],
      [
        {
          Tags: [
            { Key: 'a', Value: 'b' },
            { Key: 'c', Value: 'd' },
          ],
          Id: 'x',
        },
      ],
      { Reservations: [{ Id: 'r', Instances: [{ A: 1, B: { C: null, D: [1, 2] } }] }] },
      [
        ['a', ['b', 'c']],
        ['d', []],
      ],
      [[['a'], ['b']], 'x'],
      [[], [[]]],
      [null, null],
      { a: null, b: false, c: 1.5 },
      [],
    ]
    const script =
      'import sys, json\nfrom awscli.text import format_text\nfor line in sys.stdin:\n format_text(json.loads(line), sys.stdout); print("--")'
    const input = documents.map((document) => JSON.stringify(document)).join('\n')
    const theirs = execFileSync(python, ['-c', script], { input, encoding: 'utf8' }).split('--\n')
    documents.forEach((document, index) => {
      const answer: Answer = Array.isArray(document)
        ? list(document)
        : { type: 'value', title: 'T', value: document }
      expect(print(answer, 'text'), JSON.stringify(document)).toBe(theirs[index])
    })
  })
})

describe('csv', () => {
  test('follows RFC 4180', () => {
    const answer = list([{ a: 'x,y', b: 'say "hi"', c: 'two\nlines', d: null, e: [1] }])
    expect(print(answer, 'csv')).toBe('a,b,c,d,e\r\n"x,y","say ""hi""","two\nlines",,[1]\r\n')
  })

  test('gives a spreadsheet nothing to run, unless asked to', () => {
    const cells = ['=1+1', '+x', '-x', '@x', '\t=x', ' =x', '＝x', '-5', '+3.2']
    const rows = (raw: boolean) =>
      print(list(cells.map((a) => ({ a }))), 'csv', { ...toFile, raw })
        .split('\r\n')
        .slice(1, -1)
    expect(rows(false)).toEqual(["'=1+1", "'+x", "'-x", "'@x", "'\t=x", "' =x", "'＝x", '-5', '+3.2'])
    expect(rows(true)[0]).toBe('=1+1')
  })

  test('begins with one byte order mark if asked to, and never on a terminal', () => {
    const answer = list([{ a: 'münchen' }, { a: '=1+1' }])
    const rows = "a\r\nmünchen\r\n'=1+1\r\n"
    expect(print(answer, 'csv', { ...toFile, bom: true })).toBe(`\ufeff${rows}`)
    expect(print(answer, 'csv', { ...toFile, bom: true, columns: 80 })).toBe(rows)
    expect(print(answer, 'csv')).toBe(rows)
  })

  test('numbers the places of lists, and drops no member that comes late', () => {
    expect(print(list([['a'], ['b', 'c']]), 'csv')).toBe('1,2\r\na,\r\nb,c\r\n')
    expect(print(list([{ a: 1 }, { b: 2 }]), 'csv')).toBe('a,b\r\n1,\r\n,2\r\n')
  })
})

describe('the table', () => {
  test('is never wider than the terminal, whatever the text', () => {
    const items = wild.map((value) => ({
      name: `${value}${'日本'.repeat(30)}`,
      other: 'x'.repeat(100),
      n: 1,
    }))
    for (const line of print(list(items), 'table', { ...toFile, columns: 60 }).split('\n')) {
      expect(cells(line), line).toBeLessThanOrEqual(60)
    }
  })

  test('cuts nothing without a terminal', () => {
    const long = 'x'.repeat(500)
    expect(print(list([{ a: long, b: 1 }]), 'table')).toContain(long)
  })
})

test('sanitised text keeps what is harmless and shows the rest', () => {
  expect(sanitise('plain ünïcode 日本 👩‍👩‍👧')).toBe('plain ünïcode 日本 👩‍👩‍👧')
  expect(sanitise('\u001b[31m\n\u009b\u202e\ud800')).toBe('␛[31m␊\\u{9b}\\u{202e}\ufffd')
})

test('time spans are read and written', () => {
  expect([0, 59_999, 60_000, 3_720_000, 90_000_000, 34_128_000_000].map(formatAge)).toEqual([
    '0s',
    '59s',
    '1m',
    '1h2m',
    '1d',
    '1y30d',
  ])
  expect(['0', '90s', '15m', '2h', '1d', '2w', '1d12h', '1y30d'].map(parseDuration)).toEqual([
    0, 90_000, 900_000, 7_200_000, 86_400_000, 1_209_600_000, 129_600_000, 34_128_000_000,
  ])
  for (const text of ['soon', '', '5', 'd', '1m1h', '1d1d', '-1d', '1.5h', '1d 2h', '9999999999999y'])
    expect(() => parseDuration(text), text).toThrow(/90s, 15m, 2h or 1d12h/)
})

test('every time span that is shown is read back as what it shows', () => {
  const units = [
    ['s', 1000],
    ['m', 60_000],
    ['h', 60_000],
    ['d', 86_400_000],
    ['y', 86_400_000],
  ] as const
  for (let seconds = 0; seconds < 5 * 365 * 86_400; seconds = Math.ceil(seconds * 1.01) + 1) {
    const text = formatAge(seconds * 1000)
    const span = parseDuration(text)
    expect(formatAge(span), text).toBe(text)
    // What is not shown is less than the smallest unit; a whole hour or year shows no minutes or days.
    const left = seconds * 1000 - span
    expect(left, text).toBeGreaterThanOrEqual(0)
    expect(units.some((unit) => text.endsWith(unit[0] ?? '') && left < unit[1])).toBe(true)
  }
})

const toFile: FormatOptions = { columns: null, raw: false, colour: false }

function list(items: Iterable<Json>): Answer & { type: 'list' } {
  return { type: 'list', title: 'T', columns: null, items }
}

function print(answer: Answer, format: Format, options = toFile): string {
  return [...formatAnswer(answer, format, options)].join('')
}

/** Cells of a line, counted apart from the code under test: ideographs and emoji take two. */
function cells(line: string): number {
  const segments = [...new Intl.Segmenter().segment(line)].map(({ segment }) => segment)
  return segments.reduce(
    (sum, each) => sum + (/^[\u3000-\u9fff]|\p{Emoji_Presentation}/u.test(each) ? 2 : 1),
    0,
  )
}

function ndjson(text: string): Json[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

function* endless(): Generator<Json> {
  for (let a = 0; ; a += 1) yield { a }
}
