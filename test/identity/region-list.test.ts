import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { faultFrom } from '../../src/aws/faults.ts'
import type { Region } from '../../src/aws/list-regions.ts'
import { commercialRegions } from '../../src/config/region-names.ts'
import { makeFleet } from '../../src/demo/fleet.ts'
import { makeRegionList, type RegionQuestions } from '../../src/identity/region-list.ts'
import { machine, runInProcess } from '../commands/in-process.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const never = new AbortController().signal
const authFailure = errorNamed('AuthFailure')
const regions: readonly Region[] = [
  { name: 'us-east-1', enabled: true, optedIn: false },
  { name: 'af-south-1', enabled: false, optedIn: false },
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
      listOnly(async () => regions),
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
    const list = makeRegionList(listOnly(ask), () => '1', new Map())
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
    const profiles = ['a', 'b'].map(() => makeRegionList(listOnly(ask), () => '1', lists))
    const all = profiles.flatMap((list) =>
      ['af-south-1', 'me-south-1'].map((name) => list.isOff(authFailure, name, never)),
    )
    expect(await Promise.all(all)).toEqual([true, true, true, true])
    expect(await makeRegionList(listOnly(ask), () => '2', lists).read(never)).toBe(regions)
    expect(calls).toBe(2)
  })

  test('that one profile may not see is asked for once by it, and then by another one of the account', async () => {
    const calls: string[] = []
    const lists = new Map()
    const denied = makeRegionList(
      listOnly(async () => {
        calls.push('denied')
        throw errorNamed('UnauthorizedOperation')
      }),
      () => '1',
      lists,
    )
    const allowed = makeRegionList(
      listOnly(async () => {
        calls.push('allowed')
        return regions
      }),
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
    const list = makeRegionList(listOnly(ask), () => '1', new Map())
    expect(await list.isOff(authFailure, 'af-south-1', never)).toBe(false)
    expect(list.suspect(refusal(), 'af-south-1')).toEqual(refusal())
    expect(await list.isOff(authFailure, 'af-south-1', never)).toBe(true)
  })
})

describe('an enabled region that refuses credentials', () => {
  const enabled: readonly Region[] = [
    { name: 'us-east-1', enabled: true, optedIn: false },
    { name: 'me-central-1', enabled: true, optedIn: true },
  ]

  test.each([
    ['me-central-1', true, /^Set sts_regional_endpoints = regional/],
    ['me-central-1', false, /^Sync again later/],
    ['us-east-1', true, /^Sync again later/],
    ['us-east-1', false, /^Sync again later/],
  ])(
    '%s, of a session that may be of the global STS: %s, is not for want of a sign-in',
    async (region, isGlobalSession, next) => {
      const questions = { ask: async () => enabled, prove: async () => ({ isGlobalSession }) }
      const list = makeRegionList(questions, () => '1', new Map())
      expect(await list.isOff(authFailure, region, never)).toBe(false)
      expect(list.explain(refusal(), region)).toMatchObject({
        class: 'denied',
        code: 'AuthFailure',
        message: /although the region is enabled in the account and STS accepts them/,
        next,
      })
      expect(list.explain(refusal(), 'ap-east-1')).toEqual(refusal())
    },
  )

  test('says to renew credentials that STS refuses, too', async () => {
    const prove = async () => {
      throw errorNamed('InvalidClientTokenId')
    }
    const list = makeRegionList({ ask: async () => enabled, prove }, () => '1', new Map())
    expect(await list.isOff(authFailure, 'us-east-1', never)).toBe(false)
    expect(list.explain(refusal(), 'us-east-1')).toEqual(refusal())
    expect(refusal().next).toMatch(/^Renew the credentials/)
  })

  test('asks STS once, however many scopes it refuses', async () => {
    let calls = 0
    const prove = async () => {
      calls += 1
      return { isGlobalSession: false }
    }
    const list = makeRegionList({ ask: async () => enabled, prove }, () => '1', new Map())
    await Promise.all(Array.from({ length: 9 }, () => list.isOff(authFailure, 'us-east-1', never)))
    expect(calls).toBe(1)
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
      new RegExp(`^${read} of ${read} scopes, ${all - read} skipped \\(region not enabled\\)`, 'm'),
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
    expect(err).toMatch(/^6 of 12 scopes, 6 missing/m)
    expect(err.match(/EC2 refuses these keys here and knows them elsewhere/g)).toHaveLength(1)
    expect(err).toMatch(
      /-> Leave the region out, or enable it in the account; with permission for ec2:DescribeRegions/,
    )
    expect(err).not.toContain('Renew the credentials')
    expect(code).toBe(3)
    expect(endpoint.countRequests('DescribeRegions')).toBe(3)
  })

  test('says of an enabled region that refuses credentials which are good elsewhere what that may be', async () => {
    const faults = [{ region: 'eu-west-1', fault: 'auth-failure' }] as const
    const { muster } = await machine({ ...size, regions: 3, faults })
    const { code, err } = await muster('sync', '--region', 'us-east-1,eu-west-1', '--kind', 'instances,vpcs')
    expect(err).toMatch(/^6 of 12 scopes, 6 missing/m)
    expect(
      err.match(/AuthFailure: EC2 refuses these credentials here, although the region is enabled/g),
    ).toHaveLength(1)
    expect(err).toMatch(/-> Sync again later: AWS may take hours until a region that was enabled lately/)
    expect(err).not.toContain('Renew')
    expect(code).toBe(3)
  })

  test('says of a handed-over session that a region which was opted in to refuses how to get a better one', async () => {
    const faults = [{ region: 'eu-south-1', fault: 'auth-failure' }] as const
    const { muster, env, home, endpoint } = await machine({ ...size, regions: 14, faults })
    await muster('whoami', '--profile', endpoint.fleet.accounts[1]?.name ?? '')
    const folder = join(home, '.aws/cli/cache')
    const [file = ''] = readdirSync(folder)
    const { Credentials: session } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    const handed = {
      AWS_ACCESS_KEY_ID: session.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: session.SecretAccessKey,
      AWS_SESSION_TOKEN: session.SessionToken,
      AWS_ENDPOINT_URL: endpoint.url,
    }
    const place = { env: { ...env, ...handed }, home: temporaryFolder() }
    const { code, err } = await runInProcess(place, 'sync', '--region', 'us-east-1,eu-south-1')
    expect(err).toMatch(/^1 of 2 scopes, 1 missing/m)
    expect(err).toMatch(/-> Set sts_regional_endpoints = regional for whatever makes this session/)
    expect(code).toBe(3)
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
    expect(err).toMatch(/^8 of 12 scopes, 4 missing/m)
    expect(err.match(/-> Renew the credentials/g)).toHaveLength(1)
    expect(err).toContain(`Renew the credentials of profile ${account?.name}`)
    expect(code).toBe(3)
    expect(endpoint.countRequests('DescribeRegions')).toBe(1)
  })
})

/** The list alone is asked for: nobody is to prove anything. */
function listOnly(ask: RegionQuestions['ask']): RegionQuestions {
  const prove = async () => {
    throw new Error('STS is asked')
  }
  return { ask, prove }
}

function errorNamed(name: string): Error {
  return Object.assign(new Error('no'), { name })
}

function refusal() {
  return faultFrom(authFailure, { profile: 'p', region: 'af-south-1' })
}
