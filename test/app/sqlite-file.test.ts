import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatSqlite } from '../../src/app/sqlite-file.ts'
import { makeExactNumber } from '../../src/exact-number.ts'
import type { Json } from '../../src/model.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { aboutRows, answerOfRows, fuzzedColumns, fuzzRows } from '../output/fuzzed-rows.ts'

describe('Python reads of a database', () => {
  const rows = fuzzRows(5000, 4)
  const file = write(fuzzedColumns, rows)

  test('every value of 5,000 fuzzed rows, with its type', () => {
    const found = ask(file, 'SELECT * FROM things')
    expect(found.length).toBe(rows.length)
    for (const [place, row] of rows.entries()) {
      const [id, name, count, large, ratio, launched, on, tags, mixed, nothing] = row
      const asText = (value: Json | undefined) =>
        value === null || typeof value === 'string' ? value : JSON.stringify(value)
      expect(found[place]).toEqual([
        ...[id, name, count, large, ratio, launched],
        ...[on === null ? null : Number(on), asText(tags), asText(mixed), nothing],
      ])
    }
  })

  test('columns with types, in a table that every SQLite 3 reads', () => {
    const [[sql]] = ask(file, "SELECT sql FROM sqlite_master WHERE name = 'things'") as [[string]]
    expect(sql).toBe(
      'CREATE TABLE "things" ("Id" TEXT, "Name" TEXT, "Count" INTEGER, "Large" INTEGER, "Ratio" REAL, "Launched" TEXT, "On" INTEGER, "Tags" TEXT, "Mixed" TEXT, "Nothing" TEXT)',
    )
    expect(ask(file, 'PRAGMA integrity_check')).toEqual([['ok']])
    // The head says which version writes and reads it; WAL would be 2 (SQLite, "Database File Format").
    expect(ask(file, 'SELECT DISTINCT typeof(Tags) FROM things ORDER BY 1')).toEqual([['null'], ['text']])
    expect(ask(file, 'PRAGMA journal_mode')).toEqual([['delete']])
  })

  test('the coverage, in tables of its own', () => {
    expect(ask(file, 'SELECT * FROM coverage')).toEqual([
      ['dev', 'eu-west-1', 'fresh', null],
      ['prod', 'eu-west-1', 'failed', 'Access <denied> & "more"'],
    ])
    expect(ask(file, 'SELECT * FROM about')).toEqual([
      ['complete', 'false'],
      ['summary', '1 of 2 scopes were read; the oldest data is of 2026-11-25T10:00:00.000Z'],
    ])
  })
})

describe('a database', () => {
  test('takes the names of the rows and the columns as they come', () => {
    const file = write(['a"b', 'Name', 'name', ''], [['1', '2', '3', '4']], 'coverage')
    expect(ask(file, 'SELECT * FROM "rows of coverage"')).toEqual([['1', '2', '3', '4']])
    const names = ask(file, "SELECT name FROM pragma_table_info('rows of coverage')").flat()
    expect(names).toEqual(['a"b', 'Name', 'name 2', 'column'])
  })

  test('keeps numbers of 64 bits, and without rows or columns is a database too', () => {
    const file = write(['N'], [[makeExactNumber('9223372036854775807')], [-1]])
    expect(ask(file, 'SELECT CAST(N AS TEXT) FROM things').flat()).toEqual(['9223372036854775807', '-1'])
    expect(ask(write([], []), 'SELECT count(*) FROM things')).toEqual([[0]])
  })

  test('has up to 2,000 columns, and with more is an error that says what to do', () => {
    const columns = Array.from({ length: 2001 }, (_, n) => `c${n}`)
    const row = columns.map((_, n) => n)
    const file = write(columns.slice(1), [row.slice(1)])
    expect(ask(file, 'SELECT c1, c2000 FROM things')).toEqual([[1, 2000]])
    expect(() => write(columns, [row])).toThrow(
      'A table of SQLite has 2000 columns at most, and this has 2001: choose some with --columns, or write csv.',
    )
  })

  test('leaves nothing beside it', () => {
    const folder = temporaryFolder()
    const bytes = formatSqlite(answerOfRows(['A'], [['1']]), aboutRows(folder))
    expect(bytes.next().value?.length).toBeGreaterThan(0)
    expect(readdirSync(folder)).toEqual([])
  })
})

function write(columns: readonly string[], rows: readonly (readonly Json[])[], name = 'things'): string {
  const folder = temporaryFolder()
  const file = join(folder, 'things.db')
  const about = { ...aboutRows(folder), name }
  writeFileSync(file, Buffer.concat([...formatSqlite(answerOfRows(columns, rows), about)]))
  return file
}

/** What Python's own SQLite answers, which is older than the one that wrote the file. */
function ask(file: string, sql: string): readonly (readonly unknown[])[] {
  const script =
    'import sys,json,sqlite3; json.dump([list(r) for r in sqlite3.connect(sys.argv[1]).execute(sys.argv[2])], sys.stdout)'
  const text = execFileSync('python3', ['-c', script, file, sql], { encoding: 'utf8', maxBuffer: 1e9 })
  return JSON.parse(text) as unknown[][]
}
