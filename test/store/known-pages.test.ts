import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findKind, kinds } from '../../src/kinds.ts'
import type { Fault, ResolvedScope } from '../../src/model.ts'
import { checkAll } from '../../src/store/check-cache.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { oldestRowAt } from '../../src/store/oldest.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { rebuildCache } from '../../src/store/rebuild.ts'
import { readRowsById } from '../../src/store/runs.ts'
import { type Attempt, makeWriter } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const scope: ResolvedScope = {
  profile: 'prod',
  account: '111122223333',
  region: 'eu-west-1',
  kind: 'volumes',
}
const volumes = findKind('volumes')
const fault: Fault = { class: 'denied', code: 'UnauthorizedOperation', message: 'No.', next: 'Ask.' }
const use = 'a question'

describe('pages that came again as they were', () => {
  test('are known by their names until something else comes in their place', () => {
    const { writer, read } = filled(['a', 'b'], ['c'])
    const attempt = read()
    expect(writer.readKnownPages(attempt).pages).toMatchObject([
      { mac: 'mac-1', rows: 2 },
      { mac: 'mac-2', rows: 1 },
    ])
    writer.savePage(attempt, rows(['a']), [0], 2000, { token: null, throttles: 0, mac: 'mac-3' })
    writer.endSync(true, 2000)
    expect(writer.readKnownPages(read()).pages).toEqual([])
  })

  test('say how old their rows are, whose own times stay what they were', () => {
    const { store, writer, read } = filled(['a', 'b'], ['c'])
    const attempt = read()
    writer.markPage(attempt, 2000, { token: null, throttles: 0 })
    expect(seen(store)).toEqual({ a: 2000, b: 2000, c: 1000 })
    writer.failScope(scope, fault, 2500)
    expect(oldestRowAt(store, line(store))).toBe(1000)
    const last = read()
    writer.markPage(last, 3000, { token: null, throttles: 0 })
    writer.failScope(scope, fault, 3001)
    expect(oldestRowAt(store, line(store))).toBe(1000)
    const whole = read()
    writer.markPage(whole, 4000, { token: null, throttles: 0 })
    expect(writer.markLastPage(whole, 5000, 0)).toEqual({
      rows: 3,
      changes: { added: 0, changed: 0, gone: 0 },
    })
    expect(seen(store)).toEqual({ a: 4000, b: 4000, c: 5000 })
    expect(own(store)).toEqual({ a: 1000, b: 1000, c: 1000 })
    read()
    writer.failScope(scope, fault, 6000)
    expect(oldestRowAt(store, line(store))).toBe(4000)
  })

  test('leave the rows of a page behind them gone if that no longer comes', () => {
    const { store, writer, read } = filled(['a', 'b'], ['c'])
    expect(writer.markLastPage(read(), 2000, 0)).toEqual({
      rows: 2,
      changes: { added: 0, changed: 0, gone: 1 },
    })
    expect(own(store)).toEqual({ a: 2000, b: 2000 })
    expect(store.db.prepare('SELECT id, seen_at, gone_at FROM gone').all()).toEqual([
      { id: 'c', seen_at: 1000, gone_at: 2000 },
    ])
    expect(writer.readKnownPages(read()).pages).toHaveLength(1)
  })

  test('give a tombstone the time at which its page last came', () => {
    const { store, writer, read } = filled(['a'], ['b'])
    const again = read()
    writer.markPage(again, 2000, { token: null, throttles: 0 })
    writer.markLastPage(again, 3000, 0)
    const attempt = read()
    writer.saveLastPage(attempt, rows(['a']), [0], 4000, { throttles: 0, mac: 'mac-1' })
    expect(store.db.prepare('SELECT id, seen_at FROM gone').all()).toEqual([{ id: 'b', seen_at: 3000 }])
  })

  test('belong to a pass that another sync goes on with', () => {
    const { store, writer, read } = filled(['a', 'b'], ['c'])
    writer.markPage(read(), 2000, { token: 'next', throttles: 0 })
    writer.endSync(true, 2000)
    const other = makeWriter(store)
    const taken = other.beginScope(scope, 3000, { use })
    expect(taken.resumed).toMatchObject({ token: 'next', pages: 1 })
    expect(other.readPass(taken).places).toEqual([{ group: null, position: 1 }])
    expect(other.readKnownPages(taken).pages).toEqual([])
    other.saveLastPage(taken, rows(['d']), [2], 4000, { throttles: 0, mac: 'mac-4' })
    expect(own(store)).toEqual({ a: 2000, b: 2000, d: 4000 })
    other.endSync(false, 4000)
    expect(other.readKnownPages(other.beginScope(scope, 5000, { use })).pages).toHaveLength(2)
  })

  test('have not come in a pass that began anew', () => {
    const { store, writer, read } = filled(['a', 'b'], ['c'])
    const refused = read()
    writer.markPage(refused, 2000, { token: 'refused', throttles: 0 })
    const anew = writer.restartScope(scope, refused, 3000)
    const { changes } = writer.saveLastPage(anew, rows(['a']), [0], 4000, { throttles: 0 })
    expect(changes.gone).toBe(2)
    expect(own(store)).toEqual({ a: 4000 })
  })

  test.each([
    [
      'two pages have a row in common',
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      '',
    ],
    ['a row is lost', [['a', 'b'], ['c']], "DELETE FROM row_volumes WHERE _id = 'b'"],
    ['a page is lost', [['a', 'b'], ['c']], 'DELETE FROM page WHERE number = 1'],
    ['the scope is to be written anew', [['a', 'b'], ['c']], 'UPDATE scope SET set_id = NULL'],
  ])('are not known if %s', (_, pages, sql) => {
    const { store, writer, read } = filled(...pages)
    store.db.exec(sql)
    const attempt = read()
    expect(writer.readKnownPages(attempt).pages).toEqual([])
    writer.saveLastPage(attempt, rows(['a', 'b', 'c']), [0, 1, 2], 2000, { throttles: 0, mac: 'mac-5' })
    expect(own(store)).toEqual({ a: 2000, b: 2000, c: 2000 })
    writer.endSync(false, 2000)
    expect(writer.readKnownPages(read()).pages).toMatchObject([{ mac: 'mac-5', rows: 3 }])
  })

  test('are known no more if a row of one has come on another page of a pass that was cut off', () => {
    const { store, writer, read } = filled(['a', 'b'], ['c', 'd'])
    const attempt = read()
    writer.markPage(attempt, 2000, { token: null, throttles: 0 })
    writer.leaveKnownPages(attempt)
    writer.savePage(attempt, rows(['b', 'c']), [2, 3], 3000, { token: null, throttles: 0, mac: 'mac-6' })
    writer.endSync(true, 3000)
    // Else both would seem to hold all four rows, and `d` to have come again.
    expect(writer.readKnownPages(read()).pages).toEqual([])
    expect(own(store)).toEqual({ a: 2000, b: 3000, c: 3000, d: 1000 })
  })

  test('keep their times in a cache that is rebuilt', () => {
    const { store, file, writer, read } = filled(['a', 'b'], ['c'])
    writer.markPage(read(), 2000, { token: null, throttles: 0 })
    writer.endSync(true, 2000)
    store.close()
    rebuildCache(file, kinds, rowMaker, () => {})
    const rebuilt = openStore(file)
    expect(seen(rebuilt)).toEqual({ a: 2000, b: 2000, c: 1000 })
    expect(checkAll(rebuilt, rowMaker)).toEqual({ file: [], scopes: [] })
    rebuilt.close()
  })

  test.each([
    'UPDATE page SET rows = 7 WHERE number = 2',
    'UPDATE page_rows SET last_row = last_row + 4 WHERE number = 1',
    'DELETE FROM page_rows WHERE number = 2',
    'DELETE FROM page WHERE number = 2',
  ])('are looked at by a check of the cache: %s', (sql) => {
    const { store } = filled(['a', 'b'], ['c'])
    expect(checkAll(store, rowMaker)).toEqual({ file: [], scopes: [] })
    store.db.exec(sql)
    expect(checkAll(store, rowMaker).scopes).toMatchObject([{ found: 'its pages are not what was stored' }])
  })
})

