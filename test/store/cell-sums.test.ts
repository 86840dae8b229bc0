import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { Json, ResolvedScope, Resource } from '../../src/model.ts'
import { listResources } from '../../src/query/listing.ts'
import { runThrough } from '../../src/run-through.ts'
import { hashCell, sumTexts } from '../../src/store/cell-hashes.ts'
import { isIndexSound, makeCellChecker } from '../../src/store/check-cells.ts'
import { DamagedScope } from '../../src/store/damage.ts'
import { fillTables, isFilled } from '../../src/store/fill.ts'
import { quoteIdentifier } from '../../src/store/kind-tables.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { narrowView } from '../../src/store/narrow.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import type { RowOrder } from '../../src/store/order-parts.ts'
import { scanAlike } from '../../src/store/scan-alike.ts'
import { scanOrdered } from '../../src/store/scan-ordered.ts'
import { scanRows } from '../../src/store/scan-rows.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { saveReading } from '../helpers/save-reading.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { below, pick, type Random, random } from '../jmespath/fleet.ts'

const instances = findKind('instances')
const scope: ResolvedScope = {
  profile: 'prod',
  account: '111122223333',
  region: 'eu-west-1',
  kind: 'instances',
}

describe('the sums of columns', () => {
  test('are those of the rows after any readings, and the same as if they were made anew', () => {
    const next = random(20_261_126)
    let held: readonly Resource[] = []
    const store = openStore(join(temporaryFolder(), 'inventory.db'), [instances])
    for (let round = 1; round <= 60; round += 1) {
      held = changed(next, held, round)
      read(store, next, held, round)
      expect(isFilled(store)).toBe(true)
      check(store)
      const sums = readSums(store)
      store.db.exec('UPDATE scope SET unsummed = 0')
      for (const _ of fillTables(store, rowMaker)) expect(isFilled(store)).toBeTypeOf('boolean')
      expect(readSums(store)).toEqual(sums)
    }
    expect(store.db.prepare('SELECT count(*) FROM gone').pluck().get()).toBeGreaterThan(5)
  })

  test('differ for each bit of a cell, of whichever type', () => {
    const store = filled()
    let tried = 0
    for (const name of ['State', 'Name', '_order_Name', 'Vcpus', 'LaunchTime']) {
      for (let bit = 0; bit < 8; bit += 1) {
        store.db.exec('BEGIN')
        const column = quoteIdentifier(name)
        const before = store.db.prepare(`SELECT ${column} FROM row_instances WHERE _id = 'i-1'`).pluck().get()
        const bytes = Buffer.from(String(before))
        bytes.writeUInt8(bytes.readUInt8(0) ^ (1 << bit), 0)
        const after = typeof before === 'number' ? before ^ (1 << bit) : bytes
        const cast = typeof before === 'number' ? '?' : 'CAST(? AS TEXT)'
        store.db.prepare(`UPDATE row_instances SET ${column} = ${cast} WHERE _id = 'i-1'`).run(after)
        expect(() => check(store), `bit ${bit} of ${name}`).toThrow(DamagedScope)
        store.db.exec('ROLLBACK')
        tried += 1
      }
    }
    expect(tried).toBe(40)
    for (const value of ['NULL', "x'72756e6e696e67'", "''", 'char(2)']) {
      store.db.exec(`BEGIN; UPDATE row_instances SET State = ${value} WHERE _id = 'i-1'`)
      expect(() => check(store), value).toThrow(/the column State of a row is not what was stored/)
      store.db.exec('ROLLBACK')
    }
    check(store)
  })

  test('that are missing are damage', () => {
    const store = filled()
    store.db.exec('DELETE FROM cell_sum')
    expect(() => check(store)).toThrow(/the sums of its columns are missing/)
  })

  test('are not compared after an older muster that was running has written, until they are made anew', () => {
    const store = filled()
    store.db.exec("UPDATE row_instances SET State = 'stopped' WHERE _id = 'i-1'")
    // It knows of no sums, and counts its rows as ever.
    store.db.exec('UPDATE scope SET rows = rows + 0, pages = pages + 1')
    check(store)
    expect(isFilled(store)).toBe(false)
    read(store, random(1), [resource(1, 'running'), resource(2, 'running')], 9)
    expect(isFilled(store)).toBe(false)
    expect([...fillTables(store, rowMaker)].at(-1)).toEqual({ done: 2, total: 2 })
    check(store)
    store.db.exec("UPDATE row_instances SET State = 'stopped' WHERE _id = 'i-1'")
    expect(() => check(store)).toThrow(DamagedScope)
  })

  test('are of as many rows as the ledger says, and where nothing is known of them the rows are counted', () => {
    const store = filled()
    const column = `r.${quoteIdentifier('State')}`
    const isCounted = () => {
      const checkCells = makeCellChecker(store, instances, [column])
      return readLedger(store).map((line) => checkCells(line))
    }
    const condition = {
      sql: `${column} = 'running'`,
      parameters: [],
      columns: [column],
      document: false,
      id: null,
    }
    const request = { cells: [], paths: [], groupFields: false, origin: [], condition, first: 250 }
    const order: RowOrder = { terms: [{ sql: column, descending: false }], limit: null, cutFrom: 0 }
    const readings = [
      () => scanRows(store, readLedger(store), instances, request),
      () => scanAlike(store, readLedger(store), instances, request),
      () => scanOrdered(store, readLedger(store), instances, request, [], order) ?? [],
    ]
    expect(isCounted()).toEqual([true])
    for (const read of readings) expect([...read()].length).toBeGreaterThan(0)
    store.db.exec("DELETE FROM row_instances WHERE _id = 'i-1'")
    expect(isCounted).toThrow(/1 rows of 2 can be found/)
    // An older muster that was running has written.
    store.db.exec('UPDATE scope SET rows = rows + 0, pages = pages + 1')
    expect(isCounted()).toEqual([false])
    for (const read of readings) expect(() => [...read()]).toThrow(/1 rows of 2 can be found/)
  })

  test('of an index are those of its rows, whichever scopes they are of', () => {
    const store = filled()
    const isSound = () => isIndexSound(store, instances, 'State', 'row_instances_state')
    expect(isSound()).toBe(true)
    store.db.exec("UPDATE row_instances SET State = 'stopped' WHERE _id = 'i-1'")
    expect(isSound()).toBe(false)
    store.db.exec("UPDATE row_instances SET State = 'running' WHERE _id = 'i-1'")
    expect(isSound()).toBe(true)
    store.db.exec("UPDATE row_instances SET _row = _row + 64 WHERE _id = 'i-1'")
    expect(isSound()).toBe(false)
  })

  test('show a cell that is wrong where the screen sorts by its column, and only there', () => {
    const store = filled()
    store.db.exec("UPDATE row_instances SET State = 'stopped' WHERE _id = 'i-1'")
    const list = (column: string) => {
      const narrow = narrowView(['InstanceId'], { column, descending: false }, instances, store)
      if (!narrow) throw new Error('the narrow columns do not hold the id')
      const request = {
        kind: instances,
        columns: ['InstanceId'],
        narrow,
        filters: [],
        lines: readLedger(store),
      }
      return runThrough(listResources(store, { ...request, known: new Map() })).total
    }
    expect(list('LaunchTime')).toBe(2)
    expect(() => list('State')).toThrow(DamagedScope)
  })

  test('of texts are those of the cells, as SQLite keeps them', () => {
    const cells = ['', 'running', 'é😀', 'a\ud800b', 'x\0y', '\ufffd']
    const sum = cells.reduce((all, each) => (all + hashCell(each)) | 0, 0)
    expect(sumTexts(cells.map((cell) => cell.toWellFormed()).join('\u0001'))).toBe(sum)
    expect(new Set([...cells, null, Buffer.from('running')].map(hashCell)).size).toBe(8)
  })
})

