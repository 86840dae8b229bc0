import { rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { makeFleet } from '../../src/demo/fleet.ts'
import type { DemoFault, FaultRule } from '../../src/demo/injected-faults.ts'
import { machine, syncedMachine } from './in-process.ts'
import { accountId, fleetIds, writeSettings } from './program.ts'

const fleet = makeFleet({ accounts: 3, regions: 2, instances: 60 })
const victim = {
  account: accountId(fleet, 'acme-prod-payments'),
  region: 'eu-west-1',
  operation: 'DescribeInstances',
}
const scope = 'acme-prod-payments/eu-west-1'
/** From the second describe call on, so that the first sync succeeds. */
const later = { from: 2, to: Number.MAX_SAFE_INTEGER }

describe('one scope fails after it was read once', () => {
  const table: readonly (readonly [fault: DemoFault, cause: RegExp, next: RegExp])[] = [
    ['throttled', /RequestLimitExceeded: Request limit exceeded/, /Sync again later, with fewer calls/],
    [
      'denied',
      /UnauthorizedOperation: You are not authorized/,
      /Run muster policy --kind instances and ask for what it prints \(ec2:DescribeInstances\)/,
    ],
    [
      'denied-by-policy',
      /UnauthorizedOperation: .*service control policy/,
      /Ask whoever runs the organisation/,
    ],
    ['server-error', /InternalError: An internal error has occurred/, /sync again/],
    ['reset', /ECONNRESET/, /Check the network, the proxy and the endpoint/],
    ['truncated', /XML|MalformedAnswer/, /a proxy or an endpoint_url that answers in place of AWS/],
    [
      'html',
      /MalformedAnswer: The answer to DescribeInstances is an HTML page, "Sign in"/,
      /a proxy or an endpoint_url that answers in place/,
    ],
    ['empty-body', /MalformedAnswer: The answer to DescribeInstances is empty/, /a proxy or an endpoint_url/],
    [
      'expired-token',
      /RequestExpired: Request has expired/,
      /Renew the credentials of profile acme-prod-payments/,
    ],
  ]
  test.each(table)(
    '%s: it is named with cause and next step, exit code 3, and every row stays',
    async (fault, cause, next) => {
      const { muster, cachedIds } = await machine({ faults: [{ ...victim, fault, nth: later }] })
      expect((await muster('sync')).code).toBe(0)
      const { code, err } = await muster('sync')
      const [first, named, step] = err.trim().split('\n')
      expect(first).toMatch(/^5 of 6 scopes, 1 not read again \(\d+ rows, \d+s old\); oldest data /)
      expect(named).toContain(`${scope} `)
      expect(named).toMatch(cause)
      expect(step).toMatch(next)
      expect(code).toBe(3)
      expect(await cachedIds()).toEqual(fleetIds(fleet))
    },
  )

  test('a page token that is refused cuts nothing off: the rows of the first sync stay', async () => {
    const { muster, cachedIds } = await machine({ faults: [{ ...victim, fault: 'token-refused' }] })
    expect((await muster('sync')).code).toBe(0)
    const { code, err } = await muster('sync', '--page-size', '5')
    expect(err).toMatch(new RegExp(`${scope} InvalidPaginationToken: .*token`))
    expect(err).toMatch(/-> Sync again: the reading starts at its beginning\./)
    expect(code).toBe(3)
    expect(await cachedIds()).toEqual(fleetIds(fleet))
  })
})

describe('page tokens that go round in a circle', () => {
  test.each(['sync', 'query --live'])(
    'end muster %s at the first that comes back, as a fault with a name',
    async (words) => {
      const { muster, endpoint } = await machine({
        accounts: 1,
        regions: 1,
        instances: 20,
        faults: [{ operation: 'DescribeInstances', fault: 'token-cycle' }],
      })
      const { code, err } = await muster(...words.split(' '))
      expect(err).toContain('MalformedAnswer: DescribeInstances gave the same NextToken twice.')
      expect(code).toBe(3)
      expect(endpoint.countRequests('DescribeInstances')).toBe(3)
    },
  )
})

describe('one scope fails from the start', () => {
  test('the others are complete, and an answer names what it lacks', async () => {
    const { muster } = await machine({ faults: [{ ...victim, fault: 'html' }] })
    const { code, out, err } = await muster(
      'query',
      'Reservations[].Instances[].InstanceId',
      '--output',
      'json',
    )
    expect((JSON.parse(out) as string[]).sort()).toEqual(
      fleetIds(fleet, (account, region) => `${account}/${region}` !== scope),
    )
    expect(err).toContain(scope)
    expect(code).toBe(3)
  })

  test('a profile whose account is proved in the very run that then fails is named with the cause', async () => {
    const { muster } = await machine({ faults: [{ operation: 'DescribeRegions', fault: 'denied' }] })
    const { err } = await muster('sync', '--region', '*')
    expect(err).toMatch(/^0 of 3 scopes, 3 missing\n/)
    expect(err).toMatch(/acme-management\/\*.* UnauthorizedOperation: /)
    expect(err).not.toContain('never synced')
  })

  test('a throttle that passes is not a fault: the call is sent again', async () => {
    const { muster, cachedIds } = await machine({ faults: [{ ...victim, fault: 'throttled', times: 1 }] })
    expect((await muster('sync')).code).toBe(0)
    expect(await cachedIds()).toEqual(fleetIds(fleet))
  })

  test('a fault that the settings accept is named and the exit code is 0', async () => {
    const { muster } = await machine(
      { faults: [{ ...victim, fault: 'denied' }] },
      { accepted: [{ scope, fault: 'denied' }] },
    )
    const { code, err } = await muster('sync')
    expect(err).toContain('1 failed as accepted in the settings')
    expect(err).toMatch(new RegExp(`accepted: ${scope} UnauthorizedOperation`))
    expect(code).toBe(0)
  })

  test('accepting one class accepts no other', async () => {
    const { muster } = await machine(
      { faults: [{ ...victim, fault: 'html' }] },
      { accepted: [{ scope, fault: 'denied' }] },
    )
    expect((await muster('sync')).code).toBe(3)
  })

  test('a region that is not enabled is skipped, not failed, and the output says so', async () => {
    const { muster } = await machine({ regions: 5 })
    const { code, err } = await muster('sync', '--region', 'us-east-1,me-south-1')
    expect(err).toMatch(/^3 of 3 scopes, 3 skipped \(region not enabled\)/)
    expect(code).toBe(0)
  })
})

describe('nothing can be read', () => {
  test('keys that every account refuses: exit code 4 and how to sign in, once for all', async () => {
    const faults: FaultRule[] = [{ fault: 'auth-failure' }]
    const { muster } = await machine({ faults })
    const { code, out, err } = await muster('query', '--output', 'json')
    expect(err).toMatch(/0 of \d+ scopes/)
    for (const name of ['acme-management', 'acme-prod-payments', 'acme-prod-web']) expect(err).toContain(name)
    expect(err.match(/-> Renew the credentials of profile/g)).toHaveLength(1)
    expect(JSON.parse(out)).toMatchObject({})
    expect(code).toBe(4)
  })

  test('keys of several profiles that are refused: one line and one step, which says for how many it is', async () => {
    const { muster } = await machine({
      faults: ['DescribeInstances', 'DescribeRegions'].map((operation) => ({
        operation,
        fault: 'auth-failure',
      })),
    })
    const { err } = await muster('sync', '--region', 'us-east-1')
    expect(err).toMatch(/^0 of 3 scopes, 3 missing\n/)
    expect(err.match(/AuthFailure: /g)).toHaveLength(1)
    for (const name of ['acme-management', 'acme-prod-payments', 'acme-prod-web']) expect(err).toContain(name)
    expect(err).toMatch(
      /-> Renew the credentials of profile (acme-\S+); aws sts get-caller-identity --profile \1 tests them\. The same for 2 other profiles\.\n/,
    )
  })

  test('expired sessions everywhere: the rows stay and are counted; exit code 4 of a sync, 3 of an answer that has them', async () => {
    const { muster, cachedIds } = await machine({
      faults: [{ fault: 'expired-token', operation: 'GetCallerIdentity', nth: { from: 4, to: 1e9 } }],
    })
    expect((await muster('sync')).code).toBe(0)
    const { code, err } = await muster('sync')
    expect(err).toMatch(/ExpiredToken/)
    expect(err).toMatch(/^0 of 6 scopes, 6 not read again \(60 rows, \d+s old\); oldest data \d+s\n/)
    expect(code).toBe(4)
    expect((await muster('query', '--sync')).code).toBe(3)
    expect(await cachedIds()).toEqual(fleetIds(fleet))
  })

  test('an endpoint at which nothing listens is named as the network, exit code 3', async () => {
    const { endpoint, muster, cachedIds } = await syncedMachine()
    await endpoint.close()
    const { code, err } = await muster('sync')
    expect(err).toMatch(/acme-management\/.* ECONNREFUSED: /)
    expect(err).toMatch(/-> Check the network, the proxy and the endpoint/)
    expect(code).toBe(3)
    expect(await cachedIds()).toEqual(fleetIds(fleet))
  })

  test('a lost cache and a failing network never look like an empty account', async () => {
    const { endpoint, home, cache, muster } = await syncedMachine()
    rmSync(cache)
    writeSettings(home, { profiles: ['*'], regions: ['us-east-1'] })
    await endpoint.close()
    const { code, err } = await muster('query')
    expect(err).toMatch(/0 of 3 scopes, 3 missing/)
    expect(code).toBe(3)
  })
})
