import type { SelectedProfile } from '../config/selection.ts'
import type { Session } from '../identity/session.ts'
import { findKind } from '../kinds.ts'
import type { Fault, ResolvedScope, Scope } from '../model.ts'
import { isResolved, readLine, scopeKey } from '../store/ledger.ts'
import { describeFailure, withEventLog } from './event-log.ts'
import { makeHeldWatch } from './held-scopes.ts'
import { makePool, type Rank } from './limits.ts'
import { orderScopes } from './order-scopes.ts'
import { fingerprintOf, type PlannedProfile } from './plan.ts'
import { readScope } from './read-scope.ts'
import { mayHelp, type ResolvedProfile, resolveProfile } from './resolve.ts'
import type { OpenedProfile, SyncParts, SyncRequest, SyncRun } from './run.ts'

/**
 * Reads every due scope into the cache. A profile or a scope that fails is an event and a line of the ledger,
 * never an exception for the others. Throws only when interrupted, or when the cache cannot be written.
 */
export async function sync(request: SyncRequest, given: SyncParts): Promise<void> {
  const parts: SyncParts = { ...given, emit: withEventLog(given.emit, given.io.debug) }
  const { writing, signal, stop } = parts.begun
  const run: SyncRun = {
    ...parts,
    request,
    signal,
    callSignal: AbortSignal.any([delayed(parts.io.signal, grace), stop.signal]),
    waitUntilFree: makeHeldWatch(parts.store, signal),
    writing,
    runLimited: makePool(request.concurrency),
    opened: new Map(),
    claimed: new Map(),
  }
  const isDue = request.planned.filter(({ scopes }) => scopes.some(request.isDue))
  parts.emit({ type: 'planned', scopes: isDue.flatMap(({ scopes }) => scopes.filter(request.isDue)).length })
  const work = isDue.map((planned) =>
    syncProfile(planned, run).catch((error: unknown) => {
      // After ctrl-c each scope ends so, and the pages of the others are still on their way.
      if (!parts.io.signal.aborted) stop.abort(error)
      throw error
    }),
  )
  // Every piece of work has ended before the cache may be closed; the first error is the one to throw.
  await Promise.allSettled(work)
  parts.io.signal.throwIfAborted()
  stop.signal.throwIfAborted()
}

/** Resolves, or rejects with the first error, when all pieces of work have ended: none goes on behind it. */
async function waitForAll(work: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(work)
  await Promise.all(work)
}

/** After ctrl-c a page that is on its way may still come, for so many ms. */
const grace = 2000

/** Aborted so many ms after another signal. */
function delayed(signal: AbortSignal, ms: number): AbortSignal {
  const late = new AbortController()
  const begin = () => void setTimeout(() => late.abort(signal.reason), ms).unref()
  if (signal.aborted) begin()
  else signal.addEventListener('abort', begin, { once: true })
  return late.signal
}

function syncProfile({ selected, scopes, alternates }: PlannedProfile, run: SyncRun): Promise<void> {
  return readWith([selected, ...alternates], scopes.filter(run.request.isDue), run)
}

/** Reads the scopes that a profile comes to; what it may not read is tried with the next profile of the account. */
async function readWith(
  [selected, ...alternates]: readonly SelectedProfile[],
  due: readonly Scope[],
  run: SyncRun,
): Promise<void> {
  const { request, emit } = run
  if (!selected) return
  const { session, account, resolved } = await openProfile(selected, run)
  if ('class' in resolved) {
    // As soon as an account is proved, the ledger looks for its scopes under it.
    const failed = due.map((scope) => ({ ...scope, account: scope.account ?? account }))
    await waitForAll(failed.map((scope) => passOn(scope, resolved, alternates, run)))
    return
  }
  const mine = resolved.scopes.filter((scope) => claimScope(scope, selected, run))
  const wanted = mine.filter(request.isDue)
  reportResolved(due, wanted, emit)
  const [first] = resolved.scopes
  if (first && mine.length === 0) {
    const into = run.claimed.get(scopeKey(first))?.profile ?? ''
    emit({ type: 'profile-collapsed', profile: selected.name, into, account: resolved.account })
  }
  const { problem } = resolved
  if (problem) await waitForAll(problem.scopes.map((scope) => reportFailure(scope, problem.fault, run)))
  const home = selected.profile?.region ?? null
  const ranked = orderScopes(wanted, { lines: request.lines, shown: request.kinds[0], home })
  await waitForAll(ranked.map(({ scope, rank }) => readWithFallback(scope, session, alternates, run, rank)))
}

/** Reads a scope, or has it read with the next profile of the account. */
function readWithFallback(
  scope: ResolvedScope,
  session: Session,
  alternates: readonly SelectedProfile[],
  run: SyncRun,
  rank: Rank = 'shown',
): Promise<void> {
  // Of thousands of profiles, those that are signed in do not wait until all are. All scopes of these wait at once: what
  // each holds is little.
  const turn = { rank, owner: scope.account, kind: scope.kind, place: `${scope.account}/${scope.region}` }
  return run
    .runLimited((leave) => readScope(scope, findKind(scope.kind), session, run, leave), turn)
    .then((end) => (end === null ? undefined : readAfter(end, scope, session, alternates, run, rank)))
}

/** What follows when a scope could not be read, or another sync reads it. */
async function readAfter(
  end: Fault | 'held',
  scope: ResolvedScope,
  session: Session,
  alternates: readonly SelectedProfile[],
  run: SyncRun,
  rank: Rank,
): Promise<void> {
  if (end === 'held') {
    const isDone = await waitForOther(scope, run)
    return isDone ? undefined : readWithFallback(scope, session, alternates, run, rank)
  }
  const known = run.claimed.get(scopeKey(scope))
  const others = [...alternates, ...(known?.alternates ?? [])].filter(({ name }) => name !== scope.profile)
  if (known) known.failed = true
  await passOn(scope, end, mayHelp(end) ? others : [], run)
}

