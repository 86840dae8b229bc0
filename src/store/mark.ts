import { MusterError } from '../errors.ts'
import type { Fault } from '../model.ts'
import type { ScopeDamage } from './check-cache.ts'
import type { Store } from './open-store.ts'
import { withStoreErrors } from './store-errors.ts'

/** Notes in the ledger that scopes are to be read again, `at` ms since 1970; false if nothing can be written. */
export function markDamaged(store: Store, scopes: readonly ScopeDamage[], at: number): boolean {
  if (store.readOnly !== null) return false
  const { db } = store
  const scope = db.prepare(
    "UPDATE scope SET state = 'failed', synced_at = NULL, set_id = NULL, filled = NULL WHERE scope_id = ?",
  )
  const fault = db.prepare(
    'INSERT OR REPLACE INTO scope_fault (scope_id, profile, fault, at) VALUES (?, ?, ?, ?)',
  )
  try {
    withStoreErrors(store.file, () =>
      db
        .transaction(() => {
          for (const damage of scopes) {
            scope.run(damage.line.scopeId)
            fault.run(damage.line.scopeId, damage.line.scope.profile, JSON.stringify(damageFault(damage)), at)
          }
        })
        .immediate(),
    )
    return true
  } catch (error) {
    if (error instanceof MusterError) return false
    throw error
  }
}

/** What the ledger says of a damaged scope until it has been read again. */
export function damageFault(damage: ScopeDamage): Fault {
  return {
    class: 'malformed',
    code: 'DamagedRows',
    message: `What the cache holds of it is damaged (${damage.found ?? `${damage.rows.length} rows`}).`,
    next: 'Run `muster sync`, or the same command without --offline, which reads it again.',
  }
}
