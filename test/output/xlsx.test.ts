import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/model.ts'
import { formatXlsx } from '../../src/output/xlsx.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { aboutRows, answerOfRows, fuzzedColumns, fuzzRows } from './fuzzed-rows.ts'
import { readXlsx } from './read-xlsx.ts'

const hasOpenpyxl = spawnSync('python3', ['-c', 'import openpyxl']).status === 0

describe('Python reads of a workbook', () => {
  const rows = fuzzRows(5000, 3)
  const { file, notes } = write(fuzzedColumns, rows)
  const [sheet, coverage, ...more] = readXlsx(file)

  test('every value of 5,000 fuzzed rows, as what it is', () => {
    expect(sheet?.rows[0]).toEqual(fuzzedColumns)
    expect(sheet?.rows.length).toBe(rows.length + 1)
    for (const [place, row] of rows.entries()) {
      const [id, name, count, large, ratio, launched, on, tags, mixed] = row
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
      ]
      const read = [...(sheet?.rows[place + 1] ?? [])]
      while (read.length < expected.length) read.push(null)
      expect(read).toEqual(expected)
    }
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
    const [sheet, , cuts] = readXlsx(file)
    expect(sheet?.rows[1]).toEqual(['short', `${'x'.repeat(32_766)}…`])
    expect(sheet?.rows[2]).toEqual([`${'y'.repeat(32_765)}…`, 'z'.repeat(32_767)])
    expect(cuts?.name).toBe('Cut cells')
    expect(cuts?.rows).toEqual([
      ['Sheet', 'Cell', 'Column', 'Characters'],
      ['things', 'B2', 'B', 40_000],
      ['things', 'A3', 'A', 32_776],
    ])
    expect(notes).toEqual([
      "cut: 2 cells longer than the 32767 characters that xlsx holds; the sheet 'Cut cells' names them.",
    ])
  })

  test('goes on in a further sheet past 1,048,576 rows', () => {
    const { file } = write(
      ['N'],
      Array.from({ length: 1_048_577 }, (_, n) => [n]),
    )
    const counting =
      'import sys,zipfile,re; z=zipfile.ZipFile(sys.argv[1]); print(re.findall(b"sheet name=.([^\\"]*)", z.read("xl/workbook.xml"))); print([(len(re.findall(b"<row ", d)), re.findall(b"<v>(\\d+)</v></c></row></sheetData>", d), re.findall(b"autoFilter ref=.([A-Z0-9:]+)", d)) for d in (z.read(f"xl/worksheets/sheet{n}.xml") for n in (1, 2))])'
    expect(execFileSync('python3', ['-c', counting, file], { encoding: 'utf8' })).toBe(
      "[b'things', b'things 2', b'Coverage, incomplete']\n[(1048576, [b'1048574'], [b'A1:A1048576']), (3, [b'1048576'], [b'A1:A3'])]\n",
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

  test.skipIf(!hasOpenpyxl)(
    'is read by openpyxl in the same way (skipped where Python has no openpyxl)',
    () => {
      const { file } = write(['A', 'T', 'N'], [['=1+1', '2026-01-01T00:00:00Z', 1.5]])
      const reading =
        'import sys,json,openpyxl; s=openpyxl.load_workbook(sys.argv[1]).worksheets[0]; print(s.freeze_panes, s.auto_filter.ref, [(c.value, c.data_type) for c in s[2]])'
      expect(execFileSync('python3', ['-c', reading, file], { encoding: 'utf8' })).toBe(
        "A2 A1:C2 [('=1+1', 's'), (datetime.datetime(2026, 1, 1, 0, 0), 'd'), (1.5, 'n')]\n",
      )
    },
  )
})

function write(columns: readonly string[], rows: readonly (readonly Json[])[]) {
  const folder = temporaryFolder()
  const file = join(folder, 'things.xlsx')
  const notes: string[] = []
  writeFileSync(file, Buffer.concat([...formatXlsx(answerOfRows(columns, rows), aboutRows(folder, notes))]))
  return { file, notes }
}
