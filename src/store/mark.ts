import type { Database } from 'better-sqlite3'
import { MusterError } from '../errors.ts'
import type { Fault } from '../model.ts'
import type { ScopeDamage } from './check-cache.ts'
import type { Store } from './open-store.ts'
import { withStoreErrors } from './store-errors.ts'

/** Notes in the ledger that scopes are to be read again, `at` ms since 1970; false if nothing can be written. */
export function markDamaged(store: Store, scopes: readonly ScopeDamage[], at: number): boolean {
  if (store.readOnly !== null) return false
  const { db } = store
  const mark = makeMarker(db)
  try {
    withStoreErrors(store.file, () =>
      db
        .transaction(() => {
          for (const damage of scopes) mark(damage, at)
        })
        .immediate(),
    )
    return true
  } catch (error) {
    if (error instanceof MusterError) return false
    throw error
  }
}

/** Makes the function that marks one scope, at a time in ms since 1970: its next reading writes all of it. */
export function makeMarker(db: Database): (damage: ScopeDamage, at: number) => void {
  const scope = db.prepare(
    `UPDATE scope SET state = 'failed', synced_at = NULL, set_id = NULL, filled = NULL, token = NULL, unsummed = 0
     WHERE scope_id = ?`,
  )
  const fault = db.prepare(
    'INSERT OR REPLACE INTO scope_fault (scope_id, profile, fault, at) VALUES (?, ?, ?, ?)',
  )
  return (damage, at) => {
    const { scopeId, scope: marked } = damage.line
    scope.run(scopeId)
    fault.run(scopeId, marked.profile, JSON.stringify(damageFault(damage)), at)
  }
}

/** What the ledger says of a damaged scope until it has been read again. */
function damageFault(damage: ScopeDamage): Fault {
  return {
    class: 'malformed',
    code: 'DamagedRows',
    message: `What the cache holds of it is damaged (${damage.found ?? `${damage.rows.length} rows`}).`,
    next: 'Run `muster sync`, or the same command without --offline, which reads it again.',
  }
}
