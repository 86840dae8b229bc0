import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { instances } from '../../src/kinds/instances.ts'
import { makePlainView } from '../../src/kinds.ts'
import type { JsonObject, ResolvedScope } from '../../src/model.ts'
import { listResources } from '../../src/query/listing.ts'
import { narrowTableOf, tableColumnsOf } from '../../src/query/narrow-table.ts'
import { runThrough } from '../../src/run-through.ts'
import type { GoneLimits } from '../../src/store/gone.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { scanDocuments } from '../../src/store/scan-rows.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const scope: ResolvedScope = {
  profile: 'prod',
  account: '111122223333',
  region: 'eu-west-1',
  kind: 'instances',
}
const day = 86_400_000
const fault = { class: 'denied', code: 'UnauthorizedOperation', message: 'No.', next: 'Ask.' } as const

describe('a resource', () => {
  test('has the times when it was first seen, last changed and last given', () => {
    const store = fresh()
    sync(store, [instance('i-1'), instance('i-2')], 1000)
    sync(store, [instance('i-1'), instance('i-2', { State: { Name: 'stopped' } })], 2000)
    sync(store, [instance('i-1'), instance('i-2', { State: { Name: 'stopped' } })], 3000)
    expect(times(store)).toEqual([
      { id: 'i-1', first: 1000, changed: 1000, seen: 3000 },
      { id: 'i-2', first: 1000, changed: 2000, seen: 3000 },
    ])
  })

  test('has changed when only its reservation has', () => {
    const store = fresh()
    sync(store, [instance('i-1')], 1000, 'owner-1')
    sync(store, [instance('i-1')], 2000, 'owner-2')
    expect(times(store)).toMatchObject([{ changed: 2000 }])
    const [found] = [...scanDocuments(store, readLedger(store), instances)].flat()
    expect(found?.groupFields).toEqual({ OwnerId: 'owner-2' })
  })

  test('whose document did not change is not written again', () => {
    const store = fresh()
    sync(store, [instance('i-1')], 1000)
    const searched = () => store.db.prepare('SELECT text FROM search_text').pluck().all()
    store.db.exec("UPDATE search_text SET text = 'as before'")
    sync(store, [instance('i-1')], 2000)
    expect(searched()).toEqual(['as before'])
    sync(store, [instance('i-1', { State: { Name: 'stopped' } })], 3000)
    expect(searched()).not.toEqual(['as before'])
  })

  test('whose document SQLite has written in a longer way has not changed, and is read as it is', () => {
    const store = fresh()
    sync(store, [instance('i-1')], 1000)
    const body = store.db.prepare('SELECT body FROM document').pluck().get() as Buffer
    // The size in four bytes, though it needs one.
    const longer = Buffer.concat([Buffer.of(0xec, 0, 0, 0, body.length - 2), body.subarray(2)])
    expect(body[0]).toBe(0xcc)
    store.db.prepare('UPDATE document SET body = ?').run(longer)
    sync(store, [instance('i-1')], 2000)
    expect(times(store)).toMatchObject([{ changed: 1000 }])
    expect([...scanDocuments(store, readLedger(store), instances)].flat()).toMatchObject([
      { body: instance('i-1') },
    ])
  })

  test('whose document is damaged is written again when it comes', () => {
    const store = fresh()
    sync(store, [instance('i-1')], 1000)
    for (const damage of ["jsonb('{}')", "x'ff00'"]) {
      store.db.exec(`UPDATE document SET body = ${damage}`)
      sync(store, [instance('i-1')], 2000)
      expect(store.db.prepare('SELECT json(body) FROM document').pluck().all()).toEqual([
        JSON.stringify(instance('i-1')),
      ])
    }
  })

  test('that AWS no longer gives is in no answer, count or view, and is kept as it last was', () => {
    const store = fresh()
    sync(store, [instance('i-1'), instance('i-2')], 1000)
    sync(store, [instance('i-2')], 2000)
    expect(readLedger(store)).toMatchObject([{ rows: 1 }])
    expect([...scanDocuments(store, readLedger(store), instances)].flat().map(({ body }) => body)).toEqual([
      instance('i-2'),
    ])
    expect(store.db.prepare('SELECT InstanceId FROM instances').pluck().all()).toEqual(['i-2'])
    expect(store.db.prepare('SELECT count(*) FROM search_text').pluck().get()).toBe(1)
    expect(gone(store)).toEqual([
      { id: 'i-1', body: instance('i-1'), first_seen: 1000, changed_at: 1000, seen_at: 1000, gone_at: 2000 },
    ])
  })

  test('of a scope that fails or is cut off is never gone', () => {
    const store = fresh()
    sync(store, [instance('i-1'), instance('i-2')], 1000)
    const writer = makeWriter(store)
    const attempt = writer.beginScope(scope, 2000)
    writer.savePage(attempt, [rowMaker(instances)(resource(instance('i-2')))], [0], 2000)
    writer.failScope(scope, fault, 2000)
    expect(gone(store)).toEqual([])
    expect(readLedger(store)).toMatchObject([{ rows: 2, faults: [{ profile: 'prod', fault }] }])
  })

  test('that comes back was first seen when it was first seen', () => {
    const store = fresh()
    sync(store, [instance('i-1'), instance('i-2')], 1000)
    sync(store, [instance('i-2')], 2000)
    sync(store, [instance('i-2'), instance('i-1')], 3000)
    expect(gone(store)).toEqual([])
    expect(times(store)).toContainEqual({ id: 'i-1', first: 1000, changed: 3000, seen: 3000 })
  })

  test('that comes back is counted as it is marked: changed, and not new', () => {
    const store = fresh()
    sync(store, [instance('i-1'), instance('i-2')], 1000)
    sync(store, [instance('i-2')], 2000)
    sync(store, [instance('i-2'), instance('i-1'), instance('i-3')], 3000)
    const lines = readLedger(store)
    expect(lines).toMatchObject([{ changes: { added: 1, changed: 1, gone: 0 } }])
    const view = makePlainView('instances', { profiles: [], accounts: [], regions: [] }, 0)
    const narrow = narrowTableOf(view, instances, store)
    if (!narrow) throw new Error('the table is not narrow')
    const columns = tableColumnsOf(view, instances)
    const request = { kind: instances, columns, narrow, filters: [], lines, known: new Map() }
    const listing = runThrough(listResources(store, request))
    expect(listing.marks).toEqual({ added: 1, changed: 1 })
    expect(listing.readRows(0, 3).map((row) => row?.mark)).toEqual([null, 'changed', 'new'])
  })

  test('that is gone is kept for as long as the settings say', () => {
    const store = fresh()
    sync(store, [instance('i-1'), instance('i-2'), instance('i-3')], 0)
    sync(store, [instance('i-2'), instance('i-3')], day, null, { keep: 2 * day, bytes: 1e9 })
    sync(store, [instance('i-3')], 2 * day, null, { keep: 2 * day, bytes: 1e9 })
    expect(gone(store).map(({ id }) => id)).toEqual(['i-1', 'i-2'])
    sync(store, [instance('i-3')], 3 * day, null, { keep: 2 * day, bytes: 1e9 })
    expect(gone(store).map(({ id }) => id)).toEqual(['i-2'])
    sync(store, [], 3 * day, null, { keep: 0, bytes: 1e9 })
    expect(gone(store)).toEqual([])
  })

  test('that is gone makes room for those that went later', () => {
    const store = fresh()
    const large = { Padding: 'x'.repeat(1000) }
    sync(
      store,
      ['i-1', 'i-2', 'i-3'].map((id) => instance(id, large)),
      0,
    )
    const limits = { keep: day, bytes: 2500 }
    sync(
      store,
      ['i-2', 'i-3'].map((id) => instance(id, large)),
      1,
      null,
      limits,
    )
    sync(store, [instance('i-3', large)], 2, null, limits)
    sync(store, [], 3, null, limits)
    expect(gone(store).map(({ id }) => id)).toEqual(['i-2', 'i-3'])
  })
})

