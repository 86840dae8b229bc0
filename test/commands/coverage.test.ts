import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { makeFleet } from '../../src/demo/fleet.ts'
import { machine, syncedMachine } from './in-process.ts'
import { accountId, type Machine } from './program.ts'

const fleet = makeFleet({ accounts: 3, regions: 2, instances: 60 })
const account = accountId(fleet, 'acme-prod-payments')
const victim = { account, region: 'eu-west-1', operation: 'DescribeInstances' }
const day = 86_400_000
const ids = ['query', 'Reservations[].Instances[].InstanceId', '--output', 'json'] as const

/** Makes the cache say that scopes, and their rows, were read at another time. */
function readAt({ cache }: Machine, at: number, where = "account <> ''"): void {
  const db = new Database(cache)
  db.prepare(`UPDATE scope SET synced_at = ? WHERE ${where}`).run(at)
  db.prepare(
    `UPDATE row_instances SET _seen_at = ? WHERE _scope IN (SELECT scope_id FROM scope WHERE ${where})`,
  ).run(at)
  db.close()
}

test('older rows of a scope that fails are counted with their age, and the oldest data is as old as they are', async () => {
  const here = await machine({
    faults: [{ ...victim, fault: 'denied', nth: { from: 2, to: Number.MAX_SAFE_INTEGER } }],
  })
  await here.muster('sync')
  readAt(here, Date.now() - 10 * day, `account = '${account}' AND region = 'eu-west-1'`)
  const { code, out, err } = await here.muster(...ids, '--sync')
  const [first, cause] = err.split('\n')
  expect(JSON.parse(out)).toHaveLength(60)
  expect(first).toMatch(/^5 of 6 scopes, 1 not read again \(\d+ rows, 10d old\); oldest data 10d$/)
  expect(cause).toMatch(/UnauthorizedOperation: .* \[still holds \d+ rows, 10d old\]$/)
  expect(code).toBe(3)
})

test('rows of a reading that never ended count for the age of the oldest data', async () => {
  const here = await machine({
    accounts: 1,
    regions: 1,
    faults: [
      { operation: 'DescribeInstances', fault: 'denied', nth: { from: 2, to: Number.MAX_SAFE_INTEGER } },
    ],
  })
  await here.muster('sync', '--page-size', '20')
  const db = new Database(here.cache)
  db.prepare('UPDATE row_instances SET _seen_at = ?').run(Date.now() - 3 * day)
  db.close()
  const { out, err } = await here.muster(...ids, '--offline')
  expect(JSON.parse(out)).toHaveLength(20)
  expect(err).toMatch(/^0 of 1 scopes, 1 missing; oldest data 3d\n/)
})

test('an answer that holds only older rows has exit code 3: 4 is for an answer that holds nothing', async () => {
  const here = await machine({
    faults: [{ fault: 'expired-token', operation: 'GetCallerIdentity', nth: { from: 4, to: 1e9 } }],
  })
  await here.muster('sync')
  const { code, out, err } = await here.muster(...ids, '--sync')
  expect(JSON.parse(out)).toHaveLength(60)
  expect(err).toMatch(/^0 of 6 scopes, 6 not read again \(60 rows, \d+s old\); oldest data \d+s\n/)
  expect(code).toBe(3)
})

test('a clock that was set back makes rows stale, never fresh: they are read again, and offline their age is unknown', async () => {
  const here = await syncedMachine()
  readAt(here, Date.now() + day)
  const { code, out, err } = await here.muster(...ids, '--offline')
  expect(JSON.parse(out)).toHaveLength(60)
  expect(err).toBe('6 of 6 scopes, 6 of unknown age (read at a time still to come: the clock was set back)\n')
  expect(code).toBe(0)
  const states = JSON.parse((await here.muster('status', '--output', 'json')).out)
  expect(states).toMatchObject(Array(6).fill({ State: 'stale', Age: null }))
  const before = here.endpoint.countRequests('DescribeInstances')
  const again = await here.muster(...ids)
  expect(here.endpoint.countRequests('DescribeInstances') - before).toBe(6)
  expect(again.err).toMatch(/^6 of 6 scopes; oldest data \d+s\n$/)
})

test('a clock that was set forward makes rows old: they are read again, and offline their age is named', async () => {
  const here = await syncedMachine()
  readAt(here, Date.now() - 40 * day)
  expect((await here.muster(...ids, '--offline')).err).toBe('6 of 6 scopes; oldest data 40d\n')
  const before = here.endpoint.countRequests('DescribeInstances')
  expect((await here.muster(...ids)).err).toMatch(/^6 of 6 scopes; oldest data \d+s\n$/)
  expect(here.endpoint.countRequests('DescribeInstances') - before).toBe(6)
})

