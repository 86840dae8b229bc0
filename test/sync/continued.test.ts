import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { instances } from '../../src/demo/ec2/instances.ts'
import { makeFleet } from '../../src/demo/fleet.ts'
import type { FaultRule } from '../../src/demo/injected-faults.ts'
import type { DemoOptions, SeenRequest } from '../../src/demo/server.ts'
import { machine } from '../commands/in-process.ts'
import { fleetIds, type Machine } from '../commands/program.ts'
import { resourceIds } from '../demo/resources.ts'
import { breakOff, isOfInstances, logPages } from './page-log.ts'
import { scriptPages } from './scripted-pages.ts'

/** One account and region with 12 pages of 5 instances, slow enough for a signal to come while one is on its way. */
const slow: FaultRule = { fault: 'latency', ms: 60, operation: 'DescribeInstances' }
const oneScope = { accounts: 1, regions: 1, instances: 60, faults: [slow] } as const
const sync = ['sync', '--page-size', '5'] as const
const everything = ['query', 'Reservations[]', '--offline', '--fresh', '1d', '--output', 'json'] as const

async function pagedMachine(options: DemoOptions = {}) {
  const log = logPages()
  const on = await machine({ ...oneScope, onRequest: log.onRequest, ...options })
  return { on, log }
}

/** The ids of the fleet's instances in an edition, sorted. */
function idsOf({ endpoint: { fleet } }: Machine, edition = 0): string[] {
  const [account, region] = [fleet.accounts[0]?.id ?? '', fleet.regions[0]?.name ?? '']
  return resourceIds(instances, fleet, account, region, edition).toSorted()
}

function tombstonesOf({ cache }: Machine): string[] {
  const db = new Sqlite(cache, { readonly: true })
  try {
    return db.prepare('SELECT id FROM gone ORDER BY id').pluck().all() as string[]
  } finally {
    db.close()
  }
}