describe('a scope', () => {
  test('knows who read it last, and why each other profile could not', () => {
    const store = fresh()
    const writer = makeWriter(store)
    sync(store, [instance('i-1')], 1000)
    writer.failScope({ ...scope, profile: 'admin' }, fault, 2000)
    expect(readLedger(store)).toMatchObject([
      { state: 'failed', rows: 1, readBy: 'prod', faults: [{ profile: 'admin', fault, at: 2000 }] },
    ])
    sync(store, [instance('i-1')], 3000)
    expect(readLedger(store)).toMatchObject([
      { state: 'complete', readBy: 'prod', scope: { profile: 'prod' }, faults: [{ profile: 'admin' }] },
    ])
    expect(store.db.prepare('SELECT read_by FROM scope').pluck().get()).toBe('prod')
    expect(store.db.prepare('SELECT profile, at FROM scope_fault').all()).toEqual([
      { profile: 'admin', at: 2000 },
    ])
    const attempt = writer.beginScope({ ...scope, profile: 'admin' }, 4000)
    writer.finishScope(attempt, 4000)
    expect(store.db.prepare('SELECT count(*) FROM scope_fault').pluck().get()).toBe(0)
  })

  test('whose account was unknown takes its fault along when it is forgotten', () => {
    const store = fresh()
    const writer = makeWriter(store)
    writer.failScope({ ...scope, account: null, region: null }, fault, 1)
    writer.beginScope(scope, 2)
    expect(store.db.prepare('SELECT count(*) FROM scope_fault').pluck().get()).toBe(0)
  })

  test('has the right number of rows as pages come and go', () => {
    const store = fresh()
    const counted = () => store.db.prepare('SELECT count(*) FROM row_instances').pluck().get()
    for (const ids of [['i-1', 'i-2'], ['i-2'], ['i-2', 'i-2', 'i-3'], []]) {
      sync(
        store,
        ids.map((id) => instance(id)),
        1000,
      )
      expect(readLedger(store)[0]?.rows).toBe(counted())
    }
  })
})

