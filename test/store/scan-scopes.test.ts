import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { ResolvedScope } from '../../src/model.ts'
import type { StoredRow } from '../../src/store/cells.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { narrowColumns } from '../../src/store/narrow.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { runInSnapshot, scanColumns } from '../../src/store/scan.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { random } from '../helpers/random.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const instances = findKind('instances')

describe('the rows of an answer', () => {
  test('come in the order of the scopes and of AWS, whenever each of them was stored', () => {
    const dice = random(5)
    for (const count of [0, 1, 7, 999, 1000, 1001, 2500]) {
      for (const isShuffled of [false, true]) {
        const store = fresh()
        const ids = Array.from({ length: count }, (_, place) => `i-${String(place).padStart(5, '0')}`)
        const stored = ids.map((id, place) => ({ id, place }))
        if (isShuffled) stored.sort(() => dice() - 0.5)
        for (const region of ['us-east-1', 'eu-west-1']) fill(store, region, stored)
        const rows = read(store, ['InstanceId', 'Region', 'Name'])
        const expected = ['eu-west-1', 'us-east-1'].flatMap((region) =>
          ids.map((id) => [id, region, `name of ${id}`]),
        )
        expect(rows).toEqual(expected)
      }
    }
  })

  test('are refused if one of them is gone, or holds what nobody stored', () => {
    const stored = Array.from({ length: 1500 }, (_, place) => ({ id: `i-${place}`, place }))
    for (const [sql, found] of [
      ["DELETE FROM row_instances WHERE _id = 'i-1200'", /1499 rows of 1500 can be found/],
      ["UPDATE row_instances SET Name = x'00' WHERE _id = 'i-1200'", /a column is not what was stored/],
    ] as const) {
      for (const order of [stored, stored.toReversed()]) {
        const store = fresh()
        fill(store, 'eu-west-1', order)
        store.db.exec(sql)
        expect(() => read(store, ['InstanceId', 'Name'])).toThrow(found)
      }
    }
  })

  test('are read piece by piece: the first are there before the last have been looked at', () => {
    const store = fresh()
    fill(
      store,
      'eu-west-1',
      Array.from({ length: 3000 }, (_, place) => ({ id: `i-${place}`, place })),
    )
    store.db.exec("UPDATE row_instances SET Name = x'00' WHERE _id = 'i-2999'")
    const rows = scan(store, ['InstanceId', 'Name'])
    expect(rows.next().value).toEqual(['i-0', 'name of i-0'])
    expect(() => [...rows]).toThrow(/a column is not what was stored/)
  })

  test('keep few pages in memory while they are read, and as many as before when they have been', () => {
    const store = fresh()
    fill(store, 'eu-west-1', [
      { id: 'i-0', place: 0 },
      { id: 'i-1', place: 1 },
    ])
    const cacheSize = () => store.db.pragma('cache_size', { simple: true }) as number
    const usual = cacheSize()
    const rows = scan(store, ['InstanceId'])
    expect(rows.next().value).toEqual(['i-0'])
    expect(-cacheSize()).toBeLessThan(-usual / 2)
    expect([...rows]).toEqual([['i-1']])
    expect(cacheSize()).toBe(usual)
  })
})

function fresh(): Store {
  const store = openStore(join(temporaryFolder(), 'cache.db'))
  onTestFinished(() => store.close())
  return store
}

function fill(store: Store, region: string, stored: readonly { id: string; place: number }[]): void {
  const writer = makeWriter(store)
  const scope: ResolvedScope = { profile: 'prod', account: '111122223333', region, kind: 'instances' }
  const attempt = writer.beginScope(scope, 1)
  const rows = stored.map(({ id }): StoredRow => {
    const values = [`name of ${id}`, id]
    return { resource: { id, group: null, body: { InstanceId: id } }, values, search: id }
  })
  writer.savePage(
    attempt,
    rows,
    stored.map(({ place }) => place),
    1,
  )
  writer.finishScope(attempt, 1)
}

function read(store: Store, names: readonly string[]) {
  return [...scan(store, names)]
}

function scan(store: Store, names: readonly string[]) {
  const columns = names.map(narrowColumns(store, instances)).filter((column) => column !== null)
  const request = { columns, filters: [], sort: null }
  return runInSnapshot(store, () => scanColumns(store, readLedger(store), instances, request))
}
