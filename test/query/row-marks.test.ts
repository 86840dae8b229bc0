import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { Fault, ResolvedScope } from '../../src/model.ts'
import { type Listing, listResources } from '../../src/query/listing.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { narrowView } from '../../src/store/narrow.ts'
import { openStore } from '../../src/store/open-store.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { makePlacer, rowMaker } from '../../src/sync/row-maker.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const kind = findKind('volumes')
const scope: ResolvedScope = { profile: 'prod', account: '1', region: 'eu-west-1', kind: kind.name }

const unreachable: Fault = {
  class: 'network',
  code: 'ECONNREFUSED',
  message: 'Nobody answers.',
  next: 'Wait.',
}

/** A cache whose scope is read at times in turn, each time with volumes of these sizes. */
function makeFleet() {
  const store = openStore(join(temporaryFolder(), 'x.db'))
  onTestFinished(() => store.close())
  const writer = makeWriter(store)
  writer.rememberProfile('prod', 'f', '1', 1)
  const begin = (at: number, sizes: Readonly<Record<string, number>>) => {
    const attempt = writer.beginScope(scope, at)
    const resources = Object.entries(sizes).map(([id, Size]) => ({
      id,
      group: null,
      body: { VolumeId: id, Size },
    }))
    writer.savePage(attempt, resources.map(rowMaker(kind)), resources.map(makePlacer()), at + 1)
    return attempt
  }
  return {
    begin,
    read: (at: number, sizes: Readonly<Record<string, number>>) =>
      writer.finishScope(begin(at, sizes), at + 2),
    fail: (at: number) => writer.failScope(scope, unreachable, at),
    list(): Listing {
      const narrow = narrowView(['VolumeId'], null, kind, store)
      if (!narrow) throw new Error('the cache lacks a column')
      const lines = readLedger(store)
      const request = { kind, columns: ['VolumeId'], narrow, filters: [], lines, known: new Map() }
      const work = listResources(store, request)
      for (;;) {
        const { done, value } = work.next()
        if (done) return value
      }
    },
  }
}

const marksOf = (listing: Listing) =>
  Object.fromEntries(listing.readRows(0, 10).map((row) => [row?.cells[0], row?.mark ?? null]))

test('no row of a first reading is new: all of them are', () => {
  const fleet = makeFleet()
  fleet.begin(1000, { a: 1 })
  expect([marksOf(fleet.list()), fleet.list().marks]).toEqual([{ a: null }, null])
  fleet.read(1000, { a: 1, b: 1 })
  expect([marksOf(fleet.list()), fleet.list().marks]).toEqual([{ a: null, b: null }, null])
})

test('rows that the last reading brought or changed are marked until the next one', () => {
  const fleet = makeFleet()
  fleet.read(1000, { a: 1, b: 1 })
  fleet.read(2000, { a: 1, b: 2, c: 1 })
  expect(marksOf(fleet.list())).toEqual({ a: null, b: 'changed', c: 'new' })
  expect(fleet.list().marks).toEqual({ added: 1, changed: 1 })
  fleet.read(3000, { a: 1, b: 2, c: 1 })
  expect([marksOf(fleet.list()), fleet.list().marks]).toEqual([{ a: null, b: null, c: null }, null])
})

test('while a scope is read again, what has come so far is marked', () => {
  const fleet = makeFleet()
  fleet.read(1000, { a: 1, b: 1 })
  fleet.begin(2000, { b: 2, c: 1 })
  expect(marksOf(fleet.list())).toEqual({ a: null, b: 'changed', c: 'new' })
  expect(fleet.list().marks).toBeNull()
})

test('a reading that fails before its first page leaves the marks as they were', () => {
  const fleet = makeFleet()
  fleet.read(1000, { a: 1, b: 1 })
  fleet.fail(1500)
  expect([marksOf(fleet.list()), fleet.list().marks]).toEqual([{ a: null, b: null }, null])
  fleet.read(2000, { a: 1, b: 2, c: 1 })
  fleet.fail(2500)
  expect(marksOf(fleet.list())).toEqual({ a: null, b: 'changed', c: 'new' })
  expect(fleet.list().marks).toEqual({ added: 1, changed: 1 })
  // One that fails after a page has brought what it has brought.
  fleet.begin(3000, { d: 1 })
  fleet.fail(3500)
  expect(marksOf(fleet.list())).toEqual({ a: null, b: null, c: null, d: 'new' })
  expect(fleet.list().marks).toBeNull()
})