describe('a sync that was cut off in the middle of a scope', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('by %s asks for no page twice', async (signal) => {
    const { on, log } = await pagedMachine()
    const { code } = await breakOff(on, log, { signal }, ...sync)
    expect(code).toBe(130)
    const first = [...log.tokens()]
    expect(first.length).toBeLessThan(12)
    log.forget()
    const { code: after, err } = await on.muster(...sync)
    expect([after, err]).toEqual([0, expect.stringMatching(/^1 of 1 scopes/m)])
    const tokens = [...first, ...log.tokens()]
    expect(tokens).toHaveLength(12)
    expect(new Set(tokens).size).toBe(12)
    expect(await on.cachedIds()).toEqual(idsOf(on))
  })

  test('by SIGKILL asks again for the page that was on its way, and for no other', async () => {
    const { on, log } = await pagedMachine()
    await breakOff(on, log, {}, ...sync)
    const first = [...log.tokens()]
    log.forget()
    expect((await on.muster(...sync)).code).toBe(0)
    const [goesOnAt] = log.tokens()
    expect(goesOnAt).toBeTruthy()
    expect(first.slice(0, -1)).not.toContain(goesOnAt)
    expect(new Set([...first, ...log.tokens()]).size).toBe(12)
    expect(await on.cachedIds()).toEqual(idsOf(on))
  })

  test('is gone on with by a query, and gives what one sync gives, in the same order', async () => {
    const { on, log } = await pagedMachine()
    await breakOff(on, log, { at: 5 }, ...sync)
    log.forget()
    expect((await on.muster('query', 'Reservations[0]', '--page-size', '5')).code).toBe(0)
    expect(log.tokens().length).toBeLessThan(12)
    const { on: whole } = await pagedMachine({ faults: [] })
    expect((await whole.muster(...sync)).code).toBe(0)
    expect((await on.muster(...everything)).out).toBe((await whole.muster(...everything)).out)
  })

  test('by the network goes on at its page when that is back', async () => {
    const fault: FaultRule = { fault: 'reset', operation: 'DescribeInstances', nth: { from: 5, to: 6 } }
    const { on, log } = await pagedMachine({ faults: [fault] })
    const lost = await on.muster(...sync)
    expect([lost.code, lost.err]).toEqual([3, expect.stringContaining('0 of 1 scopes')])
    const first = [...log.tokens()]
    log.forget()
    expect((await on.muster(...sync)).code).toBe(0)
    expect(log.tokens()[0]).toBe(first.at(-1))
    expect(new Set([...first, ...log.tokens()]).size).toBe(12)
    expect(await on.cachedIds()).toEqual(idsOf(on))
  })

  test('by credentials that expired goes on at its page after the next login', async () => {
    const fault: FaultRule = {
      fault: 'expired-token',
      operation: 'DescribeInstances',
      nth: { from: 5, to: 8 },
    }
    const { on, log } = await pagedMachine({ faults: [fault] })
    expect((await on.muster(...sync)).code).not.toBe(0)
    const first = [...log.tokens()]
    log.forget()
    while (log.tokens().length === 0 || (await on.muster(...sync)).code !== 0) {
      expect((await on.muster(...sync)).code).toBeLessThan(5)
    }
    expect(log.tokens()[0]).toBe(first.at(-1))
    expect(new Set([...first, ...log.tokens()]).size).toBe(12)
    expect(await on.cachedIds()).toEqual(idsOf(on))
  })

  test('is as old as its first page when it has come to its end', async () => {
    const { on, log } = await pagedMachine()
    const before = Date.now()
    await breakOff(on, log, {}, ...sync)
    const between = Date.now()
    const coverage = `${on.cache}.json`
    expect((await on.muster(...sync, '--coverage', coverage)).code).toBe(0)
    const { scopes } = JSON.parse(readFileSync(coverage, 'utf8')) as { scopes: { syncedAt: string }[] }
    const syncedAt = Date.parse(scopes[0]?.syncedAt ?? '')
    // The times of a coverage are whole seconds.
    expect(syncedAt).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000)
    expect(syncedAt).toBeLessThanOrEqual(between)
  })

  test('goes on with pages of another size', async () => {
    const { on, log } = await pagedMachine()
    await breakOff(on, log, {}, ...sync)
    log.forget()
    expect((await on.muster('sync', '--page-size', '20')).code).toBe(0)
    expect(await on.cachedIds()).toEqual(idsOf(on))
    expect(tombstonesOf(on)).toEqual([])
  })

  test('reads its scope anew if EC2 refuses the token with pages of another size', async () => {
    const { on, log } = await pagedMachine({ strictTokens: true })
    await breakOff(on, log, {}, ...sync)
    log.forget()
    expect((await on.muster('sync', '--page-size', '20')).code).toBe(0)
    expect(await on.cachedIds()).toEqual(idsOf(on))
  })

  test('is gone on with by another profile of the account, or read anew, and is right', async () => {
    for (const strictTokens of [false, true]) {
      const { on, log } = await pagedMachine({ strictTokens })
      const { accounts } = on.endpoint.fleet
      const { id = '', roleName = '', externalId } = accounts[0] ?? {}
      const external = externalId ? `external_id = ${externalId}\n` : ''
      appendFileSync(
        on.configFile,
        `\n[profile by-role]\nregion = us-east-1\nendpoint_url = ${on.endpoint.url}\nrole_arn = arn:aws:iam::${id}:role/${roleName}\nsource_profile = acme-management\n${external}`,
      )
      await breakOff(on, log, {}, ...sync, '--profile', 'acme-management')
      log.forget()
      const { code, err } = await on.muster(...sync, '--profile', 'by-role')
      expect([code, err]).toEqual([0, expect.stringMatching(/^1 of 1 scopes/m)])
      expect(await on.cachedIds()).toEqual(idsOf(on))
      expect(tombstonesOf(on)).toEqual([])
    }
  })
})

