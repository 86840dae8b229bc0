import { describe, expect, test } from 'vitest'
import { type Clock, callLimiter } from '../../src/aws/call-limiter.ts'
import { machine } from '../commands/program.ts'
import { accountMachine, idsInFleet, idsOf } from './account-machine.ts'

const never = new AbortController().signal

/** A clock on which a second lasts no time; `at` is what it shows. */
function clockOfItsOwn(): Clock & { at: number } {
  return {
    at: 0,
    now() {
      return this.at
    },
    async pause(ms) {
      this.at += ms
    },
  }
}

function bothOf(burst: number, perSecond: number) {
  return { paged: { burst, perSecond }, whole: { burst, perSecond } }
}

/** EC2's own bucket: how many of the calls made at these times, in ms, it would refuse. */
function refusedByEc2(times: readonly number[], { most, perSecond } = { most: 100, perSecond: 20 }): number {
  let tokens = most
  let last = times[0] ?? 0
  let refused = 0
  for (const at of times) {
    tokens = Math.min(most, tokens + ((at - last) / 1000) * perSecond)
    last = at
    if (tokens < 1) refused += 1
    else tokens -= 1
  }
  return refused
}

describe('calls of one account, region and operation', () => {
  test('are made at once up to a burst, then evenly spaced, and EC2 refuses none of them', async () => {
    const clock = clockOfItsOwn()
    const mayCall = callLimiter({ rates: bothOf(80, 18), clock })
    const times: number[] = []
    for (let call = 0; call < 500; call += 1) {
      await mayCall('1/eu/Describe', 'paged', never)
      times.push(clock.at)
    }
    expect(times.filter((at) => at === 0)).toHaveLength(80)
    const gaps = times.slice(80).map((at, n) => at - (times[79 + n] ?? 0))
    for (const gap of gaps) expect(gap).toBeCloseTo(1000 / 18)
    expect(refusedByEc2(times)).toBe(0)
    expect(refusedByEc2(times.map(() => 0))).toBe(400)
  })

  test('wait their turn when many want to be made at once', async () => {
    const waits: number[] = []
    const clock = { now: () => 0, pause: async (ms: number) => void waits.push(ms) }
    const mayCall = callLimiter({ rates: bothOf(10, 2), clock })
    await Promise.all(Array.from({ length: 14 }, () => mayCall('1/eu/Describe', 'paged', never)))
    expect(waits).toEqual([500, 1000, 1500, 2000])
  })

  test('may burst again after a rest, and no more than before', async () => {
    const clock = clockOfItsOwn()
    const mayCall = callLimiter({ rates: bothOf(10, 2), clock })
    for (let call = 0; call < 10; call += 1) await mayCall('1/eu/Describe', 'paged', never)
    clock.at += 60_000
    for (let call = 0; call < 11; call += 1) await mayCall('1/eu/Describe', 'paged', never)
    expect(clock.at).toBe(60_500)
  })

  test('do not wait for those of another account, region or operation', async () => {
    const clock = clockOfItsOwn()
    const mayCall = callLimiter({ rates: bothOf(1, 1), clock })
    for (const key of ['1/eu/A', '2/eu/A', '1/us/A', '1/eu/B']) await mayCall(key, 'paged', never)
    expect(clock.at).toBe(0)
    await mayCall('1/eu/A', 'paged', never)
    expect(clock.at).toBe(1000)
  })

  test('that ask for everything at once take from a smaller bucket of EC2, and it refuses none of them', async () => {
    const clock = clockOfItsOwn()
    const mayCall = callLimiter({ clock })
    const times: number[] = []
    for (let call = 0; call < 200; call += 1) {
      await mayCall('1/eu/DescribeKeyPairs', 'whole', never)
      times.push(clock.at)
    }
    expect(refusedByEc2(times, { most: 50, perSecond: 10 })).toBe(0)
    expect(clock.at).toBeLessThan(200_000 / 8)
    const before = clock.at
    await mayCall('1/eu/DescribeKeyPairs', 'paged', never)
    expect(clock.at).toBe(before)
  })

  test('that wait are given up when the user ends muster', async () => {
    const stop = new AbortController()
    const mayCall = callLimiter({ rates: bothOf(1, 0.0001) })
    await mayCall('1/eu/A', 'paged', stop.signal)
    const waiting = mayCall('1/eu/A', 'paged', stop.signal)
    stop.abort(new Error('ended'))
    await expect(waiting).rejects.toThrow('ended')
  })
})

