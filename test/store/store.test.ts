import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { JsonObject, ResolvedScope } from '../../src/model.ts'
import { compileRowFilters } from '../../src/query/filter/filter-sql.ts'
import type { StoredRow } from '../../src/store/cells.ts'
import {
  isResolved,
  readLedger,
  readRememberedProfiles,
  readRememberedRegions,
  statusOf,
} from '../../src/store/ledger.ts'
import { type NarrowColumn, narrowColumns } from '../../src/store/narrow.ts'
import { oldestRowAt } from '../../src/store/oldest.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { ScopeHeld } from '../../src/store/running-syncs.ts'
import { runInSnapshot, scanColumns } from '../../src/store/scan.ts'
import { scanDocuments } from '../../src/store/scan-rows.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const scope: ResolvedScope = {
  profile: 'prod',
  account: '111122223333',
  region: 'eu-west-1',
  kind: 'instances',
}
const fault = { class: 'denied', code: 'UnauthorizedOperation', message: 'No.', next: 'Ask.' } as const
const instances = findKind('instances')

describe('the cache file', () => {
  test('is readable by its owner alone', () => {
    const { file } = fresh()
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('of a newer muster is refused and left alone', () => {
    const { file, store } = fresh()
    store.db.pragma('user_version = 99')
    store.close()
    expect(() => openStore(file)).toThrow(/newer muster/)
  })

  test('that is no database is refused and left alone', () => {
    const file = join(temporaryFolder(), 'x.db')
    writeFileSync(file, 'this is not a database, and somebody may want it back'.repeat(50))
    expect(() => openStore(file)).toThrow(/damaged: move it away/)
    expect(readFileSync(file, 'utf8')).toContain('somebody may want it back')
  })

  test('of another program is refused and left alone', () => {
    const file = join(temporaryFolder(), 'x.db')
    const other = new Sqlite(file)
    other.exec('CREATE TABLE precious (x)')
    other.close()
    expect(() => openStore(file)).toThrow(/another program/)
  })

  test('in a place that cannot be written is one sentence', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    expect(() => openStore(join(folder, 'file', 'x.db'))).toThrow(/cannot be written .* --cache FILE/)
    chmodSync(folder, 0o700)
  })

  test('can be read by any SQLite tool through a view per kind', () => {
    const { store, file } = fresh()
    fill(store, ['i-1'])
    const row = new Sqlite(file, { readonly: true }).prepare('SELECT * FROM instances').get() as JsonObject
    expect(row).toMatchObject({
      AccountId: '111122223333',
      Region: 'eu-west-1',
      InstanceId: 'i-1',
      Profile: 'prod',
    })
    expect(JSON.parse(row.document as string)).toEqual({ InstanceId: 'i-1' })
  })
})

describe('a scope', () => {
  test('that was read to its end replaces its older rows', () => {
    const { store } = fresh()
    fill(store, ['i-1', 'i-2'])
    fill(store, ['i-2', 'i-3'])
    expect(ids(store)).toEqual(['i-2', 'i-3'])
    expect(store.db.prepare('SELECT count(*) FROM document').pluck().get()).toBe(2)
    expect(store.db.prepare('SELECT count(*) FROM search').pluck().get()).toBe(2)
  })

  test('that fails keeps its rows and is named', () => {
    const { store, writer } = fresh()
    fill(store, ['i-1'])
    writer.failScope(scope, fault, 2000)
    expect(ids(store)).toEqual(['i-1'])
    expect(readLedger(store)).toMatchObject([
      { state: 'failed', rows: 1, syncedAt: 1000, faults: [{ profile: 'prod', fault, at: 2000 }] },
    ])
  })

  test('that is read again after a failure no longer names what its profile met before', () => {
    const { store, writer } = fresh()
    writer.failScope(scope, fault, 1000)
    expect(standing(store)).toMatchObject({ state: 'failed', fault, others: [] })
    const attempt = writer.beginScope(scope, 2000)
    expect(standing(store)).toMatchObject({ state: 'reading', fault: null, others: [] })
    writer.savePage(attempt, [row('i-1')], [0], 2000)
    writer.endSync(true, 3000)
    expect(standing(store)).toMatchObject({ state: 'interrupted', fault: null, others: [] })
  })

  test('that is cut off is interrupted, and its older rows stay', () => {
    const { store, writer } = fresh()
    fill(store, ['i-1'])
    const attempt = writer.beginScope(scope, 2000)
    writer.savePage(attempt, [row('i-2')], [0], 2000)
    expect(ids(store).sort()).toEqual(['i-1', 'i-2'])
    expect(status(store, 2000 + 60_000)).toBe('reading')
    expect(status(store, 1000 + 60_000)).toBe('fresh')
    writer.endSync(true, 3000)
    expect(status(store)).toBe('interrupted')
  })

  test('that one sync reads is not read by another before that has ended', () => {
    const { store, writer } = fresh()
    const other = makeWriter(store)
    const attempt = writer.beginScope(scope, 1)
    expect(() => other.beginScope(scope, 1)).toThrow(ScopeHeld)
    writer.savePage(attempt, [row('i-1')], [0], 1)
    writer.endSync(true, 3000)
    const taken = other.beginScope(scope, 2)
    expect(() => writer.savePage(attempt, [row('i-2')], [1], 3)).toThrow(ScopeHeld)
    expect(() => writer.finishScope(attempt, 3)).toThrow(ScopeHeld)
    other.savePage(taken, [row('i-1'), row('i-3')], [0, 1], 4)
    other.finishScope(taken, 5)
    expect(ids(store)).toEqual(['i-1', 'i-3'])
  })

  test('is fresh or stale by its age', () => {
    const { store } = fresh()
    fill(store, ['i-1'])
    expect(status(store, 1000 + 60_000)).toBe('fresh')
    expect(status(store, 1000 + 60_001)).toBe('stale')
  })

  test('whose account was unknown is forgotten when the profile has signed in', () => {
    const { store, writer } = fresh()
    writer.failScope({ ...scope, account: null, region: null }, fault, 1)
    expect(readLedger(store)).toHaveLength(1)
    fill(store, [])
    expect(readLedger(store).map((line) => isResolved(line.scope))).toEqual([true])
  })
})

describe('what is remembered', () => {
  test('profiles lead to accounts, accounts have regions', () => {
    const { store, writer } = fresh()
    writer.rememberProfile('prod', 'f', '111122223333', 1)
    writer.rememberRegions('111122223333', ['eu-west-1'], 1)
    expect(readRememberedProfiles(store).get('prod')).toEqual({ fingerprint: 'f', account: '111122223333' })
    expect(readRememberedRegions(store).get('111122223333')).toEqual(['eu-west-1'])
  })
})

describe('reading', () => {
  test('brings a reservation that came on two pages together', () => {
    const { store, writer } = fresh()
    const attempt = writer.beginScope(scope, 1)
    const grouped = (id: string, group: string): StoredRow => {
      const one = row(id)
      return { ...one, resource: { ...one.resource, group: { id: group, fields: { ReservationId: group } } } }
    }
    writer.savePage(attempt, [grouped('i-1', 'r-1'), grouped('i-2', 'r-2')], [0, 10], 1)
    writer.savePage(attempt, [grouped('i-3', 'r-1')], [20], 1)
    const chunks = [...scanDocuments(store, readLedger(store), instances)]
    expect(chunks.flat().map(({ body }) => body.InstanceId)).toEqual(['i-1', 'i-3', 'i-2'])
  })

  test('sees one state of the cache, whatever is written meanwhile', () => {
    const { store, file } = fresh()
    fill(
      store,
      Array.from({ length: 2500 }, (_, n) => `i-${n}`),
    )
    const lines = readLedger(store)
    const request = { columns: [column(store, 'InstanceId')], filters: [], sort: null }
    const rows = runInSnapshot(store, () => scanColumns(store, lines, instances, request))
    expect(rows.next().value).toEqual(['i-0'])
    const other = openStore(file)
    fill(other, ['i-9999'])
    other.close()
    expect([...rows]).toHaveLength(2499)
  })

  test('filters by columns, tags and origin, and sorts with nothing last', () => {
    const { store, writer } = fresh()
    const attempt = writer.beginScope(scope, 1)
    const rows = [
      { ...row('i-1'), values: ['b', 'i-1'], search: 'b\ni-1\nenv=prod' },
      { ...row('i-2'), values: [null, 'i-2'], search: 'i-2' },
      { ...row('i-3'), values: ['a', 'i-3'], search: 'a\ni-3' },
    ]
    writer.savePage(attempt, rows, [0, 1, 2], 1)
    const lines = readLedger(store)
    const read = (filters: readonly string[], descending = false) =>
      [
        ...scanColumns(store, lines, instances, {
          columns: [column(store, 'InstanceId')],
          filters: compileRowFilters(filters, instances, ['InstanceId'], store, 0) ?? [],
          sort: { column: column(store, 'Name'), descending },
        }),
      ].flat()
    expect(read([])).toEqual(['i-3', 'i-1', 'i-2'])
    expect(read([], true)).toEqual(['i-1', 'i-3', 'i-2'])
    expect(read(['"env=prod"'])).toEqual(['i-1'])
    expect(read(['!"env=prod"'])).toEqual(['i-3', 'i-2'])
    expect(read(['eu-west-1'])).toHaveLength(3)
    expect(read(['eu-west-1', '!"env=prod"', 'a'])).toEqual(['i-3'])
    expect(read(['!eu-west-1', 'a'])).toEqual([])
  })
})

describe('the oldest row of a scope', () => {
  test('is as old as the reading before, while one that was cut off brought only some rows anew', () => {
    const { store } = fresh()
    const write = makeWriter(store)
    const read = (names: readonly string[], at: number) => {
      const attempt = write.beginScope(scope, at)
      write.savePage(
        attempt,
        names.map(row),
        names.map((_, index) => index),
        at + 1,
      )
      return attempt
    }
    read(['a'], 100)
    write.endSync(true, 3000)
    expect(standing(store)).toMatchObject({ state: 'interrupted', syncedAt: null, oldestAt: 101, rows: 1 })
    write.finishScope(read(['a', 'b'], 200), 210)
    expect(standing(store)).toMatchObject({ state: 'fresh', syncedAt: 210, oldestAt: 210 })
    read(['b', 'c'], 300)
    write.endSync(true, 3000)
    expect(standing(store)).toMatchObject({ state: 'interrupted', syncedAt: 210, oldestAt: 201, rows: 3 })
    read(['a'], 400)
    write.failScope(scope, fault, 410)
    expect(standing(store)).toMatchObject({ state: 'failed', oldestAt: 301 })
  })

  test('is of the first of several pages, though they were read without a break', () => {
    const { store } = fresh()
    const write = makeWriter(store)
    const attempt = write.beginScope(scope, 100)
    write.savePage(attempt, [row('a')], [0], 101)
    write.savePage(attempt, [row('b')], [0], 150)
    write.finishScope(attempt, 160)
    expect(standing(store)).toMatchObject({ state: 'fresh', syncedAt: 160, oldestAt: 100 })
    const early = write.beginScope(scope, 200)
    write.savePage(early, [row('a')], [0], 190)
    write.savePage(early, [row('b')], [0], 191)
    write.finishScope(early, 192)
    expect(standing(store).oldestAt).toBe(192)
  })

  test('of a scope without rows does not exist, or is as old as the reading that found no rows', () => {
    const { store } = fresh()
    const write = makeWriter(store)
    const attempt = write.beginScope(scope, 100)
    expect(standing(store).oldestAt).toBe(null)
    write.finishScope(attempt, 110)
    write.failScope(scope, fault, 200)
    expect(standing(store).oldestAt).toBe(110)
  })
})

function fresh() {
  const file = join(temporaryFolder(), 'inventory.db')
  const store = openStore(file)
  onTestFinished(() => store.close())
  return { file, store, writer: makeWriter(store) }
}

function fill(store: Store, names: readonly string[]): void {
  const writer = makeWriter(store)
  const attempt = writer.beginScope(scope, 1000)
  writer.savePage(
    attempt,
    names.map(row),
    names.map((_, index) => index),
    1000,
  )
  writer.finishScope(attempt, 1000)
}

function row(id: string): StoredRow {
  return { resource: { id, group: null, body: { InstanceId: id } }, values: [null, id], search: id }
}

function ids(store: Store): unknown[] {
  return store.db.prepare('SELECT _id FROM row_instances ORDER BY _position, _id').pluck().all()
}

function column(store: Store, name: string): NarrowColumn {
  const found = narrowColumns(store, instances)(name)
  if (!found) throw new Error(`no column ${name}`)
  return found
}

function status(store: Store, now = 1000) {
  return standing(store, now).state
}

function standing(store: Store, now = 1000) {
  const [line] = readLedger(store)
  return statusOf(scope, line, [scope.profile], {
    now,
    fresh: 60_000,
    accepted: () => false,
    oldestAt: (each) => oldestRowAt(store, each),
  })
}
