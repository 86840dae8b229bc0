import { originOf } from '../kinds.ts'
import type { Answer, Changes, Json, JsonObject, Table } from '../model.ts'
import type { LedgerLine } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'
import { scopeIdOf } from '../store/row-keys.ts'
import { type NarrowRow, readDocumentById, readRowsById } from '../store/runs.ts'
import {
  type KnownScopes,
  type OrderRequest,
  orderByScope,
  orderByValue,
  type RowOrder,
} from './row-order.ts'

/** A row as a screen shows it. */
export interface ListedRow {
  /** What identifies the row while others come and go: the resource's row id, or its place. */
  readonly key: number
  /** When AWS last gave it, in ms since 1970; null if the result does not hold the time. */
  readonly seenAt: number | null
  /** What the last reading of its scope made of it, unless that was the first. */
  readonly mark?: RowMark | null
  readonly cells: readonly Json[]
}

export type RowMark = 'new' | 'changed'

/** A result in its order, read a window at a time. */
export interface Listing {
  readonly columns: readonly string[]
  /** Those of them that nobody asked for. */
  readonly extras?: readonly string[]
  /** How many rows the last complete readings made new or changed; null if none. */
  readonly marks?: Marks | null
  /** Whether a document is read for every row that is looked at. */
  readonly isFromDocuments?: boolean
  readonly total: number
  /** Rows from a place on; null for one that went since. */
  readRows(from: number, count: number): readonly (ListedRow | null)[]
  /** The place of a row, or -1. */
  indexOf(key: number): number
  /**
   * Looks at what was not looked at when it was made, which shows rows early. Throws what makes it wrong. Yields now and
   * then; absent if nothing is left.
   */
  check?(): Generator<void, void>
  /** Everything that is known about a row: the resource with its origin, or the item as the expression gave it. */
  readItem(key: number): Json
}

export interface ListingRequest extends OrderRequest {
  /** Names of the columns, and where the narrow table holds them. */
  readonly columns: readonly string[]
  readonly extras?: readonly string[]
  /** What reads those that it does not hold from a resource, by their places: only of rows that are looked at. */
  readonly readers?: ReadonlyMap<number, (resource: JsonObject) => Json>
}

/** Lists resources from the narrow columns. Yields now and then, so that the caller can do other work meanwhile. */
export function* listResources(store: Store, request: ListingRequest): Generator<void, Listing> {
  const { narrow, filters } = request
  const sort = narrow.sort?.column ?? null
  // What is joined changes without its scope.
  const isJoined =
    filters.some((filter) => filter.isJoined) ||
    [...narrow.columns, sort].some((each) => each && 'value' in each && each.joined)
  const known: KnownScopes = isJoined ? new Map() : request.known
  const makeOrder = sort && 'value' in sort ? orderByValue : orderByScope
  return makeListing(store, request, yield* makeOrder(store, { ...request, known }))
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
    readRows: (from, count) => rows.slice(from, from + count),
    indexOf: (key) => (key < rows.length ? key : -1),
    readItem: (key) => items[key] ?? null,
  }
}

/** The items of an answer's list, or its one value, collected. Yields now and then, as above. */
export function* collectItems(answer: Answer): Generator<void, readonly Json[]> {
  if (answer.type === 'value') return [answer.value]
  const items: Json[] = []
  for (const item of answer.items) {
    items.push(item)
    if (items.length % 256 === 0) yield
  }
  return items
}

/** What the narrow columns hold, and in its places what the resource says. */
function mixCells(
  held: readonly (Json | undefined)[],
  resource: JsonObject,
  readers: NonNullable<ListingRequest['readers']>,
): readonly (Json | undefined)[] {
  const rest = held.values()
  return Array.from({ length: held.length + readers.size }, (_, place) => {
    const read = readers.get(place)
    return read ? read(resource) : rest.next().value
  })
}

/** How many rows are new and changed. */
export type Marks = Pick<Changes, 'added' | 'changed'>

/** Whether a pass over a scope has begun, and stored pages, since one last came to its end. */
function hasBegunAnew({ startedAt, finishedAt, state }: LedgerLine): boolean {
  return state !== 'complete' && (startedAt ?? 0) > (finishedAt ?? 0)
}

/** Since when rows of a scope are new or changed: its last reading. Null if that is its first, in which all are new. */
function findMarkedSince(line: LedgerLine): number | null {
  const { startedAt, syncedAt, rows, changes } = line
  if (syncedAt === null) return null
  // One that failed before its first page has read nothing.
  const isFirst = !hasBegunAnew(line) && (changes === null || changes.added >= rows)
  return isFirst ? null : startedAt
}

/** Null if the last complete readings have marked no row. */
function sumMarks(lines: readonly LedgerLine[]): Marks | null {
  let added = 0
  let changed = 0
  for (const line of lines) {
    if (hasBegunAnew(line) || findMarkedSince(line) === null) continue
    added += line.changes?.added ?? 0
    changed += line.changes?.changed ?? 0
  }
  return added + changed > 0 ? { added, changed } : null
}

function markOf({ firstSeen, changedAt }: NarrowRow, since: number | null): RowMark | null {
  if (since === null) return null
  return firstSeen >= since ? 'new' : changedAt >= since ? 'changed' : null
}

function makeListing(store: Store, request: ListingRequest, order: RowOrder): Listing {
  const { kind, columns, extras = [], lines, narrow, readers = new Map() } = request
  const byScope = new Map(lines.map((line) => [line.scopeId, line]))
  const sinceOf = new Map(lines.map((line) => [line.scopeId, findMarkedSince(line)]))
  const findOrigin = (id: number): JsonObject => {
    const line = byScope.get(scopeIdOf(id))
    return line ? originOf(line) : {}
  }
  const read = narrow.columns.filter((column) => 'value' in column)
  return {
    columns,
    extras,
    marks: sumMarks(lines),
    isFromDocuments: readers.size > 0,
    total: order.total,
    check: order.check,
    readRows(from, count) {
      return readRowsById(store, kind, order.slice(from, count), read).map((row) => {
        if (!row) return null
        const origin = findOrigin(row.id)
        const held = narrow.columns.map((column) =>
          'value' in column ? row.values[read.indexOf(column)] : origin[column.origin],
        )
        const resource = readers.size === 0 ? {} : { ...readDocumentById(store, row.id), ...origin }
        const cells = readers.size === 0 ? held : mixCells(held, resource, readers)
        const mark = markOf(row, sinceOf.get(scopeIdOf(row.id)) ?? null)
        return { key: row.id, seenAt: row.seenAt, mark, cells: cells.map((cell) => cell ?? null) }
      })
    },
    indexOf: order.indexOf,
    readItem(key) {
      const body = readDocumentById(store, key)
      return body && { ...body, ...findOrigin(key) }
    },
  }
}
