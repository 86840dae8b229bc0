import type { Kind } from '../model.ts'
import { DamagedScope } from './damage.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { rowRangeOf } from './row-keys.ts'
import { withStoreErrors } from './store-errors.ts'

/**
 * Makes the function that compares how many rows a scope has with what the ledger says; it throws a DamagedScope if they
 * differ. Both are read at one moment: the ledger that an answer started from may be older than its snapshot. Takes
 * 0.2 ms for each 1,000 rows.
 */
export function countChecker({ db, file }: Store, kind: Kind): (line: LedgerLine) => void {
  const count = db.prepare(
    `SELECT rows, (SELECT count(*) FROM ${tableOf(kind)} WHERE _row BETWEEN @from AND @to) AS found
     FROM scope WHERE scope_id = @scopeId`,
  )
  return ({ scopeId }) => {
    const [from, to] = rowRangeOf(scopeId)
    const read = withStoreErrors(file, () => count.get({ scopeId, from, to })) as
      | { rows: number; found: number }
      | undefined
    if (read && read.rows !== read.found)
      throw new DamagedScope(file, scopeId, `${read.found} rows of ${read.rows} can be found`)
  }
}
