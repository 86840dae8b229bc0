import { DescribeRegionsCommand, type EC2Client } from '@aws-sdk/client-ec2'
import { badValuesOf } from './answer-protocol.ts'
import { malformedError } from './faults.ts'

export interface Region {
  readonly name: string
  readonly enabled: boolean
  /** Whether it is enabled because the account asked for it: not one that all accounts have. */
  readonly optedIn: boolean
}

/** All regions of the partition, and whether the account may use them. */
export async function listRegions(client: EC2Client, signal: AbortSignal): Promise<readonly Region[]> {
  const answer = await client.send(new DescribeRegionsCommand({ AllRegions: true }), { abortSignal: signal })
  if (!answer.Regions) throw malformedError('The answer to DescribeRegions holds no Regions.')
  if (badValuesOf(answer)?.length)
    throw malformedError('The answer to DescribeRegions holds a region that cannot be read.')
  return answer.Regions.map(({ RegionName, OptInStatus }) => {
    if (!RegionName) throw malformedError('The answer to DescribeRegions holds a region without a name.')
    return {
      name: RegionName,
      enabled: OptInStatus !== 'not-opted-in',
      optedIn: OptInStatus === 'opted-in',
    }
  })
}