describe.each(['a sync', 'a live reading'])('%s', (way) => {
  const size = { accounts: 2, regions: 1, instances: 400 } as const
  const profiles = [0, 1].map((account) => ({ name: `p${account}`, account, region: 'us-east-1' }))

  test('asks for no page before the limiter lets it', async () => {
    const made = await accountMachine(size, profiles)
    const passed = new Map<string, number>()
    const { promise: open, resolve: release } = Promise.withResolvers<void>()
    let held = 0
    const mayCall = async (key: string) => {
      passed.set(key, (passed.get(key) ?? 0) + 1)
      if (passed.get(key) !== 4) return
      held += 1
      await open
    }
    const chosen = made.choose({ regions: ['us-east-1'] })
    const ids =
      way === 'a sync'
        ? made.sync(chosen, 5, mayCall)
        : made.read({ chosen, pageSize: 5 }, mayCall).then((reading) => idsOf(reading).toSorted())
    // A sync reads both accounts at once, a live reading one after the other.
    const both = way === 'a sync' ? 2 : 1
    await expect.poll(() => held).toBe(both)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(made.endpoint.countRequests('DescribeInstances')).toBe(3 * both)
    release()
    expect(await ids).toEqual(idsInFleet(made.endpoint, 'instances'))
    const accounts = made.endpoint.fleet.accounts.map(({ id }) => `${id}/us-east-1/DescribeInstances`)
    expect([...passed.keys()].sort()).toEqual(accounts.sort())
    const all = [...passed.values()].reduce((sum, count) => sum + count, 0)
    expect(made.endpoint.countRequests('DescribeInstances')).toBeLessThanOrEqual(all)
  })
})

test('every call of EC2 in a sync waits for its turn, those that are made again and the list of regions too', async () => {
  const calls: string[] = []
  const made = await accountMachine(
    {
      accounts: 2,
      regions: 2,
      instances: 60,
      faults: [
        { operation: 'DescribeInstances', fault: 'throttled', times: 3 },
        { operation: 'DescribeRegions', fault: 'throttled', times: 1 },
      ],
      onRequest: ({ account, region, operation }) => {
        const bucket = wholeOperations.includes(operation) ? 'whole' : 'paged'
        if (operation.startsWith('Describe')) calls.push(`${account}/${region}/${operation} ${bucket}`)
      },
    },
    [0, 1].map((account) => ({ name: `p${account}`, account, region: 'us-east-1' })),
    2000,
    3,
  )
  const passed: string[] = []
  const mayCall = async (key: string, bucket: string) => void passed.push(`${key} ${bucket}`)
  const chosen = made.choose({ regions: ['*'] })
  expect(await made.sync(chosen, 5, mayCall, 16, ['instances', 'key-pairs'])).toEqual(
    idsInFleet(made.endpoint, 'instances'),
  )
  expect(calls.filter((call) => call.includes('DescribeRegions'))).toHaveLength(3)
  expect(passed.toSorted()).toEqual(calls.toSorted())
})

/** What has no MaxResults (EC2 API reference). */
const wholeOperations = ['DescribeRegions', 'DescribeKeyPairs']

test.each(['sync', 'query --live'])(
  'muster %s names in --debug each throttle while it lasts',
  async (words) => {
    const { muster, endpoint } = await machine({
      accounts: 1,
      regions: 1,
      instances: 20,
      faults: [{ operation: 'DescribeInstances', fault: 'throttled', times: 1 }],
    })
    const { err } = await muster(...words.split(' '), '--debug')
    const account = endpoint.fleet.accounts[0]?.id
    expect(err).toMatch(
      new RegExp(`${account}/us-east-1/instances is throttled: the next attempt is made in \\d+ ms\n`),
    )
  },
)

test.each(['sync', 'query --live'])(
  'muster %s asks for 150 pages of one account and region, and EC2 would refuse none',
  async (words) => {
    const times: number[] = []
    const onRequest = ({ operation }: { operation: string }) => {
      if (operation === 'DescribeInstances') times.push(performance.now())
    }
    const { muster, endpoint } = await machine({ accounts: 1, regions: 1, instances: 750, onRequest })
    const { code } = await muster(...words.split(' '), '--page-size', '5')
    expect(code).toBe(0)
    expect(times.length).toBe(Math.ceil(idsInFleet(endpoint, 'instances').length / 5))
    expect(times.length).toBeGreaterThan(140)
    expect(refusedByEc2(times)).toBe(0)
  },
)
