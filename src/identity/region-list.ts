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
  /** The fault of a call in a region that `isOff` could not decide about; any other as it is. */
  readonly explain: (fault: Fault, region: string | null) => Fault
}

/** `lists`: those of all accounts of a run, by account; `getOwner` gives the account, or the profile while it is not known. */
export function makeRegionList(
  ask: (signal: AbortSignal) => Promise<readonly Region[]>,
  getOwner: () => string,
  lists: Map<string, Promise<readonly Region[]>>,
): RegionList {
  let refusal: { readonly error: unknown } | null = null
  const undecided = new Set<string>()
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
  return {
    read,
    async isOff(error, region, signal) {
      if (!(error instanceof Error) || !/^(AuthFailure|OptInRequired)$/.test(error.name)) return false
      try {
        return isOffIn(await read(signal), region)
      } catch (reason) {
        signal.throwIfAborted()
        const { class: kind } = faultFrom(reason, { profile: '', region: null })
        if (kind === 'denied' || kind === 'denied-by-policy') undecided.add(region)
        return false
      }
    },
    explain(fault, region) {
      const isRefusal = fault.class === 'credentials' && fault.code === 'AuthFailure'
      return isRefusal && region !== null && undecided.has(region) ? { ...fault, ...refusedHere } : fault
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

/** EC2 knew these keys when it denied them the list of regions. */
const refusedHere: Pick<Fault, 'class' | 'message' | 'next'> = {
  class: 'denied',
  message:
    'EC2 refuses these keys here and knows them elsewhere: the region is not enabled in the account, or the keys are not good in it.',
  next: 'Leave the region out, or enable it in the account; with permission for ec2:DescribeRegions, which muster policy prints, muster leaves out by itself what is not enabled.',
}
