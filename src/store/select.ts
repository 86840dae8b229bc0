import type { Database, Options, Statement } from 'better-sqlite3'
import { MusterError, usageError } from '../errors.ts'
import { makeExactNumber } from '../exact-number.ts'
import { listKindNames, lookForKind, originFields } from '../kinds.ts'
import type { Json, Kind } from '../model.ts'
import { findNearest } from '../nearest.ts'
import { openDatabase } from '../sqlite.ts'
import { makeCellChecker } from './check-cells.ts'
import { checkDocuments } from './check-documents.ts'
import { hasTable, listHeldKinds, quoteIdentifier, readHeldColumns, tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { countChecker } from './scope-count.ts'
import { lockTimeout, storeError, withStoreErrors } from './store-errors.ts'

/** A SELECT over the views of the cache that was compiled. The caller closes it. */
export interface Select {
  /** The kinds whose rows it looks at, those that were never read among them. */
  readonly kinds: readonly Kind[]
  /** Its rows in these scopes, read one by one, once. */
  read(lines: readonly LedgerLine[]): SelectedRows
  close(): void
}

export interface SelectedRows {
  /** The names of the result's columns; one that stands twice has a number the second time. */
  readonly columns: readonly string[]
  readonly rows: Iterable<readonly Json[]>
}

/**
 * Opens a SELECT of the user over the views of the kinds. It is compiled over a database that has these views and nothing
 * else: no other table of the cache is ever read. The connection that reads can write nothing, and neither the statements
 * nor the functions that it knows open another file. A usage error if the text is not one SELECT.
 */
export function openSelect(store: Store, sql: string): Select {
  const opened: Database[] = []
  const open = (file: string, options: Options): Database => {
    const db = openDatabase(file, options)
    opened.push(db)
    return db
  }
  const close = () => {
    for (const db of opened.splice(0)) db.close()
  }
  try {
    const outline = open(':memory:', {})
    const kinds = outlineViews(store, outline, sql)
    return {
      // What is explained is not run.
      kinds: leadingWordOf(sql) === 'explain' ? [] : kinds,
      read: (lines) => {
        for (const kind of kinds) checkRows(store, kind, lines, sql)
        // A cache that cannot be written is open to be read only, or is a copy without a name.
        const openFile = () => open(store.file, { readonly: true, timeout: lockTimeout })
        const db = store.readOnly === null ? withStoreErrors(store.file, openFile) : store.db
        for (const kind of kinds) {
          if (!hasTable(db, kind)) defineEmptyView(db, kind)
          else if (limitView(store, db, kind, lines)) refuseAround(kind, store, outline, sql)
        }
        db.pragma('query_only = ON')
        const statement = prepareSelect(store, db, sql)
        const columns = uniqueNames(statement.columns().map(({ name }) => name))
        return { columns, rows: readRows(store, statement) }
      },
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

/**
 * Throws a DamagedScope if rows of a kind are missing, or if cells of a column or documents that a statement names, or may
 * mean by a star, are not what was stored: it may leave rows out by them.
 */
function checkRows(store: Store, kind: Kind, lines: readonly LedgerLine[], sql: string): void {
  const held = withStoreErrors(store.file, () => readHeldColumns(store.db, kind))
  if (!held) return
  const words = new Set(sql.toLowerCase().match(/\w+/g))
  const meansAll = words.has('natural') || /\*(?!\s*\))/.test(sql)
  const named = held.columns.filter(({ name }) => meansAll || words.has(name.toLowerCase()))
  const own = lines.filter(({ scope }) => scope.kind === kind.name)
  const count = countChecker(store, kind)
  const check = makeCellChecker(
    store,
    kind,
    named.map(({ name }) => `r.${quoteIdentifier(name)}`),
  )
  for (const line of own) if (!check(line)) count(line)
  if (meansAll || words.has('document')) checkDocuments(store, kind, own)
}

/** The first word of a statement, behind blanks and comments; '' if it begins with something else. */
function leadingWordOf(sql: string): string {
  return (leadingWord.exec(sql)?.[1] ?? '').toLowerCase()
}

const leadingWord = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*([a-z]+)/i

/** Gives a database an empty view of each kind that a statement names, and returns these kinds. */
function outlineViews(store: Store, outline: Database, sql: string): readonly Kind[] {
  // Some PRAGMA act while they are compiled: nothing else is even handed to SQLite.
  const word = leadingWordOf(sql)
  if (!['select', 'with', 'values', 'explain'].includes(word))
    throw usageError(
      `muster sql answers one SELECT, and changes nothing${word === '' ? '' : `: it does not begin with '${leadingWord.exec(sql)?.[1]}'`}. See muster help all-columns for what there is.`,
    )
  const kinds: Kind[] = []
  for (;;) {
    const found = findMissingKind(store, outline, sql)
    if (!found) break
    // A name that is there already and is not found stands behind the name of another database.
    if (kinds.includes(found)) throw usageError(`SQL: there is no ${found.name} outside of the cache.`)
    kinds.push(found)
    defineEmptyView(outline, found, hasTable(store.db, found) ? store.db : null)
  }
  prepareSelect(store, outline, sql)
  return kinds
}

/** A view of a kind without rows: with the columns of the one that a database has, or with those that it would have. */
function defineEmptyView(db: Database, kind: Kind, like: Database | null = null): void {
  const view = quoteIdentifier(kind.name)
  const names = like
    ? (like.pragma(`table_info(${view})`) as { name: string }[]).map(({ name }) => name)
    : columnsOfView(kind)
  const columns = names.map((name) => `NULL AS ${quoteIdentifier(name)}`)
  // Beside the cache's own views it belongs to the connection alone.
  db.exec(`CREATE ${like ? '' : 'TEMP '}VIEW ${view} AS SELECT ${columns.join(', ')} WHERE 0`)
}

/** The kind without a view because of which a statement cannot be compiled; null if it can be. */
function findMissingKind(store: Store, outline: Database, sql: string): Kind | null {
  try {
    outline.prepare(sql)
    return null
  } catch (error) {
    const kind = lookForKind(missingTable(error)?.toLowerCase() ?? '')
    if (kind) return kind
    throw explainSql(store, sql, error)
  }
}

/** The name of the table that a statement names and that is not there; null for any other error. */
function missingTable(error: unknown): string | null {
  const [, name] = (error instanceof Error && /^no such table: (?:main\.)?(.+)$/i.exec(error.message)) || []
  return name ?? null
}

/** Refuses a statement that would read a kind's rows in another way than by the view that is limited to some scopes. */
function refuseAround(kind: Kind, store: Store, outline: Database, sql: string): void {
  const view = quoteIdentifier(kind.name)
  outline.exec(`DROP VIEW main.${view}`)
  defineEmptyView(outline, kind)
  try {
    outline.prepare(sql)
  } catch (error) {
    if (missingTable(error)?.toLowerCase() !== kind.name) throw explainSql(store, sql, error)
    throw usageError(
      `SQL: main holds scopes that are not selected as well: read the view ${quoteIfNeeded(kind.name)}, or select all scopes.`,
    )
  }
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
    throw explainSql(store, sql, error)
  }
  throw changeError()
}

function changeError(cause?: Error): MusterError {
  return usageError('muster sql answers one SELECT, and changes nothing: this statement would.', cause)
}

function* readRows(store: Store, statement: Statement): Generator<readonly Json[]> {
  try {
    for (const row of statement.iterate()) yield (row as readonly SqlValue[]).map(toJson)
  } catch (error) {
    throw explainSql(store, null, error)
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
function explainSql(store: Store, sql: string | null, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof MusterError) return error
  const { message } = error
  const own = describeOwnTable(missingTable(error) ?? '', store)
  if (own !== null) return usageError(own, error)
  if (/^cannot modify |may not be modified$/.test(message)) return changeError(error)
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
  const sentence = `SQL: ${message}${sql === null ? damage : hintFor(message, sql, store)}`
  return usageError(sentence.endsWith('?') ? sentence : `${sentence}.`, error)
}

function hintFor(message: string, sql: string, store: Store): string {
  const table = missingTable(new Error(message))
  if (table !== null) {
    const near = findNearest(table.toLowerCase(), listKindNames())
    return near ? `; did you mean ${quoteIfNeeded(near)}?` : `; ${describeViews(store)}`
  }
  const [, column] = /^no such column: (?:\w+\.)?"?(\w+)"?/.exec(message) ?? []
  if (column !== undefined) {
    const words = new Set(sql.toLowerCase().match(/[a-z][a-z0-9-]*/g))
    const kinds = listHeldKinds(store.db, store.kinds).filter(({ name }) => words.has(name))
    const near = findNearest(column, [...new Set(kinds.flatMap(columnsOfView))])
    return near ? `; did you mean ${near}?` : ''
  }
  const dashed = sql
    .match(/(?<![\w"'-])[a-z]+(?:-[a-z]+)+(?![\w"'-])/gi)
    ?.find((word) => lookForKind(word.toLowerCase()))
  return dashed === undefined ? '' : `; write "${dashed}" in double quotes, as it has a dash`
}

/** The sentence about a table of the cache that is no view; null for any other name. */
function describeOwnTable(name: string, store: Store): string | null {
  const found = store.db.prepare('SELECT 1 FROM main.sqlite_master WHERE name = ? COLLATE NOCASE').get(name)
  if (!found) return null
  const kind = lookForKind(/^row_(.+)$/i.exec(name)?.[1]?.toLowerCase() ?? '')
  const view = kind ? `read the view ${quoteIfNeeded(kind.name)}` : describeViews(store)
  return `SQL: ${name} is a table of muster's own, which may change with any version: ${view}.`
}

function describeViews({ db, kinds }: Store): string {
  const held = listHeldKinds(db, kinds).map(({ name }) => quoteIfNeeded(name))
  const more = held.length > shownViews ? ', …' : ''
  const some = held.length > 0 ? ` (with rows: ${held.slice(0, shownViews).join(', ')}${more})` : ''
  return `there is a view for each kind${some}, and muster help all-columns lists them`
}

const shownViews = 8

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
