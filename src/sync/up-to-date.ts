import type { AwsConfig } from '../config/aws-config.ts'
import { MusterError } from '../errors.ts'
import type { Access } from '../identity/session.ts'
import type { Io } from '../io.ts'
import type { Calls, Scope, SyncEvent } from '../model.ts'
import type { GoneLimits } from '../store/gone.ts'
import { isWithin, type LedgerLine, scopeKey, statusOf } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'
import { planScopes } from './plan.ts'
import { readLinesByScope, type ScopeSelection, scopesOfPlan } from './standing.ts'

/** How to read: plain data, so that it can be handed to another thread. */
export interface SyncPace {
  /** Scopes read at once. */
  readonly concurrency: number
  /** MaxResults; null for the kind's largest. */
  readonly pageSize: number | null
  /** What is kept of resources that AWS no longer gives. */
  readonly gone: GoneLimits
}

export interface SyncContext {
  readonly store: Store
  readonly io: Pick<Io, 'env' | 'home' | 'now' | 'signal'>
  readonly config: AwsConfig
  readonly access: Access
  readonly emit: (event: SyncEvent) => void
}

/**
 * Reads the scopes that are due into the cache: none, those older than `fresh`, or all. The AWS SDK is loaded only when
 * something is. Throws when interrupted, and if the cache cannot be written.
 */
export async function bringUpToDate(
  coverage: ScopeSelection,
  calls: Calls,
  pace: SyncPace,
  { store, io, config, access, emit }: SyncContext,
): Promise<void> {
  if (calls === 'never') return
  const { chosen, kind, accounts, fresh } = coverage
  const planned = planScopes(chosen, kind, accounts, store, io.env, false)
  const lines = readLinesByScope(store)
  const clock = { now: io.now(), fresh }
  const profilesByScope = new Map(
    scopesOfPlan(planned).map(({ scope, profiles }) => [scopeKey(scope), profiles]),
  )
  const isScopeDue = (scope: Scope) => {
    const key = scopeKey(scope)
    return calls === 'always' || isDue(lines.get(key), profilesByScope.get(key) ?? [scope.profile], clock)
  }
  if (!planned.some(({ scopes }) => scopes.some(isScopeDue))) return
  if (store.readOnly !== null) {
    throw new MusterError(
      `The cache ${store.file} cannot be written (${store.readOnly}), so that nothing is read again: make it writable, or give another with --cache FILE.`,
    )
  }
  const [{ sync }, { openSessions }] = await Promise.all([
    import('./fan-out.ts'),
    import('../identity/session.ts'),
  ])
  const sessions = openSessions({ io, config, chosen, ...access })
  try {
    await sync({ planned, kind, accounts, isDue: isScopeDue, ...pace }, { sessions, store, io, emit })
    // SQLite goes on writing into a file that was removed, and says nothing.
    store.checkPlace()
  } finally {
    sessions.close()
  }
}

/** Whether a scope is to be read for profiles of its account: what other profiles met does not matter. */
function isDue(
  line: LedgerLine | undefined,
  profiles: readonly string[],
  { now, fresh }: { readonly now: number; readonly fresh: number },
): boolean {
  if (line?.state === 'skipped') return !isWithin(fresh, line.attemptedAt, now)
  const status =
    line && statusOf(line.scope, line, profiles, { now, fresh, accepted: () => false, oldestAt: () => null })
  return status?.state !== 'fresh'
}
