import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { FaultRule } from '../../src/demo/injected-faults.ts'
import type { SeenRequest } from '../../src/demo/server.ts'
import { casesOf } from '../helpers/long-runs.ts'
import { machine } from './in-process.ts'
import { fleetIds } from './program.ts'

/** About 3,000 instances in small pages, slowed so that a sync takes about 1.5 seconds. */
const large = {
  accounts: 3,
  regions: 3,
  instances: 3000,
  faults: [{ fault: 'latency', ms: 25, operation: 'DescribeInstances' }],
} as const
/** A fleet, and a promise of its 15th page being asked for: the middle of a sync, however fast the machine. */
function halfWay<T extends object>(fleet: T) {
  const half = Promise.withResolvers<void>()
  let pages = 0
  const onRequest = ({ operation }: { operation: string }) => {
    if (operation === 'DescribeInstances' && ++pages === 15) half.resolve()
  }
  return { fleet: { ...fleet, onRequest }, half: half.promise }
}

const sync = ['sync', '--page-size', '50'] as const
const toItsEnd = ['sync', '--page-size', '500'] as const

describe('a sync', () => {
  const rounds = casesOf(30)
  test(`that is killed at ${rounds} random moments and run again loses no instance and doubles none`, async () => {
    const fleet = { ...large, instances: 600 }
    const whole = await machine(fleet)
    expect((await whole.muster(...sync)).code).toBe(0)
    const pages = whole.endpoint.countRequests('DescribeInstances')
    let last = () => {}
    let left = 0
    const onRequest = ({ operation }: { operation: string }) => {
      if (operation !== 'DescribeInstances') return
      left -= 1
      if (left === 0) last()
    }
    const { endpoint, start, muster, cachedIds } = await machine({ ...fleet, onRequest })
    let killed = 0
    for (let round = 0; round < rounds; round += 1) {
      // The last one is killed when some pages have surely been stored: each of the nine scopes asks for its first at once.
      left = round === rounds - 1 ? 12 : 1 + Math.floor(Math.random() * pages)
      const requested = new Promise<void>((resolve) => {
        last = resolve
      })
      const { child, ended } = start(...sync)
      await Promise.race([requested, ended])
      // The answer takes 25 ms, and its rows then go into the cache.
      await wait(Math.random() * 40)
      child.kill('SIGKILL')
      if ((await ended).signal === 'SIGKILL') killed += 1
    }
    expect(killed).toBeGreaterThan(rounds / 4)
    const partial = await cachedIds()
    expect(partial.length).toBeGreaterThan(0)
    expect(new Set(partial).size).toBe(partial.length)
    const { code, err } = await muster(...toItsEnd)
    expect(err).toMatch(/^9 of 9 scopes; oldest data /m)
    expect(code).toBe(0)
    expect(await cachedIds()).toEqual(fleetIds(endpoint.fleet))
  })

  test('that was killed is named as cut off and never as complete', async () => {
    const { fleet, half } = halfWay(large)
    const { start, muster } = await machine(fleet)
    const { child, ended } = start(...sync)
    await half
    child.kill('SIGKILL')
    expect((await ended).signal).toBe('SIGKILL')
    const { code, err } = await muster('query', '--offline', '--output', 'json')
    expect(err).toMatch(/missing/)
    expect(err).toMatch(/cut off while it was being read|never synced/)
    expect(code).toBe(3)
  })

  test('runs beside another one on the same cache: both end well, and the cache holds the fleet once', async () => {
    const { endpoint, start, cachedIds } = await machine({ ...large, instances: 1500 })
    const both = await Promise.all([start(...sync).ended, start(...toItsEnd).ended])
    expect(both.map(({ code, err }) => ({ code, err }))).toMatchObject([{ code: 0 }, { code: 0 }])
    expect(await cachedIds()).toEqual(fleetIds(endpoint.fleet))
  })

  test.each(['sync', 'query'])(
    'muster %s, interrupted, says what the same command will ask for, and so it is',
    async (command) => {
      const second = Promise.withResolvers<void>()
      const pages = new Map<string, number>()
      // One account after the other: the second one is cut off at its first page, which is still stored.
      const onRequest = ({ operation, account }: SeenRequest) => {
        if (operation !== 'DescribeInstances') return
        pages.set(account, (pages.get(account) ?? 0) + 1)
        if (pages.size === 2) second.resolve()
      }
      const fault: FaultRule = { operation: 'DescribeInstances', fault: 'latency', ms: 200 }
      const fleet = { accounts: 2, regions: 1, instances: 60, faults: [fault], onRequest }
      const { endpoint, start, muster, cachedIds } = await machine(fleet)
      const words = [command, '--page-size', '5', '--concurrency', '1'] as const
      const { child, ended } = start(...words)
      await second.promise
      child.kill('SIGINT')
      const { code, err } = await ended
      const next =
        'The same command leaves out those that are fresh, and goes on with the others where they stopped.'
      expect(err).toBe(
        `muster: interrupted; what was stored stays. 1 of 2 scopes were read to the end. ${next}\n`,
      )
      expect(code).toBe(130)
      const again = await muster(...words)
      expect(again.code).toBe(0)
      expect(await cachedIds()).toEqual(fleetIds(endpoint.fleet))
      const line = 'The same sync was cut off: what it has read to its end is left out (1 scope).'
      expect(again.err.includes(line)).toBe(command === 'sync')
      // Both together have asked for no page twice.
      const inTwo = Object.fromEntries(pages)
      pages.clear()
      expect((await muster('sync', ...words.slice(1))).code).toBe(0)
      expect(inTwo).toEqual(Object.fromEntries(pages))
      expect([...pages.values()].at(-1)).toBeGreaterThan(1)
    },
  )

  test('a live reading says that it keeps nothing', async () => {
    const { fleet, half } = halfWay({ ...large, instances: 1500 })
    const { start } = await machine(fleet)
    const { child, ended } = start('query', '--live', '--page-size', '50')
    await half
    child.kill('SIGINT')
    const { code, out, err } = await ended
    expect(err).toMatch(
      /^muster: interrupted; nothing was printed, and --live stores nothing: the same command/,
    )
    expect([code, out]).toEqual([130, ''])
  })

  test('that ctrl-c interrupts ends with 130 and says so, and the next one reads everything', async () => {
    const { fleet, half } = halfWay({ ...large, instances: 1500 })
    const { endpoint, start, muster, cachedIds } = await machine(fleet)
    const { child, ended } = start(...sync)
    await half
    child.kill('SIGINT')
    const { code, err } = await ended
    expect(err).toContain('muster: interrupted; what was stored stays.')
    expect(code).toBe(130)
    expect((await muster(...toItsEnd)).code).toBe(0)
    expect(await cachedIds()).toEqual(fleetIds(endpoint.fleet))
  })

  test('that ctrl-c interrupts stores every page that is on its way: none is asked for again', async () => {
    const { fleet, half } = halfWay({ ...large, instances: 1500 })
    const { endpoint, start, muster, cachedIds } = await machine(fleet)
    const { child, ended } = start(...sync)
    await half
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    expect((await muster(...sync)).code).toBe(0)
    expect(await cachedIds()).toEqual(fleetIds(endpoint.fleet))
    const inTwo = endpoint.countRequests('DescribeInstances')
    expect((await muster(...sync)).code).toBe(0)
    expect(endpoint.countRequests('DescribeInstances') - inTwo).toBe(inTwo)
  })
})
