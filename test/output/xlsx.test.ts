import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/model.ts'
import { excelLimits, formatXlsx, type XlsxLimits } from '../../src/output/xlsx.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { aboutRows, answerOfRows, fuzzedColumns, fuzzRows } from './fuzzed-rows.ts'
import { readXlsx } from './read-xlsx.ts'

/** The Python that has openpyxl: the first on the PATH, or the system's. */
const python = ['python3', '/usr/bin/python3'].find(
  (each) => spawnSync(each, ['-c', 'import openpyxl']).status === 0,
)

describe('Python reads of a workbook', () => {
  const rows = fuzzRows(5000, 3)
  const { file, notes } = write(fuzzedColumns, rows)
  const [sheet, coverage, ...more] = readXlsx(file)

  const expectAll = (found: readonly (readonly Json[])[]) => {
    expect(found[0]).toEqual(fuzzedColumns)
    expect(found.length).toBe(rows.length + 1)
    for (const [place, row] of rows.entries()) {
      const [id, name, count, large, ratio, launched, on, tags, mixed, nothing] = row
      const expected = [
        id,
        name,
        count,
        large,
        ratio,
        launched === null ? null : `time:${new Date(String(launched)).toISOString().slice(0, -1)}`,
        on,
        tags === null ? null : JSON.stringify(tags),
        mixed !== null && typeof mixed === 'object' ? JSON.stringify(mixed) : mixed,
        nothing,
      ]
      const read = [...(found[place + 1] ?? [])]
      while (read.length < expected.length) read.push(null)
      expect(read).toEqual(expected)
    }
  }

  test('every value of 5,000 fuzzed rows, as what it is', () => {
    expectAll((sheet?.rows ?? []) as readonly (readonly Json[])[])
  })

  test.skipIf(!python)('the same by openpyxl (skipped where Python has no openpyxl)', () => {
    const reading = [
      'import sys, json, openpyxl, datetime',
      'from openpyxl.utils.escape import unescape',
      'def show(v):',
      '  if isinstance(v, datetime.datetime): return "time:" + v.isoformat(timespec="milliseconds")',
      // Excel reads _x0041_ as A (ECMA-376, ST_Xstring); openpyxl leaves that to its caller.
      '  return unescape(v) if isinstance(v, str) else v',
      'print(json.dumps([[show(v) for v in r] for r in openpyxl.load_workbook(sys.argv[1]).worksheets[0].iter_rows(values_only=True)]))',
    ]
    const options = { encoding: 'utf8', maxBuffer: 1 << 28 } as const
    const read = execFileSync(python ?? '', ['-c', reading.join('\n'), file], options)
    expectAll(JSON.parse(read) as readonly (readonly Json[])[])
  })

  test('the names of the columns fixed, with filters over all rows', () => {
    expect(sheet).toMatchObject({ name: 'things', frozen: 'A2', filter: 'A1:J5001' })
  })

  test('a second sheet with the coverage', () => {
    expect(coverage?.name).toBe('Coverage, incomplete')
    expect(coverage?.rows).toEqual([
      [
        'Incomplete: 1 of 2 scopes were read; the oldest data is of 2026-11-25T10:00:00.000Z. Times are in UTC.',
      ],
      [],
      ['Profile', 'Region', 'State', 'Message'],
      ['dev', 'eu-west-1', 'fresh'],
      ['prod', 'eu-west-1', 'failed', 'Access <denied> & "more"'],
    ])
    expect([more, notes]).toEqual([[], []])
  })

  test('no formula anywhere', () => {
    expect(sheet?.formulas).toEqual([])
  })
})

