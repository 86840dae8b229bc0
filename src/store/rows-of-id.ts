import type { Kind } from '../model.ts'
import { hasTable, tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { withStoreErrors } from './store-errors.ts'

/** The rows in these scopes that have an id of their kind: several if an account sees what another one shares with it. */
export function findRowsOfId(
  { db, file }: Store,
  kind: Kind,
  lines: readonly LedgerLine[],
  id: string,
): readonly number[] {
  if (kind.identity === 'item' || !withStoreErrors(file, () => hasTable(db, kind))) return []
  const scopes = lines.filter(({ scope }) => scope.kind === kind.name).map(({ scopeId }) => scopeId)
  return withStoreErrors(file, () =>
    db
      .prepare(
        `SELECT r._row FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r
         ON r._scope = wanted.value AND r._id = ? ORDER BY r._row`,
      )
      .pluck()
      .all(JSON.stringify(scopes), id),
  ) as readonly number[]
}
