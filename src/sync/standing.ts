import type { SelectedProfile } from '../config/selection.ts'
import { type AcceptedFault, isAccepted } from '../config/settings.ts'
import type { Io } from '../io.ts'
import type { Scope, ScopeStatus } from '../model.ts'
import { type LedgerLine, readLedger, scopeKey, statusOf } from '../store/ledger.ts'
import { oldestRowAt } from '../store/oldest.ts'
import type { Store } from '../store/open-store.ts'
import { type PlannedProfile, planScopes } from './plan.ts'

/** What an answer is to cover: plain data, so that it can be handed to another thread. */
export interface ScopeSelection {
  readonly chosen: readonly SelectedProfile[]
  readonly kind: string
  /** Patterns of `--account`. */
  readonly accounts: readonly string[]
  /** How old rows may be and still be fresh, in ms. */
  readonly fresh: number
  /** Faults that the settings accept. */
  readonly accepted: readonly AcceptedFault[]
}

/** The scopes of an answer as the cache holds them. */
export interface CachedScopes {
  /** Lines of the ledger whose rows the answer is made of. */
  readonly lines: readonly LedgerLine[]
  readonly statuses: readonly ScopeStatus[]
}

/** Where every scope of a selection stands in the cache, those never read among them. Calls nothing. */
export function readCachedScopes(
  coverage: ScopeSelection,
  store: Store,
  io: Pick<Io, 'env' | 'now'>,
): CachedScopes {
  const planned = planScopes(coverage.chosen, coverage.kind, coverage.accounts, store, io.env, true)
  return cachedScopesOf(scopesOfPlan(planned), coverage, store, io)
}

/** The scopes of a plan with the profiles that they are asked for. */
export function scopesOfPlan(planned: readonly PlannedProfile[]): readonly PlannedScope[] {
  return planned.flatMap(({ selected, scopes, alternates }) => {
    const profiles = [selected, ...alternates].map(({ name }) => name)
    return scopes.map((scope) => ({ scope, profiles }))
  })
}

/** A scope, and the profiles of its account that are selected, the preferred first. */
export interface PlannedScope {
  readonly scope: Scope
  readonly profiles: readonly string[]
}

/** The same for scopes that are known already. */
export function cachedScopesOf(
  scopes: readonly PlannedScope[],
  { fresh, accepted }: Pick<ScopeSelection, 'fresh' | 'accepted'>,
  store: Store,
  io: Pick<Io, 'now'>,
): CachedScopes {
  const lines = readLinesByScope(store)
  const options = {
    now: io.now(),
    fresh,
    oldestAt: (line: LedgerLine) => oldestRowAt(store, line),
    accepted: (scope: Scope, fault: NonNullable<ScopeStatus['fault']>) => isAccepted(accepted, scope, fault),
  }
  return {
    lines: scopes.map(({ scope }) => lines.get(scopeKey(scope))).filter((line) => line !== undefined),
    statuses: scopes.map(({ scope, profiles }) =>
      statusOf(scope, lines.get(scopeKey(scope)), profiles, options),
    ),
  }
}

/** The ledger by the key of its scopes. */
export function readLinesByScope(store: Store): ReadonlyMap<string, LedgerLine> {
  return new Map(readLedger(store).map((line) => [scopeKey(line.scope), line]))
}
