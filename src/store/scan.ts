import type { Database } from 'better-sqlite3'
import { isObject } from '../json-object.ts'
import { isIdOf } from '../kinds/identity.ts'
import { ranksOf, sortKey } from '../kinds/order.ts'
import { originFields, originOf, originTypes } from '../kinds.ts'
import type { Json, JsonObject, Kind } from '../model.ts'
import { goesOn } from '../sqlite.ts'
import { isDocumentSound } from './body-check.ts'
import { makeCellChecker } from './check-cells.ts'
import { makeTextChecker } from './check-texts.ts'
import { DamagedScope, isCell } from './damage.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { NarrowColumn, NarrowSort } from './narrow.ts'
import type { Store } from './open-store.ts'
import { isPlaceWrong, wrongPlace } from './place-check.ts'
import {
  damagedFilterValue,
  filterSql,
  filtersBesideOrigin,
  type RowFilter,
  usesTexts,
} from './row-filter.ts'
import { scopeIdOf } from './row-keys.ts'
import { isRising, scanScopes, twice } from './scan-scopes.ts'
import { countChecker, isTableThere } from './scope-count.ts'
import { findRareStates } from './state-index.ts'
import { withStoreErrors } from './store-errors.ts'
import { findTextHits } from './text-hits.ts'

/** One resource as it is read back, with the scope it belongs to. */
export interface ScannedResource {
  readonly line: LedgerLine
  readonly groupId: string | null
  readonly groupFields: JsonObject | null
  readonly body: JsonObject
}

/** How many resources are in memory at once. */
const chunkSize = 1000

/** Runs work inside one read transaction: it sees the cache as it is now, whatever a sync writes meanwhile. */
export function* runInSnapshot<T>(store: Store, work: () => Iterable<T>): Generator<T> {
  const outermost = !store.db.inTransaction
  if (outermost) store.db.exec('BEGIN')
  try {
    yield* work()
  } finally {
    if (outermost && store.db.inTransaction) store.db.exec('COMMIT')
  }
}

/**
 * Rows of column values alone, for which all filters hold: no document is touched unless a filter looks for tags.
 * Without `sort` the order is that of the scopes and of AWS.
 */
export function* scanColumns(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  request: {
    readonly columns: readonly NarrowColumn[]
    readonly filters: readonly RowFilter[]
    readonly sort: NarrowSort | null
  },
): Generator<readonly Json[]> {
  const sorts = listSorts(request.sort)
  if (!isTableThere(store, kind, lines)) return
  if (request.filters.length === 0 && sorts.length === 0)
    return yield* scanScopes(store, lines, kind, request.columns)
  const possible = lines.filter((line) => filtersBesideOrigin(request.filters, line) !== null)
  const hits = withStoreErrors(store.file, () => findTextHits(store, request.filters, possible))
  if (hits) checkRows(store, kind, hits)
  const chosen = withStoreErrors(store.file, () => chooseRows(store, kind, request.filters, possible, hits))
  const { from, values, filters } = chosen
  // Of rows that were found by their texts, these decide.
  const deciding = hits ? filters.filter(({ usesText }) => !usesText) : filters
  const decisive = deciding.flatMap(({ looksInto }) => looksInto)
  const sortedBy = hits ? [] : sorts.flatMap(({ column }) => ('order' in column ? [column.order] : []))
  const checkCells = makeCellChecker(store, kind, [...decisive, ...sortedBy])
  const counted = new Set(possible.filter(checkCells))
  if (hits === null) {
    const count = countChecker(store, kind)
    for (const line of lines) if (!counted.has(line)) count(line)
    const checkTexts = makeTextChecker(store)
    for (const line of possible) if (usesTexts(request.filters, line)) checkTexts(line, null)
  }
  const origins = sorts.flatMap(({ column }) => ('origin' in column ? [column.origin] : []))
  const own = Symbol()
  const choose = () => chooseScopes(store, possible, origins, filters, own)
  choose()
  const { join, condition, damaged, parameters } = filterSql(filters, (place) =>
    possible.some((line) => filters[place]?.isMetByOrigin(line))
      ? `substr(chosen.met, ${place + 1}, 1) = '1'`
      : null,
  )
  const sorted = sorts
    .map(({ column, descending }) => {
      const order = 'origin' in column ? `chosen.${column.origin}_rank` : column.order
      return `${order} ${descending ? 'DESC' : 'ASC'} NULLS LAST, `
    })
    .join('')
  const ordered = store.db
    .prepare(
      `SELECT r._row, iif(${isPlaceWrong}, 2, ${damaged}) FROM ${from} ${join} WHERE ${goesOn} AND ${condition} ORDER BY ${sorted} chosen.place, r._position`,
    )
    .raw()
  const rows = store.db
    .prepare(
      `SELECT ${request.columns.map(sqlOf).join(', ')} FROM json_each(?) AS wanted
       CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value CROSS JOIN chosen ON chosen.scope_id = wanted.value >> 32`,
    )
    .raw()
  const ids = readIds(store, () => ordered.iterate(...values, ...parameters) as Iterable<FoundRow>)
  for (let start = 0; start < ids.length; start += chunkSize) {
    const chunk = Array.from(ids.subarray(start, start + chunkSize))
    if (choosers.get(store.db) !== own) choose()
    const read = withStoreErrors(store.file, () => rows.all(JSON.stringify(chunk))) as Json[][]
    const wrong = read.findIndex((cells) => !cells.every(isCell))
    if (wrong >= 0) throw damagedRowError(store, chunk[wrong] ?? 0, 'a column is not what was stored')
    if (read.length !== chunk.length) throw damagedRowError(store, chunk[0] ?? 0, 'a row cannot be found')
    yield* read
  }
}

