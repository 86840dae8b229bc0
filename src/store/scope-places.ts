import type { Statement } from 'better-sqlite3'
import type { Kind } from '../model.ts'
import { DamagedScope } from './damage.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { isPlaceWrong, wrongPlace } from './place-check.ts'
import { rowRangeOf } from './row-keys.ts'
import { countChecker } from './scope-count.ts'
import { withStoreErrors } from './store-errors.ts'

/** Numbers of rows that are looked at in one piece. */
const pieceSize = 20_000
/** Stands for a row whose place is not what was stored. */
const wrong = -1

/**
 * Makes what reads whole scopes of a kind whose table is there: `read` the numbers of a scope's rows in the order in which AWS
 * gave them, `check` whether all of them are there and are what was stored. To check takes a fifth of the time of reading,
 * and no memory. Both throw a DamagedScope.
 */
export function makeScopeReader(store: Store, kind: Kind) {
  const { db, file } = store
  const table = tableOf(kind)
  let made: { readonly numbers: Statement; readonly last: Statement; readonly sum: Statement } | null = null
  const prepare = () => {
    made ??= {
      numbers: db
        .prepare(
          `SELECT iif(${isPlaceWrong}, ${wrong}, r._row) FROM ${table} r WHERE r._row BETWEEN ? AND ?
           ORDER BY r._position, r._row`,
        )
        .pluck(),
      last: db.prepare(`SELECT max(_row) FROM ${table} WHERE _row BETWEEN ? AND ?`).pluck(),
      sum: db
        .prepare(
          `SELECT count(*), coalesce(max(${isPlaceWrong}), 0) FROM ${table} r WHERE r._row BETWEEN ? AND ?`,
        )
        .raw(),
    }
    return made
  }
  const count = countChecker(store, kind)
  return {
    read(scopeId: number): Float64Array {
      const found = withStoreErrors(file, () => prepare().numbers.all(...rowRangeOf(scopeId))) as number[]
      if (found.includes(wrong)) throw new DamagedScope(file, scopeId, wrongPlace)
      return Float64Array.from(found)
    },
    /** Yields between two pieces. */
    *check(line: LedgerLine): Generator<void, void> {
      const { scopeId, rows } = line
      const [first, full] = rowRangeOf(scopeId)
      const end = withStoreErrors(file, () => prepare().last.get(first, full)) as number | null
      let found = 0
      for (let from = first; from <= (end ?? -1); from += pieceSize) {
        const [some, isWrong] = withStoreErrors(file, () =>
          prepare().sum.get(from, from + pieceSize - 1),
        ) as [number, number]
        if (isWrong !== 0) throw new DamagedScope(file, scopeId, wrongPlace)
        found += some
        yield
      }
      // Rows that came in meanwhile are not damage: both numbers are read again.
      if (found !== rows) count(line)
    },
  }
}