describe('a page token that EC2 refuses', () => {
  test('has its scope read anew, and no other', async () => {
    const fleet = { accounts: 2, regions: 2, instances: 200 }
    const { accounts, regions } = makeFleet(fleet)
    const victim = { account: accounts[1]?.id ?? '', region: regions[0]?.name ?? '' }
    const all = logPages()
    const own = logPages(
      (each) => isOfInstances(each) && each.account === victim.account && each.region === victim.region,
    )
    const onRequest = (request: SeenRequest) => {
      all.onRequest(request)
      own.onRequest(request)
    }
    // The first request of the second sync is the fourth with a token.
    const refused: FaultRule = { ...victim, operation: 'DescribeInstances', fault: 'token-refused', nth: 4 }
    const on = await machine({ ...fleet, faults: [refused, slow], onRequest })
    await breakOff(on, own, { at: 4 }, ...sync, '--concurrency', '16')
    const placeOf = ({ account, region }: SeenRequest) => `${account}/${region}`
    const begun = new Map(all.requests.map((each) => [placeOf(each), each.token]))
    const cut = [...begun].filter(([, token]) => token !== null).map(([place]) => place)
    expect(cut.length).toBeGreaterThan(1)
    all.forget()
    own.forget()
    const { code, err } = await on.muster(...sync)
    expect([code, err]).toEqual([0, expect.stringMatching(/^4 of 4 scopes/m)])
    expect(own.tokens().slice(0, 2)).toEqual([expect.any(String), null])
    const anew = all.requests.filter(({ token }) => token === null).map(placeOf)
    expect(anew.filter((place) => cut.includes(place))).toEqual([`${victim.account}/${victim.region}`])
    expect(await on.cachedIds()).toEqual(fleetIds(on.endpoint.fleet))
  })

  test('is not even sent when it is older than an hour', async () => {
    for (const [minutes, isSent] of [
      [59, true],
      [61, false],
    ] as const) {
      const { on, log } = await pagedMachine()
      await breakOff(on, log, {}, ...sync)
      const db = new Sqlite(on.cache)
      db.prepare('UPDATE scope SET token_at = token_at - ?').run(minutes * 60_000)
      db.close()
      log.forget()
      expect((await on.muster(...sync)).code).toBe(0)
      expect(log.tokens()[0] !== null).toBe(isSent)
      expect(await on.cachedIds()).toEqual(idsOf(on))
    }
  })

  test('is not a fault: what was seen before it and has gone since becomes a tombstone', async () => {
    let edition = 0
    let isDead = false
    const log = logPages()
    const on = await machine({
      ...oneScope,
      onRequest: log.onRequest,
      edition: () => edition,
      tokenLife: 3_600_000,
      clock: () => Date.now() + (isDead ? 86_400_000 : 0),
    })
    await breakOff(on, log, { at: 8 }, ...sync)
    const stored = await on.cachedIds()
    edition = 1
    isDead = true
    log.forget()
    const { code, err } = await on.muster(...sync)
    expect([code, err]).toEqual([0, expect.stringMatching(/^1 of 1 scopes/m)])
    expect(log.tokens().slice(0, 2)).toEqual([expect.any(String), null])
    const now = idsOf(on, 1)
    expect(await on.cachedIds()).toEqual(now)
    const gone = stored.filter((id) => !now.includes(id))
    expect(gone.length).toBeGreaterThan(0)
    expect(tombstonesOf(on)).toEqual(gone)
  })
})

describe('a fleet that changes while a sync is cut off', () => {
  test('loses nothing that is still there, and is right after the next complete pass', async () => {
    let edition = 0
    const { on, log } = await pagedMachine({ edition: () => edition })
    expect((await on.muster('sync')).code).toBe(0)
    log.forget()
    edition = 1
    await breakOff(on, log, { at: 5 }, ...sync)
    edition = 2
    log.forget()
    const { code, err } = await on.muster(...sync)
    expect([code, err]).toEqual([0, expect.stringMatching(/^1 of 1 scopes/m)])
    expect(log.tokens()[0]).toBeTruthy()
    expect((await on.muster(...sync)).code).toBe(0)
    const now = idsOf(on, 2)
    expect(await on.cachedIds()).toEqual(now)
    expect(tombstonesOf(on)).toEqual(idsOf(on).filter((id) => !now.includes(id)))
  })

  test('keeps the rows that were read before the break', async () => {
    const { on, log } = await pagedMachine()
    expect((await on.muster('sync')).code).toBe(0)
    log.forget()
    await breakOff(on, log, { at: 7 }, ...sync)
    expect((await on.muster(...sync)).code).toBe(0)
    expect(tombstonesOf(on)).toEqual([])
    expect(await on.cachedIds()).toEqual(idsOf(on))
  })
})

const isVersions = ({ operation }: SeenRequest) => operation === 'DescribeLaunchTemplateVersions'

