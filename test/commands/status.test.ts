import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { machine } from './in-process.ts'
import { machine as machineOfPrograms } from './program.ts'

const wanted = { accounts: 1, regions: 1, instances: 20 } as const

test('muster status says of each scope what the last pass read and changed, and when', async () => {
  const { muster, cache } = await machine(wanted)
  const began = Date.now()
  expect((await muster('sync', '--page-size', '7')).code).toBe(0)
  const [first] = JSON.parse((await muster('status', '--output', 'json')).out)
  expect(first).toMatchObject({
    State: 'fresh',
    Rows: 20,
    Pages: 3,
    Changes: '20 new',
    Attempts: 1,
    Throttles: 0,
  })
  const times = [first.Started, first.Finished, first.Complete].map((time) => Date.parse(time))
  for (const time of times) expect(time).toBeGreaterThanOrEqual(began)
  expect(first.Started <= first.Finished).toBe(true)
  expect((await muster('sync')).code).toBe(0)
  const [second] = JSON.parse((await muster('status', '--output', 'json')).out)
  expect(second).toMatchObject({ Pages: 1, Changes: 'none', Attempts: 1 })
  const db = new Sqlite(cache)
  // An instance that AWS will not give again.
  db.exec(`
    INSERT INTO row_instances (_row, _scope, _id, _position, _seen, _seen_at, _first_seen, _changed_at, InstanceId)
      SELECT max(_row) + 1, _scope, 'i-gone', 99, 0, 0, 0, 0, 'i-gone' FROM row_instances;
    INSERT INTO document VALUES ((SELECT max(_row) FROM row_instances), jsonb('{"InstanceId":"i-gone"}'), NULL);
    UPDATE scope SET rows = rows + 1, whole = whole + 1`)
  db.close()
  expect((await muster('sync')).code).toBe(0)
  expect((await muster('status', '--output', 'csv')).out).toContain('1 gone')
})

test('a scope that was never read has neither pages nor times', async () => {
  const { muster } = await machine(wanted)
  const { out, code } = await muster('status', '--profile', '*', '--output', 'json')
  expect(code).toBe(3)
  const [row] = JSON.parse(out)
  expect(row).toMatchObject({
    State: 'never',
    Pages: 0,
    Changes: null,
    Attempts: 0,
    Started: null,
    Complete: null,
  })
})

test('a scope that another muster is reading is named as such, and is neither missing nor cut off', async () => {
  const firstRequest = Promise.withResolvers<void>()
  const { start, muster } = await machineOfPrograms({
    ...wanted,
    faults: [{ operation: 'DescribeInstances', fault: 'latency', ms: 60_000 }],
    onRequest: ({ operation }) => {
      if (operation === 'DescribeInstances') firstRequest.resolve()
    },
  })
  const { child, ended } = start('sync')
  await firstRequest.promise
  const answer = await muster('query', '--offline')
  expect(answer.code).toBe(3)
  expect(answer.err).toMatch(/^0 of 1 scopes, 1 being read by another muster\n/)
  expect(answer.err).toContain(': being read by another muster\n    -> Ask again when that has ended')
  const [row] = JSON.parse((await muster('status', '--output', 'json')).out)
  expect(row.State).toBe('reading elsewhere')
  child.kill('SIGKILL')
  await ended
  expect((await muster('query', '--offline')).err).toContain('1 missing')
})
