import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { machine } from './in-process.ts'

test.each([
  ['for 30 days unless the settings say otherwise', {}, 1],
  ['not at all if the settings say so', { keepGone: '0d' }, 0],
  ['in no more room than the settings give', { keepGoneMegabytes: 0 }, 0],
])('resources that AWS no longer gives are stored apart %s', async (_, settings, kept) => {
  const { muster, cache } = await machine({ accounts: 1, regions: 1, instances: 7 }, settings)
  expect((await muster('sync')).code).toBe(0)
  const db = new Sqlite(cache)
  // An instance that AWS gave once and will not give again.
  db.exec(`
    INSERT INTO row_instances (_row, _scope, _id, _position, _seen, _seen_at, _first_seen, _changed_at, InstanceId)
      SELECT max(_row) + 1, _scope, 'i-gone', 99, 0, 0, 0, 0, 'i-gone' FROM row_instances;
    INSERT INTO document VALUES ((SELECT max(_row) FROM row_instances), jsonb('{"InstanceId":"i-gone"}'), NULL);
    UPDATE scope SET rows = rows + 1`)
  expect((await muster('query', 'length(Reservations[].Instances[])', '--offline')).out).toBe('8\n')
  expect((await muster('sync')).out).toMatch(/^7 instances /m)
  expect((await muster('query', 'length(Reservations[].Instances[])', '--offline')).out).toBe('7\n')
  expect(db.prepare('SELECT id FROM gone').pluck().all()).toEqual(kept === 1 ? ['i-gone'] : [])
  db.close()
})
