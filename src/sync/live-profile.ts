import { matchPatterns } from '../config/patterns.ts'
import type { SelectedProfile } from '../config/selection.ts'
import type { Session, Sessions } from '../identity/session.ts'
import type { Io } from '../io.ts'
import type { Fault, ProfileFault, ResolvedScope, SyncEvent } from '../model.ts'
import { type ResolvedProfile, resolveProfile } from './resolve.ts'

/** A profile as a live reading works with it; `found` is a fault if neither it nor another of its account signs in. */
export interface LiveProfile {
  readonly session: Session
  readonly found: Omit<ResolvedProfile, 'problem'> | Fault
  /** The profiles of the account that were tried before the one that signed in, and those that may be tried after it. */
  readonly passedOver: readonly ProfileFault[]
  readonly alternates: readonly SelectedProfile[]
}

/** The profiles of one live reading. */
export interface LiveProfiles {
  /** Signs a profile in and lists its regions, in an order that stays: asked once. */
  resolve(selected: SelectedProfile): Promise<LiveProfile>
  /**
   * Those scopes of a profile that are its own: two profiles may lead to one account, and the first that signs in has
   * it.
   */
  claim(selected: SelectedProfile, found: Omit<ResolvedProfile, 'problem'>): readonly ResolvedScope[]
  /** Regions that accounts reported as enabled. */
  getRegions(): readonly string[]
  /** The accounts of the profiles that scopes were read with, in this reading or one before. */
  getAccounts(): readonly (readonly [profile: string, account: string])[]
}

export interface LiveProfilesRequest {
  readonly chosen: readonly SelectedProfile[]
  readonly kind: string
  /** Patterns of `--account`. */
  readonly accounts: readonly string[]
}

/** What profiles are resolved with. */
export interface ProfileParts {
  readonly sessions: Sessions
  readonly io: Pick<Io, 'signal'>
  readonly emit: (event: SyncEvent) => void
}

/** The profiles of a reading that goes on, if the accounts of some are known already. */
export function makeLiveProfiles(
  request: LiveProfilesRequest,
  known: readonly (readonly [profile: string, account: string])[],
  { sessions, io, emit }: ProfileParts,
): LiveProfiles {
  const accounts = new Map(known)
  const regions: string[] = []
  const resolved = new Map<string, Promise<LiveProfile>>()
  const signIn = async (selected: SelectedProfile) => {
    const session = sessions.open(selected)
    const listener = {
      onIdentified: async (account: string) =>
        emit({ type: 'profile-identified', profile: selected.name, account }),
      onListed: async (_: string, enabled: readonly string[]) => void regions.push(...enabled),
    }
    const found = await resolveProfile(
      selected,
      session,
      { kinds: [request.kind], accounts: request.accounts },
      listener,
      io.signal,
    ).catch((error: unknown) => {
      io.signal.throwIfAborted()
      return session.toFault(error, null)
    })
    if ('class' in found) return { session, found }
    if (found.problem) return { session, found: found.problem.fault }
    return { session, found: { account: found.account, scopes: orderScopes(found.scopes, selected) } }
  }
  const signInFrom = async (
    [selected, ...alternates]: readonly [SelectedProfile, ...SelectedProfile[]],
    passedOver: readonly ProfileFault[],
  ): Promise<LiveProfile> => {
    const { session, found } = await signIn(selected)
    const [next, ...others] = alternates
    if (!('class' in found) || !next) return { session, found, passedOver, alternates }
    const tried = [...passedOver, { profile: selected.name, fault: found }]
    const other = await signInFrom([{ ...next, regions: selected.regions }, ...others], tried)
    // If none signs in, the reason of the preferred one stands.
    return 'class' in other.found ? { ...other, session, found, passedOver } : other
  }
  return {
    resolve(selected) {
      const known = resolved.get(selected.name) ?? signInFrom([selected, ...selected.collapsed], [])
      resolved.set(selected.name, known)
      return known
    },
    claim(selected, { account, scopes }) {
      const others = request.chosen.filter(
        ({ name }) => name !== selected.name && accounts.get(name) === account,
      )
      const mine = scopes.filter(
        ({ region }) => !others.some(({ regions }) => isRegionIncluded(regions, region)),
      )
      const [into] = others
      if (into && scopes.length > 0 && mine.length === 0)
        emit({ type: 'profile-collapsed', profile: selected.name, into: into.name, account })
      if (mine.length > 0) accounts.set(selected.name, account)
      return mine
    },
    getRegions: () => [...new Set(regions)],
    // Profiles that declare their accounts were collapsed by them before: no two lead to one.
    getAccounts: () => (request.chosen.every((each) => each.account !== null) ? [] : [...accounts]),
  }
}

/** Regions by name if AWS listed them: it promises no order. */
function orderScopes(
  scopes: readonly ResolvedScope[],
  { regions }: SelectedProfile,
): readonly ResolvedScope[] {
  return regions.type === 'enabled' ? scopes.toSorted((a, b) => (a.region < b.region ? -1 : 1)) : scopes
}

function isRegionIncluded(regions: SelectedProfile['regions'], region: string): boolean {
  if (regions.type === 'named') return regions.names.includes(region)
  return regions.type === 'enabled' && matchPatterns(regions.patterns, [region]).length > 0
}