/**
 * The rows `r` that are visited, with their scopes, as SQL: those that were found, those in rare states, or all; and the
 * filters that are to be asked of them.
 */
function chooseRows(
  store: Store,
  kind: Kind,
  filters: readonly RowFilter[],
  lines: readonly LedgerLine[],
  hits: readonly number[] | null,
): { readonly from: string; readonly values: readonly unknown[]; readonly filters: readonly RowFilter[] } {
  const table = tableOf(kind)
  if (hits) {
    const from = `json_each(?) AS hit CROSS JOIN ${table} r ON r._row = hit.value
      CROSS JOIN chosen ON chosen.scope_id = r._row >> 32`
    return { from, values: [JSON.stringify(hits)], filters }
  }
  const states = findRareStates(store, kind, filters, lines)
  if (states) {
    const from = `${table} r CROSS JOIN chosen ON ${states.sql} AND chosen.scope_id = r._row >> 32`
    return { from, values: states.parameters, filters: filters.filter((filter) => filter !== states.filter) }
  }
  const from = `chosen CROSS JOIN ${table} r
    ON r._row BETWEEN chosen.scope_id << 32 AND (chosen.scope_id << 32) + 4294967295`
  return { from, values: [], filters }
}

/** Throws a DamagedScope if one of the rows is not there. */
function checkRows(store: Store, kind: Kind, rows: readonly number[]): void {
  const missing = withStoreErrors(store.file, () =>
    store.db
      .prepare(
        `SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM ${tableOf(kind)} WHERE _row = value)`,
      )
      .pluck()
      .get(JSON.stringify(rows)),
  ) as number | undefined
  if (missing !== undefined) throw damagedRowError(store, missing, 'a row cannot be found')
}

/** Whether values are damaged that a filter looks into: 1; whether the place is: 2. */
export type Damaged = 0 | 1 | 2 | null

export function damageOfFound(damaged: Damaged): string | null {
  if (damaged === 2) return wrongPlace
  return damaged === 1 ? damagedFilterValue : null
}

/** The number of a row, and whether it is damaged. */
type FoundRow = [id: number, isDamaged: Damaged]

/** The numbers of rows in their order, packed: of a million they take 8 MB, and as an array of rows 150. */
function readIds(store: Store, read: () => Iterable<FoundRow>): Float64Array {
  let ids = new Float64Array(1024)
  let count = 0
  withStoreErrors(store.file, () => {
    for (const [id, isDamaged] of read()) {
      const wrong = damageOfFound(isDamaged)
      if (wrong !== null) throw damagedRowError(store, id, wrong)
      if (count === ids.length) {
        const more = new Float64Array(2 * count)
        more.set(ids)
        ids = more
      }
      ids[count] = id
      count += 1
    }
  })
  const found = ids.subarray(0, count)
  if (!isRising(found.slice().sort())) throw damagedRowError(store, found[0] ?? 0, twice)
  return found
}

export interface DocumentRow {
  id: string
  own_id: string | null
  digest: string | null
  body_check: number | null
  /** As they are stored. */
  bytes: unknown
  group_id: string | null
  group_fields: string | null
  body: string
}

