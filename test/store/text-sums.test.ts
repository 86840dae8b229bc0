import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import { findByText } from '../../src/mentions/text-search.ts'
import type { JsonObject, ResolvedScope } from '../../src/model.ts'
import { compileRowFilters } from '../../src/query/filter/filter-sql.ts'
import { listResources } from '../../src/query/listing.ts'
import { countFiltered } from '../../src/query/wide-table.ts'
import { runThrough } from '../../src/run-through.ts'
import { checkAll } from '../../src/store/check-cache.ts'
import { DamagedScope } from '../../src/store/damage.ts'
import { fillTables, isFilled } from '../../src/store/fill.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { markDamaged } from '../../src/store/mark.ts'
import { narrowView } from '../../src/store/narrow.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { sumTexts } from '../../src/store/text-sums.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { flipBits, placeOf } from '../helpers/damage.ts'
import { random } from '../helpers/random.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { syncVolumes } from './sync-volumes.ts'

const volumes = findKind('volumes')
const scope: ResolvedScope = {
  profile: 'prod',
  account: '111122223333',
  region: 'eu-west-1',
  kind: 'volumes',
}

describe('the sum of search texts', () => {
  test('is another if one byte of a text is, wherever it stands, and the same in any order', () => {
    const texts = Array.from({ length: 20 }, (_, n) => `${'vol-é'.repeat(n % 4)}0123456789abcdef\n`.slice(n))
    const sumOf = (all: readonly string[]) => sumTexts(Buffer.from(all.join('\0')))
    const right = sumOf(texts)
    expect(sumOf(texts.toReversed())).toBe(right)
    expect(texts.reduce((sum, text) => (sum + sumTexts(Buffer.from(text))) | 0, 0)).toBe(right)
    const bytes = Buffer.from(texts.join('\0'))
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const wrong = Buffer.from(bytes)
      wrong.writeUInt8(wrong.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(sumTexts(wrong), `bit ${bit}`).not.toBe(right)
    }
  })

  test('shows any bit that is wrong in a text or its type, to everything that looks for texts', () => {
    const made = filled(300)
    const { file } = made
    const text = made.db
      .prepare("SELECT text FROM search_text WHERE text LIKE '%web-270'")
      .pluck()
      .get() as string
    made.close()
    const place = placeOf(file, text)
    const copy = join(temporaryFolder(), 'inventory.db')
    let found = 0
    // Before the text stands its type.
    for (const byte of [-1, 0, 7, text.length - 7, text.length - 1]) {
      for (let bit = 0; bit < 8; bit += 1) {
        copyFileSync(file, copy)
        flip(copy, place + byte, bit)
        const store = openStore(copy)
        for (const ask of [count, countListed, countFound]) {
          const name = `${ask.name}, byte ${byte}, bit ${bit}`
          expect(() => ask(store, 'web-270'), name).toThrow(/damaged|malformed/)
          expect(() => ask(store, 'web-2'), name).toThrow(/damaged|malformed/)
          found += 1
        }
        store.close()
      }
    }
    expect(found).toBe(120)
  })

  test('is kept up with texts that change, come and go, and not made anew of one that has changed by itself', () => {
    const store = filled(600)
    store.db.exec("UPDATE search_text SET text = replace(text, 'web-300', 'wex-300')")
    const bodies = bodiesOf(store)
    syncVolumes(
      store,
      scope,
      [
        ...bodies
          .filter((_, n) => n % 7 !== 3)
          .map((body, n) => (n % 5 === 1 ? { ...body, Size: 77 } : body)),
        volume(999),
      ],
      2,
      { perPage: 150 },
    )
    expect(() => count(store, 'web-300')).toThrow(DamagedScope)
    expect(checkAll(store, null).scopes).toMatchObject([
      { found: 'the blocks of its search texts are not what was stored' },
    ])
    // Other blocks are not touched by it.
    expect(count(store, 'web-100')).toBe(1)
    markDamaged(store, checkAll(store, null).scopes, 3)
    syncVolumes(store, scope, bodies, 4, { perPage: 150 })
    expect(checkAll(store, rowMaker).scopes).toEqual([])
    expect(count(store, 'web-300')).toBe(1)
  })

  test('is not known of what an older muster that is running writes, until the cache is filled', () => {
    const writes = [
      'INSERT OR REPLACE INTO text_block SELECT block, rows, 7, substr(grams, 1, length(grams) - 4) FROM text_block',
      'UPDATE text_block SET rows = rows - 1',
    ]
    for (const sql of writes) {
      const store = filled(600)
      store.db.exec(sql)
      expect(isFilled(store), sql).toBe(false)
      store.db.exec("UPDATE search_text SET text = replace(text, 'web-300', 'brand-new')")
      expect(count(store, 'brand-new')).toBe(1)
      expect([...fillTables(store, rowMaker)].at(-1)).toEqual({ done: 600, total: 600 })
      expect([isFilled(store), count(store, 'brand-new')]).toEqual([true, 1])
      store.db.exec("UPDATE search_text SET text = replace(text, 'brand-new', 'brand-old')")
      expect(() => count(store, 'brand-new')).toThrow(DamagedScope)
    }
  })
})

function flip(file: string, place: number, bit: number): void {
  for (let seed = 1; ; seed += 1) {
    const [flipped] = flipBits(file, seed, 1, { from: place, to: place + 1 })
    if (flipped?.bit === bit) return
    flipBits(file, seed, 1, { from: place, to: place + 1 })
  }
}

function filled(rows: number): Store {
  const store = openStore(join(temporaryFolder(), 'inventory.db'))
  onTestFinished(() => void store.close())
  syncVolumes(
    store,
    scope,
    Array.from({ length: rows }, (_, n) => volume(n)),
    1,
    { perPage: 150 },
  )
  return store
}

function volume(n: number): JsonObject {
  const dice = random(n)
  return {
    VolumeId: `vol-${n}`.padEnd(20, 'x'),
    State: 'available',
    Size: Math.floor(dice() * 500),
    Tags: [{ Key: 'Name', Value: `web-${n}` }],
  }
}

function bodiesOf(store: Store): readonly JsonObject[] {
  const texts = store.db.prepare('SELECT json(body) FROM document ORDER BY resource_id').pluck().all()
  return (texts as string[]).map((text) => JSON.parse(text) as JsonObject)
}

function compile(store: Store, word: string) {
  const compiled = compileRowFilters([word], volumes, ['VolumeId'], store, 0)
  if (!compiled) throw new Error(`not in SQL: ${word}`)
  return compiled
}

function count(store: Store, word: string): number {
  return countFiltered(store, readLedger(store), volumes, compile(store, word))
}

/** As the screen counts. */
function countListed(store: Store, word: string): number {
  const narrow = narrowView(['VolumeId'], null, volumes, store)
  if (!narrow) throw new Error('the narrow columns do not hold the id')
  const lines = readLedger(store)
  const request = { kind: volumes, columns: ['VolumeId'], narrow, filters: compile(store, word), lines }
  return runThrough(listResources(store, { ...request, known: new Map() })).total
}

/** As `muster find` counts. */
function countFound(store: Store, word: string): number {
  return runThrough(findByText({ store, lines: readLedger(store) }, [word])).get(word)?.rows.length ?? 0
}
