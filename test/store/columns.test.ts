import { join } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { numberColumn, textColumn, timeColumn } from '../../src/kinds/column.ts'
import { instances } from '../../src/kinds/instances.ts'
import { volumes } from '../../src/kinds/volumes.ts'
import type { Column, JsonObject, Kind, ResolvedScope } from '../../src/model.ts'
import { fillTables, isFilled } from '../../src/store/fill.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { narrowColumns } from '../../src/store/narrow.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { scanColumns } from '../../src/store/scan.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

/** The edition that comes after the present one. */
const next = instances.edition + 1
const boot: Column = textColumn('Boot', { from: 'BootMode' })

/** Instances as a later muster may know them. */
const inserted = edition(next, [...instances.columns.slice(0, 3), boot, ...instances.columns.slice(3)])
const removed = edition(
  next,
  instances.columns.filter(({ name }) => name !== 'InstanceType'),
)
const changed = edition(
  next,
  instances.columns.map((column) =>
    column.name === 'KeyName' ? textColumn('KeyName', { from: "not_null(KeyName, 'none')" }) : column,
  ),
)
const retyped = edition(
  next,
  instances.columns.map((column) =>
    column.name === 'ImageId' ? numberColumn('ImageId', { from: 'CpuOptions.CoreCount' }) : column,
  ),
)
const renewed = edition(next + 1, [
  ...inserted.columns.slice(1),
  instances.columns[0] as Column,
  timeColumn('Stopped', { from: 'UsageOperationUpdateTime' }),
])

describe('columns of a newer muster', () => {
  test.each([
    ['inserted', inserted],
    ['removed', removed],
    ['changed', changed],
    ['of another type', retyped],
  ])('%s: an older cache gives every row its own values', (_, kind) => {
    const file = join(temporaryFolder(), 'inventory.db')
    fill(opened(file, [instances]), instances, bodies(0, 2500))
    const store = opened(file, [kind])
    expect(isFilled(store)).toBe(false)
    complete(store)
    expect(isFilled(store)).toBe(true)
    expect(table(store, kind)).toEqual(expected(kind, bodies(0, 2500)))
    expect(viewed(store.db, kind)).toEqual(expected(kind, bodies(0, 2500)))
  })

  test('one after another, past an edition that was never installed, still fit', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    fill(opened(file, [instances]), instances, bodies(0, 10))
    for (const kind of [retyped, renewed]) {
      const store = opened(file, [kind])
      complete(store)
      expect(table(store, kind)).toEqual(expected(kind, bodies(0, 10)))
    }
  })

  test('are known from the documents until they are filled', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    fill(opened(file, [instances]), instances, bodies(0, 3))
    const store = opened(file, [inserted])
    expect(narrowColumns(store, inserted)('Boot')).toBeNull()
    expect(narrowColumns(store, inserted)('InstanceType')).toBeNull()
    expect(narrowColumns(store, inserted)('Region')).not.toBeNull()
    complete(store)
    expect(narrowColumns(store, inserted)('Boot')).not.toBeNull()
  })

  test('are filled from where an interrupted filling stopped, while others read and write', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    fill(opened(file, [instances]), instances, bodies(0, 3500))
    const first = opened(file, [inserted])
    const reader = opened(file, [inserted])
    const cut = fillTables(first, rowMaker)
    expect(cut.next().value).toEqual({ done: 1000, total: 3500 })
    // The cut filling holds no lock: others read the older rows and write new ones.
    expect(reader.db.prepare('SELECT count(Boot) FROM row_instances').pluck().get()).toBe(Math.ceil(1000 / 7))
    fill(reader, inserted, bodies(0, 5), 'us-east-1')
    const second = opened(file, [inserted])
    const steps = [...fillTables(second, rowMaker)]
    expect(steps.map(({ done }) => done)).toEqual([1000, 2000, 2500])
    expect(table(second, inserted)).toEqual([
      ...expected(inserted, bodies(0, 3500)),
      ...expected(inserted, bodies(0, 5)),
    ])
    // What was cut goes on and finds nothing left.
    expect([...cut].at(-1) ?? null).toBeNull()
  })

  test('replace those of an edition whose filling was cut off', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    fill(opened(file, [instances]), instances, bodies(0, 2500))
    fillTables(opened(file, [inserted]), rowMaker).next()
    const store = opened(file, [renewed])
    complete(store)
    expect(table(store, renewed)).toEqual(expected(renewed, bodies(0, 2500)))
  })

  test('are not filled by two at once in turns: both end, with every row right', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    fill(opened(file, [instances]), instances, bodies(0, 4000))
    const [a, b] = [opened(file, [inserted]), opened(file, [inserted])]
    const [filling, other] = [fillTables(a, rowMaker), fillTables(b, rowMaker)]
    while (!filling.next().done) other.next()
    complete(b)
    expect(table(a, inserted)).toEqual(expected(inserted, bodies(0, 4000)))
  })

  test('of an edition that nobody made newer change nothing', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    const store = opened(file, [instances])
    fill(store, instances, bodies(0, 3))
    const before = schema(store.db)
    const other = opened(file, [edition(instances.edition, inserted.columns)])
    expect(isFilled(other)).toBe(true)
    expect(schema(other.db)).toEqual(before)
  })
})

