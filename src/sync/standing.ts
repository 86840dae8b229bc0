import type { SelectedProfile } from '../config/selection.ts'
import { type Accepted, isAccepted } from '../config/settings.ts'
import type { Io } from '../io.ts'
import type { Scope, ScopeStatus } from '../model.ts'
import type { Store } from '../store/open.ts'
import { type LedgerLine, ledger, scopeKey, statusOf } from '../store/read.ts'
import { planScopes } from './plan.ts'

/** What an answer is to cover: plain data, so that it can be handed to another thread. */
export interface ScopeSelection {
  readonly chosen: readonly SelectedProfile[]
  readonly kind: string
  /** Patterns of `--account`. */
  readonly accounts: readonly string[]
  /** How old rows may be and still count as fresh, in ms. */
  readonly fresh: number
  /** Faults that the settings put up with. */
  readonly accepted: readonly Accepted[]
}

/** The scopes of an answer as the cache holds them. */
export interface Standing {
  /** Lines of the ledger whose rows the answer is made of. */
  readonly lines: readonly LedgerLine[]
  readonly statuses: readonly ScopeStatus[]
}

/** Where every scope of a selection stands in the cache, those never read among them. Calls nothing. */
export function standingOf(coverage: ScopeSelection, store: Store, io: Pick<Io, 'env' | 'now'>): Standing {
  const planned = planScopes(coverage.chosen, coverage.kind, coverage.accounts, store, io.env, true)
  const scopes = planned.flatMap((each) => each.scopes)
  return standingOfScopes(scopes, coverage, store, io)
}

/** The same for scopes that are known already. */
export function standingOfScopes(
  scopes: readonly Scope[],
  { fresh, accepted }: Pick<ScopeSelection, 'fresh' | 'accepted'>,
  store: Store,
  io: Pick<Io, 'now'>,
): Standing {
  const lines = linesByScope(store)
  const options = {
    now: io.now(),
    fresh,
    accepted: (scope: Scope, fault: NonNullable<ScopeStatus['fault']>) => isAccepted(accepted, scope, fault),
  }
  return {
    lines: scopes.map((scope) => lines.get(scopeKey(scope))).filter((line) => line !== undefined),
    statuses: scopes.map((scope) => statusOf(scope, lines.get(scopeKey(scope)), options)),
  }
}

/** The ledger by the key of its scopes. */
export function linesByScope(store: Store): ReadonlyMap<string, LedgerLine> {
  return new Map(ledger(store).map((line) => [scopeKey(line.scope), line]))
}
