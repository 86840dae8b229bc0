import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { seenAtOfRow } from '../../src/store/known-pages.ts'
import { makeChance } from '../aws/made-answers.ts'
import { fillCache, runInProcess } from '../commands/in-process.ts'
import { machine } from '../commands/program.ts'
import { casesOf } from '../helpers/long-runs.ts'

/** One of several syncs, one after the other, of one account and region. */
interface Step {
  readonly edition?: number
  readonly pageSize?: number
  /** The request for a page, from 1 on, at which it is interrupted: that page is stored. */
  readonly cutAt?: number
}

const fleet = { accounts: 1, regions: 1, instances: 30 }
const kinds = 'instances,volumes'

/** Two caches of one fleet, one of which never knows a page again: each of its items is looked at. */
async function twoCaches() {
  let edition = 0
  let requests = 0
  let atRequest = (_: number) => {}
  const on = await machine({
    ...fleet,
    edition: () => edition,
    onRequest({ operation }) {
      if (!/^Describe(Instances|Volumes)$/.test(operation)) return
      requests += 1
      atRequest(requests)
    },
  })
  const plain = join(on.home, 'plain.db')
  const caches = [on.cache, plain]
  let time = Date.now()
  const run = async (cache: string, { cutAt = 0 }: Step, ...words: string[]) => {
    const controller = new AbortController()
    requests = 0
    atRequest = (request) => {
      if (request === cutAt) controller.abort(new Error('interrupted'))
    }
    const now = time
    const place = { ...on, now: () => now, signal: controller.signal }
    return runInProcess(place, ...words, '--cache', cache).catch((error: unknown) => error)
  }
  for (const cache of caches) await fillCache({ cache }, fleet, '--kind', 'hosts')
  withDatabase(plain, (db) => db.exec('DELETE FROM page_key'))
  return {
    caches,
    on,
    async sync(step: Step = {}) {
      edition = step.edition ?? edition
      time += 60_000
      const size = String(step.pageSize ?? 5)
      for (const cache of caches) {
        await run(cache, step, 'sync', '--kind', kinds, '--page-size', size, '--concurrency', '1')
      }
    },
    async show() {
      const answers: unknown[] = []
      for (const cache of caches) {
        const status = await run(cache, {}, 'status', '--kind', kinds, '--output', 'json')
        answers.push({ rows: rowsOf(cache), status })
      }
      return answers
    },
  }
}

describe('pages that come again as they were leave a cache as one in which each item was looked at', () => {
  const same: Step = {}
  test.each([
    ['when nothing changes', [same, same, same]],
    [
      'when some resources change, vanish and appear',
      [same, same, { edition: 3 }, same, { edition: 8 }, same],
    ],
    ['when the size of pages changes', [same, same, { pageSize: 7 }, { pageSize: 7 }, same]],
    ['when a pass over them is cut off and gone on with', [same, { cutAt: 3 }, same, same]],
    ['when one is cut off before something changes', [same, { cutAt: 5 }, { edition: 3 }, same]],
    [
      'when one is cut off after something has changed, and begins anew',
      [same, { edition: 3, cutAt: 5 }, { edition: 0, pageSize: 6 }, { pageSize: 5 }, same],
    ],
    [
      'when one is cut off again and again',
      [{ cutAt: 2 }, { cutAt: 2 }, same, { cutAt: 4 }, { cutAt: 1 }, same],
    ],
  ] as const)('%s', async (_, steps) => {
    const both = await twoCaches()
    for (const step of steps) {
      await both.sync(step)
      const [known, plain] = await both.show()
      expect(known).toEqual(plain)
    }
  })

  test('of which nothing is written but that they came', async () => {
    const { caches, sync } = await twoCaches()
    await sync()
    await sync()
    const count = (cache: string, sql: string) =>
      withDatabase(cache, (db) => db.prepare(`SELECT count(*) FROM ${sql}`).pluck().get())
    const [known = '', plain = ''] = caches
    const pages = "page JOIN scope USING (scope_id) WHERE kind <> 'hosts'"
    expect(count(known, pages)).toBeGreaterThan(15)
    expect(count(known, `${pages} AND seen_at IS NULL`)).toBe(0)
    const first = count(known, 'row_instances WHERE _seen_at = _first_seen')
    expect([first, count(plain, 'row_instances WHERE _seen_at = _first_seen')]).toEqual([30, 0])
    expect(count(plain, pages)).toBe(0)
  })

  test.each(Array.from({ length: casesOf(5) }, (_, n) => n + 1))(
    'whatever happens to them (%i)',
    async (seed) => {
      const chance = makeChance(seed)
      const both = await twoCaches()
      for (let step = 0; step < 10; step += 1) {
        await both.sync({
          ...(chance(3) === 0 ? { edition: chance(6) } : {}),
          ...(chance(6) === 0 ? { pageSize: 7 } : {}),
          ...(chance(3) === 0 ? { cutAt: 1 + chance(16) } : {}),
        })
        const [known, plain] = await both.show()
        expect(known).toEqual(plain)
      }
    },
  )
})

/** Every row with its place and times, what is gone, and the ledger. */
function rowsOf(cache: string) {
  return withDatabase(cache, (db) => {
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all()
    const of = (kind: string) =>
      tables.includes(`row_${kind}`) &&
      db
        .prepare(
          `SELECT r._id, r._group, r._position, r._first_seen, r._changed_at, ${seenAtOfRow} AS seen_at, r._body_check
           FROM row_${kind} r ORDER BY r._id`,
        )
        .all()
    const ledger = db.prepare(
      `SELECT account, region, kind, state, synced_at, pages, started_at, finished_at, attempts, since, whole, added, changed,
         gone, rows FROM scope ORDER BY kind`,
    )
    const gone = db.prepare('SELECT id, first_seen, changed_at, seen_at, gone_at FROM gone ORDER BY id')
    return { instances: of('instances'), volumes: of('volumes'), gone: gone.all(), ledger: ledger.all() }
  })
}

function withDatabase<T>(file: string, work: (db: Sqlite.Database) => T): T {
  const db = new Sqlite(file)
  try {
    return work(db)
  } finally {
    db.close()
  }
}
