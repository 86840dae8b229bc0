import { profileFingerprint, releasedFingerprint, stableEndpointOf } from '../config/aws-config.ts'
import { matchPatterns } from '../config/patterns.ts'
import { isAccountWanted, type SelectedProfile } from '../config/selection.ts'
import type { Io } from '../io.ts'
import type { Scope } from '../model.ts'
import { digestInHex } from '../short-digest.ts'
import { readRememberedProfiles, readRememberedRegions, scopeKey } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'

/** The scopes of one selected profile, as far as declarations and memory name them. */
export interface PlannedProfile {
  readonly selected: SelectedProfile
  readonly scopes: readonly Scope[]
  /** Other selected profiles of the account, the preferred first: they are tried if this one fails. */
  readonly alternates: readonly SelectedProfile[]
}

/**
 * What a selection covers, from ~/.aws and the cache's memory alone, without a call. Profiles that lead to one account
 * share its scopes: each is named once, under the first profile that selects it; the others are its alternates. The
 * role of the machine that muster runs on may be another by now: what is remembered of it is valid only with
 * `trustMachine`: offline, and after a call has confirmed it.
 */
export function planScopes(
  selected: readonly SelectedProfile[],
  kinds: readonly string[],
  accounts: readonly string[],
  store: Store,
  env: Io['env'],
  trustMachine: boolean,
): readonly PlannedProfile[] {
  const profiles = readRememberedProfiles(store)
  const regions = readRememberedRegions(store)
  const taken = new Set<string>()
  const planned: PlannedProfile[] = []
  const known = selected.map((each) => ({
    each,
    account: each.account ?? findRememberedAccount(each, profiles, env, trustMachine),
  }))
  const byAccount = Map.groupBy(known, ({ account }) => account)
  for (const { each, account } of known) {
    if (account !== null && !isAccountWanted(accounts, account, each.name)) continue
    const matching = regionNames(each, account === null ? undefined : regions.get(account))
    // Patterns that match none of the remembered regions are asked again: one may have been enabled since.
    const names = matching.length > 0 ? matching : [null]
    const scopes = names
      .flatMap((region) => kinds.map((kind): Scope => ({ profile: each.name, account, region, kind })))
      .filter((scope) => {
        const key = scopeKey(scope)
        return !taken.has(key) && taken.add(key)
      })
    // Of thousands of profiles of one account, one has the scopes.
    const same = account === null || scopes.length === 0 ? [] : (byAccount.get(account) ?? [])
    const others = same
      .filter((other) => other.each !== each)
      .flatMap((other) => [other.each, ...other.each.collapsed])
    planned.push({ selected: each, scopes, alternates: [...each.collapsed, ...others] })
  }
  return planned
}

/** Selected profiles with the accounts that they declare, or that are remembered of them. */
export function accountsKnown(
  selected: readonly SelectedProfile[],
  store: Store,
  env: Io['env'],
): readonly { readonly name: string; readonly account: string | null }[] {
  const profiles = readRememberedProfiles(store)
  const all = selected.flatMap((each) => [each, ...each.collapsed])
  return all.map((each) => ({
    name: each.name,
    account: each.account ?? findRememberedAccount(each, profiles, env, true),
  }))
}

/** The text under which a profile's account is remembered: if the text changes, the memory is not valid. */
export function fingerprintOf(selected: SelectedProfile, env: Io['env']): string {
  if (selected.profile) return profileFingerprint(selected.profile)
  return digestInHex(
    `${selected.source} ${env.AWS_ACCESS_KEY_ID ?? ''} ${stableEndpointOf(selected.network)}`,
  )
}

/** The regions that a choice names, given those enabled in the account; null for "not known yet". */
export function regionNames(
  selected: SelectedProfile,
  enabled: readonly string[] | undefined,
): (string | null)[] {
  const choice = selected.regions
  if (choice.type === 'named') return [...choice.names]
  if (choice.type === 'none' || !enabled) return [null]
  return matchPatterns(choice.patterns, enabled)
}

function findRememberedAccount(
  selected: SelectedProfile,
  profiles: ReturnType<typeof readRememberedProfiles>,
  env: Io['env'],
  trustMachine: boolean,
): string | null {
  if (!/^(profile|environment)$/.test(selected.source) && !trustMachine) return null
  const remembered = profiles.get(selected.name)
  if (!remembered) return null
  const { fingerprint, account } = remembered
  const { profile } = selected
  if (fingerprint === fingerprintOf(selected, env)) return account
  return profile && fingerprint === releasedFingerprint(profile) ? account : null
}
