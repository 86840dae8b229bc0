import { globalStsRegions } from '../aws/clients.ts'
import { FaultError } from '../aws/faults.ts'
import { partitionOf } from '../config/region-names.ts'

/** A region that every account of the commercial partition has. */
const regionOfAll = 'us-east-1'

/**
 * Why STS refused credentials. In a region that an account must enable it answers InvalidClientTokenId, as for bad keys,
 * while the account has not enabled it, and to a session of STS's global endpoint (AWS re:Post, "AWS was not able to
 * validate the provided access credentials"). Whether the keys are bad is then asked in a region that all have, by `ask`.
 */
export async function explainStsRefusal(
  error: unknown,
  region: string,
  ask: (region: string) => Promise<unknown>,
): Promise<unknown> {
  const isRefusal = error instanceof Error && error.name === 'InvalidClientTokenId'
  if (!isRefusal || globalStsRegions.includes(region) || partitionOf(region) !== 'aws') return error
  const isGood = await ask(regionOfAll).then(
    () => true,
    () => false,
  )
  if (!isGood) return error
  return new FaultError(
    {
      class: 'denied',
      code: error.name,
      message: `STS in ${region} refuses these credentials, and STS in ${regionOfAll} accepts them.`,
      next: "Enable the region in the account, or give the profile another one; a session of STS's global endpoint is not good there either.",
    },
    error,
  )
}