export function damagedRowError(store: Store, row: number, found: string): DamagedScope {
  return new DamagedScope(store.file, scopeIdOf(row), found)
}

/** Reads documents of a scope; one that is not JSONB ends the statement. */
export function withDocumentErrors<T>({ file }: Store, { scopeId }: LedgerLine, read: () => T): T {
  try {
    return withStoreErrors(file, read)
  } catch (error) {
    if (error instanceof Error && /malformed JSON|JSON/.test(error.message) && 'code' in error)
      throw new DamagedScope(file, scopeId, 'a document is not JSON', error)
    throw error
  }
}

/**
 * A row as it was stored. Its document is compared with its check. `isWhole`: `body` is all of it.
 */
export function documentIn(
  row: DocumentRow,
  { file }: Store,
  line: LedgerLine,
  kind: Kind,
  isWhole: boolean,
): ScannedResource {
  const damageError = (found: string, cause?: unknown) =>
    new DamagedScope(file, line.scopeId, `${row.id}: ${found}`, cause)
  const parseObject = (text: string): JsonObject => {
    try {
      const value: unknown = JSON.parse(text)
      if (isObject(value)) return value
    } catch (error) {
      throw damageError('its document is not JSON', error)
    }
    throw damageError('its document is not what was stored')
  }
  if (isWhole && !isAsStored(row)) {
    const own = parseObject(row.body)[kind.id]
    const isOther = typeof own === 'string' && isAsStored({ ...row, id: own })
    throw damageError(
      isOther ? 'its document is that of another resource' : 'its document is not what was stored',
    )
  }
  if (row.own_id !== row.id) throw damageError('its document is that of another resource')
  // Its digest is that of the whole JSON.
  if (!isWhole && !isAsStored({ ...row, digest: null }))
    throw damageError('its document is not what was stored')
  const groupFields = row.group_fields === null ? null : parseObject(row.group_fields)
  const groupId = kind.nested && groupFields ? groupFields[kind.nested.id] : undefined
  if (groupId !== undefined && groupId !== row.group_id) throw damageError('its group is not what was stored')
  const body = parseObject(row.body)
  if (isWhole && !isIdOf(kind, body, row.id)) throw damageError('its document is that of another resource')
  return { line, groupId: row.group_id, groupFields, body }
}

/** Whether a whole document is what was stored. */
export function isAsStored({ id, group_fields: groupFields, body_check, digest, bytes, body }: DocumentRow) {
  return isDocumentSound({ id, groupFields, bodyCheck: body_check, digest }, bytes, body)
}

/**
 * The scopes of an answer as a table of this connection. `sorted`: the origin columns whose order is asked for; `met`: a 1
 * for each filter that the origin meets, and a 0 for each other one.
 */
function chooseScopes(
  store: Store,
  lines: readonly LedgerLine[],
  sorted: readonly Origin[],
  filters: readonly RowFilter[],
  chooser: symbol,
): void {
  choosers.set(store.db, chooser)
  store.db.exec(
    `CREATE TEMP TABLE IF NOT EXISTS chosen (
       scope_id INTEGER PRIMARY KEY, place INTEGER, AccountId, AccountName, Profile, Region,
       ${originFields.map((field) => `${field}_rank INTEGER`).join(', ')}, met TEXT);
     DELETE FROM chosen`,
  )
  const insert = store.db.prepare('INSERT INTO chosen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const ranks = originFields.map((field) =>
    sorted.includes(field)
      ? ranksOf(lines.map((line) => sortKey(originOf(line)[field], originTypes[field])))
      : [],
  )
  lines.forEach((line, place) => {
    const rank = ranks.map((each) => each[place] ?? null)
    const met = filters.map((filter) => (filter.isMetByOrigin(line) ? '1' : '0')).join('')
    insert.run(line.scopeId, place, ...Object.values(originOf(line)), ...rank, met)
  })
}

/** Whose scopes the table of a connection has: an answer that is read piece by piece may not be the last one that chose. */
const choosers = new WeakMap<Database, symbol>()

function listSorts(sort: NarrowSort | null): readonly NarrowSort[] {
  return sort ? [sort, ...listSorts(sort.next ?? null)] : []
}

type Origin = Extract<NarrowColumn, { origin: string }>['origin']

function sqlOf(column: NarrowColumn): string {
  return 'origin' in column ? `chosen.${column.origin}` : column.value
}
