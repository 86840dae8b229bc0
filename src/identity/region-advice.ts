import type { Profile } from '../config/profile.ts'
import { knownRegions, partitionOf } from '../config/region-names.ts'
import type { Fault } from '../model.ts'
import { findNearest } from '../nearest.ts'

/** What to do if the region that was asked is the likely cause; null if it is not. */
export function adviseOnRegion(fault: Fault, region: string | null, profile: Profile | null): string | null {
  if (region === null) return null
  return adviseOnUnknown(fault, region) ?? adviseOnOtherPartition(fault, region, profile)
}

/** A region that muster does not know may be new, and its name may be mistyped: then there is no such host. */
function adviseOnUnknown(fault: Fault, region: string): string | null {
  const noHost = fault.code === 'ENOTFOUND' || fault.code === 'EAI_AGAIN'
  if ((!noHost && !isAboutKeys(fault)) || knownRegions.includes(region)) return null
  const near = findNearest(region, knownRegions)
  const hint = near === null ? '' : ` Did you mean '${near}'?`
  return `muster does not know region ${region}.${hint} If the region is new: ${withSmallFirst(fault.next)}`
}

/** Keys that AWS does not know, because the region that is asked is of another partition. */
function adviseOnOtherPartition(fault: Fault, region: string, profile: Profile | null): string | null {
  const own = profile?.region ?? null
  if (own === null || !isAboutKeys(fault) || partitionOf(region) === partitionOf(own)) return null
  return `Choose a region of partition ${partitionOf(own)}, where profile ${profile?.name} is (${own}): ${region} is of ${partitionOf(region)}, which has its own keys.`
}

function isAboutKeys({ class: kind, code }: Fault): boolean {
  return (
    kind === 'credentials' && /^(InvalidClientTokenId|AuthFailure|UnrecognizedClientException)$/.test(code)
  )
}

function withSmallFirst(sentence: string): string {
  return `${sentence.slice(0, 1).toLowerCase()}${sentence.slice(1)}`
}
