import type { ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import type { FaultRule } from '../../src/demo/injected-faults.ts'
import { machine } from '../commands/in-process.ts'
import { fleetIds, type Machine } from '../commands/program.ts'
import { breakOff, logPages } from './page-log.ts'
import { scriptPages } from './scripted-pages.ts'

/** One account and region with 12 pages of 5 instances. */
const slow: FaultRule = { fault: 'latency', ms: 100, operation: 'DescribeInstances' }
const oneScope = { accounts: 1, regions: 1, instances: 60, faults: [slow] } as const
const sync = ['sync', '--page-size', '5'] as const

async function pagedMachine() {
  const log = logPages()
  const on = await machine({ ...oneScope, onRequest: log.onRequest })
  return { on, log }
}

/** Lets a process stand still; it does not outlive the test. */
function stop(child: ChildProcess): void {
  child.kill('SIGSTOP')
  onTestFinished(() => void child.kill('SIGKILL'))
}

/** Stops the sync that is reading, and starts muster; resolves when that waits for the scope. */
async function startWaiting(on: Machine, reading: ChildProcess, ...words: readonly string[]) {
  stop(reading)
  const waiting = on.start(...words)
  await until(on, 'SELECT count(*) = 2 FROM sync')
  return waiting
}

/** Writes into the cache beside muster. */
function change({ cache }: Machine, sql: string): number {
  const db = new Sqlite(cache)
  try {
    return db.prepare(sql).run().changes
  } finally {
    db.close()
  }
}

/** Waits until something is so in the cache. */
async function until({ cache }: Machine, sql: string): Promise<void> {
  for (;;) {
    const db = new Sqlite(cache, { readonly: true })
    try {
      if (db.prepare(sql).pluck().get() === 1) return
    } finally {
      db.close()
    }
    await wait(20)
  }
}

/** What an offline query says of the one scope. */
async function stateOf(on: Machine): Promise<string> {
  const coverage = `${on.cache}.json`
  await on.muster('query', 'Reservations[0]', '--offline', '--coverage', coverage)
  const { scopes } = JSON.parse(readFileSync(coverage, 'utf8')) as { scopes: { state: string }[] }
  return scopes[0]?.state ?? ''
}

test('of two syncs at once, one reads each scope, and both are complete', async () => {
  const { on, log } = await pagedMachine()
  const first = on.start(...sync)
  await log.nth(2)
  const second = await startWaiting(on, first.child, ...sync)
  first.child.kill('SIGCONT')
  const both = await Promise.all([first.ended, second.ended])
  for (const { code, err } of both) expect([code, err]).toEqual([0, expect.stringMatching(/^1 of 1 scopes/m)])
  expect(new Set(log.tokens()).size).toBe(12)
  expect(log.tokens()).toHaveLength(12)
  expect(await on.cachedIds()).toEqual(fleetIds(on.endpoint.fleet))
})

test('a query waits for the scope that a sync is reading, and reads nothing itself', async () => {
  const { on, log } = await pagedMachine()
  const reading = on.start(...sync)
  await log.nth(2)
  const waiting = await startWaiting(on, reading.child, 'query', 'length(Reservations[].Instances[])')
  reading.child.kill('SIGCONT')
  const { code, out } = await waiting.ended
  expect([code, out]).toEqual([0, '60\n'])
  expect((await reading.ended).code).toBe(0)
  expect(log.tokens()).toHaveLength(12)
})

test('a scope that a sync is reading is named as being read, and as cut off when the sync was killed', async () => {
  const { on, log } = await pagedMachine()
  const { child, ended } = on.start(...sync)
  await log.nth(3)
  stop(child)
  expect(await stateOf(on)).toBe('reading')
  child.kill('SIGKILL')
  await ended
  expect(await stateOf(on)).toBe('interrupted')
})

test('a sync that waits takes over from one that is killed, at its token', async () => {
  const { on, log } = await pagedMachine()
  const reading = on.start(...sync)
  await log.nth(2)
  const waiting = await startWaiting(on, reading.child, ...sync)
  reading.child.kill('SIGCONT')
  await log.nth(8)
  reading.child.kill('SIGKILL')
  await reading.ended
  const { code, err } = await waiting.ended
  expect([code, err]).toEqual([0, expect.stringMatching(/^1 of 1 scopes/m)])
  expect(new Set(log.tokens()).size).toBe(12)
  expect(log.tokens().length).toBeLessThanOrEqual(13)
  expect(await on.cachedIds()).toEqual(fleetIds(on.endpoint.fleet))
})

test('a sync that stood still loses its scopes to one that waits, and is complete when it goes on', async () => {
  const { on, log } = await pagedMachine()
  const stopped = on.start(...sync)
  await log.nth(4)
  stop(stopped.child)
  const waiting = on.start(...sync)
  // As if 40 seconds had gone by.
  expect(change(on, 'UPDATE sync SET heartbeat = heartbeat - 40000')).toBeGreaterThan(0)
  expect((await waiting.ended).code).toBe(0)
  stopped.child.kill('SIGCONT')
  const { code, err } = await stopped.ended
  expect([code, err]).toEqual([0, expect.stringMatching(/^1 of 1 scopes/m)])
  // Whatever the one that stood still was about to ask for.
  expect(log.tokens().length).toBeLessThanOrEqual(14)
  expect(new Set(log.tokens()).size).toBe(12)
  expect(await on.cachedIds()).toEqual(fleetIds(on.endpoint.fleet))
})

test.each([
  ['of another machine is waited for until it is silent for 30 seconds', "host = 'elsewhere'", true],
  ['of another container is waited for until it is silent for 30 seconds', "namespace = 'pid:[1]'", true],
  ['from before the machine was started again is taken over at once', "boot = 'before'", false],
  ['whose process id another process has now is taken over at once', 'process = 1', false],
])('the scope of a sync %s', async (_, sql, isAwaited) => {
  const { on, log } = await pagedMachine()
  await breakOff(on, log, {}, ...sync)
  log.forget()
  change(on, `UPDATE sync SET ${sql}, heartbeat = ${Date.now() - (isAwaited ? 27_000 : 0)}`)
  const { ended } = on.start(...sync)
  if (isAwaited) {
    await wait(1000)
    expect(log.tokens()).toEqual([])
    change(on, `UPDATE sync SET heartbeat = heartbeat - 5000`)
  }
  expect((await ended).code).toBe(0)
  expect(log.tokens()[0]).toBeTruthy()
  expect(await on.cachedIds()).toEqual(fleetIds(on.endpoint.fleet))
})

test('a scope that another sync has read to its end meanwhile is not read again', async () => {
  const log = logPages()
  const fleet = { accounts: 2, regions: 1, instances: 60, faults: [slow] }
  const on = await machine({ ...fleet, onRequest: log.onRequest })
  // One scope after the other: the second one is read by another sync while this one stands still.
  const long = on.start(...sync, '--concurrency', '1')
  await log.nth(1)
  stop(long.child)
  const [begun] = log.requests
  const rest = on.endpoint.fleet.accounts.find(({ id }) => id !== begun?.account)?.name ?? ''
  expect((await on.muster('sync', '--profile', rest)).code).toBe(0)
  long.child.kill('SIGCONT')
  const { code, err } = await long.ended
  expect([code, err]).toEqual([0, expect.stringMatching(/^2 of 2 scopes/m)])
  expect(log.requests.filter(({ token }) => token === null)).toHaveLength(2)
  expect(await on.cachedIds()).toEqual(fleetIds(on.endpoint.fleet))
})

test('a sync whose scope was taken over says nothing of it, whatever it meets then', async () => {
  const on = await machine({ accounts: 1, regions: 1, instances: 5 })
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  let times = 0
  const onPage = async (page: number) => {
    if (page !== 3) return null
    times += 1
    if (times === 2) return null
    reached.resolve()
    await released.promise
    return 'reset' as const
  }
  const pages = [0, 1, 2, 3, 4].map(
    (n) => `<volumeSet><item><volumeId>vol-${n}</volumeId></item></volumeSet>`,
  )
  const { url } = await scriptPages('DescribeVolumes', pages, on.endpoint.url, onPage)
  writeFileSync(on.configFile, readFileSync(on.configFile, 'utf8').replaceAll(on.endpoint.url, url))
  const words = ['sync', '--kind', 'volumes'] as const
  const first = on.start(...words)
  await reached.promise
  const waiting = await startWaiting(on, first.child, ...words)
  change(on, 'UPDATE sync SET heartbeat = heartbeat - 40000')
  expect((await waiting.ended).code).toBe(0)
  first.child.kill('SIGCONT')
  released.resolve()
  const { code, err } = await first.ended
  expect([code, err]).toEqual([0, expect.stringMatching(/^1 of 1 scopes/m)])
  const { code: after } = await on.muster('query', 'Volumes[0]', '--kind', 'volumes', '--offline')
  expect(after).toBe(0)
})
