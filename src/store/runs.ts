import type { Statement } from 'better-sqlite3'
import { compareKeys, type SortKey } from '../kinds/order.ts'
import type { Json, JsonObject, Kind } from '../model.ts'
import { DamagedScope, isCell } from './damage.ts'
import { hasTable, tableOf } from './kind-tables.ts'
import { type NarrowColumn, withJoinedText } from './narrow.ts'
import type { Store } from './open-store.ts'
import { rowRangeOf, scopeIdOf } from './row-keys.ts'
import { withStoreErrors } from './store-errors.ts'

type ColumnOfTable = Exclude<NarrowColumn, { origin: string }>

/** A stretch of one scope's rows in the order asked for: what a screen needs to know where a row stands. */
export interface RowRun {
  readonly ids: Float64Array
  readonly positions: Float64Array
  /** The values that the rows are sorted by; null for the order in which AWS gave them. */
  readonly keys: readonly SortKey[] | null
}

/** Lower-case text that a column or a tag must hold, or must not. */
export interface TextFilter {
  readonly text: string
  readonly inverse: boolean
}

export interface RunRequest {
  readonly kind: Kind
  /** The column to sort by; null for none. */
  readonly sort: ColumnOfTable | null
  readonly descending: boolean
  /** The columns that are shown: the filter looks into the joined ones among them. */
  readonly shown: readonly NarrowColumn[]
}

/** Rows of a run: small enough that reading one takes about as long as a frame. */
const runSize = 20_000

/**
 * Makes the function that reads one scope run by run; between two runs other work may be done. Runs may overlap in
 * their order. The texts to look for are an argument of each call: those that a scope's origin holds need no search in
 * its rows.
 */
export function makeRunReader(store: Store, request: RunRequest) {
  const sorted = request.sort !== null
  let made: RunStatements | null = null
  return function* scopeRuns(scopeId: number, filters: readonly TextFilter[]): Generator<RowRun> {
    // The table of a kind comes with its first reading.
    if (!made && !withStoreErrors(store.file, () => hasTable(store.db, request.kind))) return
    made ??= prepareRunStatements(store, request)
    const wanted = filters.flatMap(({ text, inverse }) => [text, inverse ? 0 : 1])
    const statement = filters.length > 0 ? made.holding(filters.length) : made.all
    const [first, full] = rowRangeOf(scopeId)
    const { last } = made
    const end = withStoreErrors(store.file, () => last.get(first, full)) as number | null
    for (let from = first; from <= (end ?? -1); from += runSize) {
      const to = from + runSize - 1
      const found = withStoreErrors(store.file, () => statement.all(from, to, ...wanted)) as RunRow[]
      if (!found.every((row) => isCell(row[2] ?? null)))
        throw new DamagedScope(store.file, scopeId, 'a column is not what was stored')
      if (found.length > 0) yield runOf(found, sorted, request.descending)
    }
  }
}

type RunStatements = ReturnType<typeof prepareRunStatements>

function prepareRunStatements({ db }: Store, { kind, sort, shown }: RunRequest) {
  const key = sort === null ? '' : `, ${sort.order}`
  const text = withJoinedText('s.text', shown)
  const table = tableOf(kind)
  const holding = new Map<number, Statement>()
  return {
    last: db.prepare(`SELECT max(_row) FROM ${table} WHERE _row BETWEEN ? AND ?`).pluck(),
    all: db.prepare(`SELECT r._row, r._position${key} FROM ${table} r WHERE r._row BETWEEN ? AND ?`).raw(),
    /** Those that hold so many texts. */
    holding(count: number): Statement {
      const statement =
        holding.get(count) ??
        db
          .prepare(
            `SELECT r._row, r._position${key} FROM ${table} r JOIN search s ON s.resource_id = r._row
             WHERE r._row BETWEEN ? AND ?${` AND (instr(${text}, ?) > 0) = ?`.repeat(count)}`,
          )
          .raw()
      holding.set(count, statement)
      return statement
    },
  }
}

/** A row of the narrow table: values of the columns asked for, and when AWS last gave it, in ms since 1970. */
export interface NarrowRow {
  readonly id: number
  readonly seenAt: number
  readonly values: readonly Json[]
}

/** Reads rows by their ids, in that order; null for one that has gone. */
export function readRowsById(
  store: Store,
  kind: Kind,
  ids: readonly number[],
  wanted: readonly ColumnOfTable[],
): readonly (NarrowRow | null)[] {
  // A kind that was never read has no table.
  if (ids.length === 0) return []
  const columns = wanted.map(({ value }) => `, ${value}`).join('')
  const rows = store.db
    .prepare(
      `SELECT r._row, r._seen_at${columns} FROM json_each(?) AS wanted
       CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value`,
    )
    .raw()
  const found = withStoreErrors(store.file, () => rows.all(JSON.stringify(ids))) as [
    number,
    number,
    ...Json[],
  ][]
  const wrong = found.find((cells) => !cells.every(isCell))
  if (wrong) throw new DamagedScope(store.file, scopeIdOf(wrong[0]), 'a column is not what was stored')
  const known = new Map(found.map(([id, seenAt, ...values]) => [id, { id, seenAt, values }]))
  return ids.map((id) => known.get(id) ?? null)
}

/** The whole resource, as the AWS CLI prints it; null if it has gone. */
export function readDocumentById(store: Store, id: number): JsonObject | null {
  const text = withStoreErrors(store.file, () =>
    store.db
      .prepare(
        "SELECT CASE WHEN json_valid(body, 8) THEN json(body) ELSE '' END FROM document WHERE resource_id = ?",
      )
      .pluck()
      .get(id),
  )
  if (text === undefined) return null
  try {
    return JSON.parse(String(text)) as JsonObject
  } catch (error) {
    throw new DamagedScope(store.file, scopeIdOf(id), 'a document is not JSON', error)
  }
}

type RunRow = [id: number, position: number, key?: SortKey]

function runOf(rows: RunRow[], sorted: boolean, descending: boolean): RowRun {
  if (sorted) rows.sort((a, b) => compareKeys(a[2] ?? null, b[2] ?? null, descending) || a[1] - b[1])
  else if (!rows.every((row, index) => index === 0 || (rows[index - 1]?.[1] ?? 0) <= row[1]))
    rows.sort((a, b) => a[1] - b[1])
  return {
    ids: Float64Array.from(rows, (row) => row[0]),
    positions: Float64Array.from(rows, (row) => row[1]),
    keys: sorted ? rows.map((row) => row[2] ?? null) : null,
  }
}
