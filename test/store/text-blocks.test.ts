import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findKind, kinds } from '../../src/kinds.ts'
import { findByText } from '../../src/mentions/text-search.ts'
import type { JsonObject, ResolvedScope } from '../../src/model.ts'
import { compileRowFilters } from '../../src/query/filter/filter-sql.ts'
import { listResources } from '../../src/query/listing.ts'
import { countFiltered } from '../../src/query/wide-table.ts'
import { runThrough } from '../../src/run-through.ts'
import { checkAll } from '../../src/store/check-cache.ts'
import { fillTables, isFilled } from '../../src/store/fill.ts'
import { makeBlockFinder } from '../../src/store/find-blocks.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { markDamaged } from '../../src/store/mark.ts'
import { narrowView } from '../../src/store/narrow.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { rebuildCache } from '../../src/store/rebuild.ts'
import {
  addSet,
  checksumOfWords,
  foldSet,
  hasBits,
  listGramBits,
  makeGramAdder,
  makeGramSet,
} from '../../src/store/text-grams.ts'
import { countTexts } from '../../src/store/text-hits.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { pickFrom, random } from '../helpers/random.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { syncVolumes } from './sync-volumes.ts'

const volumes = findKind('volumes')
const scopes: readonly ResolvedScope[] = ['eu-west-1', 'us-east-1'].map((region) => ({
  profile: 'prod',
  account: '111122223333',
  region,
  kind: 'volumes',
}))
const [scope] = scopes as [ResolvedScope]
const addGrams = makeGramAdder()

describe('a set of grams', () => {
  test('holds every part of each text that was added, however far it is folded and whatever is added to it', () => {
    const dice = random(5)
    const letters = ['a', 'b', 'c', '1', '-', ' ', '\n', 'é', '東', '🦫', '\ud800']
    const makeText = (length: number) => Array.from({ length }, () => pickFrom(letters, dice)).join('')
    for (let round = 0; round < 60; round += 1) {
      const texts = Array.from({ length: 1 + Math.floor(dice() * 30) }, () => makeText(60))
      const set = makeGramSet()
      for (const text of texts) addGrams(set, text)
      const larger = makeGramSet()
      addGrams(larger, makeText(2000))
      addSet(larger, foldSet(set))
      for (const text of texts) {
        const at = Math.floor(dice() * 50)
        // Half a letter is no part of a text.
        const bits = listGramBits([[...text].slice(at, at + 12).join('')])
        for (const each of [set, foldSet(set), larger, foldSet(larger)])
          expect(hasBits(each, bits), JSON.stringify(text)).toBe(true)
      }
    }
  })

  test('lacks what no text has, and takes as little room as its texts need', () => {
    const few = makeGramSet()
    addGrams(few, 'vol-0123456789abcdef0\nname=web')
    expect(foldSet(few).byteLength).toBe(64)
    const many = makeGramSet()
    const dice = random(1)
    for (let row = 0; row < 256; row += 1) addGrams(many, idOf(dice))
    expect(foldSet(many).byteLength).toBeLessThan(4096)
    const unknown = Array.from({ length: 200 }, () => idOf(dice))
    expect(unknown.filter((id) => hasBits(foldSet(many), listGramBits([id])))).toEqual([])
  })
})

test('a bit that is wrong in a set of grams, or another block, gives another checksum', () => {
  const set = makeGramSet()
  addGrams(set, 'vol-0123456789abcdef0\nname=web')
  const folded = foldSet(set)
  const right = checksumOfWords(folded, 16_777_216)
  for (let bit = 0; bit < folded.length * 32; bit += 1) {
    const wrong = folded.map((word, at) => (at === bit >> 5 ? word ^ (1 << (bit & 31)) : word))
    expect(checksumOfWords(wrong, 16_777_216)).not.toBe(right)
  }
  for (let bit = 0; bit < 40; bit += 1) expect(checksumOfWords(folded, 16_777_216 + 2 ** bit)).not.toBe(right)
})