describe('a workbook', () => {
  test('keeps text that looks like a formula as text, also when its cell is edited', () => {
    const texts = ['=1+1', '+SUM(A1)', '-2+3', '@A1', '\t=1', '＝1', '-5', 'plain']
    const [sheet] = readXlsx(
      write(
        ['A'],
        texts.map((text) => [text]),
      ).file,
    )
    expect(sheet?.rows.slice(1).flat()).toEqual(texts)
    expect(sheet?.formulas).toEqual([])
    expect(sheet?.quoted).toEqual(['A2', 'A3', 'A4', 'A5', 'A6', 'A7'])
  })

  test('cuts text that is longer than a cell holds, and names the cells', () => {
    const long = 'x'.repeat(40_000)
    const pair = `${'y'.repeat(32_765)}😀${'y'.repeat(9)}`
    const { file, notes } = write(
      ['A', 'B'],
      [
        ['short', long],
        [pair, 'z'.repeat(32_767)],
      ],
    )
    const [sheet, coverage, cuts] = readXlsx(file)
    expect(sheet?.rows[1]).toEqual(['short', `${'x'.repeat(32_766)}…`])
    expect(sheet?.rows[2]).toEqual([`${'y'.repeat(32_765)}…`, 'z'.repeat(32_767)])
    expect(cuts?.name).toBe('Cut cells')
    expect(cuts?.rows).toEqual([
      ['Sheet', 'Cell', 'Column', 'Characters'],
      ['things', 'B2', 'B', 40_000],
      ['things', 'A3', 'A', 32_776],
    ])
    expect(notes).toEqual([
      "cut: 2 cells longer than the 32767 characters that xlsx holds (B2, A3); the sheet 'Cut cells' names them.",
    ])
    expect(coverage?.rows[0]?.[0]).toMatch(
      /Times are in UTC\. Cut: 2 cells longer than the 32767 characters that xlsx holds\.$/,
    )
  })

  test('goes on in further sheets past the rows of one, and names the cells that were cut in each', () => {
    const rows = Array.from({ length: 8 }, (_, n) => [n, n > 2 ? 'x'.repeat(31) : 'x'])
    const { file, notes } = write(['N', 'T'], rows, { rows: 4, text: 30, named: 4 })
    const sheets = readXlsx(file)
    expect(sheets.map(({ name }) => name)).toEqual([
      ...['things', 'things 2', 'things 3', 'Coverage, incomplete', 'Cut cells'],
    ])
    expect(sheets.slice(0, 3).flatMap((sheet) => sheet.rows.slice(1).map(([n]) => n))).toEqual(
      rows.map(([n]) => n),
    )
    expect(sheets.slice(0, 3).map(({ filter }) => filter)).toEqual(['A1:B4', 'A1:B4', 'A1:B3'])
    expect(sheets.at(-1)?.rows.slice(1)).toEqual([
      ['things 2', 'B2', 'T', 31],
      ['things 2', 'B3', 'T', 31],
      ['things 2', 'B4', 'T', 31],
      ['things 3', 'B2', 'T', 31],
    ])
    expect(notes).toEqual([
      "cut: 5 cells longer than the 30 characters that xlsx holds (things 2!B2, things 2!B3, things 2!B4 …); the sheet 'Cut cells' names them.",
    ])
    expect(excelLimits).toMatchObject({ rows: 1_048_576, columns: 16_384, text: 32_767, bytes: 2 ** 32 - 1 })
  })

  test('keeps its coverage within one sheet, and says how much of it that is', () => {
    const sheets = readXlsx(write(['N'], [[1]], { rows: 4 }).file)
    expect(sheets.at(-1)?.rows.slice(3)).toEqual([['dev', 'eu-west-1', 'fresh']])
    expect(sheets.at(-1)?.rows[0]?.[0]).toMatch(/The first 1 of 2 are below\.$/)
  })

  test('of more bytes than a workbook can hold is an error that says what to do', () => {
    const rows = Array.from({ length: 2000 }, (_, n) => [`${n}`.repeat(9)])
    expect(() => write(['N'], rows, { bytes: 50_000 })).toThrow(
      'this is more: write parquet or csv.gz, or choose fewer columns with --columns.',
    )
  })

  test('of more columns than Excel has is an error that says what to do', () => {
    const columns = Array.from({ length: 16_385 }, (_, n) => `c${n}`)
    expect(() => write(columns, [])).toThrow(
      'xlsx holds 16384 columns, and this has 16385: choose some with --columns, or write csv.',
    )
  })

  test('keeps times that Excel would show as another day, and numbers past its digits, as text', () => {
    const [sheet] = readXlsx(write(['T'], [['1900-02-28T00:00:00Z'], ['2026-01-01T00:00:00Z']]).file)
    expect(sheet?.rows.slice(1)).toEqual([['1900-02-28T00:00:00Z'], ['time:2026-01-01T00:00:00.000']])
  })

  test('without rows or columns is a workbook too', () => {
    expect(readXlsx(write([], []).file)[0]?.rows).toEqual([[]])
    expect(readXlsx(write(['A'], []).file)[0]?.rows).toEqual([['A']])
  })

  test.skipIf(!python)('is read by openpyxl in the same way (skipped where Python has no openpyxl)', () => {
    const { file } = write(['A', 'T', 'N'], [['=1+1', '2026-01-01T00:00:00Z', 1.5]])
    const reading =
      'import sys,json,openpyxl; s=openpyxl.load_workbook(sys.argv[1]).worksheets[0]; print(s.freeze_panes, s.auto_filter.ref, [(c.value, c.data_type) for c in s[2]])'
    expect(execFileSync(python ?? '', ['-c', reading, file], { encoding: 'utf8' })).toBe(
      "A2 A1:C2 [('=1+1', 's'), (datetime.datetime(2026, 1, 1, 0, 0), 'd'), (1.5, 'n')]\n",
    )
  })
})

function write(
  columns: readonly string[],
  rows: readonly (readonly Json[])[],
  limits: Partial<XlsxLimits> = {},
) {
  const folder = temporaryFolder()
  const file = join(folder, 'things.xlsx')
  const notes: string[] = []
  const about = aboutRows(folder, notes)
  const pieces = formatXlsx(answerOfRows(columns, rows), about, { ...excelLimits, ...limits })
  writeFileSync(file, Buffer.concat([...pieces]))
  return { file, notes }
}
