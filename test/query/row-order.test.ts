import { describe, expect, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import { type Listing, listResources } from '../../src/query/listing.ts'
import type { KnownScopes } from '../../src/query/row-order.ts'
import { DamagedScope } from '../../src/store/damage.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { narrowView } from '../../src/store/narrow.ts'
import type { Store } from '../../src/store/open-store.ts'
import { fillScopes } from './planned-fleet.ts'

const kind = findKind('instances')
const sizes = [3, 0, 5, 1, 4]

/** A cache with as many instances in each scope; their ids rise in the order of the ledger. */
function fillCache(): Store {
  const scopes = sizes.map((size, place) => ({
    profile: `p${place}`,
    account: `11112222000${place}`,
    region: `eu-west-${1 + (place % 2)}`,
    resources: Array.from({ length: size }, (_, n) => ({
      id: `i-${place}${n}`,
      group: null,
      body: { InstanceId: `i-${place}${n}`, State: { Name: n % 2 === 0 ? 'running' : 'stopped' } },
    })),
  }))
  return fillScopes(scopes).store
}

function list(store: Store, sort: string | null = null, known: KnownScopes = new Map()): Listing {
  const columns = ['InstanceId']
  const narrow = narrowView(columns, sort === null ? null : { column: sort, descending: true }, kind, store)
  if (!narrow) throw new Error('the cache lacks a column')
  return run(listResources(store, { kind, columns, narrow, filters: [], lines: readLedger(store), known }))
}

function run<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

const idsIn = (listing: Listing, from = 0, count = listing.total) =>
  listing.readRows(from, count).map((row) => row?.cells[0] ?? null)

const check = (listing: Listing) => listing.check && run(listing.check())

describe('a listing of scope after scope', () => {
  test.each([null, 'Region', 'State'])(
    'sorted by %s has the same rows through any window, and knows where each stands',
    (sort) => {
      const listing = list(fillCache(), sort)
      const rows = listing.readRows(0, 100)
      expect(rows).toHaveLength(13)
      for (let from = 0; from < 14; from += 1)
        for (let count = 0; count < 7; count += 1)
          expect(listing.readRows(from, count), `${count} from ${from}`).toEqual(
            rows.slice(from, from + count),
          )
      expect(rows.map((row) => listing.indexOf(row?.key ?? 0))).toEqual([...rows.keys()])
      expect([listing.indexOf(1), listing.indexOf(2 ** 40)]).toEqual([-1, -1])
      expect(check(listing)).toBeUndefined()
    },
  )

  test('sorted by what its scopes have in common keeps the scopes, and their rows, in their order', () => {
    expect(idsIn(list(fillCache(), 'Region'))).toEqual([
      'i-30',
      'i-00',
      'i-01',
      'i-02',
      'i-20',
      'i-21',
      'i-22',
      'i-23',
      'i-24',
      'i-40',
      'i-41',
      'i-42',
      'i-43',
    ])
  })

  test('shows its first rows before it has looked at the others, and finds afterwards what is wrong with those', () => {
    for (const damage of [
      "UPDATE row_instances SET _position = 7 WHERE _id = 'i-43'",
      "DELETE FROM row_instances WHERE _id = 'i-43'",
    ]) {
      const store = fillCache()
      store.db.exec(damage)
      const listing = list(store)
      expect(listing.total).toBe(13)
      expect(idsIn(listing, 0, 4)).toEqual(['i-00', 'i-01', 'i-02', 'i-20'])
      expect(() => check(listing), damage).toThrow(DamagedScope)
    }
  })

  test('looks once at the rows of a scope that has not changed', () => {
    const store = fillCache()
    const known: KnownScopes = new Map()
    check(list(store, null, known))
    store.db.exec("UPDATE row_instances SET _position = 7 WHERE _id IN ('i-43', 'i-24')")
    expect(check(list(store, null, known))).toBeUndefined()
    const [, changed] = readLedger(store).filter(({ rows }) => rows > 0)
    known.delete(changed?.scopeId ?? 0)
    expect(() => check(list(store, null, known))).toThrow(DamagedScope)
  })

  test('keeps the places of its rows when some go, come, or move afterwards', () => {
    const store = fillCache()
    const listing = list(store)
    expect(idsIn(listing, 8, 1)).toEqual(['i-30'])
    expect(idsIn(listing, 0, 3)).toEqual(['i-00', 'i-01', 'i-02'])
    store.db.exec(`DELETE FROM row_instances WHERE _id IN ('i-01', 'i-43')`)
    expect(idsIn(listing)).toEqual([
      'i-00',
      null,
      'i-02',
      'i-20',
      'i-21',
      'i-22',
      'i-23',
      'i-24',
      'i-30',
      'i-40',
      'i-41',
      'i-42',
      null,
    ])
  })
})