function fresh(): Store {
  const store = openStore(join(temporaryFolder(), 'inventory.db'))
  onTestFinished(() => store.close())
  return store
}

function instance(id: string, more: JsonObject = {}): JsonObject {
  return { InstanceId: id, State: { Name: 'running' }, ...more }
}

function resource(body: JsonObject, owner: string | null = null) {
  const group = owner === null ? null : { id: 'r-1', fields: { OwnerId: owner } }
  return { id: String(body.InstanceId), group, body }
}

function sync(
  store: Store,
  found: readonly JsonObject[],
  at: number,
  owner: string | null = null,
  limits?: GoneLimits,
): void {
  const writer = makeWriter(store, limits)
  const attempt = writer.beginScope(scope, at)
  const make = rowMaker(instances)
  writer.savePage(
    attempt,
    found.map((body) => make(resource(body, owner))),
    found.map((_, index) => index),
    at,
  )
  writer.finishScope(attempt, at)
}

function times({ db }: Store): unknown[] {
  return db
    .prepare(
      `SELECT _id AS id, _first_seen AS first, _changed_at AS changed, _seen_at AS seen
       FROM row_instances ORDER BY _id`,
    )
    .all()
}

function gone({ db }: Store) {
  const rows = db
    .prepare(
      'SELECT id, json(body) AS body, first_seen, changed_at, seen_at, gone_at FROM gone ORDER BY gone_at, id',
    )
    .all() as ({ id: string; body: string } & Record<string, unknown>)[]
  return rows.map((row) => ({ ...row, body: JSON.parse(row.body) as JsonObject }))
}
