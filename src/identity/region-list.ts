import { faultFrom, isTransient } from '../aws/faults.ts'
import type { Region } from '../aws/list-regions.ts'
import { knownRegions, partitionOf } from '../config/region-names.ts'
import type { Fault } from '../model.ts'

/** The regions of an account, and what they say about a refusal. */
export interface RegionList {
  /** All regions of the partition, asked once for each account. */
  readonly read: (signal: AbortSignal) => Promise<readonly Region[]>
  /**
   * Whether a call failed because its region is not enabled in the account: EC2 answers AuthFailure there, as for bad
   * keys. The list of regions decides.
   */
  readonly isOff: (error: unknown, region: string, signal: AbortSignal) => Promise<boolean>
  /** The fault of a call in an enabled region that refuses credentials which STS accepts; any other as it is. */
  readonly explain: (fault: Fault, region: string | null) => Fault
  /** The fault of a call in a region that `isOff` could not decide about; any other as it is. */
  readonly suspect: (fault: Fault, region: string | null) => Fault
}

/** What a profile can ask AWS. */
export interface RegionQuestions {
  readonly ask: (signal: AbortSignal) => Promise<readonly Region[]>
  /** Rejects if STS does not accept the credentials just now. Gives whether their session may come from STS's global endpoint. */
  readonly prove: (signal: AbortSignal) => Promise<{ readonly isGlobalSession: boolean }>
}

/** `lists`: those of all accounts of a run, by account; `getOwner` gives the account, or the profile while it is not known. */
export function makeRegionList(
  { ask, prove }: RegionQuestions,
  getOwner: () => string,
  lists: Map<string, Promise<readonly Region[]>>,
): RegionList {
  let refusal: { readonly error: unknown } | null = null
  const undecided = new Set<string>()
  /** Why enabled regions refuse the credentials, by region; null if these are no longer good anywhere. */
  const reasons = new Map<string, Promise<Explanation | null>>()
  const refused = new Map<string, Explanation>()
  const read = async (signal: AbortSignal): Promise<readonly Region[]> => {
    const owner = getOwner()
    for (let known = lists.get(owner); known; known = lists.get(owner)) {
      const list = await known.catch(() => null)
      if (list) return list
      signal.throwIfAborted()
      // What this profile is refused stays so, once and not for each of its scopes; another one of the account may ask.
      if (refusal) throw refusal.error
    }
    if (refusal) throw refusal.error
    const list = ask(signal)
    lists.set(owner, list)
    try {
      return await list
    } catch (error) {
      if (lists.get(owner) === list) lists.delete(owner)
      if (!signal.aborted && !isTransient(error)) refusal = { error }
      throw error
    }
  }
  /** All scopes of a region ask together, and once. */
  const findReason = async (region: Region, signal: AbortSignal): Promise<void> => {
    const reason =
      reasons.get(region.name) ??
      prove(signal).then(
        ({ isGlobalSession }) => (isGlobalSession && region.optedIn ? sessionNotGoodHere : keysNotGoodHere),
        () => null,
      )
    reasons.set(region.name, reason)
    const found = await reason
    signal.throwIfAborted()
    if (found) refused.set(region.name, found)
  }
  return {
    read,
    async isOff(error, region, signal) {
      if (!(error instanceof Error) || !/^(AuthFailure|OptInRequired)$/.test(error.name)) return false
      try {
        const regions = await read(signal)
        const found = regions.find(({ name, enabled }) => enabled && name === region)
        if (found && error.name === 'AuthFailure') await findReason(found, signal)
        return isOffIn(regions, region)
      } catch (reason) {
        signal.throwIfAborted()
        const { class: kind } = faultFrom(reason, { profile: '', region: null })
        if (kind === 'denied' || kind === 'denied-by-policy') undecided.add(region)
        return false
      }
    },
    explain(fault, region) {
      const reason = isRefusal(fault) && region !== null ? refused.get(region) : undefined
      return { ...fault, ...reason }
    },
    suspect(fault, region) {
      return isRefusal(fault) && region !== null && undecided.has(region)
        ? { ...fault, ...refusedHere }
        : fault
    },
  }
}

/** A region that the list lacks, and that exists in its partition, is not open to the account either. */
function isOffIn(regions: readonly Region[], region: string): boolean {
  const found = regions.find(({ name }) => name === region)
  if (found) return !found.enabled
  const partition = partitionOf(region)
  return knownRegions.includes(region) && regions.some(({ name }) => partitionOf(name) === partition)
}

function isRefusal({ class: kind, code }: Fault): boolean {
  return kind === 'credentials' && code === 'AuthFailure'
}

type Explanation = Pick<Fault, 'class' | 'message' | 'next'>

const notGoodHere = {
  class: 'denied',
  message:
    'EC2 refuses these credentials here, although the region is enabled in the account and STS accepts them.',
} as const

/**
 * Session tokens of STS's global endpoint are of version 1 unless the account sets it otherwise, and are not valid in
 * regions that are not enabled by default (IAM User Guide, Managing AWS STS in an AWS Region).
 */
const sessionNotGoodHere: Explanation = {
  ...notGoodHere,
  next: "Set sts_regional_endpoints = regional for whatever makes this session: one of STS's global endpoint is not valid in a region that was opted in to, unless the IAM settings of the account say so. Or leave the region out.",
}

/** To enable a region takes minutes, and may take hours (Account Management API reference, EnableRegion). */
const keysNotGoodHere: Explanation = {
  ...notGoodHere,
  next: 'Sync again later: AWS may take hours until a region that was enabled lately, or a new key, is known everywhere. Or leave the region out.',
}

/** EC2 knew these keys when it denied them the list of regions. */
const refusedHere: Explanation = {
  class: 'denied',
  message:
    'EC2 refuses these keys here and knows them elsewhere: the region is not enabled in the account, or the keys are not good in it.',
  next: 'Leave the region out, or enable it in the account; with permission for ec2:DescribeRegions, which muster policy prints, muster leaves out by itself what is not enabled.',
}
