import { EC2Client, paginateDescribeInstances, paginateDescribeVolumes } from '@aws-sdk/client-ec2'
import { STSClient } from '@aws-sdk/client-sts'
import type { DemoAccount } from '../../src/demo/fleet.ts'
import type { Endpoint } from '../../src/demo/server.ts'

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const clients = new WeakMap<Endpoint, Map<string, EC2Client>>()

/** A client of EC2, the same for the same arguments: making one takes as long as several small calls. */
export function ec2(endpoint: Endpoint, credentials: Keys, region = 'us-east-1', maxAttempts = 1): EC2Client {
  const own = clients.get(endpoint) ?? new Map<string, EC2Client>()
  clients.set(endpoint, own)
  const keys = keysOf(credentials)
  const name = JSON.stringify([keys, region, maxAttempts])
  const client =
    own.get(name) ?? new EC2Client({ endpoint: endpoint.url, region, credentials: keys, maxAttempts })
  own.set(name, client)
  return client
}

export function sts(endpoint: Endpoint, credentials: Keys): STSClient {
  return new STSClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: keysOf(credentials),
    maxAttempts: 1,
  })
}

/** Ids of all instances, page by page. */
export async function instancePages(client: EC2Client, pageSize: number): Promise<string[][]> {
  const pages: string[][] = []
  for await (const page of paginateDescribeInstances({ client, pageSize }, {})) {
    const instances = (page.Reservations ?? []).flatMap(({ Instances }) => Instances ?? [])
    pages.push(instances.map(({ InstanceId }) => InstanceId ?? ''))
  }
  return pages
}

/** Ids of all volumes. */
export async function volumeIds(client: EC2Client, pageSize: number): Promise<string[]> {
  const ids: string[] = []
  for await (const page of paginateDescribeVolumes({ client, pageSize }, {})) {
    ids.push(...(page.Volumes ?? []).map(({ VolumeId }) => VolumeId ?? ''))
  }
  return ids
}

/** The account at that place of the fleet. */
export function accountAt(endpoint: Endpoint, index: number): DemoAccount {
  const account = endpoint.fleet.accounts[index]
  if (!account) throw new Error(`no account ${index}`)
  return account
}

function keysOf({ accessKeyId, secretAccessKey, sessionToken }: Keys): Keys {
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}
