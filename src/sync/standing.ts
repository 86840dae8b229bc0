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
  /** Names of kinds: the scopes of each region come in this order. */
  readonly kinds: readonly string[]
  /** Kinds that must have been read to their end wherever the answer holds rows of the first of `kinds`. */
  readonly requires: readonly string[]
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

/**
 * Where every scope of a selection stands in the cache, those never read among them. Calls nothing. `finished`: the keys
 * of scopes that this command has just read to their end.
 */
export function readCachedScopes(
  coverage: ScopeSelection,
  store: Store,
  io: Pick<Io, 'env' | 'now'>,
  finished: ReadonlySet<string> = new Set(),
): CachedScopes {
  const planned = planScopes(coverage.chosen, coverage.kinds, coverage.accounts, store, io.env, true)
  const { lines, statuses } = cachedScopesOf(scopesOfPlan(planned), coverage, store, io)
  return leaveOutUnproven(
    { lines, statuses: statuses.map((status) => withOwnReading(status, finished)) },
    coverage,
  )
}

/**
 * Where a scope stands for a command that has just read it to its end: another muster that has begun to read it again
 * since takes nothing from it. What is read again replaces rows one by one, and only its end removes any.
 */
function withOwnReading(status: ScopeStatus, finished: ReadonlySet<string>): ScopeStatus {
  const isOpen = status.state === 'interrupted' || status.state === 'reading'
  const isOwn = isOpen && finished.has(scopeKey(status.scope))
  return isOwn ? { ...status, state: 'fresh' } : status
}

/**
 * Takes out of an answer the first kind's scopes of every account and region in which a required kind was not read to its
 * end: they stand where that kind's scope stands, without rows.
 */
function leaveOutUnproven(
  { lines, statuses }: CachedScopes,
  { kinds: [main], requires }: Pick<ScopeSelection, 'kinds' | 'requires'>,
): CachedScopes {
  if (requires.length === 0) return { lines, statuses }
  const placeOf = ({ account, region, profile }: Scope) => `${account ?? profile}/${region ?? '*'}`
  const isRead = ({ state }: ScopeStatus) => ['fresh', 'stale', 'skipped'].includes(state)
  const unread = statuses.filter((status) => requires.includes(status.scope.kind) && !isRead(status))
  const causes = new Map(unread.map((status) => [placeOf(status.scope), status]))
  const causeOf = (scope: Scope) => (scope.kind === main ? causes.get(placeOf(scope)) : undefined)
  return {
    lines: lines.filter(({ scope }) => !causeOf(scope)),
    statuses: statuses.map((status) => {
      const cause = causeOf(status.scope)
      if (!cause) return status
      const { scope } = status
      const nothing = { scope, rows: 0, syncedAt: null, oldestAt: null, readBy: null, others: [] }
      // Its own fault is nearer than that of the other kind.
      return { ...(isRead(status) ? cause : status), ...nothing }
    }),
  }
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
  const lines = readLinesByScope(store, new Set(scopes.map(({ scope }) => scope.kind)))
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

/** The ledger of some kinds, or the whole, by the key of its scopes. */
export function readLinesByScope(
  store: Store,
  kinds: Iterable<string> | null = null,
): ReadonlyMap<string, LedgerLine> {
  const lines = readLedger(store, kinds && [...kinds])
  return new Map(lines.map((line) => [scopeKey(line.scope), line]))
}
