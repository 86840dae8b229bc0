import { refuseUnmatchedAccounts } from '../config/account-words.ts'
import type { AwsConfig } from '../config/aws-config.ts'
import { isExclude, isGlob, makeGlobTest, splitList } from '../config/patterns.ts'
import { knownRegions } from '../config/region-names.ts'
import type { SelectedProfile } from '../config/selection.ts'
import { usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Calls, ScopeStatus } from '../model.ts'
import { findNearest } from '../nearest.ts'
import { readRememberedRegions } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'
import { accountsKnown } from './plan.ts'
import type { ScopeSelection } from './standing.ts'

/**
 * Refuses words of --account and patterns of regions that chose nothing, after a sync in which every account was asked
 * that could know them; one that could not be asked may have what they mean. Without calls, what muster and its cache
 * know is all that there is.
 */
export function refuseUnmatched(
  { chosen, accounts }: Pick<ScopeSelection, 'chosen' | 'accounts'>,
  calls: Calls,
  statuses: readonly ScopeStatus[],
  store: Store,
  { env }: Pick<Io, 'env'>,
  config: AwsConfig,
): void {
  if (accounts.length > 0) {
    const known = accountsKnown(chosen, store, env)
    // Profiles that declare an account that no word wants are no longer in the selection.
    const others = config.profiles.filter(
      ({ name, account }) => account !== null && !known.some((each) => each.name === name),
    )
    refuseUnmatchedAccounts(splitList(accounts), known, [...known, ...others])
  }
  const seen = [...readRememberedRegions(store).values()].flat()
  if (calls === 'never' || areResolved(statuses)) refuseUnmatchedRegions(chosen, seen)
}

/** Whether the regions of every account in the answer are known. */
export function areResolved(statuses: readonly ScopeStatus[]): boolean {
  return statuses.every(({ scope, fault }) => scope.region !== null || fault?.code === 'NoSuchRegion')
}

/** A usage error for the first word of a choice by patterns that fits no region, of those `seen` and of all that muster knows. */
export function refuseUnmatchedRegions(
  chosen: readonly Pick<SelectedProfile, 'regions'>[],
  seen: readonly string[],
): void {
  const words = new Set(chosen.flatMap(({ regions }) => (regions.type === 'enabled' ? regions.patterns : [])))
  const names = [...new Set([...knownRegions, ...seen])]
  const bad = [...words].find((word) => !matchesAny(word, names))
  if (bad === undefined) return
  const families = names.map((name) => name.replace(/\d+$/, '*'))
  const near = findNearest(bad.replace(/^!/, ''), isGlob(bad) ? [...families, ...names] : names)
  const hint = near === null ? '' : ` Did you mean '${near}'?`
  throw usageError(
    `No region matches '${bad}'.${hint} Give a name such as eu-west-1, or '*' for all that are enabled.`,
  )
}

function matchesAny(word: string, names: readonly string[]): boolean {
  return names.some(makeGlobTest(isExclude(word) ? word.slice(1) : word))
}
