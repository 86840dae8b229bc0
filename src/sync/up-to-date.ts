import { createHash } from 'node:crypto'
import type { AwsConfig } from '../config/aws-config.ts'
import { MusterError } from '../errors.ts'
import type { Access } from '../identity/session.ts'
import type { Io } from '../io.ts'
import type { Calls, Scope, ScopeStatus, SyncEvent } from '../model.ts'
import type { GoneLimits } from '../store/gone.ts'
import { isWithin, type LedgerLine, scopeKey, statusOf } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'
import { findCutOffSync } from '../store/running-syncs.ts'
import { type PlannedProfile, planScopes } from './plan.ts'
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
  readonly io: Pick<Io, 'env' | 'home' | 'now' | 'signal' | 'debug'>
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
  const { chosen, kinds, accounts, fresh } = coverage
  const planned = planScopes(chosen, kinds, accounts, store, io.env, false)
  const beganAt = io.now()
  const lines = readLinesByScope(store, kinds)
  const clock = { now: io.now(), fresh }
  const profilesByScope = new Map(
    scopesOfPlan(planned).map(({ scope, profiles }) => [scopeKey(scope), profiles]),
  )
  const explained = new Set<string>()
  const selection = hashOf(coverage)
  // After a sync that was cut off, what that one has read to its end and is fresh need not be read again.
  const cutOff = calls === 'always' ? findCutOffSync(store, selection) : null
  const isReadSince = (key: string) => cutOff !== null && (lines.get(key)?.finishedAt ?? -1) >= cutOff
  const isScopeDue = (scope: Scope) => {
    const key = scopeKey(scope)
    const standing = standingOf(lines.get(key), profilesByScope.get(key) ?? [scope.profile], clock)
    const isWanted = calls === 'always' && !isReadSince(key)
    const isDue = isWanted || standing.isDue
    if (io.debug && !explained.has(key)) {
      explained.add(key)
      io.debug.write('due', describeDue(scope, isDue, isWanted, standing, clock))
    }
    return isDue
  }
  if (cutOff === null && !planned.some(({ scopes }) => scopes.some(isScopeDue))) return
  if (store.readOnly !== null) {
    throw new MusterError(
      `The cache ${store.file} cannot be written (${store.readOnly}), so that nothing is read again: make it writable, or give another with --cache FILE.`,
    )
  }
  if (cutOff !== null) {
    const left = planned.flatMap(({ scopes }) => scopes.filter((scope) => !isScopeDue(scope))).length
    emit({ type: 'sync-resumed', left })
  }
  // The thread that writes loads what it needs while this one loads the SDK.
  const { beginWriting } = await import('./writing.ts')
  const unread = countUnread(planned, lines, isScopeDue)
  const note = (text: string) => io.debug?.write('sync', text)
  const begun = beginWriting(store, { gone: pace.gone, selection, unread }, io.signal, note)
  try {
    const [{ sync }, { openSessions }] = await Promise.all([
      import('./fan-out.ts'),
      import('../identity/session.ts'),
    ])
    const sessions = openSessions({ io, config, chosen, ...access })
    try {
      const request = { planned, kinds, accounts, lines, beganAt, isDue: isScopeDue, ...pace }
      await sync(request, { sessions, store, io, emit, begun })
    } finally {
      sessions.close()
    }
  } finally {
    await begun.end(io.now())
  }
  // SQLite goes on writing into a file that was removed, and says nothing.
  store.checkPlace()
}

/** How many scopes that are due have never been tried; the regions of an account that nothing is known of count as one. */
function countUnread(
  planned: readonly PlannedProfile[],
  lines: ReadonlyMap<string, LedgerLine>,
  isDue: (scope: Scope) => boolean,
): number {
  const due = planned.flatMap(({ scopes }) => scopes.filter(isDue))
  return due.filter((scope) => !lines.has(scopeKey(scope))).length
}

/** Names what is to be read: the same profiles in the same regions, and the same kinds. */
function hashOf({ chosen, kinds, accounts }: ScopeSelection): string {
  const profiles = chosen.map(({ name, regions }) => [name, regions])
  return createHash('sha256')
    .update(JSON.stringify([profiles, kinds, accounts]))
    .digest('base64url')
    .slice(0, 16)
}

interface Clock {
  readonly now: number
  readonly fresh: number
}

interface Standing {
  readonly state: ScopeStatus['state']
  /** When it was last read to its end, or last tried, in ms since 1970; null for never. */
  readonly at: number | null
  readonly isDue: boolean
}

/** Where a scope stands for profiles of its account, and whether it is to be read: what other profiles met does not matter. */
function standingOf(
  line: LedgerLine | undefined,
  profiles: readonly string[],
  { now, fresh }: Clock,
): Standing {
  if (!line) return { state: 'never', at: null, isDue: true }
  const options = { now, fresh, accepted: () => false, oldestAt: () => null }
  const { state } = statusOf(line.scope, line, profiles, options)
  const { attemptedAt, syncedAt } = line
  if (state === 'skipped') return { state, at: attemptedAt, isDue: !isWithin(fresh, attemptedAt, now) }
  const isRead = state === 'fresh' || state === 'stale'
  return { state, at: isRead ? syncedAt : attemptedAt, isDue: state !== 'fresh' }
}

/** `111122223333/us-east-1/instances is due: stale, 1200 s ago, and --fresh is 900 s`. */
function describeDue(
  scope: Scope,
  isDue: boolean,
  always: boolean,
  { state, at }: Standing,
  { now, fresh }: Clock,
): string {
  const age = at === null ? '' : `, ${Math.round((now - at) / 1000)} s ago`
  const why = always ? 'all are asked for' : `fresh is ${Math.round(fresh / 1000)} s`
  const { profile, account, region, kind } = scope
  const name = `${account ?? profile}/${region ?? '*'}/${kind}`
  return `${name} ${isDue ? 'is due' : 'is left alone'}: ${state}${age}; ${why}`
}