describe('an older muster on a newer cache', () => {
  test('reads by name, computes what it lacks, and leaves tables and views alone', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    const newer = opened(file, [removed])
    fill(newer, removed, bodies(0, 20))
    const before = schema(newer.db)
    const older = opened(file, [instances])
    expect(schema(older.db)).toEqual(before)
    expect(isFilled(older)).toBe(true)
    const find = narrowColumns(older, instances)
    expect(find('InstanceType')).toBeNull()
    const lines = readLedger(older)
    const columns = ['Name', 'State', 'PrivateIpAddress'].map((name) => find(name) ?? never(name))
    const read = [...scanColumns(older, lines, instances, { columns, filters: [], sort: null })]
    const wanted = expected(instances, bodies(0, 20))
    expect(read).toEqual(wanted.map((row) => [row.Name, row.State, row.PrivateIpAddress]))
  })

  test('writes what it knows, and the newer one completes it', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    fill(opened(file, [inserted]), inserted, bodies(0, 20))
    const older = opened(file, [instances])
    fill(older, instances, bodies(10, 30), 'eu-west-1', 2000)
    // A newer one that has been open all the time knows at once that rows lack values.
    const newer = opened(file, [inserted])
    expect(narrowColumns(newer, inserted)('Boot')).toBeNull()
    complete(newer)
    expect(table(newer, inserted)).toEqual(expected(inserted, bodies(10, 30)))
    expect(search(newer)).toHaveLength(20)
    expect(search(newer).filter((words) => words.includes('uefi'))).toHaveLength(3)
  })

  test('that wrote after a newer one began leaves nothing of its own behind what the newer one reads', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    const newer = opened(file, [inserted])
    fill(opened(file, [instances]), instances, bodies(0, 8))
    expect(search(newer).filter((words) => words.includes('uefi'))).toEqual([])
    fill(newer, inserted, bodies(0, 8), 'eu-west-1', 2000)
    expect(search(newer).filter((words) => words.includes('uefi'))).toHaveLength(2)
  })

  test('that syncs while a newer one changes the table loses nothing', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    const older = opened(file, [instances])
    const writer = makeWriter(older)
    const attempt = writer.beginScope(scopeIn('eu-west-1'), 1)
    const make = rowMaker(instances)
    const page = (from: number, to: number) => bodies(from, to).map((body) => make(resource(body)))
    writer.savePage(attempt, page(0, 5), [0, 1, 2, 3, 4], 1)
    const newer = opened(file, [retyped])
    complete(newer)
    writer.savePage(attempt, page(5, 9), [5, 6, 7, 8], 2)
    writer.finishScope(attempt, 3)
    const again = opened(file, [retyped])
    expect(isFilled(again)).toBe(false)
    complete(again)
    expect(table(again, retyped)).toEqual(expected(retyped, bodies(0, 9)))
  })
})

describe('a kind that an existing cache has not seen', () => {
  test('gets its table and its view', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    fill(opened(file, [instances]), instances, bodies(0, 3))
    const store = opened(file, [instances, volumes])
    fill(store, volumes, [{ VolumeId: 'vol-1', Size: 80, Encrypted: true }])
    expect(store.db.prepare('SELECT VolumeId, Size, Encrypted, Region FROM volumes').all()).toEqual([
      { VolumeId: 'vol-1', Size: 80, Encrypted: 'true', Region: 'eu-west-1' },
    ])
  })
})

