import type { Database, Statement } from 'better-sqlite3'
import { MusterError, usageError } from '../errors.ts'
import { makeExactNumber } from '../exact-number.ts'
import { listKindNames, lookForKind, originFields } from '../kinds.ts'
import type { Json, Kind } from '../model.ts'
import { findNearest } from '../nearest.ts'
import { listHeldKinds, quoteIdentifier, tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { openDatabase } from './sqlite.ts'
import { lockTimeout, storeError, withStoreErrors } from './store-errors.ts'

/** A SELECT over the views of the cache that is ready to be read. The caller closes it. */
export interface Select {
  /** The names of the result's columns; one that stands twice has a number the second time. */
  readonly columns: readonly string[]
  /** Read one by one, once. */
  readonly rows: Iterable<readonly Json[]>
  close(): void
}

/**
 * Opens a SELECT of the user over the rows of these scopes. The connection can write nothing, and neither the statements
 * nor the functions that it knows open another file. A usage error if the text is not one SELECT.
 */
export function openSelect(store: Store, sql: string, lines: readonly LedgerLine[]): Select {
  const { db, close } = openReader(store, sql)
  try {
    const kinds = prepareViews(store, db, sql)
    for (const kind of kinds) if (limitView(store, db, kind, lines)) refuseAround(kind, sql)
    db.pragma('query_only = ON')
    const statement = prepareSelect(store, db, sql)
    const columns = uniqueNames(statement.columns().map(({ name }) => name))
    return { columns, rows: readRows(store, statement), close }
  } catch (error) {
    close()
    throw error
  }
}

/** The kinds whose rows a SELECT looks at, those that were never read among them. Usage errors as above. */
export function kindsOfSelect(store: Store, sql: string): readonly Kind[] {
  const { db, close } = openReader(store, sql)
  try {
    return prepareViews(store, db, sql)
  } finally {
    close()
  }
}

function openReader(store: Store, sql: string): { readonly db: Database; close(): void } {
  // Some PRAGMA act while they are compiled: nothing else is even handed to SQLite.
  const [, word = ''] = leadingWord.exec(sql) ?? []
  if (!['select', 'with', 'values', 'explain'].includes(word.toLowerCase()))
    throw usageError(
      `muster sql answers one SELECT, and changes nothing${word === '' ? '' : `: it does not begin with '${word}'`}. See muster help schema for what there is.`,
    )
  // A cache that cannot be written is open to be read only, or is a copy without a name.
  if (store.readOnly !== null) return { db: store.db, close: () => {} }
  const db = withStoreErrors(store.file, () =>
    openDatabase(store.file, { readonly: true, timeout: lockTimeout }),
  )
  return { db, close: () => void db.close() }
}

/** The first word behind blanks and comments. */
const leadingWord = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*([a-z]+)/i

/** Gives every kind that is named and was never read a view without rows. Returns the kinds that are looked at. */
function prepareViews(store: Store, db: Database, sql: string): readonly Kind[] {
  const unread: Kind[] = []
  for (;;) {
    const found = findUnreadKind(store, db, sql)
    if (!found) break
    // A name that is there already and is not found stands behind the name of another database.
    if (unread.includes(found)) throw usageError(`SQL: there is no ${found.name} outside of the cache.`)
    unread.push(found)
    const columns = columnsOfView(found).map((name) => `NULL AS ${quoteIdentifier(name)}`)
    db.exec(
      `CREATE TEMP VIEW IF NOT EXISTS ${quoteIdentifier(found.name)} AS SELECT ${columns.join(', ')} WHERE 0`,
    )
  }
  // Whatever would change something is refused before a kind is looked at.
  prepareSelect(store, db, sql)
  const tables = tablesOf(store, db, sql)
  const read = listHeldKinds(db, store.kinds).filter(({ name }) => tables.has(`row_${name}`))
  return [...read, ...unread]
}

/** The kind without a view because of which a statement cannot be compiled; null if it can be. */
function findUnreadKind(store: Store, db: Database, sql: string): Kind | null {
  try {
    db.prepare(sql)
    return null
  } catch (error) {
    const [, name] = (error instanceof Error && /^no such table: (?:main\.)?(\S+)$/.exec(error.message)) || []
    const kind = name === undefined ? null : lookForKind(name.toLowerCase())
    if (kind) return kind
    throw explainSql(store, db, sql, error)
  }
}

/** The names of the tables that a statement opens: what SQLite compiles it to says so. */
function tablesOf(store: Store, db: Database, sql: string): ReadonlySet<string> {
  // What is explained is not run.
  if (/^explain$/i.test(leadingWord.exec(sql)?.[1] ?? '')) return new Set()
  try {
    const steps = db.prepare(`EXPLAIN ${sql}`).all() as { opcode: string; p2: number; p3: number }[]
    const pages = steps.filter(({ opcode, p3 }) => opcode === 'OpenRead' && p3 === 0).map(({ p2 }) => p2)
    const names = db
      .prepare('SELECT tbl_name FROM sqlite_master WHERE rootpage IN (SELECT value FROM json_each(?))')
      .pluck()
      .all(JSON.stringify(pages))
    return new Set(names as string[])
  } catch (error) {
    throw explainSql(store, db, sql, error)
  }
}

/** Refuses a statement that would read a kind's rows in another way than by the view that is limited to some scopes. */
function refuseAround({ name }: Kind, sql: string): void {
  const other = /\bmain["'\]`]?\s*\./i.test(sql) ? 'main' : `row_${name}`
  if (other !== 'main' && !sql.toLowerCase().includes(other)) return
  throw usageError(
    `SQL: ${other} holds scopes that are not selected as well: read the view ${quoteIfNeeded(name)}, or select all scopes.`,
  )
}

/**
 * Leaves the scopes that are not asked for out of a kind's view, for this connection alone. Returns whether there are any.
 */
function limitView(store: Store, db: Database, kind: Kind, lines: readonly LedgerLine[]): boolean {
  const wanted = lines.filter(({ scope }) => scope.kind === kind.name).map(({ scopeId }) => scopeId)
  const held = db.prepare('SELECT scope_id FROM scope WHERE kind = ?').pluck().all(kind.name) as number[]
  const wantedIds = new Set(wanted)
  if (held.every((id) => wantedIds.has(id))) return false
  const view = db
    .prepare("SELECT sql FROM main.sqlite_master WHERE type = 'view' AND name = ?")
    .pluck()
    .get(kind.name) as string | undefined
  const end = ` FROM ${tableOf(kind)} r`
  if (!view?.startsWith('CREATE VIEW ') || !view.endsWith(end))
    throw new MusterError(
      `The view of ${kind.name} in the cache ${store.file} is that of a newer muster, which this one cannot limit to some scopes: use the newer one.`,
    )
  db.exec(`CREATE TEMP TABLE IF NOT EXISTS selected_scope (scope_id INTEGER PRIMARY KEY)`)
  const insert = db.prepare('INSERT OR IGNORE INTO temp.selected_scope VALUES (?)')
  for (const id of wanted) insert.run(id)
  db.exec(
    `CREATE TEMP VIEW ${view.slice('CREATE VIEW '.length)} WHERE r._scope IN (SELECT scope_id FROM temp.selected_scope)`,
  )
  return true
}

function prepareSelect(store: Store, db: Database, sql: string): Statement {
  try {
    const statement = db.prepare(sql)
    if (statement.reader && statement.readonly) return statement.raw().safeIntegers()
  } catch (error) {
    throw explainSql(store, db, sql, error)
  }
  throw usageError('muster sql answers one SELECT, and changes nothing: this statement would.')
}

function* readRows(store: Store, statement: Statement): Generator<readonly Json[]> {
  try {
    for (const row of statement.iterate()) yield (row as readonly SqlValue[]).map(toJson)
  } catch (error) {
    throw explainSql(store, null, '', error)
  }
}

type SqlValue = null | string | number | bigint | Uint8Array

/** Whole numbers stay exact. What JSON has no form for is text, as SQLite writes it. */
function toJson(value: SqlValue): Json {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : makeExactNumber(String(value))
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf'
  return value instanceof Uint8Array ? `X'${Buffer.from(value).toString('hex').toUpperCase()}'` : value
}

/** SQLite's sentence about a statement with the next step; other errors of the cache as everywhere. */
function explainSql(store: Store, db: Database | null, sql: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof MusterError) return error
  const { message } = error
  if (/more than one statement/.test(message)) return usageError('SQL: one statement at a time.', error)
  if (/no statements/.test(message)) return usageError('SQL: the statement is missing.', error)
  if (/parameter/.test(message) && !('code' in error))
    return usageError('SQL: parameters have no values here: write the values into the statement.', error)
  const code = 'code' in error ? String(error.code) : ''
  if (code !== 'SQLITE_ERROR' && code !== 'SQLITE_TOOBIG' && code !== 'SQLITE_MISMATCH')
    return storeError(store.file, error) ?? error
  // A document of the view is JSON, unless it is damaged; what the statement makes itself may be anything.
  const damage = /malformed JSON/.test(message)
    ? '; `muster cache check` says whether a document is damaged'
    : ''
  const sentence = `SQL: ${message}${db ? hintFor(message, sql, db, store) : damage}`
  return usageError(sentence.endsWith('?') ? sentence : `${sentence}.`, error)
}

function hintFor(message: string, sql: string, db: Database, store: Store): string {
  const [, table] = /^no such table: (?:main\.)?(.+)$/.exec(message) ?? []
  if (table !== undefined) {
    const near = findNearest(table.toLowerCase(), listKindNames())
    return near ? `; did you mean ${quoteIfNeeded(near)}?` : `; muster help schema lists the views`
  }
  const [, column] = /^no such column: (?:\w+\.)?"?(\w+)"?/.exec(message) ?? []
  if (column !== undefined) {
    const words = new Set(sql.toLowerCase().match(/[a-z][a-z0-9-]*/g))
    const kinds = listHeldKinds(db, store.kinds).filter(({ name }) => words.has(name))
    const near = findNearest(column, [...new Set(kinds.flatMap(columnsOfView))])
    return near ? `; did you mean ${near}?` : ''
  }
  const dashed = sql
    .match(/(?<![\w"'-])[a-z]+(?:-[a-z]+)+(?![\w"'-])/gi)
    ?.find((word) => lookForKind(word.toLowerCase()))
  return dashed === undefined ? '' : `; write "${dashed}" in double quotes, as it has a dash`
}

function quoteIfNeeded(name: string): string {
  return name.includes('-') ? quoteIdentifier(name) : name
}

function columnsOfView({ columns }: Kind): readonly string[] {
  return [...originFields, ...columns.map(({ name }) => name), 'synced_at', 'document']
}

function uniqueNames(names: readonly string[]): readonly string[] {
  const used = new Set<string>()
  return names.map((name) => {
    let free = name
    for (let number = 2; used.has(free); number += 1) free = `${name}_${number}`
    used.add(free)
    return free
  })
}
