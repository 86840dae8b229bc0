import { DuckDBInstance } from '@duckdb/node-api'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Dialect, formatTables } from '../../src/commands/lake/lake-sql.ts'
import { listKinds } from '../../src/kinds.ts'
import { loadSqlParsers, type ParseSql } from '../helpers/sql-parsers.ts'

const kinds = listKinds()
const place = "s3://it's a \\ bucket/lake"
const isView = (statement: string) => statement.startsWith('CREATE OR REPLACE VIEW')

/** The statements that make the tables of all kinds and of the coverage, and their views. */
function statementsOf(dialect: Dialect): readonly string[] {
  const statements = formatTables(kinds, dialect, place).split(/(?<=;)\n+/)
  return statements.filter((text) => text.trim() !== '')
}

describe('the SQL of every kind, of its table and of its view of today', () => {
  let hive: ParseSql
  let trino: ParseSql
  beforeAll(async () => {
    const parsers = await loadSqlParsers()
    hive = parsers.hive
    trino = parsers.trino
  })

  test('is what Athena takes: tables as Hive has them, and views as Trino has them', () => {
    const statements = statementsOf('athena')
    expect(statements).toHaveLength(2 * (kinds.length + 1))
    for (const statement of statements)
      expect(isView(statement) ? trino(statement) : hive(statement), statement).toEqual([])
  })

  test('is what Trino takes', () => {
    const statements = statementsOf('trino')
    expect(statements).toHaveLength(2 * (kinds.length + 1))
    for (const statement of statements) expect(trino(statement), statement).toEqual([])
  })

  test('is what DuckDB takes', async () => {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
    const connection = await instance.connect()
    try {
      const found = await connection.extractStatements(statementsOf('duckdb').join('\n'))
      expect(found.count).toBe(2 * (kinds.length + 1))
      const broken = statementsOf('duckdb').join('\n').replace('hive_types = {', 'hive_types = ')
      await expect(connection.extractStatements(broken)).rejects.toThrow(/syntax error/)
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
  })

  test.each([
    ['a comma', (sql: string) => sql.replace(',\n', '\n')],
    ['a quote', (sql: string) => sql.replace("'", '')],
    ['a bracket', (sql: string) => sql.replace('\n)', '\n')],
    ['a type', (sql: string) => sql.replace(/ (string|varchar) COMMENT/, ' COMMENT')],
  ])('would be refused without %s', (_, breakIt) => {
    for (const [dialect, parse] of [
      ['athena', hive],
      ['trino', trino],
    ] as const) {
      const [table = ''] = statementsOf(dialect)
      expect(parse(breakIt(table)), dialect).not.toEqual([])
    }
  })

  test('names the place of a tree as each engine reads a text, whatever is in its name', () => {
    const texts = (dialect: Dialect) =>
      [...(statementsOf(dialect)[0] ?? '').matchAll(/'(?:[^'\\]|\\.|'')*'/g)].map(([text]) => text)
    expect(texts('athena').map(readAsHive)).toContain(`${place}/kind=instances/`)
    expect(texts('athena').map(readAsHive)).toContain(`${place}/kind=instances/date=\${date}/`)
    for (const dialect of ['trino', 'duckdb'] as const) {
      const statement = statementsOf(dialect)[0] ?? ''
      const found = [...statement.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) =>
        text.replaceAll("''", "'"),
      )
      expect(
        found.some((text) => text.startsWith(`${place}/kind=instances/`)),
        dialect,
      ).toBe(true)
    }
  })
})

/** As Hive does (unescapeSQLString): a quote begins and ends a part, of which a text may have several; \ keeps what follows. */
function readAsHive(text: string): string {
  let read = ''
  let enclosure: string | null = null
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string
    if (enclosure === null) {
      if (character === "'" || character === '"') enclosure = character
    } else if (character === enclosure) enclosure = null
    else if (character === '\\') {
      at += 1
      read += text[at] ?? ''
    } else read += character
  }
  return read
}
