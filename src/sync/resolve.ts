import { isAccountWanted, type SelectedProfile } from '../config/selection.ts'
import type { Session } from '../identity/session.ts'
import type { Fault, ResolvedScope, Scope } from '../model.ts'
import { findNearest } from '../nearest.ts'
import { regionNames } from './plan.ts'

/** What a profile turned out to lead to. */
export interface ResolvedProfile {
  readonly account: string
  readonly scopes: readonly ResolvedScope[]
  /** Why it leads to no scope: those that it was to have, as far as they are known. */
  readonly problem: { readonly scopes: readonly Scope[]; readonly fault: Fault } | null
}

/** Called with what AWS says, as soon as it has said it. */
export interface ResolveListener {
  readonly onIdentified: (account: string) => Promise<void>
  readonly onListed: (account: string, regions: readonly string[]) => Promise<void>
}

/** Whether another profile of the account may be allowed what met this fault. */
export function mayHelp({ class: kind }: Fault): boolean {
  return (
    kind === 'credentials' || kind === 'denied' || kind === 'denied-by-policy' || kind === 'configuration'
  )
}

/**
 * Proves the account of a profile and lists its regions if the selection asks for them. A profile that cannot work
 * gives its fault; what AWS or the network refuses is thrown.
 */
export async function resolveProfile(
  selected: SelectedProfile,
  session: Session,
  request: { readonly kinds: readonly string[]; readonly accounts: readonly string[] },
  listener: ResolveListener,
  signal: AbortSignal,
): Promise<ResolvedProfile | Fault> {
  const { problem } = selected.profile ?? { problem: null }
  if (problem !== null)
    return { class: 'configuration', code: 'ProfileProblem', message: problem, next: fixProfile }
  const { account } = await session.identify(signal)
  await listener.onIdentified(account)
  const nothing = { account, scopes: [], problem: null }
  if (!isAccountWanted(request.accounts, account, selected.name)) return nothing
  const wholeScopes = request.kinds.map((kind) => ({ profile: selected.name, account, region: null, kind }))
  if (selected.regions.type === 'none')
    return { ...nothing, problem: { scopes: wholeScopes, fault: noRegionFault(selected) } }
  let enabled: readonly string[] | undefined
  if (selected.regions.type === 'enabled') {
    const regions = await session.listRegions(signal)
    enabled = regions.filter((region) => region.enabled).map(({ name }) => name)
    await listener.onListed(account, enabled)
  }
  const names = regionNames(selected, enabled)
  const scopes = names.flatMap((region) =>
    wholeScopes.map((scope) => ({ ...scope, region }) as ResolvedScope),
  )
  if (scopes.length > 0) return { account, scopes, problem: null }
  return { ...nothing, problem: { scopes: wholeScopes, fault: noSuchRegionFault(selected, enabled ?? []) } }
}

const fixProfile = 'Correct the profile in ~/.aws/config; `muster profiles` names the line.'

function noRegionFault(selected: SelectedProfile): Fault {
  return {
    class: 'configuration',
    code: 'NoRegion',
    message: `Profile ${selected.name} sets no region.`,
    next: "Give --region NAME (or '*' for all that are enabled), or set `region` in the profile.",
  }
}

function noSuchRegionFault(selected: SelectedProfile, enabled: readonly string[]): Fault {
  const words = selected.regions.type === 'enabled' ? selected.regions.patterns : []
  const families = enabled.map((name) => name.replace(/\d+$/, '*'))
  const near = words.map((word) => findNearest(word, [...enabled, ...families])).find((name) => name !== null)
  return {
    class: 'configuration',
    code: 'NoSuchRegion',
    message: `No region enabled in the account of profile ${selected.name} matches ${words.join(',')}.`,
    next: `${near ? `Did you mean '${near}'? ` : ''}Choose among: ${enabled.join(', ')}.`,
  }
}
