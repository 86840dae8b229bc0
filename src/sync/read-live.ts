import type { SelectedProfile } from '../config/selection.ts'
import { usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import { findKind } from '../kinds.ts'
import type { Fault, ResolvedScope, Scope, ScopeResources, ScopeStatus } from '../model.ts'
import { withEventLog } from './event-log.ts'
import {
  type LiveProfile,
  type LiveProfiles,
  type LiveProfilesRequest,
  makeLiveProfiles,
  type ProfileParts,
} from './live-profile.ts'
import { readScopeLive } from './live-scope.ts'
import type { LivePlace, LivePosition } from './live-token.ts'
import { regionNames } from './plan.ts'
import { mayHelp } from './resolve.ts'

/** What to read: the chosen profiles (at least one) in the order in which they are read. */
export interface LiveRequest extends LiveProfilesRequest {
  /** MaxResults; null for the kind's largest. */
  readonly pageSize: number | null
  /** Resources to be read at most; null for all. */
  readonly maxItems: number | null
  /** Null for the beginning. */
  readonly from: LivePosition | null
  /** Whether the settings accept a fault: the reading does not come back to such a scope. */
  readonly accepted: (scope: Scope, fault: Fault) => boolean
}

export interface LiveParts extends ProfileParts {
  readonly io: Pick<Io, 'now' | 'signal' | 'debug'>
}

export interface LiveReading {
  readonly read: readonly ScopeResources[]
  /** Where the scopes that were looked at stand. */
  readonly statuses: readonly ScopeStatus[]
  /** Where to go on; null if nothing is left. */
  readonly next: LivePosition | null
  /** Regions that accounts reported as enabled. */
  readonly regions: readonly string[]
  /** Places that failed in an earlier reading, and to which this one did not come back. */
  readonly waiting: readonly LivePlace[]
}

/**
 * Reads the selected scopes from AWS, one after the other: the profiles in their order, the regions of each in theirs,
 * `*` by name. Stops at `maxItems` resources. What fails is a status and comes at the end of what remains; the others
 * go on. Throws when interrupted, and a usage error if the position no longer fits the accounts.
 */
export async function readLive(request: LiveRequest, given: LiveParts): Promise<LiveReading> {
  const parts: LiveParts = { ...given, emit: withEventLog(given.emit, given.io.debug) }
  const profiles = makeLiveProfiles(request, request.from?.accounts ?? [], parts)
  const run: LiveRun = {
    ...parts,
    request,
    profiles,
    read: [],
    statuses: [],
    failed: [],
  }
  const from = request.from?.places ?? placesFrom(0, request)
  let places = [...from]
  for (let [place] = places; place && roomIn(run) > 0; [place] = places) {
    parts.io.signal.throwIfAborted()
    places = [...(await readPlace(place, run)), ...places.slice(1)]
  }
  const left = [...places, ...run.failed]
  return {
    read: run.read,
    statuses: run.statuses,
    regions: profiles.getRegions(),
    next: left.length === 0 ? null : { places: left, accounts: profiles.getAccounts() },
    waiting: places.filter((place) => from.includes(place) && place.extent !== 'selection'),
  }
}

interface LiveRun extends LiveParts {
  readonly request: LiveRequest
  readonly profiles: LiveProfiles
  readonly read: ScopeResources[]
  readonly statuses: ScopeStatus[]
  /** Where scopes and profiles failed, to come back to. */
  readonly failed: LivePlace[]
}

/** Reads what is next of a place, one scope at most, and gives the places that take its place. */
async function readPlace(place: LivePlace, run: LiveRun): Promise<readonly LivePlace[]> {
  const { chosen } = run.request
  const index = chosen.findIndex(({ name }) => name === place.profile)
  const selected = chosen[index]
  if (!selected) throw misfitError(`profile ${place.profile}`)
  const after = place.extent === 'selection' ? placesFrom(index + 1, run.request) : []
  const signedIn = await run.profiles.resolve(selected)
  const { found } = signedIn
  if ('class' in found) {
    failProfile(place, selected, found, run)
    return after
  }
  const { account } = found
  if (place.account !== null && place.account !== account) throw misfitError(`account ${place.account}`)
  const scopes = place.extent === 'scope' ? found.scopes : run.profiles.claim(selected, found)
  if (place.region === null && scopes.length === 0) return after
  const at = place.region === null ? 0 : scopes.findIndex(({ region }) => region === place.region)
  const scope = scopes[at]
  if (!scope) throw misfitError(`region ${place.region} of profile ${place.profile}`)
  const here: LivePlace = { ...place, account, region: scope.region }
  const cut = await readPlaceScope(here, scope, signedIn, run)
  if (cut) return [cut]
  const next = place.extent === 'scope' ? undefined : scopes[at + 1]
  if (!next) return after
  const { trail: _, ...sameProfile } = here
  return [{ ...sameProfile, region: next.region, page: null, given: [] }]
}

/**
 * Reads one scope; gives the place at which the limit cut it, or null. What one profile of the account is denied from
 * the beginning is read with the next: EC2's page tokens may be another's.
 */
async function readPlaceScope(
  place: LivePlace,
  scope: ResolvedScope,
  { session, passedOver, alternates }: Pick<LiveProfile, 'session' | 'passedOver' | 'alternates'>,
  run: LiveRun,
): Promise<LivePlace | null> {
  const { request, io, emit } = run
  emit({ type: 'scope-started', scope, resumed: 0 })
  const { resources, end } = await readScopeLive({
    scope,
    session,
    kind: findKind(scope.kind),
    from: place,
    limit: roomIn(run),
    pageSize: request.pageSize,
    onPage: (count) => emit({ type: 'page-stored', scope, count }),
    onThrottle: (wait) => emit({ type: 'scope-throttled', scope, wait }),
    signal: io.signal,
  })
  const [next, ...others] = alternates
  if (end.type === 'failed' && next && resources.length === 0 && place.page === null && mayHelp(end.fault)) {
    const tried = [...passedOver, { profile: scope.profile, fault: end.fault }]
    const { session: other, found } = await run.profiles.resolve(limitToRegion(next, scope.region))
    const profile = { session: other, passedOver: tried, alternates: others }
    if (!('class' in found) && found.account === scope.account)
      return readPlaceScope(place, { ...scope, profile: next.name }, profile, run)
  }
  run.read.push({ scope, accountName: scope.profile, resources })
  if (end.type === 'failed') {
    if (!noteFailure(scope, resources.length, end.fault, run))
      run.failed.push({ ...place, ...end.at, extent: 'scope' })
    return null
  }
  const [state, syncedAt] =
    end.type === 'skipped' ? (['skipped', null] as const) : (['fresh', io.now()] as const)
  const outcome = { state, syncedAt, oldestAt: syncedAt, readBy: scope.profile, others: passedOver }
  run.statuses.push({ ...failedStatusOf(scope, resources.length), ...outcome })
  emit(
    state === 'skipped'
      ? { type: 'scope-skipped', scope }
      : { type: 'scope-finished', scope, rows: resources.length, changes: null },
  )
  return end.type === 'cut' ? { ...place, ...end.at } : null
}

/** A profile as it stands in for another one in a region. */
function limitToRegion(selected: SelectedProfile, region: string): SelectedProfile {
  return { ...selected, regions: { type: 'named', names: [region] }, collapsed: [] }
}

/** A profile that cannot sign in: what it was to read is named. */
function failProfile(place: LivePlace, selected: SelectedProfile, fault: Fault, run: LiveRun): void {
  const account = place.account ?? selected.account
  const all = place.extent === 'scope' ? [place.region] : regionNames(selected, undefined)
  const names = all.slice(Math.max(0, all.indexOf(place.region)))
  const accepted = names.map((region) =>
    noteFailure({ profile: selected.name, account, region, kind: run.request.kind }, 0, fault, run),
  )
  if (!accepted.every(Boolean))
    run.failed.push({ ...place, extent: place.extent === 'scope' ? 'scope' : 'profile' })
}

/** Names a fault; gives whether the reading is done with the scope: the settings accept it, or it cannot be covered. */
function noteFailure(
  scope: Scope,
  rows: number,
  fault: Fault,
  { request, statuses, emit }: LiveRun,
): boolean {
  const accepted = request.accepted(scope, fault)
  statuses.push({ ...failedStatusOf(scope, rows), fault, accepted })
  emit({ type: 'scope-failed', scope, fault })
  return accepted || fault.class === 'not-covered'
}

function failedStatusOf(scope: Scope, rows: number): ScopeStatus {
  return {
    scope,
    accountName: scope.profile,
    state: 'failed',
    syncedAt: null,
    oldestAt: null,
    rows,
    fault: null,
    readBy: null,
    others: [],
    accepted: false,
  }
}

function placesFrom(index: number, { chosen }: LiveRequest): readonly LivePlace[] {
  const profile = chosen[index]?.name
  if (profile === undefined) return []
  return [{ profile, account: null, region: null, page: null, given: [], extent: 'selection' }]
}

function roomIn({ request, read }: LiveRun): number {
  const given = read.reduce((sum, { resources }) => sum + resources.length, 0)
  return (request.maxItems ?? Number.POSITIVE_INFINITY) - given
}

function misfitError(what: string): Error {
  return usageError(
    `The token of --starting-token leads to ${what}, which is no longer there: start again without --starting-token.`,
  )
}