describe('a kind', () => {
  test('whose resources are asked for parent by parent is gone on with, and holds all of them', async () => {
    const kind = ['--kind', 'launch-template-versions', '--page-size', '5'] as const
    const log = logPages(isVersions)
    const fleet = { accounts: 1, regions: 1, instances: 120 }
    const faults: FaultRule[] = [{ fault: 'latency', ms: 60, operation: 'DescribeLaunchTemplateVersions' }]
    const on = await machine({ ...fleet, faults, onRequest: log.onRequest })
    await breakOff(on, log, { at: 3, signal: 'SIGINT' }, 'sync', ...kind)
    const before = log.requests.length
    log.forget()
    expect((await on.muster('sync', ...kind)).code).toBe(0)
    const wholeLog = logPages(isVersions)
    const whole = await machine({ ...fleet, onRequest: wholeLog.onRequest })
    expect((await whole.muster('sync', ...kind)).code).toBe(0)
    expect(before + log.requests.length).toBe(wholeLog.requests.length)
    const words = ['query', 'LaunchTemplateVersions[]', ...kind.slice(0, 2), '--offline', '--output', 'json']
    const { code, out } = await on.muster(...words)
    expect(JSON.parse(out).length).toBeGreaterThan(3)
    expect([code, out]).toEqual([0, (await whole.muster(...words)).out])
  })

  test('whose equal resources have numbers keeps all of them, also of those on both sides of the break', async () => {
    const transfer = '<item><publicIp>198.51.100.7</publicIp><transferAccountId>1</transferAccountId></item>'
    const pages = Array.from({ length: 6 }, () => `<addressTransferSet>${transfer}</addressTransferSet>`)
    const { on, cutOff } = await scriptedMachine('DescribeAddressTransfers', pages, 'address-transfers')
    const words = ['--kind', 'address-transfers', '--offline', '--output', 'json']
    // The second time all of them are known.
    for (const _ of [1, 2]) {
      expect(await cutOff()).toBe('SIGKILL')
      expect((await on.muster('sync', '--kind', 'address-transfers')).code).toBe(0)
      expect((await on.muster('query', 'length(AddressTransfers)', ...words)).out).toBe('6\n')
      expect(tombstonesOf(on)).toEqual([])
    }
  })

  test('with a resource that could not be read before the break is not complete after it', async () => {
    const volume = (n: number, at: string) =>
      `<volumeSet><item><volumeId>vol-${n}</volumeId><createTime>${at}</createTime></item></volumeSet>`
    const pages = ['2026-02-30', '2026-02-01', '2026-02-02', '2026-02-03', '2026-02-04'].map((day, n) =>
      volume(n, `${day}T00:00:00.000Z`),
    )
    const { on, cutOff } = await scriptedMachine('DescribeVolumes', pages, 'volumes')
    // The second time all but that one are known.
    for (const _ of [1, 2]) {
      expect(await cutOff()).toBe('SIGKILL')
      const { code, err } = await on.muster('sync', '--kind', 'volumes')
      expect(err).toContain('vol-0 (CreateTime: "2026-02-30T00:00:00.000Z")')
      expect(code).toBe(3)
      const { out } = await on.muster('query', 'length(Volumes)', '--kind', 'volumes', '--offline')
      expect(out).toBe('4\n')
    }
  })
})

/** A machine whose endpoint gives pages of a test's own; `cutOff` runs a sync and kills it when it asks for the fourth. */
async function scriptedMachine(operation: string, pages: readonly string[], kind: string) {
  const on = await machine({ accounts: 1, regions: 1, instances: 5 })
  let hold: { readonly reached: () => void; readonly released: Promise<void> } | null = null
  const { url } = await scriptPages(operation, pages, on.endpoint.url, async (page) => {
    if (page !== 3 || !hold) return null
    const { reached, released } = hold
    hold = null
    reached()
    await released
    return null
  })
  writeFileSync(on.configFile, readFileSync(on.configFile, 'utf8').replaceAll(on.endpoint.url, url))
  const cutOff = async () => {
    const fourth = Promise.withResolvers<void>()
    const killed = Promise.withResolvers<void>()
    hold = { reached: fourth.resolve, released: killed.promise }
    const { child, ended } = on.start('sync', '--kind', kind)
    await fourth.promise
    child.kill('SIGKILL')
    const { signal } = await ended
    killed.resolve()
    return signal
  }
  return { on, cutOff }
}