describe('a text in a cache whose texts are looked for by blocks', () => {
  test('is found where a look at every text finds it, after any changes and readings that were cut off', () => {
    const store = fresh()
    const dice = random(11)
    const known = scopes.map(() => new Map<string, JsonObject>())
    let skipped = 0
    for (let time = 1; time <= 10; time += 1) {
      const place = Math.floor(dice() * scopes.length)
      const held = known[place] as Map<string, JsonObject>
      for (const id of held.keys()) {
        const fate = dice()
        if (fate < 0.1) held.delete(id)
        else if (fate < 0.2) held.set(id, volume(id, dice))
      }
      const count = pickFrom([0, 40, 700], dice)
      for (let added = 0; added < count; added += 1) {
        const id = idOf(dice)
        held.set(id, volume(id, dice))
      }
      if (dice() < 0.1) held.clear()
      sync(store, scopes[place], [...held.values()], time, dice() < 0.8)
      expect(checkAll(store, null), `time ${time}`).toEqual({ file: [], scopes: [] })
      skipped += expectSame(store, wordsOf(store, dice))
    }
    expect(skipped).toBeGreaterThan(10_000)
  })

  test('is found in blocks that are damaged or lost: the check of the cache says so, and the next reading makes them anew', () => {
    const dice = random(2)
    const store = filled(600, dice)
    const words = wordsOf(store, dice).slice(0, 8)
    const damages = [
      'DELETE FROM text_block WHERE block % 256 = 1',
      'DELETE FROM text_block',
      'INSERT OR REPLACE INTO text_block SELECT block, rows - 1, checksum, grams FROM text_block WHERE block % 256 = 0',
      'UPDATE text_block SET grams = zeroblob(length(grams)) WHERE block % 256 = 1',
      "UPDATE text_block SET grams = x''",
      'UPDATE text_block SET grams = 7',
      'UPDATE text_block SET checksum = checksum + 1',
      'UPDATE text_block SET block = block + 8 WHERE block % 256 = 2',
      ...[0, 511, 1022].map(
        (
          at,
        ) => `UPDATE text_block SET grams = CAST(substr(grams, 1, ${at}) || x'00' || substr(grams, ${at} + 2) AS BLOB)
           WHERE substr(grams, ${at} + 1, 1) <> x'00'`,
      ),
    ]
    for (const sql of damages) {
      store.db.exec('BEGIN')
      expect(store.db.prepare(sql).run().changes, sql).toBeGreaterThan(0)
      expectSame(store, words)
      expect(checkAll(store, null).scopes, sql).toMatchObject([
        { found: 'the blocks of its search texts are not what was stored' },
      ])
      store.db.exec('ROLLBACK')
    }
    store.db.exec('INSERT OR REPLACE INTO text_block SELECT block, rows - 1, checksum, grams FROM text_block')
    markDamaged(store, checkAll(store, null).scopes, 8)
    sync(store, scope, bodiesOf(store), 9)
    expect(checkAll(store, null).scopes).toEqual([])
  })

  test('is missed by no answer if its row, or the text of it, is lost', () => {
    const dice = random(3)
    const store = filled(600, dice)
    const [id, row] = store.db
      .prepare('SELECT _id, _row FROM row_volumes WHERE _row % 256 = 77')
      .raw()
      .get() as [string, number]
    for (const sql of [
      `DELETE FROM search_text WHERE resource_id = ${row}`,
      `DELETE FROM row_volumes WHERE _row = ${row}`,
      `DELETE FROM search_text WHERE resource_id = ${row}; DELETE FROM row_volumes WHERE _row = ${row}`,
    ]) {
      store.db.exec(`BEGIN; ${sql}`)
      const asks = sql.includes('search_text') ? [count, countListed, countFound] : [count, countListed]
      for (const ask of asks) expect(() => ask(store, [id]), sql).toThrow('damaged')
      store.db.exec('ROLLBACK')
    }
    for (const ask of [count, countListed, countFound]) expect(ask(store, [id])).toBe(1)
  })

  test('is found when an older muster that is still running stores it, and the cache is filled then', () => {
    const dice = random(4)
    const store = filled(600, dice)
    const row = store.db.prepare('SELECT min(_row) + 300 FROM row_volumes').pluck().get() as number
    // What it has prepared before.
    store.db.prepare('INSERT OR REPLACE INTO search VALUES (?, ?)').run(row, 'name=brand-new')
    expect(count(store, ['brand-new'])).toBe(1)
    expect(isFilled(store)).toBe(false)
    expect([...fillTables(store, rowMaker)].at(-1)).toEqual({ done: 600, total: 600 })
    expect(isFilled(store)).toBe(true)
    expect(checkAll(store, null).scopes).toEqual([])
    expect(count(store, ['brand-new'])).toBe(1)
    store.db.prepare('DELETE FROM search WHERE resource_id = ?').run(row)
    store.db.prepare('DELETE FROM row_volumes WHERE _row = ?').run(row)
    store.db.exec('UPDATE scope SET rows = rows - 1')
    expect(count(store, ['brand-new'])).toBe(0)
    expect(isFilled(store)).toBe(false)
  })

  test('is found in a cache of an older muster, and in one that was rebuilt, before and after it is filled', () => {
    const dice = random(6)
    const store = filled(600, dice)
    const words = wordsOf(store, dice)
    store.db.exec('DELETE FROM text_block; UPDATE scope SET unblocked = 0')
    expect(expectSame(store, words)).toBe(0)
    // A row that changes meanwhile, and one that comes.
    sync(store, scope, [...bodiesOf(store).slice(1), volume(idOf(dice), dice)], 5)
    expectSame(store, words)
    expect([...fillTables(store, rowMaker)].length).toBeGreaterThan(0)
    expect(expectSame(store, words)).toBeGreaterThan(0)
    expect(checkAll(store, null).scopes).toEqual([])
    rebuildCache(store.file, kinds, rowMaker, () => {})
    const rebuilt = openStore(store.file)
    onTestFinished(() => rebuilt.close())
    expect(expectSame(rebuilt, words)).toBe(0)
    expect([...fillTables(rebuilt, rowMaker)].length).toBeGreaterThan(0)
    expect(expectSame(rebuilt, words)).toBeGreaterThan(0)
    expect(checkAll(rebuilt, null).scopes).toEqual([])
  })
})

