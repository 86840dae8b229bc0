import { sortKey } from '../kinds/order.ts'
import { originOf, originText, originTypes } from '../kinds.ts'
import type { Answer, Json, JsonObject, Kind, Table, View } from '../model.ts'
import { narrowColumns } from '../store/narrow.ts'
import type { Store } from '../store/open.ts'
import type { LedgerLine } from '../store/read.ts'
import { documentById, type Run, rowsById, runReader, scopeIdOf } from '../store/runs.ts'
import { merged, type PlacedRun } from './ordering.ts'
import { parseFilter } from './shape.ts'

/** A row as a screen shows it. */
export interface ListedRow {
  /** What the row is known by while others come and go: the resource's row id, or its place. */
  readonly key: number
  /** When AWS last gave it, in ms since 1970; null where the result does not tell. */
  readonly seenAt: number | null
  readonly cells: readonly Json[]
}

/** A result in its order, read a window at a time. */
export interface Listing {
  readonly columns: readonly string[]
  readonly total: number
  /** Rows from a place on; null for one that went since. */
  rows(from: number, count: number): readonly (ListedRow | null)[]
  /** The place of a row, or -1. */
  indexOf(key: number): number
  /** All that is known of a row: the resource with its origin, or the item as the expression gave it. */
  item(key: number): Json
}

/** The runs of a scope that were read before, by scope: what has not changed is not read again. */
export type KnownRuns = Map<number, readonly Run[]>

export interface ResourceListing {
  readonly kind: Kind
  /** Names of columns, all of which the narrow table holds: see `isNarrow`. */
  readonly columns: readonly string[]
  readonly view: Pick<View, 'filter' | 'sort'>
  readonly lines: readonly LedgerLine[]
  readonly known: KnownRuns
}

/** Whether a view can be listed from the narrow columns alone, so that any number of rows is cheap. */
export function isNarrow(view: View, kind: Kind, store: Store): boolean {
  if (view.expression !== null || view.group !== null) return false
  const find = narrowColumns(store, kind)
  const names = [...(view.columns ?? kind.table), ...(view.sort ? [view.sort.column] : [])]
  return names.every((name) => find(name) !== null)
}

/** Lists resources from the narrow columns. Yields now and then, so that the caller can do other work meanwhile. */
export function* listResources(store: Store, request: ResourceListing): Generator<void, Listing> {
  const { kind, view, lines, known } = request
  const sort = view.sort ? narrowColumns(store, kind)(view.sort.column) : null
  const descending = view.sort?.descending ?? false
  const filter = view.filter ? parseFilter(view.filter) : null
  const placed: PlacedRun[] = []
  const runsOf = runReader(store, { kind, sort: sort && 'value' in sort ? sort : null, descending })
  for (const [place, line] of lines.entries()) {
    // Of thousands of accounts, most have nothing in most regions.
    if (line.rows === 0) continue
    let runs = known.get(line.scopeId)
    if (!runs) {
      const inOrigin = filter !== null && originText(line).includes(filter.text)
      const read: Run[] = []
      if (!(inOrigin && filter?.inverse)) {
        for (const run of runsOf(line.scopeId, inOrigin ? null : filter)) {
          read.push(run)
          yield
        }
      }
      runs = read
      known.set(line.scopeId, runs)
    }
    const origin =
      sort && 'origin' in sort ? sortKey(originOf(line)[sort.origin], originTypes[sort.origin]) : undefined
    for (const run of runs) {
      const keys = origin === undefined ? run.keys : new Array(run.ids.length).fill(origin)
      placed.push({ ...run, keys, place })
    }
  }
  const ids = yield* merged(placed, descending)
  return resourceListing(store, request, ids)
}

/** Lists any other answer: its rows are kept in memory. Yields now and then, as above. */
export function* listTable(table: Table, items: readonly Json[]): Generator<void, Listing> {
  const rows: ListedRow[] = []
  for (const cells of table.rows) {
    rows.push({ key: rows.length, seenAt: null, cells })
    if (rows.length % 256 === 0) yield
  }
  return {
    columns: table.columns,
    total: rows.length,
    rows: (from, count) => rows.slice(from, from + count),
    indexOf: (key) => (key < rows.length ? key : -1),
    item: (key) => items[key] ?? null,
  }
}

/** The items of an answer's list, or its one value, collected. Yields now and then, as above. */
export function* collected(answer: Answer): Generator<void, readonly Json[]> {
  if (answer.type === 'value') return [answer.value]
  const items: Json[] = []
  for (const item of answer.items) {
    items.push(item)
    if (items.length % 256 === 0) yield
  }
  return items
}

function resourceListing(store: Store, request: ResourceListing, ids: Float64Array): Listing {
  const { kind, columns, lines } = request
  const byScope = new Map(lines.map((line) => [line.scopeId, line]))
  const originFor = (id: number): JsonObject => {
    const line = byScope.get(scopeIdOf(id))
    return line ? originOf(line) : {}
  }
  const narrow = columns.map(narrowColumns(store, kind))
  const read = narrow.filter((column) => column !== null && 'value' in column)
  return {
    columns,
    total: ids.length,
    rows(from, count) {
      const wanted = Array.from(ids.subarray(from, from + count))
      return rowsById(store, kind, wanted, read).map((row) => {
        if (!row) return null
        const origin = originFor(row.id)
        const cells = narrow.map((column) => {
          if (!column) return null
          return 'value' in column ? row.values[read.indexOf(column)] : origin[column.origin]
        })
        return { key: row.id, seenAt: row.seenAt, cells: cells.map((cell) => cell ?? null) }
      })
    },
    indexOf: (key) => ids.indexOf(key),
    item(key) {
      const body = documentById(store, key)
      return body && { ...body, ...originFor(key) }
    },
  }
}
