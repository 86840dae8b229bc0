import { DescribeInstancesCommand, DescribeRegionsCommand, type EC2Client } from '@aws-sdk/client-ec2'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { expect, onTestFinished, test } from 'vitest'
import { instances } from '../../src/demo/ec2/instances.ts'
import { type DemoOptions, type Endpoint, type SeenRequest, startEndpoint } from '../../src/demo/server.ts'
import { resourceIds } from './resources.ts'
import { accountAt, ec2, instancePages, type Keys, sts } from './sdk.ts'

async function start(options: DemoOptions): Promise<Endpoint> {
  const endpoint = await startEndpoint({ instances: 600, ...options })
  onTestFinished(() => endpoint.close())
  return endpoint
}

function ask(client: EC2Client, MaxResults: number, NextToken?: string) {
  return client.send(new DescribeInstancesCommand({ MaxResults, ...(NextToken ? { NextToken } : {}) }))
}

const foreign = { name: 'InvalidNextToken', message: 'The specified NextToken is not valid.' }
const expired = {
  name: 'InvalidPaginationToken',
  message: 'The specified pagination token is not valid or is expired.',
}

test('a page token goes on with another page size and after a restart, unless the endpoint is strict', async () => {
  const endpoint = await start({})
  const { NextToken } = await ask(ec2(endpoint, accountAt(endpoint, 1)), 5)
  const again = await start({})
  const page = await ask(ec2(again, accountAt(again, 1)), 20, NextToken)
  expect(page.Reservations?.flatMap(({ Instances }) => Instances ?? [])).toHaveLength(20)
})

test('a page token is refused as expired when it is older than the endpoint says', async () => {
  let now = Date.parse('2026-11-24T00:00:00Z')
  const endpoint = await start({ tokenLife: 1000, clock: () => now })
  const client = ec2(endpoint, accountAt(endpoint, 1))
  const { NextToken } = await ask(client, 5)
  now += 1000
  expect((await ask(client, 5, NextToken)).Reservations?.length).toBeGreaterThan(0)
  now += 1
  await expect(ask(client, 5, NextToken)).rejects.toMatchObject(expired)
})

test('a page token is refused by an endpoint with another secret', async () => {
  const endpoint = await start({ tokenSecret: 'one' })
  const { NextToken } = await ask(ec2(endpoint, accountAt(endpoint, 1)), 5)
  for (const tokenSecret of ['two', undefined]) {
    const other = await start({ tokenSecret })
    await expect(ask(ec2(other, accountAt(other, 1)), 5, NextToken)).rejects.toMatchObject(foreign)
  }
  const same = await start({ tokenSecret: 'one' })
  expect((await ask(ec2(same, accountAt(same, 1)), 20, NextToken)).Reservations).toBeDefined()
})

test('a strict page token is refused with another size of the page and to another key of the account', async () => {
  const endpoint = await start({ strictTokens: true })
  const account = accountAt(endpoint, 1)
  const client = ec2(endpoint, account)
  const { NextToken } = await ask(client, 5)
  expect((await ask(client, 5, NextToken)).Reservations?.length).toBeGreaterThan(0)
  await expect(ask(client, 6, NextToken)).rejects.toMatchObject(foreign)
  const session: Keys = await assume(endpoint, account.id)
  const other = ec2(endpoint, session)
  expect((await ask(other, 5)).Reservations?.length).toBeGreaterThan(0)
  await expect(ask(other, 5, NextToken)).rejects.toMatchObject(foreign)
})

test('an edition of the fleet lacks a quarter of it, and its pages bring the rest once, in another order', async () => {
  let edition = 0
  const endpoint = await start({ edition: () => edition })
  const account = accountAt(endpoint, 1)
  const client = ec2(endpoint, account)
  const idsOf = (of: number) => resourceIds(instances, endpoint.fleet, account.id, 'us-east-1', of)
  const all = idsOf(0)
  for (edition = 0; edition < 4; edition += 1) {
    expect((await instancePages(client, 7)).flat()).toEqual(idsOf(edition))
  }
  const [first, second] = [idsOf(1), idsOf(2)]
  for (const some of [first, second]) {
    expect(all).toEqual(expect.arrayContaining(some))
    expect(some.length).toBeLessThan(all.length)
    expect(some.length).toBeGreaterThan(all.length / 2)
    expect(some).not.toEqual(all.filter((id) => some.includes(id)))
  }
  expect(first.filter((id) => !second.includes(id))).not.toEqual([])
  expect(second.filter((id) => !first.includes(id))).not.toEqual([])
})

test('the regions are the same in each edition', async () => {
  const regionsIn = async (edition: number) => {
    const endpoint = await start({ edition: () => edition })
    const answer = await ec2(endpoint, accountAt(endpoint, 1)).send(new DescribeRegionsCommand({}))
    return answer.Regions?.map(({ RegionName }) => RegionName)
  }
  const regions = await regionsIn(0)
  for (const edition of [1, 2, 3]) expect(await regionsIn(edition)).toEqual(regions)
})

test('a fleet that changes between two pages gives some resources twice or not at all', async () => {
  let pages = 0
  const endpoint = await start({
    edition: ({ operation }) => (operation === 'DescribeInstances' ? pages++ : 0),
  })
  const account = accountAt(endpoint, 1)
  const given = (await instancePages(ec2(endpoint, account), 7)).flat()
  expect(new Set(given).size).toBeLessThan(given.length)
  const all = resourceIds(instances, endpoint.fleet, account.id, 'us-east-1')
  expect(all.filter((id) => !given.includes(id))).not.toEqual([])
})

test('a request is reported with its account, region, operation, page size, token, key and path', async () => {
  const seen: SeenRequest[] = []
  const endpoint = await start({ onRequest: (request) => seen.push(request) })
  const account = accountAt(endpoint, 1)
  const client = ec2({ ...endpoint, url: `${endpoint.url}/second` }, account)
  const { NextToken } = await ask(client, 5)
  await ask(client, 6, NextToken)
  const same = {
    account: account.id,
    region: 'us-east-1',
    operation: 'DescribeInstances',
    key: account.accessKeyId,
    path: '/second/',
  }
  expect(seen).toEqual([
    { ...same, n: 1, maxResults: 5, token: null },
    { ...same, n: 2, maxResults: 6, token: NextToken },
  ])
})

async function assume(endpoint: Endpoint, id: string): Promise<Keys> {
  const account = endpoint.fleet.accounts.find((each) => each.id === id)
  const answer = await sts(endpoint, accountAt(endpoint, 0)).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${id}:role/${account?.roleName}`,
      RoleSessionName: 'second',
      ...(account?.externalId ? { ExternalId: account.externalId } : {}),
    }),
  )
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {}
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
}
