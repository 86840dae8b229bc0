import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hashWord } from '../../src/kinds/word-forms.ts'
import { findKind, kinds } from '../../src/kinds.ts'
import type { JsonObject, ResolvedScope } from '../../src/model.ts'
import { checkAll } from '../../src/store/check-cache.ts'
import { fillTables, isFilled } from '../../src/store/fill.ts'
import { findMentions } from '../../src/store/find-mentions.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { rebuildCache } from '../../src/store/rebuild.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { pickFrom, random } from '../helpers/random.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { wordHashesOf } from '../kinds/word-texts.ts'
import { syncVolumes } from './sync-volumes.ts'

const _volumes = findKind('volumes')
const scopes: readonly ResolvedScope[] = ['eu-west-1', 'us-east-1'].map((region) => ({
  profile: 'prod',
  account: '111122223333',
  region,
  kind: 'volumes',
}))

test('what the fields of a group mention is found by each of its rows, and by those of no other', () => {
  const store = fresh()
  const writer = makeWriter(store)
  const attempt = writer.beginScope({ ...(scopes[0] as ResolvedScope), kind: 'instances' }, 1)
  const makeRow = rowMaker(findKind('instances'))
  const groups = ['r-1', 'r-1', 'r-2', null, 'r-2', 'r-1']
  const rows = groups.map((group, place) =>
    makeRow({
      id: idOf('i', place),
      group: group === null ? null : { id: group, fields: { RequesterId: `${group}.example.com` } },
      body: { InstanceId: idOf('i', place), VpcId: idOf('vpc', place) },
    }),
  )
  writer.savePage(attempt, rows, [...groups.keys()], 1)
  writer.finishScope(attempt, 1)
  for (const name of ['r-1', 'r-2'])
    expect(placesOf(store, [hashWord(`${name}.example.com`)])).toEqual(
      groups.flatMap((group, place) => (group === name ? [place] : [])),
    )
  for (const place of groups.keys())
    expect(placesOf(store, [hashWord(idOf('i', place)), hashWord(idOf('vpc', place))])).toEqual([
      place,
      place,
    ])
})

test('a row is found by the hashes that stand behind its document, and by those of it if none do', () => {
  const store = fresh()
  const writer = makeWriter(store)
  const attempt = writer.beginScope(scopes[0] as ResolvedScope, 1)
  const jsonb = store.db.prepare('SELECT jsonb(?)').pluck()
  const rows = [2, 0, undefined].map((words, place) => {
    const body = volume(place, place)
    const document = jsonb.get(JSON.stringify(body)) as Buffer
    const begin = (document.length + 3) & ~3
    const bytes = Buffer.alloc(begin + 8)
    bytes.set(document)
    bytes.writeUInt32LE(0xfedcba98, begin)
    bytes.writeUInt32LE(7, begin + 4)
    const { values, search } = rowMaker(findKind('volumes'))({ id: '', group: null, body })
    const whole = { id: String(body.VolumeId), group: null, text: null, values, search }
    const own = bytes.subarray(0, document.length)
    return words === undefined ? { ...whole, document: own } : { ...whole, document: own, words }
  })
  writer.savePage(attempt, rows, [0, 1, 2], 1)
  writer.finishScope(attempt, 1)
  expect(placesOf(store, [0xfedcba98, 7])).toEqual([0, 0])
  expect(
    placesOf(
      store,
      [0, 1, 2].map((place) => hashWord(idOf('i', place))),
    ),
  ).toEqual([2])
  expect(
    placesOf(
      store,
      [0, 1, 2].map((place) => hashWord(idOf('vol', place))),
    ),
  ).toEqual([0, 1, 2])
})