test('a view that is not as it should be is made anew at the next start', () => {
  const file = join(temporaryFolder(), 'inventory.db')
  const store = opened(file, [instances])
  fill(store, instances, bodies(0, 1))
  const before = schema(store.db)
  store.db.exec('DROP VIEW instances; CREATE VIEW instances AS SELECT 1 AS InstanceId')
  expect(schema(opened(file, [instances]).db)).toEqual(before)
})

test('columns of a view have the types of their values', () => {
  const store = opened(join(temporaryFolder(), 'inventory.db'), [volumes])
  fill(store, volumes, [{ VolumeId: 'vol-1' }])
  const { db } = store
  const types = (db.pragma('table_info(volumes)') as { name: string; type: string }[]).map(
    ({ name, type }) => [name, type],
  )
  expect(Object.fromEntries(types)).toMatchObject({
    AccountId: 'TEXT',
    Region: 'TEXT',
    Size: 'NUMERIC',
    CreateTime: 'TEXT',
    synced_at: 'TEXT',
    document: 'TEXT',
  })
})

function edition(number: number, columns: readonly Column[]): Kind {
  return { ...instances, edition: number, columns }
}

function opened(file: string, kinds: readonly Kind[]): Store {
  const store = openStore(file, kinds)
  onTestFinished(() => store.close())
  return store
}

function complete(store: Store): void {
  for (const { done, total } of fillTables(store, rowMaker)) expect(done).toBeLessThanOrEqual(total)
}

/** Instances whose columns all differ from one another. */
function bodies(from: number, to: number): readonly JsonObject[] {
  return Array.from({ length: to - from }, (_, index) => {
    const n = from + index
    return {
      InstanceId: `i-${n.toString(16).padStart(17, '0')}`,
      InstanceType: `m5.${n}xlarge`,
      PrivateIpAddress: `10.0.${n >> 8}.${n & 255}`,
      State: { Name: n % 2 === 0 ? 'running' : 'stopped' },
      Tags: [{ Key: 'Name', Value: `web-${n}` }],
      CpuOptions: { CoreCount: n },
      UsageOperationUpdateTime: `2026-01-01T00:00:00+00:${n % 10}0`,
      ...(n % 7 === 0 ? { BootMode: 'uefi' } : {}),
      ...(n % 3 === 0 ? { KeyName: `key-${n}` } : {}),
    }
  })
}

function scopeIn(region: string, kind = 'instances'): ResolvedScope {
  return { profile: 'prod', account: '111122223333', region, kind }
}

function resource(body: JsonObject) {
  return { id: String(body.InstanceId ?? body.VolumeId), group: null, body }
}

function fill(store: Store, kind: Kind, found: readonly JsonObject[], region = 'eu-west-1', at = 1000): void {
  const writer = makeWriter(store)
  const attempt = writer.beginScope(scopeIn(region, kind.name), at)
  const rows = found.map((body) => rowMaker(kind)(resource(body)))
  writer.savePage(
    attempt,
    rows,
    rows.map((_, index) => index),
    at,
  )
  writer.finishScope(attempt, at)
}

/** What the columns of a kind hold of resources, by name. */
function expected(kind: Kind, found: readonly JsonObject[]): JsonObject[] {
  const make = rowMaker(kind)
  return found.map((body) => {
    const { values } = make(resource(body))
    return Object.fromEntries(kind.columns.map(({ name }, index) => [name, values[index] ?? null]))
  })
}

/** The rows of a kind as muster reads them from its narrow table. */
function table(store: Store, kind: Kind): JsonObject[] {
  const find = narrowColumns(store, kind)
  const columns = kind.columns.map(({ name }) => find(name) ?? never(name))
  const rows = scanColumns(store, readLedger(store), kind, { columns, filters: [], sort: null })
  return Array.from(rows, (row) =>
    Object.fromEntries(kind.columns.map(({ name }, index) => [name, row[index] ?? null])),
  )
}

function viewed(db: Sqlite.Database, kind: Kind): unknown[] {
  const names = kind.columns.map(({ name }) => `"${name}"`).join(', ')
  return db.prepare(`SELECT ${names} FROM "${kind.name}" ORDER BY InstanceId`).all()
}

function schema(db: Sqlite.Database): unknown[] {
  return db.prepare('SELECT name, sql FROM sqlite_master ORDER BY name').all()
}

function search(store: Store): string[] {
  return store.db.prepare('SELECT text FROM search').pluck().all() as string[]
}

function never(name: string): never {
  throw new Error(`the table holds no ${name}`)
}
