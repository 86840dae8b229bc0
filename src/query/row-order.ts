import { compareKeys, sortKey } from '../kinds/order.ts'
import { originOf, originTypes } from '../kinds.ts'
import type { Kind } from '../model.ts'
import { makeCellChecker } from '../store/check-cells.ts'
import { makeTextChecker } from '../store/check-texts.ts'
import { hasStretches, makeFilterBlockFinder } from '../store/find-blocks.ts'
import type { LedgerLine } from '../store/ledger.ts'
import type { NarrowView } from '../store/narrow.ts'
import type { Store } from '../store/open-store.ts'
import { filtersBesideOrigin, type RowFilter } from '../store/row-filter.ts'
import { scopeIdOf } from '../store/row-keys.ts'
import { makeRunReader, type RowRun, type RunRequest } from '../store/runs.ts'
import { countChecker, isTableThere } from '../store/scope-count.ts'
import { makeScopeReader } from '../store/scope-places.ts'
import { withStoreErrors } from '../store/store-errors.ts'
import { mergeRuns } from './ordering.ts'

/** The numbers of an answer's rows in their order. */
export interface RowOrder {
  readonly total: number
  /** A row that went since has a number that no row has. */
  slice(from: number, count: number): readonly number[]
  /** The place of a row, or -1. */
  indexOf(row: number): number
  /**
   * Looks at the rows that were not looked at when the order was made. Throws a DamagedScope if they are not what was
   * stored. Yields now and then.
   */
  check(): Generator<void, void>
}

/** Which rows are asked for, and in which order. */
export interface OrderRequest {
  readonly kind: Kind
  /** Of the columns, those that the narrow table holds, in order; and what the rows are sorted by. */
  readonly narrow: NarrowView
  readonly filters: readonly RowFilter[]
  readonly lines: readonly LedgerLine[]
  readonly known: KnownScopes
}

/** What was read of each scope before: what has not changed is not read again. Orders add to it. */
export type KnownScopes = Map<number, KnownScope>

/** What is known of a scope: its rows by value, or in the order in which AWS gave them. */
interface KnownScope {
  readonly runs?: readonly RowRun[]
  readonly rows?: ScopeRows
}

/** The rows of a scope that an answer has, as AWS gave them. */
interface ScopeRows {
  readonly total: number
  /** Their numbers. Read when they are first asked for, they are as many as there are then. */
  readonly read: () => Float64Array
  readonly isChecked: boolean
}

/** More rows than this are read piece by piece before any is shown: in one piece they would take longer than a frame or two. */
const most = 50_000
const gone = -1

/**
 * The order of an answer that is not sorted, or by what a scope's rows have in common: scope after scope. Of a scope all of
 * whose rows are in the answer, the ledger says how many they are: none is read before it is looked at.
 */
export function* orderByScope(
  store: Store,
  { kind, narrow, filters, lines, known }: OrderRequest,
): Generator<void, RowOrder> {
  const wholes = makeScopeReader(store, kind)
  const readRuns = makeFilteredReader(store, { kind, sort: null, descending: false }, filters)
  const readNow = function* (line: LedgerLine): Generator<void, ScopeRows> {
    const left = filtersBesideOrigin(filters, line)
    if (left?.length === 0 && line.rows <= most) {
      const read = once(() => wholes.read(line.scopeId))
      return { total: line.rows, read, isChecked: false }
    }
    const runs = yield* readRuns(line, left)
    const ids = yield* mergeRuns(
      runs.map((run) => ({ ...run, place: 0 })),
      false,
    )
    return { total: ids.length, read: () => ids, isChecked: true }
  }
  const held = isTableThere(store, kind, lines) ? inOrder(lines, narrow.sort) : []
  const scopes: PlacedScope[] = []
  let total = 0
  for (const line of held) {
    // Of thousands of accounts, most have nothing in most regions.
    if (line.rows === 0) continue
    const rows = known.get(line.scopeId)?.rows ?? (yield* readNow(line))
    known.set(line.scopeId, { rows })
    if (rows.total > 0 || !rows.isChecked) scopes.push({ line, rows, from: total })
    total += rows.total
  }
  return joinScopes(scopes, total, known, wholes.check)
}

/** The order of an answer by values of its rows: all of them are read. */
export function* orderByValue(
  store: Store,
  { kind, narrow, filters, lines, known }: OrderRequest,
): Generator<void, RowOrder> {
  const column = narrow.sort?.column ?? null
  const sort = column && 'value' in column ? column : null
  const descending = narrow.sort?.descending ?? false
  const readRuns = makeFilteredReader(store, { kind, sort, descending }, filters)
  const placed = []
  for (const [place, line] of lines.entries()) {
    if (line.rows === 0) continue
    const runs = known.get(line.scopeId)?.runs ?? (yield* readRuns(line, filtersBesideOrigin(filters, line)))
    known.set(line.scopeId, { runs })
    for (const run of runs) placed.push({ ...run, place })
  }
  const ids = yield* mergeRuns(placed, descending)
  return {
    total: ids.length,
    slice: (from, wanted) => Array.from(ids.subarray(from, from + wanted)),
    indexOf: (row) => ids.indexOf(row),
    *check() {},
  }
}