test('an explanation says how many texts are looked through', () => {
  const store = filled(600, random(9))
  const ask = (...filters: readonly string[]) => countTexts(store, compile(store, filters), readLedger(store))
  const id = String(bodiesOf(store)[300]?.VolumeId)
  expect([ask(id), ask(id, '!web'), ask('db'), ask('region:eu-*', id), ask('region:us-*', id)]).toEqual([
    256, 256, 600, 256, 0,
  ])
  expect(ask('size>7')).toBe(null)
})

test('blocks of resources that are gone go with them, and what they said of others shrinks', () => {
  const dice = random(8)
  const store = filled(600, dice)
  const size = () =>
    store.db.prepare('SELECT sum(length(grams)) FROM text_block').pluck().get() as number | null
  const before = size() as number
  const bodies = bodiesOf(store)
  sync(
    store,
    scope,
    bodies.filter((_, place) => place % 60 === 0),
    2,
  )
  expect(size()).toBeLessThan(before / 3)
  expect(count(store, [String(bodies[60]?.VolumeId)])).toBe(1)
  expect(checkAll(store, null).scopes).toEqual([])
  sync(store, scope, [], 3)
  expect(size()).toBe(null)
})

function fresh(): Store {
  const store = openStore(join(temporaryFolder(), 'inventory.db'))
  onTestFinished(() => store.close())
  return store
}

function filled(rows: number, dice: () => number): Store {
  const store = fresh()
  const bodies = Array.from({ length: rows }, () => volume(idOf(dice), dice))
  sync(store, scope, bodies, 1)
  return store
}

function idOf(dice: () => number): string {
  return `vol-${Array.from({ length: 17 }, () => Math.floor(dice() * 16).toString(16)).join('')}`
}

const names = ['web-1', 'Web-22', 'db', '東京 🦫', 'a\ud800b', 'nul\0nul', 'Οδυσσεύς ΣΣ', 'x*[y?', '10.0.0.1']

function volume(id: string, dice: () => number): JsonObject {
  return {
    VolumeId: id,
    State: pickFrom(['available', 'in-use'], dice),
    Size: Math.floor(dice() * 500),
    Tags: [
      { Key: 'Name', Value: `${pickFrom(names, dice)}-${Math.floor(dice() * 900)}` },
      {
        Key: 'Owner',
        Value: `${pickFrom(['ann', 'bob', 'Zoë'], dice)}${Math.floor(dice() * 90)}@acme.example`,
      },
    ],
  }
}