/** Without the numbers of rows, for which cells would be compared one by one. */
function check(store: Store): void {
  const names = store.db
    .prepare("SELECT name FROM pragma_table_info('row_instances') WHERE name <> '_row'")
    .pluck()
    .all() as string[]
  const checkCells = makeCellChecker(
    store,
    instances,
    names.map((name) => `r.${quoteIdentifier(name)}`),
  )
  for (const line of readLedger(store)) checkCells(line)
}

function readSums(store: Store): unknown {
  return store.db.prepare('SELECT * FROM cell_sum ORDER BY scope_id').all()
}

const texts = ['running', '', 'a\u0001b', '\u0002', 'a\ud800b', 'x\0y', 'é😀', '017', '1e3'] as const

/** Some resources have changed, some are new, some have gone. */
function changed(next: Random, held: readonly Resource[], round: number): readonly Resource[] {
  const staying = held.filter(() => next() < 0.9)
  const same = staying.map((each) =>
    next() < 0.2 ? resource(Number(each.id.slice(2)), pick(next, texts)) : each,
  )
  const added = Array.from({ length: below(next, 6) }, (_, n) => resource(round * 10 + n, pick(next, texts)))
  return next() < 0.05 ? added : [...same, ...added]
}

function resource(number: number, text: string): Resource {
  const id = `i-${number}`
  const group = { id: `r-${number >> 1}`, fields: { ReservationId: `r-${number >> 1}` } }
  // SQLite makes a text of a number there.
  const key: Json = number % 3 === 0 ? text : number % 3 === 1 ? 17 : 1.5
  const body = {
    InstanceId: id,
    State: { Name: text },
    LaunchTime: '2026-01-01T00:00:00+00:00',
    KeyName: key,
    CpuOptions: { CoreCount: number % 2 === 0 ? 2 : 1.5, ThreadsPerCore: 2 },
    Tags: [{ Key: 'Name', Value: `web-${number}${text}` }],
  }
  return { id, group, body }
}

function filled(): Store {
  const store = openStore(join(temporaryFolder(), 'inventory.db'), [instances])
  read(store, random(1), [resource(1, 'running'), resource(2, 'running')], 1)
  return store
}

/** One reading, in two pages of which one may be empty. */
function read(store: Store, next: Random, resources: readonly Resource[], at: number): void {
  const cut = below(next, resources.length + 1)
  saveReading(makeWriter(store), scope, [resources.slice(0, cut), resources.slice(cut)], at)
}
