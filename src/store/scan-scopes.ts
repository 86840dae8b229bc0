import { makeHeapHolder } from '../hold-heap.ts'
import { originOf } from '../kinds.ts'
import type { Json, Kind } from '../model.ts'
import { goesOn } from '../sqlite.ts'
import { DamagedScope, isCell } from './damage.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { NarrowColumn } from './narrow.ts'
import type { Store } from './open-store.ts'
import { isPlaceWrong, wrongPlace } from './place-check.ts'
import { rowRangeOf } from './row-keys.ts'
import { countChecker } from './scope-count.ts'
import { withSmallCache } from './small-cache.ts'
import { withStoreErrors } from './store-errors.ts'

/** How many rows are in memory at once. */
const pieceSize = 1000

/**
 * Column values of all rows of the scopes, in the order of the scopes and of AWS. The numbers of rows mostly rise in that
 * order: then they are read as they lie in the file, without a look at all of them before.
 */
export function* scanScopes(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  columns: readonly NarrowColumn[],
): Generator<readonly Json[]> {
  yield* withSmallCache(store.db, pagesKept, () => readScopes(store, lines, kind, columns))
}

/** In KB: a page is read twice, once for all places of its scope, and is not needed any more behind that. */
const pagesKept = 16_384

function* readScopes(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  columns: readonly NarrowColumn[],
): Generator<readonly Json[]> {
  const { db, file } = store
  const table = tableOf(kind)
  const values = columns.map((column) => ('origin' in column ? '?' : column.value))
  const cells = [...values, 'r._row'].join(', ')
  const positions = db
    .prepare(
      `SELECT iif(${isPlaceWrong}, NULL, r._position) FROM ${table} r WHERE r._row BETWEEN ? AND ? AND ${goesOn} ORDER BY r._row`,
    )
    .pluck()
  const next = db
    .prepare(
      `SELECT ${cells} FROM ${table} r WHERE r._row BETWEEN ? AND ? ORDER BY r._row LIMIT ${pieceSize}`,
    )
    .raw()
  const ordered = db
    .prepare(`SELECT _row FROM ${table} WHERE _row BETWEEN ? AND ? ORDER BY _position`)
    .pluck()
  const chosen = db
    .prepare(`SELECT ${cells} FROM json_each(?) AS wanted CROSS JOIN ${table} r ON r._row = wanted.value`)
    .raw()
  const count = countChecker(store, kind)
  const holdHeap = makeHeapHolder()
  for (const line of lines) {
    const { scopeId } = line
    const origin = originOf(line)
    const origins = columns.flatMap((column) => ('origin' in column ? [origin[column.origin] ?? null] : []))
    const [first, last] = rowRangeOf(scopeId)
    const places = withStoreErrors(file, () => lookThrough(positions.iterate(first, last)))
    if (places === null) throw new DamagedScope(file, scopeId, wrongPlace)
    if (places.count !== line.rows) count(line)
    const read = (statement: typeof next, ...words: readonly unknown[]) => {
      holdHeap()
      const rows = withStoreErrors(file, () => statement.all(...origins, ...words)) as Json[][]
      return takeNumbers(rows, file, scopeId)
    }
    if (places.areRising) {
      let from = first
      for (let left = places.count; left > 0; ) {
        const piece = read(next, from, last)
        const { numbers, rows } = piece
        if (rows.length !== Math.min(left, pieceSize))
          throw new DamagedScope(file, scopeId, 'a row cannot be found')
        if (!isRising(numbers)) throw new DamagedScope(file, scopeId, twice)
        yield* rows
        left -= rows.length
        from = (numbers.at(-1) ?? last) + 1
      }
      continue
    }
    const ids = Float64Array.from(withStoreErrors(file, () => ordered.all(first, last)) as number[])
    if (!isRising(ids.slice().sort())) throw new DamagedScope(file, scopeId, twice)
    for (let from = 0; from < ids.length; from += pieceSize) {
      const wanted = Array.from(ids.subarray(from, from + pieceSize))
      const { rows } = read(chosen, JSON.stringify(wanted))
      if (rows.length !== wanted.length) throw new DamagedScope(file, scopeId, 'a row cannot be found')
      yield* rows
    }
  }
}

/** How many places there are, and whether each is larger than the one before; null if one of them is null, for a wrong one. */
function lookThrough(
  places: Iterable<unknown>,
): { readonly count: number; readonly areRising: boolean } | null {
  let [count, areRising, before] = [0, true, Number.NEGATIVE_INFINITY]
  // As a list, those of a million rows would take 50 MB.
  for (const place of places) {
    if (place === null) return null
    areRising &&= (place as number) > before
    before = place as number
    count += 1
  }
  return { count, areRising }
}

/** What is wrong with a table whose rows come twice. */
export const twice = 'a row is there twice'

/** The rows without their numbers, which stand last, and these. Throws a DamagedScope if a cell cannot have been stored. */
function takeNumbers(rows: Json[][], file: string, scopeId: number) {
  const numbers: number[] = []
  for (const row of rows) {
    numbers.push(row.pop() as number)
    for (const cell of row)
      if (!isCell(cell)) throw new DamagedScope(file, scopeId, 'a column is not what was stored')
  }
  return { rows, numbers }
}

/** Whether each number is larger than the one before. */
export function isRising(numbers: ArrayLike<number>): boolean {
  for (let place = 1; place < numbers.length; place += 1)
    if (!((numbers[place] ?? 0) > (numbers[place - 1] ?? 0))) return false
  return true
}
