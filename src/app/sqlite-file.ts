import type Sqlite from 'better-sqlite3'
import { MusterError } from '../errors.ts'
import type { Answer } from '../model.ts'
import { openNameless } from '../nameless-file.ts'
import type { FileAbout } from '../output/file-about.ts'
import { type Cell, type CellType, openTypedRows, type TypedColumn } from '../output/typed-rows.ts'
import { uniqueNames } from '../output/unique-names.ts'
import { tableOf } from '../output/value-columns.ts'
import { openDatabase } from '../sqlite.ts'

/** What a table of SQLite can have ("Limits In SQLite", 2). */
const mostColumns = 2000

/**
 * An answer as a database of SQLite that every version 3 reads: a table with typed columns, a table of the coverage, and
 * a few words about both. It is made in a file without a name, as SQLite writes back and forth, and given from there.
 */
export function* formatSqlite(
  answer: Answer,
  { name, coverage, folder, typeOf }: Pick<FileAbout, 'name' | 'coverage' | 'folder' | 'typeOf'>,
): Generator<Uint8Array> {
  const rows = openTypedRows(tableOf(answer), folder, typeOf)
  try {
    if (rows.columns.length > mostColumns) {
      throw new MusterError(
        `A table of SQLite has ${mostColumns} columns at most, and this has ${rows.columns.length}: choose some with --columns, or write csv.`,
      )
    }
    const file = openNameless(folder, openEmpty)
    try {
      fillDatabase(file.opened, name, rows.columns, rows.read(), coverage)
      const size = file.size()
      for (let at = 0; at < size; at += pieceLength) yield file.read(at, Math.min(pieceLength, size - at))
    } finally {
      file.close()
    }
  } finally {
    rows.close()
  }
}

const pieceLength = 1_048_576

/**
 * A database whose file can lose its name: SQLite has locked it and written its first page. Nobody else sees it, and
 * nothing is kept if its writing fails, so that it needs no journal and no fsync.
 */
function openEmpty(path: string): Sqlite.Database {
  const database = openDatabase(path, {})
  for (const setting of [
    'journal_mode = OFF',
    'synchronous = OFF',
    'locking_mode = EXCLUSIVE',
    'cache_size = -8192',
  ])
    database.pragma(setting)
  database.exec('CREATE TABLE about (name TEXT, value TEXT)')
  return database
}

function fillDatabase(
  database: Sqlite.Database,
  name: string,
  columns: readonly TypedColumn[],
  rows: Iterable<readonly Cell[]>,
  { complete, summary, ...coverage }: FileAbout['coverage'],
): void {
  try {
    database.exec('BEGIN')
    fillTable(database, tableName(name), columns, rows)
    fillTable(database, 'coverage', coverage.columns, coverage.scopes)
    const about = database.prepare('INSERT INTO about VALUES (?, ?)')
    about.run('complete', String(complete))
    about.run('summary', summary)
    database.exec('COMMIT')
  } finally {
    database.close()
  }
}

/** The tables beside it have their own names, and SQLite keeps some for itself. */
function tableName(name: string): string {
  return /^(coverage|about|sqlite_.*)$/i.test(name) ? `rows of ${name}` : name
}

function fillTable(
  database: Sqlite.Database,
  table: string,
  columns: readonly TypedColumn[],
  rows: Iterable<readonly Cell[]>,
): void {
  // A table must have a column.
  const all = columns.length > 0 ? columns : [{ name: '', type: 'text' } as const]
  const names = uniqueNames(all.map(({ name }) => name))
  const declared = all.map(({ type }, place) => `${quote(names[place] ?? '')} ${affinities[type]}`)
  database.exec(`CREATE TABLE ${quote(table)} (${declared.join(', ')})`)
  const insert = database.prepare(`INSERT INTO ${quote(table)} VALUES (${all.map(() => '?').join()})`)
  for (const row of rows) insert.run(all.map(({ type }, place) => toStored(row[place] ?? null, type)))
}

const affinities = {
  boolean: 'INTEGER',
  integer: 'INTEGER',
  number: 'REAL',
  time: 'TEXT',
  text: 'TEXT',
  json: 'TEXT',
} as const satisfies Readonly<Record<CellType, string>>

function toStored(cell: Cell, type: CellType): null | number | bigint | string {
  if (cell === null) return null
  switch (type) {
    case 'boolean':
      return cell === true ? 1 : 0
    case 'integer':
      return BigInt(cell)
    case 'number':
      return Number(cell)
    default:
      return String(cell)
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