describe('what the rows of the cache mention', () => {
  test('is found after any changes, and what was left behind by them goes after a while', () => {
    const store = fresh()
    const dice = random(3)
    const counts: number[] = []
    for (let time = 1; time <= 45; time += 1) {
      const scope = pickFrom(scopes, dice)
      const ids = Array.from({ length: 60 }, (_, place) => place).filter(() => dice() < 0.8)
      sync(
        store,
        scope,
        ids.map((id) => volume(id, Math.floor(dice() * 30))),
        time,
        dice() < 0.8,
      )
      expectSuperset(store)
      // Without a look at the documents.
      expect(checkAll(store, null).scopes).toEqual([])
      counts.push(store.db.prepare('SELECT sum(rows) FROM mention_page').pluck().get() as number)
    }
    expect(counts.some((count, place) => count < (counts[place - 1] ?? 0))).toBe(true)
  })

  test('is found where an older muster has stored it, before and after the rows are looked at again', () => {
    const store = fresh()
    sync(store, scopes[0], [volume(1, 2), volume(3, 4)], 1)
    store.db.exec('DELETE FROM mention_page; UPDATE scope SET unmentioned = 0')
    expectSuperset(store)
    // As many entries as there are rows, all of one row.
    sync(store, scopes[0], [volume(1, 5), volume(3, 4)], 2)
    sync(store, scopes[0], [volume(1, 6), volume(3, 4)], 3)
    expectSuperset(store)
    expect(isFilled(store)).toBe(false)
    expect([...fillTables(store, rowMaker)]).not.toEqual([])
    expect(isFilled(store)).toBe(true)
    expect(store.db.prepare('SELECT sum(rows) FROM mention_page').pluck().get()).toBe(4)
    expectSuperset(store)
  })

  test('is found although a page of it is damaged or lost, and the check of the cache says so', () => {
    for (const sql of [
      'UPDATE mention_page SET hashes = zeroblob(length(hashes))',
      'UPDATE mention_page SET places = zeroblob(4)',
      'DELETE FROM mention_page',
    ]) {
      const store = fresh()
      sync(store, scopes[0], [volume(1, 2), volume(3, 4)], 1)
      store.db.exec(sql)
      expectSuperset(store)
      expect(checkAll(store, null).scopes, sql).toMatchObject([
        { found: 'what its rows mention is not what was stored' },
      ])
    }
  })

  test('is found in a cache that was rebuilt', () => {
    const store = fresh()
    sync(store, scopes[0], [volume(1, 2), volume(3, 4)], 1)
    rebuildCache(store.file, kinds, rowMaker, () => {})
    const rebuilt = openStore(store.file)
    onTestFinished(() => rebuilt.close())
    expectSuperset(rebuilt)
    expect([...fillTables(rebuilt, rowMaker)]).not.toEqual([])
    expectSuperset(rebuilt)
  })
})

function fresh(): Store {
  const store = openStore(join(temporaryFolder(), 'inventory.db'))
  onTestFinished(() => store.close())
  return store
}

function idOf(prefix: string, number: number): string {
  return `${prefix}-${String(number).padStart(17, '0')}`
}

function volume(id: number, instance: number): JsonObject {
  return {
    VolumeId: idOf('vol', id),
    Attachments: [{ InstanceId: idOf('i', instance), State: 'attached' }],
    Tags: [{ Key: 'Host', Value: `10.0.0.${instance}` }],
  }
}

function sync(
  store: Store,
  scope: ResolvedScope | undefined,
  resources: readonly JsonObject[],
  at: number,
  isWhole = true,
): void {
  syncVolumes(store, scope, resources, at, { perPage: 20, isWhole })
}

/** The places of the rows of a scope that are found by each of some hashes. */
function placesOf(store: Store, hashes: readonly number[]): readonly number[] {
  const found = findMentions(store, readLedger(store), new Set(hashes))
  return hashes.flatMap((hash) => found.get(hash) ?? []).map((row) => (row % 2 ** 32) - 1)
}

/** Each row that holds a word is among those that are found by its hash. */
function expectSuperset(store: Store): void {
  const documents = store.db.prepare('SELECT resource_id, json(body) FROM document').raw().all()
  const wanted = new Map<number, number[]>()
  for (const [row, body] of documents as [number, string][])
    for (const hash of wordHashesOf(JSON.parse(body))) wanted.set(hash, [...(wanted.get(hash) ?? []), row])
  const found = findMentions(store, readLedger(store), new Set(wanted.keys()))
  for (const [hash, rows] of wanted) expect(found.get(hash)).toEqual(expect.arrayContaining(rows))
  const [some] = wanted
  if (some)
    expect(findMentions(store, readLedger(store), new Set([some[0]])).get(some[0])).toEqual(
      found.get(some[0]),
    )
}
