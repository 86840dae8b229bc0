import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import type { Answer, Json } from '../../src/model.ts'
import { type FormatOptions, formatAnswer } from '../../src/output/format.ts'
import { type Format, formats } from '../../src/output/format-names.ts'
import { sanitise } from '../../src/output/sanitise.ts'
import { makeItemRows } from '../../src/ready-items.ts'
import { pickFrom, random } from '../helpers/random.ts'

/** What cells are made of: what terminals, spreadsheets, CSV and JSON each treat in a way of their own. */
const pieces = [
  ...[
    'a',
    'web-1',
    'Z',
    '0',
    '7',
    '.',
    'e5',
    '/',
    '\\',
    '"',
    "'",
    ',',
    ';',
    '=',
    '+',
    '-',
    '@',
    '%',
    ' ',
    '  ',
  ],
  ...[
    '\t',
    '\r',
    '\n',
    '\u0000',
    '\u001b[31m',
    '\u007f',
    '\u009b',
    '\u00a0',
    '\u00ad',
    '\u200b',
    '\ufeff',
    '\u202e',
  ],
  ...[
    'é',
    'e\u0301',
    '漢',
    '日本',
    '👩‍👩‍👧',
    '\uff1d',
    '\uff20',
    '\ud800',
    '\udc00',
    '\u{e0041}',
    '\u2028',
    '~',
    '_',
    '\u0085',
  ],
]

const optionsOf = (columns: number | null): FormatOptions => ({ columns, raw: false, colour: false })

test.each(formats)('%s prints rows as it prints the objects that they stand for', (format) => {
  const dice = random(17)
  for (let round = 0; round < 300; round += 1) {
    const { columns, rows } = makeRows(dice)
    const objects = rows.map((row) =>
      Object.fromEntries(columns.map((name, place) => [name, row[place] ?? null])),
    )
    const width = pickFrom([null, 30, 200], dice)
    const printed = print(columns, makeItemRows(columns, rows), format, width)
    expect(printed).toBe(print(columns, objects, format, width))
    // Of an expression's list only the objects say which columns there are.
    expect(print(null, makeItemRows(columns, rows), format, width)).toBe(print(null, objects, format, width))
  }
})

test('a list of rows is a list of objects to whoever wants these', () => {
  const rows = [['web', 3] as const, ['db', null] as const]
  expect([...makeItemRows(['Name', 'Size'], rows)]).toEqual([
    { Name: 'web', Size: 3 },
    { Name: 'db', Size: null },
  ])
  const twice = makeItemRows(['Name', 'Name'], rows)
  expect(print(['Name', 'Name'], twice, 'ndjson', null)).toBe('{"Name":3}\n{"Name":null}\n')
})

test('each cell of a CSV file is what RFC 4180, spreadsheets and terminals ask for, however it is made', () => {
  const dice = random(4180)
  for (let round = 0; round < 20_000; round += 1) {
    const cell = makeCell(dice)
    const width = pickFrom([null, 80], dice)
    expect(print(['A', 'B'], makeItemRows(['A', 'B'], [[cell, 'x']]), 'csv', width)).toBe(
      `A,B\r\n${csvCell(cell, width !== null)},x\r\n`,
    )
  }
})

test('each cell of a table is harmless and as wide as its column, however it is made', () => {
  const dice = random(80)
  for (let round = 0; round < 5000; round += 1) {
    const cells = Array.from({ length: 4 }, () => makeCell(dice))
    const texts = cells.map(tableCell)
    const size = Math.max(1, ...texts.map((text) => stringWidth(text)))
    const isRight =
      cells.every((cell) => cell === null || typeof cell === 'number') && cells.some((cell) => cell !== null)
    const lines = texts.map((text) => {
      const blanks = ' '.repeat(size - stringWidth(text))
      return `${isRight ? blanks + text : text + blanks}  |`
    })
    const head = isRight ? 'A'.padStart(size) : 'A'.padEnd(size)
    const rows = cells.map((cell) => [cell, '|'])
    expect(print(['A', 'B'], makeItemRows(['A', 'B'], rows), 'table', null)).toBe(
      `${[`${head}  B`, ...lines].join('\n')}\n`,
    )
  }
})

function print(
  columns: readonly string[] | null,
  items: Iterable<Json>,
  format: Format,
  width: number | null,
): string {
  const answer: Answer = { type: 'list', title: 'Things', columns, items }
  return [...formatAnswer(answer, format, optionsOf(width))].join('')
}

function makeRows(dice: () => number): { columns: readonly string[]; rows: readonly (readonly Json[])[] } {
  const columns = ['Name', 'InstanceId', 'State', 'Size', 'a"b', 'é'].slice(0, 1 + Math.floor(dice() * 6))
  const count = Math.floor(dice() * 5)
  return { columns, rows: Array.from({ length: count }, () => columns.map(() => makeCell(dice))) }
}

function makeCell(dice: () => number): Json {
  const sort = dice()
  if (sort < 0.1) return null
  if (sort < 0.2) return pickFrom([0, -1, 12, 1.5, -0.25, 1e21, 1e-7, 123456789012], dice)
  return Array.from({ length: Math.floor(dice() * 5) }, () => pickFrom(pieces, dice)).join('')
}

/** The rule in one piece: an apostrophe before what a spreadsheet would run, quotes around what CSV needs them for. */
function csvCell(cell: Json, terminal: boolean): string {
  let text = cell === null ? '' : String(cell)
  const runs = /^[\s\u0000-\u001f\u00a0\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(text)
  const isNumber = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)
  if (typeof cell === 'string' && runs && !isNumber) text = `'${text}`
  if (terminal) text = sanitise(text)
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function tableCell(cell: Json): string {
  return cell === null ? '-' : sanitise(String(cell))
}
