import type { Fault, ResolvedScope, Scope, ScopeStatus } from '../model.ts'
import { explained, type Store } from './open.ts'

/** What is remembered of a profile: the account it was proven to lead to, and what the profile said then. */
export interface RememberedProfile {
  readonly fingerprint: string
  readonly account: string
}

/** A line of the ledger. */
export interface LedgerLine {
  readonly scopeId: number
  readonly scope: Scope
  readonly accountName: string | null
  readonly state: 'running' | 'complete' | 'failed' | 'skipped'
  readonly attemptedAt: number
  readonly syncedAt: number | null
  readonly rows: number
  readonly fault: Fault | null
}

/** Every remembered profile by name. */
export function rememberedProfiles(store: Store): ReadonlyMap<string, RememberedProfile> {
  const rows = explained(store.file, () =>
    store.db.prepare('SELECT profile, fingerprint, account FROM profile').all(),
  ) as (RememberedProfile & { profile: string })[]
  return new Map(rows.map(({ profile, ...remembered }) => [profile, remembered]))
}

/** The enabled regions of every account whose regions were listed, by account. */
export function rememberedRegions(store: Store): ReadonlyMap<string, readonly string[]> {
  const rows = explained(store.file, () =>
    store.db.prepare('SELECT account, regions FROM account WHERE regions IS NOT NULL').all(),
  ) as { account: string; regions: string }[]
  return new Map(rows.map(({ account, regions }) => [account, JSON.parse(regions) as string[]]))
}

/** The whole ledger, ordered by account name, region and kind. */
export function ledger(store: Store): readonly LedgerLine[] {
  const lines = explained(store.file, () =>
    store.db
      .prepare(
        `SELECT s.scope_id, s.account, s.region, s.kind, s.profile, s.state, s.attempted_at, s.synced_at, s.rows,
           f.fault, a.name
         FROM scope s LEFT JOIN account a USING (account)
         LEFT JOIN scope_fault f ON f.scope_id = s.scope_id AND f.profile = s.profile
         ORDER BY coalesce(a.name, s.profile), s.region, s.kind`,
      )
      .all(),
  ) as LedgerRow[]
  return lines.map(lineOf)
}

/** The text that names a scope in the ledger: two scopes are the same exactly when their keys are. */
export function scopeKey(scope: Scope): string {
  const { account, region, kind, profile } = scope
  const unresolved = account === null || region === null ? profile : ''
  return `${account ?? ''}/${region ?? ''}/${kind}/${unresolved}`
}

/** Where a scope stands, from its line of the ledger (undefined: never tried). Times in ms. */
export function statusOf(
  scope: Scope,
  line: LedgerLine | undefined,
  options: {
    readonly now: number
    readonly fresh: number
    readonly accepted: (scope: Scope, fault: Fault) => boolean
  },
): ScopeStatus {
  if (!line) {
    return { scope, accountName: null, state: 'never', syncedAt: null, rows: 0, fault: null, accepted: false }
  }
  const { accountName, syncedAt, rows, fault } = line
  const accepted = fault !== null && options.accepted(scope, fault)
  return { scope, accountName, syncedAt, rows, fault, accepted, state: stateOf(line, options) }
}

function stateOf(line: LedgerLine, { now, fresh }: { now: number; fresh: number }): ScopeStatus['state'] {
  if (line.state === 'running') return 'interrupted'
  if (line.state === 'failed') return 'failed'
  const at = line.state === 'skipped' ? line.attemptedAt : (line.syncedAt ?? 0)
  if (line.state === 'skipped') return 'skipped'
  return now - at <= fresh ? 'fresh' : 'stale'
}

/** Whether the scope's account and region are known. */
export function isResolved(scope: Scope): scope is ResolvedScope {
  return scope.account !== null && scope.region !== null
}

interface LedgerRow {
  scope_id: number
  account: string
  region: string
  kind: string
  profile: string
  state: LedgerLine['state']
  attempted_at: number
  synced_at: number | null
  fault: string | null
  name: string | null
  rows: number
}

function lineOf(row: LedgerRow): LedgerLine {
  return {
    scopeId: row.scope_id,
    scope: { profile: row.profile, account: row.account || null, region: row.region || null, kind: row.kind },
    accountName: row.name,
    state: row.state,
    attemptedAt: row.attempted_at,
    syncedAt: row.synced_at,
    rows: row.rows,
    fault: row.fault === null ? null : (JSON.parse(row.fault) as Fault),
  }
}
