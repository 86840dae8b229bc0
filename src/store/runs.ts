import type { Statement } from 'better-sqlite3'
import { compareKeys, type SortKey } from '../kinds/order.ts'
import type { Json, JsonObject, Kind } from '../model.ts'
import { DamagedScope, isCell } from './damage.ts'
import type { RowStretch } from './find-blocks.ts'
import { hasTable, tableOf } from './kind-tables.ts'
import { seenAtOfRow } from './known-pages.ts'
import type { NarrowColumn } from './narrow.ts'
import type { Store } from './open-store.ts'
import { isPlaceWrong } from './place-check.ts'
import { filterSql, type RowFilter } from './row-filter.ts'
import { rowRangeOf, scopeIdOf } from './row-keys.ts'
import { type Damaged, damageOfFound } from './scan.ts'
import { withStoreErrors } from './store-errors.ts'

type ColumnOfTable = Exclude<NarrowColumn, { origin: string }>

/** A stretch of one scope's rows in the order asked for: what a screen needs to know where a row stands. */
export interface RowRun {
  readonly ids: Float64Array
  readonly positions: Float64Array
  /** The values that the rows are sorted by; null for the order in which AWS gave them. */
  readonly keys: readonly SortKey[] | null
}

export interface RunRequest {
  readonly kind: Kind
  /** The column to sort by; null for none. */
  readonly sort: ColumnOfTable | null
  readonly descending: boolean
}

/** Rows of a run: small enough that reading one takes about as long as a frame. */
const runSize = 20_000

/**
 * Makes the function that reads stretches of one scope run by run; between two runs other work may be done. Runs may
 * overlap in their order. The filters are an argument of each call: those that a scope's origin decides are not asked of
 * its rows.
 */
export function makeRunReader(store: Store, request: RunRequest) {
  const sorted = request.sort !== null
  let made: RunStatements | null = null
  return function* scopeRuns(
    scopeId: number,
    filters: readonly RowFilter[],
    stretches: readonly RowStretch[] | null = null,
  ): Generator<RowRun> {
    // The table of a kind comes with its first reading.
    if (!made && !withStoreErrors(store.file, () => hasTable(store.db, request.kind))) return
    made ??= prepareRunStatements(store, request)
    const { statement, parameters } = made.passing(filters)
    const [first, full] = rowRangeOf(scopeId)
    const { last } = made
    const end = withStoreErrors(store.file, () => last.get(first, full)) as number | null
    for (const pieces of inPieces(stretches ?? [{ first, last: end ?? -1 }])) {
      const found = pieces.flatMap(
        ([from, to]) => withStoreErrors(store.file, () => statement.all(from, to, ...parameters)) as RunRow[],
      )
      const wrong = damageOfFound(found.find((row) => damageOfFound(row[2]) !== null)?.[2] ?? null)
      if (wrong !== null) throw new DamagedScope(store.file, scopeId, wrong)
      if (!found.every((row) => isCell(row[3] ?? null)))
        throw new DamagedScope(store.file, scopeId, 'a column is not what was stored')
      if (found.length > 0) yield runOf(found, sorted, request.descending)
    }
  }
}

/** Stretches as pieces that are no longer than a run, so many together as it has rows. */
function* inPieces(
  stretches: readonly Pick<RowStretch, 'first' | 'last'>[],
): Generator<readonly (readonly [from: number, to: number])[]> {
  let pieces: (readonly [number, number])[] = []
  let room = runSize
  for (const { first, last } of stretches) {
    for (let from = first; from <= last; ) {
      const to = Math.min(last, from + room - 1)
      pieces.push([from, to])
      room -= to - from + 1
      from = to + 1
      if (room > 0) continue
      yield pieces
      pieces = []
      room = runSize
    }
  }
  if (pieces.length > 0) yield pieces
}

type RunStatements = ReturnType<typeof prepareRunStatements>

function prepareRunStatements({ db }: Store, { kind, sort }: RunRequest) {
  const key = sort === null ? '' : `, ${sort.order}`
  const table = tableOf(kind)
  const prepared = new Map<string, Statement>()
  return {
    last: db.prepare(`SELECT max(_row) FROM ${table} WHERE _row BETWEEN ? AND ?`).pluck(),
    /** Rows for which all filters hold. */
    passing(filters: readonly RowFilter[]) {
      const { join, condition, damaged, parameters } = filterSql(filters, () => null)
      const sql = `SELECT r._row, r._position, iif(${isPlaceWrong}, 2, ${damaged})${key} FROM ${table} r ${join}
        WHERE r._row BETWEEN ? AND ? AND ${condition}`
      const statement = prepared.get(sql) ?? db.prepare(sql).raw()
      prepared.set(sql, statement)
      return { statement, parameters }
    },
  }
}

/**
 * A row of the narrow table: values of the columns asked for, and when AWS last gave it, first gave it, and gave another
 * document for it, in ms since 1970.
 */
export interface NarrowRow {
  readonly id: number
  readonly seenAt: number
  readonly firstSeen: number
  readonly changedAt: number
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
      `SELECT r._row, ${seenAtOfRow}, r._first_seen, r._changed_at${columns} FROM json_each(?) AS wanted
       CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value`,
    )
    .raw()
  const found = withStoreErrors(store.file, () => rows.all(JSON.stringify(ids))) as [
    number,
    number,
    number,
    number,
    ...Json[],
  ][]
  const wrong = found.find((cells) => !cells.every(isCell))
  if (wrong) throw new DamagedScope(store.file, scopeIdOf(wrong[0]), 'a column is not what was stored')
  const known = new Map(
    found.map(([id, seenAt, firstSeen, changedAt, ...values]) => [
      id,
      { id, seenAt, firstSeen, changedAt, values },
    ]),
  )
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

type RunRow = [id: number, position: number, damaged: Damaged, key?: SortKey]

function runOf(rows: RunRow[], sorted: boolean, descending: boolean): RowRun {
  if (sorted) rows.sort((a, b) => compareKeys(a[3] ?? null, b[3] ?? null, descending) || a[1] - b[1])
  else if (!rows.every((row, index) => index === 0 || (rows[index - 1]?.[1] ?? 0) <= row[1]))
    rows.sort((a, b) => a[1] - b[1])
  return {
    ids: Float64Array.from(rows, (row) => row[0]),
    positions: Float64Array.from(rows, (row) => row[1]),
    keys: sorted ? rows.map((row) => row[3] ?? null) : null,
  }
}