interface PlacedScope {
  readonly line: LedgerLine
  readonly rows: ScopeRows
  /** The place of its first row. */
  readonly from: number
}

function joinScopes(
  scopes: readonly PlacedScope[],
  total: number,
  known: KnownScopes,
  check: (line: LedgerLine) => Generator<void, void>,
): RowOrder {
  const byId = new Map(scopes.map((scope) => [scope.line.scopeId, scope]))
  return {
    total,
    slice(from, count) {
      const found: number[] = []
      const end = Math.min(total, from + count)
      for (let at = findScope(scopes, from); at < scopes.length; at += 1) {
        const { rows, from: first } = scopes[at] as PlacedScope
        if (first >= end) break
        const ids = rows.read()
        const last = Math.min(end - first, rows.total)
        for (let place = Math.max(0, from - first); place < last; place += 1) found.push(ids[place] ?? gone)
      }
      return found
    },
    indexOf(row) {
      const scope = byId.get(scopeIdOf(row))
      const place = scope?.rows.read().indexOf(row) ?? gone
      return scope && place >= 0 && place < scope.rows.total ? scope.from + place : -1
    },
    *check() {
      for (const { line, rows } of scopes) {
        if (rows.isChecked || known.get(line.scopeId)?.rows !== rows) continue
        yield* check(line)
        known.set(line.scopeId, { rows: { ...rows, isChecked: true } })
      }
    },
  }
}

/** The place of the scope that holds the row at a place. */
function findScope(scopes: readonly PlacedScope[], place: number): number {
  let [low, high] = [0, scopes.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((scopes[middle]?.from ?? 0) <= place) low = middle
    else high = middle - 1
  }
  return Math.max(0, low)
}

/** The scopes by what their rows have in common; those that have the same, as they are. */
function inOrder(lines: readonly LedgerLine[], sort: NarrowView['sort']): readonly LedgerLine[] {
  const { column, descending = false } = sort ?? {}
  if (!column || !('origin' in column)) return lines
  const { origin } = column
  const keyOf = (line: LedgerLine) => sortKey(originOf(line)[origin], originTypes[origin])
  return lines.toSorted((a, b) => compareKeys(keyOf(a), keyOf(b), descending))
}

/**
 * Makes the function that reads the rows of a scope that filters leave; `left`: those that its origin does not decide, null
 * if it leaves none. Where a text is looked for, only rows are read that may hold it. Throws a DamagedScope if rows are
 * missing among these.
 */
function makeFilteredReader(store: Store, request: RunRequest, filters: readonly RowFilter[]) {
  const runsOf = makeRunReader(store, request)
  const count = countChecker(store, request.kind)
  const sortedBy = request.sort ? [request.sort.order] : []
  const checkCells = makeCellChecker(store, request.kind, [
    ...filters.flatMap(({ looksInto }) => looksInto),
    ...sortedBy,
  ])
  const checkTexts = makeTextChecker(store)
  const findBlocks = makeFilterBlockFinder(store)
  const findStretches = (line: LedgerLine, left: readonly RowFilter[]) =>
    withStoreErrors(store.file, () => {
      const found = findBlocks(line, left)
      return found && hasStretches(store, request.kind, found) ? found : null
    })
  return function* (line: LedgerLine, left: readonly RowFilter[] | null): Generator<void, readonly RowRun[]> {
    if (left !== null && (left.length > 0 || sortedBy.length > 0)) checkCells(line)
    const stretches = left && findStretches(line, left)
    if (left?.some(({ usesText }) => usesText)) checkTexts(line, stretches)
    const runs = left === null ? [] : yield* collectRuns(runsOf(line.scopeId, left, stretches))
    // Rows that came in meanwhile are not damage: both numbers are read again.
    const total = runs.reduce((sum, { ids }) => sum + ids.length, 0)
    if (stretches === null && (filters.length > 0 || total !== line.rows)) count(line)
    return runs
  }
}

function* collectRuns(runs: Iterable<RowRun>): Generator<void, readonly RowRun[]> {
  const collected: RowRun[] = []
  for (const run of runs) {
    collected.push(run)
    yield
  }
  return collected
}

function once<T>(make: () => T): () => T {
  let made: T | null = null
  return () => {
    made ??= make()
    return made
  }
}
