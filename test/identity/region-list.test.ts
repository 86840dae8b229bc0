import { describe, expect, test } from 'vitest'
import { faultFrom } from '../../src/aws/faults.ts'
import type { Region } from '../../src/aws/list-regions.ts'
import { commercialRegions } from '../../src/config/region-names.ts'
import { makeFleet } from '../../src/demo/fleet.ts'
import { makeRegionList } from '../../src/identity/region-list.ts'
import { machine } from '../commands/in-process.ts'

const never = new AbortController().signal
const authFailure = errorNamed('AuthFailure')
const regions: readonly Region[] = [
  { name: 'us-east-1', enabled: true },
  { name: 'af-south-1', enabled: false },
]

describe('a region in which EC2 refuses the keys', () => {
  test.each([
    ['af-south-1', true, 'the list says that it is not enabled'],
    ['us-east-1', false, 'it is enabled'],
    ['me-south-1', true, 'it exists and the list lacks it'],
    ['xx-east-9', false, 'nobody knows it'],
    ['cn-north-1', false, 'it is of another partition, which has other keys'],
  ])('%s is off: %s, as %s', async (region, isOff) => {
    const list = makeRegionList(
      async () => regions,
      () => '1',
      new Map(),
    )
    expect(await list.isOff(authFailure, region, never)).toBe(isOff)
  })

  test('is looked up after a refusal of keys alone', async () => {
    let calls = 0
    const ask = async () => {
      calls += 1
      return regions
    }
    const list = makeRegionList(ask, () => '1', new Map())
    for (const name of ['UnauthorizedOperation', 'RequestExpired', 'TimeoutError'])
      expect(await list.isOff(errorNamed(name), 'af-south-1', never)).toBe(false)
    expect(calls).toBe(0)
    expect(await list.isOff(errorNamed('OptInRequired'), 'af-south-1', never)).toBe(true)
  })
})

describe('the list of regions', () => {
  test('is asked for once by all profiles of an account, whose scopes may all ask at once', async () => {
    let calls = 0
    const ask = async () => {
      calls += 1
      await new Promise(setImmediate)
      return regions
    }
    const lists = new Map()
    const profiles = ['a', 'b'].map(() => makeRegionList(ask, () => '1', lists))
    const all = profiles.flatMap((list) =>
      ['af-south-1', 'me-south-1'].map((name) => list.isOff(authFailure, name, never)),
    )
    expect(await Promise.all(all)).toEqual([true, true, true, true])
    expect(await makeRegionList(ask, () => '2', lists).read(never)).toBe(regions)
    expect(calls).toBe(2)
  })

  test('that one profile may not see is asked for once by it, and then by another one of the account', async () => {
    const calls: string[] = []
    const lists = new Map()
    const denied = makeRegionList(
      async () => {
        calls.push('denied')
        throw errorNamed('UnauthorizedOperation')
      },
      () => '1',
      lists,
    )
    const allowed = makeRegionList(
      async () => {
        calls.push('allowed')
        return regions
      },
      () => '1',
      lists,
    )
    const names = ['af-south-1', 'me-south-1', 'eu-south-1']
    const all = await Promise.all(names.map((name) => denied.isOff(authFailure, name, never)))
    expect(all).toEqual([false, false, false])
    expect(await denied.isOff(authFailure, 'af-south-1', never)).toBe(false)
    expect(await allowed.isOff(authFailure, 'af-south-1', never)).toBe(true)
    expect(await denied.isOff(authFailure, 'af-south-1', never)).toBe(true)
    expect(calls).toEqual(['denied', 'allowed'])
  })

  test('that the network lost is asked for again', async () => {
    let calls = 0
    const ask = async () => {
      calls += 1
      if (calls === 1) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
      return regions
    }
    const list = makeRegionList(ask, () => '1', new Map())
    expect(await list.isOff(authFailure, 'af-south-1', never)).toBe(false)
    expect(list.explain(refusal(), 'af-south-1')).toEqual(refusal())
    expect(await list.isOff(authFailure, 'af-south-1', never)).toBe(true)
  })
})

describe('muster sync', () => {
  const size = { accounts: 3, regions: 5, instances: 60 } as const

  test('skips every region that is not enabled, and asks each account once for its list', async () => {
    const { muster, endpoint } = await machine(size)
    const names = commercialRegions.join(',')
    const { code, err } = await muster('sync', '--region', names, '--kind', 'instances,volumes,vpcs')
    const all = 3 * 3 * commercialRegions.length
    const read = 3 * 3 * 4
    expect(err).toMatch(
      new RegExp(`^${read} of ${read} scopes, ${all - read} skipped \\(region not enabled\\)`),
    )
    expect(err).not.toContain('AuthFailure')
    expect(code).toBe(0)
    expect(endpoint.countRequests('DescribeRegions')).toBe(3)
  })

  test('says of a region that refuses the keys, where the list is denied, what may be the cause, once for all', async () => {
    const { muster, endpoint } = await machine({
      ...size,
      faults: [{ operation: 'DescribeRegions', fault: 'denied' }],
    })
    const { code, err } = await muster('sync', '--region', 'us-east-1,me-south-1', '--kind', 'instances,vpcs')
    expect(err).toMatch(/^6 of 12 scopes, 6 missing/)
    expect(err.match(/EC2 refuses these keys here and knows them elsewhere/g)).toHaveLength(1)
    expect(err).toMatch(
      /-> Leave the region out, or enable it in the account; with permission for ec2:DescribeRegions/,
    )
    expect(err).not.toContain('Renew the credentials')
    expect(code).toBe(3)
    expect(endpoint.countRequests('DescribeRegions')).toBe(3)
  })

  test('says of keys that AWS no longer knows to renew them, once for each profile', async () => {
    const account = makeFleet(size).accounts[1]
    const { muster, endpoint } = await machine({
      ...size,
      faults: ['DescribeRegions', 'DescribeInstances', 'DescribeVpcs'].map((operation) => ({
        account: account?.id ?? '',
        operation,
        fault: 'auth-failure',
      })),
    })
    const regionsAsked = 'us-east-1,eu-west-1'
    const { code, err } = await muster('sync', '--region', regionsAsked, '--kind', 'instances,vpcs')
    expect(err).toMatch(/^8 of 12 scopes, 4 missing/)
    expect(err.match(/-> Renew the credentials/g)).toHaveLength(1)
    expect(err).toContain(`Renew the credentials of profile ${account?.name}`)
    expect(code).toBe(3)
    expect(endpoint.countRequests('DescribeRegions')).toBe(1)
  })
})

function errorNamed(name: string): Error {
  return Object.assign(new Error('no'), { name })
}

function refusal() {
  return faultFrom(authFailure, { profile: 'p', region: 'af-south-1' })
}
