import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeWordHasher } from '../../src/kinds/json-words.ts'
import { hashWord, listWords } from '../../src/kinds/word-forms.ts'
import { findKind, kinds } from '../../src/kinds.ts'
import type { Json, JsonObject, ResolvedScope } from '../../src/model.ts'
import { checkAll } from '../../src/store/check-cache.ts'
import { fillTables, isFilled } from '../../src/store/fill.ts'
import { findMentions } from '../../src/store/find-mentions.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { rebuildCache } from '../../src/store/rebuild.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { pickFrom, random } from '../helpers/random.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { syncVolumes } from './sync-volumes.ts'

const _volumes = findKind('volumes')
const scopes: readonly ResolvedScope[] = ['eu-west-1', 'us-east-1'].map((region) => ({
  profile: 'prod',
  account: '111122223333',
  region,
  kind: 'volumes',
}))

describe('the hashes of the JSON of a resource', () => {
  const texts = [
    'i-0123456789abcdef0',
    'i-0123456789abcdef',
    '-12345678',
    '1-12345678',
    'a--12345678',
    'tgw-attach-12345678',
    'fleet-12345678-1234-1234-1234-123456789abc',
    '12345678-1234-1234-1234-123456789abc',
    '10.0.0.1',
    '10.0.0.1234',
    '10..0.1',
    '10.0.0.0/16',
    'ip-10-0-0-1.ec2.internal',
    'host.example.com.',
    'Host.Example.COM',
    '.example.com',
    'm5.large',
    'metal.example.small',
    'u-6tb1.metal-112xl',
    '2001:db8::1',
    '2001:DB8::/56',
    'ab:cd:ef:01:02:03',
    '2026-01-31T12:00:00+00:00',
    'arn:aws:iam::111122223333:role/Web',
    'arn:aws:ec2:us-east-1:111122223333:volume/vol-12345678',
    'for vol-12345678 from i-0123456789abcdef0',
    'a "quoted" vol-12345678 and \\ ami-12345678\n',
    'für vol-12345678',
    '日本.example.com',
    'us-east-1a',
    'x@acme.example',
    'aws:autoscaling:groupName',
    '',
    'i-',
  ]

  test.each(texts)('of %j are those of its words', (text) => {
    expect(hashesOf({ A: text })).toEqual(wordHashesOf({ A: text }))
    expect(hashesOf({ [text]: { B: [text, 1, null, true] } })).toEqual(wordHashesOf({ B: text }))
  })

  test('of texts put together at random are those of their words', () => {
    const dice = random(7)
    const parts = [...texts, ' ', '/', ':', '.', '-', 'a', '0', 'é', '"', '\\']
    for (let round = 0; round < 3000; round += 1) {
      const value = Array.from({ length: 3 }, () => pickFrom(parts, dice)).join('')
      expect(hashesOf({ A: [value] }), value).toEqual(wordHashesOf({ A: value }))
    }
  })
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

function hashesOf(value: Json): readonly number[] {
  return [...makeWordHasher()(JSON.stringify(value))].sort((a, b) => a - b)
}

function wordHashesOf(value: Json): readonly number[] {
  const texts: string[] = []
  JSON.stringify(value, (_, each) => {
    if (typeof each === 'string') texts.push(each)
    return each
  })
  return [...new Set(texts.flatMap(listWords).map(hashWord))].sort((a, b) => a - b)
}