/** Waits for the sync that reads a scope. Gives whether that has read it to its end: if not, it is still to be read. */
async function waitForOther(scope: ResolvedScope, run: SyncRun): Promise<boolean> {
  if (takeFromOther(scope, run)) return true
  run.emit({ type: 'scope-waiting', scope })
  await run.waitUntilFree(scope)
  return takeFromOther(scope, run)
}

/** Whether another sync has read a scope to its end since this one began, which is as good. */
function takeFromOther(scope: ResolvedScope, run: SyncRun): boolean {
  const line = readLine(run.store, scope)
  if (line?.state === 'complete' && line.finishedAt !== null && line.finishedAt > run.request.beganAt) {
    const { rows, changes } = line
    run.emit({ type: 'scope-finished', scope, rows, changes })
    return true
  }
  const isSkipped = line?.state === 'skipped' && line.attemptedAt >= run.request.beganAt
  if (isSkipped) run.emit({ type: 'scope-skipped', scope })
  return isSkipped
}

/** A profile failed: its fault is its own line of the ledger, and the next profile of the account is tried. */
async function passOn(
  scope: Scope,
  fault: Fault,
  [next, ...others]: readonly SelectedProfile[],
  run: SyncRun,
): Promise<void> {
  if (!next || scope.account === null) return reportFailure(scope, fault, run)
  await run.writing.failScope(scope, fault, run.io.now())
  run.io.debug?.write('sync', `${describeFailure(scope, fault)}; profile ${next.name} is tried`)
  const { session, resolved } = await openProfile(next, run)
  if ('class' in resolved) return passOn({ ...scope, profile: next.name }, resolved, others, run)
  // What was remembered of the profile is no longer true: it leads elsewhere.
  if (resolved.account !== scope.account) return passOn(scope, fault, others, run)
  const scopes = isResolved(scope) ? [{ ...scope, profile: next.name }] : resolved.scopes
  if (!isResolved(scope)) run.emit({ type: 'scopes-resolved', from: scope, scopes })
  await waitForAll(
    scopes.map((each) => {
      assignScope(each, run)
      return readWithFallback(each, session, others, run)
    }),
  )
}

/** No profile of the account is left that could read the scope. */
async function reportFailure(scope: Scope, fault: Fault, run: SyncRun): Promise<void> {
  await run.writing.failScope(scope, fault, run.io.now())
  run.emit({ type: 'scope-failed', scope, fault })
}

/** Signs a profile in, once for all who need it. */
function openProfile(selected: SelectedProfile, run: SyncRun): Promise<OpenedProfile> {
  const known = run.opened.get(selected.name)
  if (known) return known
  const session = run.sessions.open(selected)
  const openAndResolve = async (): Promise<OpenedProfile> => {
    // A question may stay open for long: it must not take the place of a profile that can go on.
    await session.collectCodes()
    let { account } = selected
    const remember = (proved: string) => {
      account = proved
    }
    const resolved = await run
      .runLimited(() => resolveAndRemember(selected, session, run, remember), {
        owner: selected.account ?? selected.name,
      })
      .catch((error: unknown) => {
        run.signal.throwIfAborted()
        return session.toFault(error, null)
      })
    return { session, account, resolved }
  }
  const opened = openAndResolve()
  run.opened.set(selected.name, opened)
  return opened
}

/** What AWS says of the profile is remembered as soon as it is known, for offline work. */
function resolveAndRemember(
  selected: SelectedProfile,
  session: Session,
  run: SyncRun,
  onProved: (account: string) => void,
): Promise<ResolvedProfile | Fault> {
  const { request, writing, io, signal } = run
  const listener = {
    async onIdentified(account: string) {
      onProved(account)
      const fingerprint = fingerprintOf(selected, io.env)
      await writing.rememberProfile(selected.name, fingerprint, account, io.now())
      run.emit({ type: 'profile-identified', profile: selected.name, account })
    },
    onListed: (account: string, regions: readonly string[]) =>
      writing.rememberRegions(account, regions, io.now()),
  }
  return resolveProfile(selected, session, request, listener, signal)
}

/** Two profiles may turn out to lead to one account: the first reads its scopes, the other what the first may not. */
function claimScope(scope: ResolvedScope, selected: SelectedProfile, run: SyncRun): boolean {
  const known = run.claimed.get(scopeKey(scope))
  if (known && !known.failed && known.profile !== selected.name) {
    known.alternates = [...known.alternates, selected]
    return false
  }
  assignScope(scope, run)
  return true
}

/** One list for tens of thousands of scopes. */
const noProfiles: readonly SelectedProfile[] = []

/** From now on the scope's profile reads it; who else may is not forgotten. */
function assignScope(scope: ResolvedScope, { claimed }: SyncRun): void {
  const key = scopeKey(scope)
  claimed.set(key, {
    profile: scope.profile,
    failed: false,
    alternates: claimed.get(key)?.alternates ?? noProfiles,
  })
}

/** Keeps the count of planned scopes right: what stood for many is replaced by what it turned out to be. */
function reportResolved(
  due: readonly Scope[],
  wanted: readonly ResolvedScope[],
  emit: SyncRun['emit'],
): void {
  const [first, ...others] = due
  if (!first) return
  emit({ type: 'scopes-resolved', from: first, scopes: wanted })
  for (const from of others) emit({ type: 'scopes-resolved', from, scopes: [] })
}