test('a region that was skipped at a time still to come is asked for again', async () => {
  const here = await machine({ regions: 5 })
  const words = [...ids, '--region', 'me-south-1'] as const
  await here.muster(...words)
  const db = new Database(here.cache)
  db.prepare('UPDATE scope SET attempted_at = ?').run(Date.now() + day)
  db.close()
  const before = here.endpoint.countRequests()
  await here.muster(...words)
  expect(here.endpoint.countRequests()).toBeGreaterThan(before)
})

describe('--coverage', () => {
  const denied = { faults: [{ ...victim, fault: 'denied' as const }] }

  test.each([
    [['query'], 3],
    [['query', '--live'], 3],
    [['sync'], 3],
    [['export', '--to', 'all.csv', '--force'], 3],
  ])('of %j writes every scope as JSON, with the exit code as without', async (words, expected) => {
    const { home, muster } = await machine(denied)
    const file = join(home, 'coverage.json')
    writeFileSync(file, 'of before')
    const named = words.map((word) => (word === 'all.csv' ? join(home, word) : word))
    const { code } = await muster(...named, '--coverage', file)
    expect(code).toBe(expected)
    const { complete, scopes } = JSON.parse(readFileSync(file, 'utf8'))
    expect(complete).toBe(false)
    expect(scopes).toHaveLength(6)
    const failed = scopes.filter((scope: { state: string }) => scope.state === 'failed')
    expect(failed).toEqual([
      {
        profile: 'acme-prod-payments',
        account,
        name: 'acme-prod-payments',
        region: 'eu-west-1',
        kind: 'instances',
        state: 'failed',
        syncedAt: null,
        rows: 0,
        readBy: null,
        fault: expect.objectContaining({ class: 'denied', code: 'UnauthorizedOperation' }),
        others: [],
        accepted: false,
      },
    ])
    const fresh = scopes.filter((scope: { state: string }) => scope.state === 'fresh')
    expect(fresh).toHaveLength(5)
    for (const { syncedAt, rows, readBy } of fresh) {
      expect(new Date(syncedAt).toISOString()).toBe(syncedAt)
      expect(rows).toBeGreaterThan(0)
      expect(readBy).toMatch(/^acme-/)
    }
  })

  test('with - is one line on standard error, and the answer is the same', async () => {
    const { muster } = await machine()
    const { code, out, err } = await muster(...ids, '--coverage', '-')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toHaveLength(60)
    const [json, people] = err.split('\n')
    expect(JSON.parse(json ?? '')).toMatchObject({
      complete: true,
      scopes: Array(6).fill({ state: 'fresh' }),
    })
    expect(people).toMatch(/^6 of 6 scopes; oldest data /)
  })

  test('of a live reading that has more to read is not complete', async () => {
    const { muster } = await machine()
    const { err } = await muster('query', '--live', '--max-items', '5', '--coverage', '-')
    expect(JSON.parse(err.split('\n')[0] ?? '')).toMatchObject({ complete: false })
  })

  test('that cannot be written is named before AWS is called', async () => {
    const { home, muster, endpoint } = await machine()
    mkdirSync(join(home, 'folder'))
    const folder = await muster('query', '--coverage', join(home, 'folder'))
    expect(folder.err).toMatch(/folder cannot be written \(EISDIR\)/)
    expect(folder.code).toBe(1)
    const file = join(home, 'a.json')
    const same = await muster('export', '--to', file, '--coverage', file)
    expect(same.err).toMatch(/--coverage and --to both name .*a\.json: give two files/)
    expect(same.code).toBe(2)
    const input = await muster('query', '--input', file, '--coverage', '-')
    expect(input.err).toMatch(/leave --coverage out/)
    expect(input.code).toBe(2)
    expect(endpoint.countRequests()).toBe(0)
  })
})

