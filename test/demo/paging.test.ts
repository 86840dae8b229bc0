import {
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeRegionsCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { instances } from '../../src/demo/ec2/instances.ts'
import { volumes } from '../../src/demo/ec2/volumes.ts'
import { type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import { resourceIds, resourcesOf } from './resources.ts'
import { accountAt, ec2, instancePages, volumeIds } from './sdk.ts'

let endpoint: Endpoint
beforeAll(async () => {
  endpoint = await startEndpoint({ instances: 20_000 })
})
afterAll(() => endpoint.close())

describe('the SDK reads the simulated EC2', () => {
  test.each([37, 1000])('pages of %i bring every instance exactly once', async (pageSize) => {
    const account = accountAt(endpoint, 1)
    const expected = resourceIds(instances, endpoint.fleet, account.id, 'us-east-1')
    const pages = await instancePages(ec2(endpoint, account), pageSize)
    expect(expected.length).toBeGreaterThan(1000)
    expect(pages.flat()).toEqual(expected)
    expect(new Set(pages.flat()).size).toBe(expected.length)
    expect(pages.slice(0, -1).every((page) => page.length === pageSize)).toBe(true)
  })

  test('an idle connection is kept for ten minutes, and not closed when a slow client is about to use it', async () => {
    const { headers } = await fetch(endpoint.url, { method: 'POST' })
    expect(headers.get('keep-alive')).toBe('timeout=600')
  })

  test('pages of 5 bring every instance once, though a reservation is split over two', async () => {
    const management = accountAt(endpoint, 0)
    const all = resourcesOf(instances, endpoint.fleet, management.id, 'us-east-1')
    const pages = await instancePages(ec2(endpoint, management), 5)
    expect(new Set(pages.flat()).size).toBe(all.length)
    const reservations = all.map(({ reservationId }) => reservationId)
    const split = reservations.filter((id, n) => n > 0 && n % 5 === 0 && reservations[n - 1] === id)
    expect(split.length).toBeGreaterThan(0)
  })

  test('uneven pages are as EC2 may give them: short, empty with a token, in no fixed order, and whole', async () => {
    const uneven = await startEndpoint({ instances: 2000, unevenPages: true })
    onTestFinished(() => uneven.close())
    const account = accountAt(uneven, 1)
    const expected = resourceIds(instances, uneven.fleet, account.id, 'us-east-1')
    const pages = await instancePages(ec2(uneven, account), 20)
    expect(pages.flat().toSorted()).toEqual(expected.toSorted())
    expect(pages.flat()).not.toEqual(expected)
    const sizes = new Set(pages.map((page) => page.length))
    expect(sizes.has(0)).toBe(true)
    expect(sizes.size).toBeGreaterThan(5)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20)
  })

  test('volumes come once each, and the attached ones are those of the instances', async () => {
    const account = accountAt(endpoint, 3)
    const ids = await volumeIds(ec2(endpoint, account, 'eu-west-1'), 500)
    expect(ids).toEqual(resourceIds(volumes, endpoint.fleet, account.id, 'eu-west-1'))
    expect(new Set(ids).size).toBe(ids.length)
    const [first] = resourcesOf(instances, endpoint.fleet, account.id, 'eu-west-1')
    expect(ids).toContain(first?.rootVolumeId)
    expect(ids).toContain(first?.dataVolumeId)
  })

  test('a MaxResults of 1000, which the AWS CLI sends for volumes, is accepted and gives 500', async () => {
    const client = ec2(endpoint, accountAt(endpoint, 1))
    const page = await client.send(new DescribeVolumesCommand({ MaxResults: 1000 }))
    expect(page.Volumes).toHaveLength(500)
    expect(page.NextToken).toBeTruthy()
    const ids = await volumeIds(client, 1000)
    expect(ids).toEqual(resourceIds(volumes, endpoint.fleet, accountAt(endpoint, 1).id, 'us-east-1'))
    for (const MaxResults of [4, 1001]) {
      const refused = client.send(new DescribeVolumesCommand({ MaxResults }))
      await expect(refused).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    }
  })

  test('filters with wildcards narrow the pages', async () => {
    const client = ec2(endpoint, accountAt(endpoint, 2))
    const answer = await client.send(
      new DescribeInstancesCommand({
        MaxResults: 50,
        Filters: [
          { Name: 'instance-state-name', Values: ['stop*'] },
          { Name: 'tag:Environment', Values: ['prod', 'dev'] },
          { Name: 'tag-key', Values: ['Owner'] },
        ],
      }),
    )
    const instances = (answer.Reservations ?? []).flatMap(({ Instances }) => Instances ?? [])
    expect(instances).toHaveLength(50)
    for (const instance of instances) {
      expect(instance.State?.Name).toBe('stopped')
      expect(instance.Tags?.some(({ Key }) => Key === 'Owner')).toBe(true)
    }
  })

  test('what EC2 refuses is refused with its codes', async () => {
    const client = ec2(endpoint, accountAt(endpoint, 1))
    const cases: readonly (readonly [DescribeInstancesCommandInput, string])[] = [
      [{ MaxResults: 4 }, 'InvalidParameterValue'],
      [{ MaxResults: 1001 }, 'InvalidParameterValue'],
      [{ InstanceIds: ['i-0123456789abcdef0'] }, 'InvalidInstanceID.NotFound'],
      [{ NextToken: 'nonsense' }, 'InvalidNextToken'],
      [{ Filters: [{ Name: 'colour', Values: ['red'] }] }, 'InvalidParameterValue'],
    ]
    for (const [input, name] of cases) {
      await expect(client.send(new DescribeInstancesCommand(input))).rejects.toMatchObject({ name })
    }
  })

  test('MaxResults together with ids is refused in EC2’s words (aws-cli #1976)', async () => {
    const client = ec2(endpoint, accountAt(endpoint, 1))
    const refusal = (list: string) => ({
      name: 'InvalidParameterCombination',
      message: `The parameter ${list} cannot be used with the parameter maxResults`,
    })
    const someInstances = client.send(new DescribeInstancesCommand({ MaxResults: 5, InstanceIds: ['i-1'] }))
    await expect(someInstances).rejects.toMatchObject(refusal('instancesSet'))
    const someVolumes = client.send(new DescribeVolumesCommand({ MaxResults: 5, VolumeIds: ['vol-1'] }))
    await expect(someVolumes).rejects.toMatchObject(refusal('volumeSet'))
  })

  test('a region that is not enabled is listed only when all are asked for, and refuses calls', async () => {
    const account = accountAt(endpoint, 1)
    const enabled = await ec2(endpoint, account).send(new DescribeRegionsCommand({}))
    const all = await ec2(endpoint, account).send(new DescribeRegionsCommand({ AllRegions: true }))
    expect(enabled.Regions).toHaveLength(4)
    expect(all.Regions?.find(({ RegionName }) => RegionName === 'me-south-1')?.OptInStatus).toBe(
      'not-opted-in',
    )
    const denied = await ec2(endpoint, accountAt(endpoint, 8)).send(new DescribeRegionsCommand({}))
    expect(denied.Regions).toEqual(enabled.Regions)
    const call = ec2(endpoint, account, 'me-south-1').send(new DescribeInstancesCommand({ MaxResults: 5 }))
    await expect(call).rejects.toMatchObject({ name: 'AuthFailure', $metadata: { httpStatusCode: 401 } })
  })

  test('an account without instances answers with an empty list, not with nothing', async () => {
    const answer = await ec2(endpoint, accountAt(endpoint, 11)).send(
      new DescribeInstancesCommand({ MaxResults: 5 }),
    )
    expect(answer.Reservations).toEqual([])
  })
})
