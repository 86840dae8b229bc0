import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeExactNumber } from '../../src/exact-number.ts'
import type { ColumnType, Json } from '../../src/model.ts'
import { formatParquet } from '../../src/output/parquet.ts'
import { askDuckDb } from '../helpers/duckdb.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { aboutRows, answerOfRows, fuzzedColumns, fuzzRows } from './fuzzed-rows.ts'

describe('DuckDB reads of a Parquet file', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'things.parquet')
  // Two groups of rows and a part of a third.
  const rows = fuzzRows(12_000, 2)

  beforeAll(() => write(file, fuzzedColumns, rows))

  test('every value of 12,000 fuzzed rows, as what it is', async () => {
    // Text as hexadecimal digits: DuckDB's library for JavaScript drops a byte order mark at its beginning.
    const texts = ['Name', 'Mixed', 'Tags'].map((name) => `hex(encode(${name}::VARCHAR)) AS ${name}`)
    const found = await askDuckDb(`SELECT * REPLACE (${texts.join()}) FROM '${file}'`)
    const decode = (value: unknown) =>
      typeof value === 'string' ? Buffer.from(value, 'hex').toString() : null
    expect(found.length).toBe(rows.length)
    for (const [place, row] of rows.entries()) {
      const [id, name, count, large, ratio, launched, on, tags, mixed, nothing] = row
      const expected = [
        id,
        name,
        count === null ? null : BigInt(Number(count)),
        large === null ? null : BigInt(Number(large)),
        ratio,
        launched === null ? null : new Date(String(launched)),
        on,
        tags,
        mixed === null ? null : typeof mixed === 'object' ? JSON.stringify(mixed) : String(mixed),
        nothing,
      ]
      const read = [...(found[place] ?? [])]
      for (const at of [1, 7, 8]) read[at] = decode(read[at])
      read[7] = JSON.parse(String(read[7]))
      expect(read).toEqual(expected)
    }
  })

  test('the types of the columns', async () => {
    const types = await askDuckDb(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${file}')`)
    expect(Object.fromEntries(types as [string, string][])).toEqual({
      Id: 'VARCHAR',
      Name: 'VARCHAR',
      Count: 'BIGINT',
      Large: 'BIGINT',
      Ratio: 'DOUBLE',
      Launched: 'TIMESTAMP WITH TIME ZONE',
      On: 'BOOLEAN',
      Tags: 'JSON',
      Mixed: 'VARCHAR',
      Nothing: 'VARCHAR',
    })
  })

  test('the coverage in the metadata', async () => {
    const found = await askDuckDb(
      `SELECT decode(key), decode(value) FROM parquet_kv_metadata('${file}') ORDER BY 1`,
    )
    const metadata = Object.fromEntries(found as [string, string][])
    expect(metadata['muster.complete']).toBe('false')
    expect(JSON.parse(metadata['muster.coverage'] ?? '')).toEqual({
      complete: false,
      summary: '1 of 2 scopes were read; the oldest data is of 2026-11-25T10:00:00.000Z',
      scopes: [
        { Profile: 'dev', Region: 'eu-west-1', State: 'fresh', Message: null },
        { Profile: 'prod', Region: 'eu-west-1', State: 'failed', Message: 'Access <denied> & "more"' },
      ],
    })
  })

  test('rows in groups of 5,000', async () => {
    const sizes = await askDuckDb(
      `SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata('${file}') ORDER BY 1`,
    )
    expect(sizes).toEqual([
      [0n, 5000n],
      [1n, 5000n],
      [2n, 2000n],
    ])
  })
})

describe('a column of a Parquet file', () => {
  test.each<[what: string, values: readonly Json[], known: ColumnType | null, type: string, read: unknown[]]>(
    [
      ['of nothing, known to hold times', [null], 'time', 'TIMESTAMP WITH TIME ZONE', [null]],
      ['of nothing, known to hold numbers', [null], 'number', 'DOUBLE', [null]],
      ['of whole numbers and a fraction', [1, 0.5, null], null, 'DOUBLE', [1, 0.5, null]],
      [
        'of numbers past what JavaScript counts',
        [1, exact('9007199254740993')],
        null,
        'BIGINT',
        [1n, 9007199254740993n],
      ],
      ['of numbers past 64 bits', [exact('99999999999999999999')], null, 'VARCHAR', ['99999999999999999999']],
      ['of numbers with a zero behind the point', [exact('80.0')], null, 'DOUBLE', [80]],
      ['of times in a tag', ['2026-01-01T00:00:00Z'], 'text', 'VARCHAR', ['2026-01-01T00:00:00Z']],
      [
        'of times and words',
        ['2026-01-01T00:00:00Z', 'never'],
        null,
        'VARCHAR',
        ['2026-01-01T00:00:00Z', 'never'],
      ],
      [
        'of times finer than ms',
        ['2026-01-01T00:00:00.000001Z'],
        null,
        'VARCHAR',
        ['2026-01-01T00:00:00.000001Z'],
      ],
      [
        'of a time zone',
        ['2026-01-01T01:00:00.500+01:00'],
        null,
        'TIMESTAMP WITH TIME ZONE',
        [new Date('2026-01-01T00:00:00.5Z')],
      ],
      ['of a day that is not one', ['2026-02-31T00:00:00Z'], null, 'VARCHAR', ['2026-02-31T00:00:00Z']],
      ['of ids with leading zeros', ['012345678901'], null, 'VARCHAR', ['012345678901']],
      ['of yes and a word', [true, 'maybe'], null, 'VARCHAR', ['true', 'maybe']],
    ],
  )('%s has its type', async (_, values, known, type, read) => {
    const file = join(temporaryFolder(), 'one.parquet')
    write(
      file,
      ['A'],
      values.map((value) => [value]),
      known,
    )
    const found = await askDuckDb(`SELECT typeof(A), A FROM '${file}'`)
    expect(found).toEqual(read.map((value) => [type, value]))
  })

  test('has a name of its own, whatever the capitals', async () => {
    const file = join(temporaryFolder(), 'names.parquet')
    write(file, ['Name', 'name', 'Name', 'Name 2', ''], [['a', 'b', 'c', 'd', 'e']])
    const found = await askDuckDb(`SELECT column_name FROM (DESCRIBE SELECT * FROM '${file}')`)
    expect(found.flat()).toEqual(['Name', 'name 3', 'Name 4', 'Name 2', 'column'])
  })
})

test('a Parquet file without rows has its columns', async () => {
  const file = join(temporaryFolder(), 'empty.parquet')
  write(file, ['A', 'B'], [])
  expect(await askDuckDb(`SELECT count(*) FROM '${file}'`)).toEqual([[0n]])
})

function write(
  file: string,
  columns: readonly string[],
  rows: readonly (readonly Json[])[],
  known: ColumnType | null = null,
): void {
  const about = { ...aboutRows(temporaryFolder()), typeOf: () => known }
  writeFileSync(file, Buffer.concat([...formatParquet(answerOfRows(columns, rows), about)]))
}

function exact(text: string): number {
  return makeExactNumber(text)
}