describe('the report beside an export', () => {
  const first = { from: 1, to: 1 }

  test('is there before the file, so that a kill between the two leaves none that looks complete', async () => {
    const { home, muster } = await machine({ faults: [{ ...victim, fault: 'denied' }] })
    const file = join(home, 'out.csv')
    expect((await muster('export', '--to', file)).code).toBe(3)
    // Both came to their names by a rename, which is the last change of either.
    const [report, written] = [`${file}.coverage.json`, file].map(
      (path) => statSync(path, { bigint: true }).ctimeNs,
    )
    expect(Number((written ?? 0n) - (report ?? 0n))).toBeGreaterThanOrEqual(0)
  })

  test('is removed by the next complete export, also if the folder was moved meanwhile', async () => {
    const { home, muster } = await machine({ faults: [{ ...victim, fault: 'denied', nth: first }] })
    const file = join(home, 'out.csv')
    const report = `${file}.coverage.json`
    expect((await muster('export', '--to', file)).code).toBe(3)
    const text = readFileSync(report, 'utf8')
    expect(JSON.parse(text).scopes).toMatchObject([{ region: 'eu-west-1', state: 'failed', syncedAt: null }])
    writeFileSync(report, text.replace(JSON.stringify(file), JSON.stringify(`/elsewhere/out.csv`)))
    expect((await muster('export', '--to', file, '--force')).code).toBe(0)
    expect(existsSync(report)).toBe(false)
  })

  test.each([
    ['{"file":"notes.csv","said":[],"scopes":[]}'],
    ['{"file":"out.csv","said":[],"scopes":[],"mine":1}'],
    ['{"at":"2026-11-25T12:00:00.000Z","complete":true,"scopes":[]}'],
    ['my notes'],
    [''],
  ])('is removed only if muster wrote it for this file: %j stays', async (text) => {
    const { home, muster } = await machine({ faults: [{ ...victim, fault: 'denied', nth: first }] })
    const file = join(home, 'out.csv')
    const other = `${file}.coverage.json`
    writeFileSync(other, text)
    const partial = await muster('export', '--to', file)
    expect(partial.err).toContain(`${other} was not written by muster, and stays as it is`)
    expect(partial.code).toBe(3)
    expect(readFileSync(other, 'utf8')).toBe(text)
    expect((await muster('export', '--to', file, '--force')).code).toBe(0)
    expect(readFileSync(other, 'utf8')).toBe(text)
  })
})

describe('words that match nothing', () => {
  const formatNoMatch = (word: string, near: string) =>
    `muster: No region matches '${word}'. Did you mean '${near}'? Give a name such as eu-west-1, or '*' for all that are enabled.\n`

  test.each([
    ['eu-wset-*', 'eu-wset-*', 'eu-west-*'],
    ['eu-wset-1,us-east-*', 'eu-wset-1', 'eu-west-1'],
    ['us-east-1,eu-wset-*', 'eu-wset-*', 'eu-west-*'],
    ['*,!eu-wset-1', '!eu-wset-1', 'eu-west-1'],
  ])('of --region %s are a usage error, in every way to ask', async (words, bad, near) => {
    const { muster } = await machine()
    for (const way of [['query', '--live'], ['query', '--offline'], ['query'], ['sync'], ['status']]) {
      const { code, out, err } = await muster(...way, '--region', words)
      expect(err, way.join(' ')).toBe(formatNoMatch(bad, near))
      expect([code, out], way.join(' ')).toEqual([2, ''])
    }
  })

  test('are no mistake while an account that may know them cannot be asked', async () => {
    const { muster } = await machine({
      faults: [{ account, operation: 'DescribeRegions', fault: 'denied' }],
    })
    const { code, err } = await muster('query', '--region', 'eu-wset-*')
    expect(err).toMatch(/NoSuchRegion: No region enabled .* matches eu-wset-\*/)
    expect(err).toContain("-> Did you mean 'eu-west-*'? Choose among: ")
    expect(code).toBe(3)
  })

  test('a pattern of regions that exist and are not enabled is named in the coverage', async () => {
    const { muster } = await machine()
    for (const more of [[], ['--offline']]) {
      const { code, err } = await muster('query', '--region', 'cn-*', ...more)
      expect(err).toMatch(/^0 of 3 scopes, 3 missing\n.*NoSuchRegion: No region enabled .* matches cn-\*/s)
      expect(code).toBe(3)
    }
  })

  test('a plain region name that muster does not know is asked of AWS, and the nearest is named', async () => {
    const { endpoint, muster } = await machine({ accounts: 1 })
    const { code, err } = await muster('query', '--region', 'eu-wset-1')
    expect(endpoint.countRequests('DescribeInstances')).toBe(1)
    expect(err).toContain(
      "-> muster does not know region eu-wset-1. Did you mean 'eu-west-1'? If the region is new: ",
    )
    expect(code).not.toBe(0)
  })

  test.each([[['query']], [['query', '--live']], [['sync']]])(
    'of --account are a usage error of muster %j once every account is known',
    async (way) => {
      const { configFile, muster } = await machine()
      // Profiles that declare no account: only AWS's answer says whose they are.
      expect(readFileSync(configFile, 'utf8')).toMatch(/^\[profile /m)
      const { code, out, err } = await muster(...way, '--account', 'acme-porduction*')
      expect(err).toMatch(/^muster: No selected profile .*acme-porduction\*/)
      expect([code, out]).toEqual([2, ''])
    },
  )
})