/** A cache with the pages of one scope, read at 1000. */
function filled(...pages: readonly (readonly string[])[]) {
  const file = join(temporaryFolder(), 'cache.db')
  const store = openStore(file)
  onTestFinished(() => store.close())
  const writer = makeWriter(store)
  const read = (at = 1500): Attempt => writer.beginScope(scope, at)
  const attempt = read(1000)
  let place = 0
  pages.forEach((ids, index) => {
    const places = ids.map(() => place++)
    writer.savePage(attempt, rows(ids), places, 1000, { token: null, throttles: 0, mac: `mac-${index + 1}` })
  })
  writer.finishScope(attempt, 1000)
  const began = (at?: number): Attempt => ({ ...writer.beginScope(scope, at ?? 1500, { use }) })
  return { store, file, writer, read: began }
}

function rows(ids: readonly string[]) {
  return ids.map((id) =>
    rowMaker(volumes)({ id, group: null, body: { VolumeId: id }, text: `text of ${id}` }),
  )
}

function line(store: Store) {
  const [first] = readLedger(store)
  if (!first) throw new Error('the ledger is empty')
  return first
}

/** When AWS last gave each row, as it is shown. */
function seen(store: Store): Record<string, number> {
  const found = store.db.prepare('SELECT _row, _id FROM row_volumes ORDER BY _id').raw().all()
  return Object.fromEntries(
    (found as [number, string][]).map(([row, id]) => [
      id,
      readRowsById(store, volumes, [row], [])[0]?.seenAt ?? 0,
    ]),
  )
}

/** What the rows themselves say. */
function own(store: Store): Record<string, number> {
  return Object.fromEntries(
    store.db.prepare('SELECT _id, _seen_at FROM row_volumes').raw().all() as [string, number][],
  )
}