function sync(
  store: Store,
  scope: ResolvedScope | undefined,
  resources: readonly JsonObject[],
  at: number,
  isWhole = true,
): void {
  syncVolumes(store, scope, resources, at, { perPage: 150, isWhole })
}

function bodiesOf(store: Store): readonly JsonObject[] {
  const texts = store.db.prepare('SELECT json(body) FROM document ORDER BY resource_id').pluck().all()
  return (texts as string[]).map((text) => JSON.parse(text) as JsonObject)
}

/** Filters of all forms that look for texts, many of them for parts of what is stored. */
function wordsOf(store: Store, dice: () => number): readonly (readonly string[])[] {
  const texts = store.db.prepare('SELECT text FROM search_text').pluck().all() as string[]
  const part = (length: number) => {
    const text = texts.length > 0 ? pickFrom(texts, dice) : 'nothing at all'
    const at = Math.floor(dice() * text.length)
    return text.slice(at, at + length).replaceAll(/[\n"\\/]/g, '')
  }
  const plain = Array.from({ length: 5 }, () => [`"${part(2 + Math.floor(dice() * 12))}"`])
  return [
    ...plain,
    [`"${part(9)}"`, `"${part(4)}"`],
    [`"${part(9)}"`, `!"${part(5)}"`],
    [`"${part(9)}"`, 'region:us-*'],
    [`*${part(6).replaceAll(/[ *?]/g, '')}*`],
    [`/${part(7).replaceAll(/[^\w=@-]/g, '')}/`],
    [`/[uv]ol-.*${part(5).replaceAll(/[^\w=@-]/g, '')}/`],
    ['tag:Owner=ann1@acme.example'],
    ['nowhere-to-be-found'],
    ['eu-west'],
  ]
}

/**
 * All that looks for texts finds the same with the blocks as without them. Gives how many texts need not be looked at
 * with them.
 */
function expectSame(store: Store, words: readonly (readonly string[])[]): number {
  const ask = () =>
    words.map((filters) => [
      filters,
      count(store, filters),
      countListed(store, filters),
      countFound(store, filters),
    ])
  const given = ask()
  const lines = readLedger(store)
  const all = lines.reduce((sum, { rows }) => sum + rows, 0)
  const skipped = words.map(([word = '']) => {
    const find = makeBlockFinder(store, [[word.replaceAll(/["*/]/g, '').toLowerCase()]])
    return lines.reduce((left, line) => {
      const found = find(line)
      return left - (found ? found.reduce((sum, { rows }) => sum + rows, 0) : line.rows)
    }, all)
  })
  const inTransaction = store.db.inTransaction
  store.db.exec(`${inTransaction ? 'SAVEPOINT without' : 'BEGIN'}; DELETE FROM text_block`)
  const wanted = ask()
  store.db.exec(inTransaction ? 'ROLLBACK TO without; RELEASE without' : 'ROLLBACK')
  expect(given).toEqual(wanted)
  return skipped.reduce((sum, each) => sum + each, 0)
}

function compile(store: Store, filters: readonly string[]) {
  const compiled = compileRowFilters(filters, volumes, ['VolumeId'], store, 0)
  if (!compiled) throw new Error(`not in SQL: ${filters.join()}`)
  return compiled
}

function count(store: Store, filters: readonly string[]): number {
  return countFiltered(store, readLedger(store), volumes, compile(store, filters))
}

/** As the screen counts. */
function countListed(store: Store, filters: readonly string[]): number {
  const narrow = narrowView(['VolumeId'], null, volumes, store)
  if (!narrow) throw new Error('the narrow columns do not hold the id')
  const lines = readLedger(store)
  const request = { kind: volumes, columns: ['VolumeId'], narrow, filters: compile(store, filters), lines }
  return runThrough(listResources(store, { ...request, known: new Map() })).total
}

/** As `muster find` counts. */
function countFound(store: Store, [word = '']: readonly string[]): number {
  return (
    runThrough(findByText({ store, lines: readLedger(store) }, [word.replaceAll('"', '')])).get(
      word.replaceAll('"', ''),
    )?.rows.length ?? 0
  )
}
