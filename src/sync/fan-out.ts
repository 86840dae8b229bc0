import { accountWanted, type SelectedProfile } from '../config/selection.ts'
import type { Session, Sessions } from '../identity/session.ts'
import type { Io } from '../io.ts'
import { kindNamed } from '../kinds.ts'
import type { Fault, ResolvedScope, Scope, SyncEvent } from '../model.ts'
import type { Store } from '../store/open.ts'
import { scopeKey } from '../store/read.ts'
import { makeWriter } from '../store/write.ts'
import { callLimiter, pool } from './limits.ts'
import { fingerprintOf, type PlannedProfile, regionNames } from './plan.ts'
import { readScope } from './read-scope.ts'

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
}

/** What a sync works with. */
export interface SyncParts {
  readonly sessions: Sessions
  readonly store: Store
  readonly io: Pick<Io, 'env' | 'now' | 'signal'>
  readonly emit: (event: SyncEvent) => void
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
    writer: makeWriter(parts.store),
    limited: pool(request.concurrency),
    mayCall: callLimiter(),
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
  readonly mayCall: ReturnType<typeof callLimiter>
  /** Scopes that a profile of this run reads, by key: a second profile of the account leaves them alone. */
  readonly claimed: Map<string, string>
}

async function syncProfile({ selected, scopes }: PlannedProfile, run: Run): Promise<void> {
  const { request, emit } = run
  const session = run.sessions.open(selected)
  const due = scopes.filter(request.due)
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

interface ResolvedProfile {
  readonly account: string
  readonly scopes: readonly ResolvedScope[]
  readonly problem: { readonly scope: Scope; readonly fault: Fault } | null
}

const mend = 'Mend the profile in ~/.aws/config; `muster profiles` names the line.'

/** Proves the account and lists its regions where the selection asks for them. */
async function resolve(
  selected: SelectedProfile,
  session: Session,
  run: Run,
): Promise<ResolvedProfile | Fault> {
  const { request, writer, io, signal } = run
  const { problem } = selected.profile ?? { problem: null }
  if (problem !== null)
    return { class: 'configuration', code: 'ProfileProblem', message: problem, next: mend }
  const { account } = await session.identify(signal)
  writer.rememberProfile(selected.name, fingerprintOf(selected, io.env), account, io.now())
  run.emit({ type: 'profile-identified', profile: selected.name, account })
  const nothing = { account, scopes: [], problem: null }
  if (!accountWanted(request.accounts, account, selected.name)) return nothing
  const whole: Scope = { profile: selected.name, account, region: null, kind: request.kind }
  if (selected.regions.type === 'none')
    return { ...nothing, problem: { scope: whole, fault: noRegion(selected) } }
  const enabled =
    selected.regions.type === 'enabled' ? await enabledRegions(account, session, run) : undefined
  const scopes = regionNames(selected, enabled).map((region) => ({ ...whole, region }) as ResolvedScope)
  if (scopes.length > 0) return { account, scopes, problem: null }
  return { ...nothing, problem: { scope: whole, fault: noSuchRegion(selected, enabled ?? []) } }
}

async function enabledRegions(account: string, session: Session, run: Run): Promise<readonly string[]> {
  const regions = await session.regions(run.signal)
  const enabled = regions.filter((region) => region.enabled).map(({ name }) => name)
  run.writer.rememberRegions(account, enabled, run.io.now())
  return enabled
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

function noRegion(selected: SelectedProfile): Fault {
  return {
    class: 'configuration',
    code: 'NoRegion',
    message: `Profile ${selected.name} sets no region.`,
    next: "Give --region NAME (or '*' for all that are enabled), or set `region` in the profile.",
  }
}

function noSuchRegion(selected: SelectedProfile, enabled: readonly string[]): Fault {
  const patterns = selected.regions.type === 'enabled' ? selected.regions.patterns.join(',') : ''
  return {
    class: 'configuration',
    code: 'NoSuchRegion',
    message: `No region enabled in the account of profile ${selected.name} matches ${patterns}.`,
    next: `Choose among: ${enabled.join(', ')}.`,
  }
}
