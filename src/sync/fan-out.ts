import type { SelectedProfile } from '../config/selection.ts'
import type { Session, Sessions } from '../identity/session.ts'
import type { Io } from '../io.ts'
import { kindNamed } from '../kinds.ts'
import type { Fault, ResolvedScope, Scope, SyncEvent } from '../model.ts'
import type { GoneLimits } from '../store/gone.ts'
import type { Store } from '../store/open.ts'
import { scopeKey } from '../store/read.ts'
import { makeWriter } from '../store/write.ts'
import { type CallLimiter, callLimiter, pool } from './limits.ts'
import { fingerprintOf, type PlannedProfile } from './plan.ts'
import { readScope } from './read-scope.ts'
import { type ResolvedProfile, resolveProfile } from './resolve.ts'

export interface SyncRequest {
  readonly planned: readonly PlannedProfile[]
  readonly kind: string
  /** Patterns of `--account`; an account that turns out not to match is not read. */
  readonly accounts: readonly string[]
  /** Whether a scope is to be read; those that are fresh enough are left alone. */
  readonly due: (scope: Scope) => boolean
  /** Scopes and profiles worked on at once. */
  readonly concurrency: number
  /** MaxResults; null for the kind's largest. */
  readonly pageSize: number | null
  /** What is kept of resources that AWS no longer gives. */
  readonly gone: GoneLimits
}

/** What a sync works with. */
export interface SyncParts {
  readonly sessions: Sessions
  readonly store: Store
  readonly io: Pick<Io, 'env' | 'now' | 'signal'>
  readonly emit: (event: SyncEvent) => void
  /** What every call of EC2 waits for; default a limiter of this sync's own. */
  readonly mayCall?: CallLimiter
}

/**
 * Reads every due scope into the cache. A profile or a scope that fails is an event and a line of the ledger,
 * never an exception for the others. Throws only when interrupted, or when the cache cannot be written.
 */
export async function sync(request: SyncRequest, parts: SyncParts): Promise<void> {
  const stop = new AbortController()
  const signal = AbortSignal.any([parts.io.signal, stop.signal])
  const run: Run = {
    ...parts,
    request,
    signal,
    writer: makeWriter(parts.store, request.gone),
    limited: pool(request.concurrency),
    mayCall: parts.mayCall ?? callLimiter(),
    claimed: new Map(),
    emit: (event) => {
      if (event.type === 'scope-failed') run.writer.failScope(event.scope, event.fault, parts.io.now())
      parts.emit(event)
    },
  }
  const due = request.planned.filter(({ scopes }) => scopes.some(request.due))
  parts.emit({ type: 'planned', scopes: due.flatMap(({ scopes }) => scopes.filter(request.due)).length })
  const work = due.map((planned) =>
    syncProfile(planned, run).catch((error: unknown) => {
      stop.abort(error)
      throw error
    }),
  )
  // Every piece of work has ended before the cache may be closed; the first error is the one that counts.
  await Promise.allSettled(work)
  parts.io.signal.throwIfAborted()
  if (stop.signal.aborted) throw stop.signal.reason
}

/** One running sync. */
export interface Run extends SyncParts {
  readonly request: SyncRequest
  readonly signal: AbortSignal
  readonly writer: ReturnType<typeof makeWriter>
  readonly limited: ReturnType<typeof pool>
  readonly mayCall: CallLimiter
  /** Scopes that a profile of this run reads, by key: a second profile of the account leaves them alone. */
  readonly claimed: Map<string, string>
}

async function syncProfile({ selected, scopes }: PlannedProfile, run: Run): Promise<void> {
  const { request, emit } = run
  const session = run.sessions.open(selected)
  const due = scopes.filter(request.due)
  // A question may stay open for long: it takes no place of those that can go on.
  await session.codesGiven()
  const resolved = await run
    .limited(() => resolve(selected, session, run))
    .catch((error: unknown) => {
      run.signal.throwIfAborted()
      return session.fault(error, null)
    })
  if ('class' in resolved) {
    for (const scope of due) emit({ type: 'scope-failed', scope, fault: resolved })
    return
  }
  const mine = resolved.scopes.filter((scope) => claim(scope, run))
  const wanted = mine.filter(request.due)
  reportResolved(due, wanted, emit)
  if (resolved.scopes.length > 0 && mine.length === 0) {
    const into = run.claimed.get(scopeKey(resolved.scopes[0] as Scope)) ?? ''
    emit({ type: 'profile-collapsed', profile: selected.name, into, account: resolved.account })
  }
  if (resolved.problem)
    emit({ type: 'scope-failed', scope: resolved.problem.scope, fault: resolved.problem.fault })
  await Promise.all(
    wanted.map((scope) => run.limited(() => readScope(scope, kindNamed(scope.kind), session, run))),
  )
}

/** What it turns out to be is remembered as soon as it is told, for offline work. */
function resolve(selected: SelectedProfile, session: Session, run: Run): Promise<ResolvedProfile | Fault> {
  const { request, writer, io, signal } = run
  const tell = {
    identified(account: string) {
      writer.rememberProfile(selected.name, fingerprintOf(selected, io.env), account, io.now())
      run.emit({ type: 'profile-identified', profile: selected.name, account })
    },
    listed: (account: string, regions: readonly string[]) =>
      writer.rememberRegions(account, regions, io.now()),
  }
  return resolveProfile(selected, session, request, tell, signal)
}

function claim(scope: ResolvedScope, run: Run): boolean {
  const key = scopeKey(scope)
  const owner = run.claimed.get(key)
  if (owner === undefined) run.claimed.set(key, scope.profile)
  return owner === undefined || owner === scope.profile
}

/** Keeps the count of planned scopes right: what stood for many is replaced by what it turned out to be. */
function reportResolved(due: readonly Scope[], wanted: readonly ResolvedScope[], emit: Run['emit']): void {
  const [first, ...others] = due
  if (!first) return
  emit({ type: 'scopes-resolved', from: first, scopes: wanted })
  for (const from of others) emit({ type: 'scopes-resolved', from, scopes: [] })
}
