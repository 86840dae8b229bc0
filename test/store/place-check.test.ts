import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { ResolvedScope, Resource } from '../../src/model.ts'
import { checkAll } from '../../src/store/check-cache.ts'
import { DamagedScope } from '../../src/store/damage.ts'
import { fillTables, isFilled } from '../../src/store/fill.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { narrowColumns } from '../../src/store/narrow.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { makeRunReader } from '../../src/store/runs.ts'
import { scanColumns } from '../../src/store/scan.ts'
import { scanRows } from '../../src/store/scan-rows.ts'
import { scanTexts } from '../../src/store/scan-texts.ts'
import { makeScopeReader } from '../../src/store/scope-places.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { casesOf } from '../helpers/long-runs.ts'
import { saveReading } from '../helpers/save-reading.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const instances = findKind('instances')
const scope: ResolvedScope = {
  profile: 'prod',
  account: '111122223333',
  region: 'eu-west-1',
  kind: 'instances',
}

describe('a bit that is wrong in the group or the place of a row', () => {
  test('is found whichever it is, by all that reads rows in their order or by their groups', () => {
    const store = filled()
    const row = store.db.prepare('SELECT max(_row) FROM row_instances').pluck().get() as number
    const places = Array.from({ length: 60 }, (_, bit) => ['_position', bit] as const)
    const letters = Array.from({ length: 19 }, (_, at) => ['_group', 7 * at + (at % 7)] as const)
    const all = [...places, ...letters]
    const tried = all.filter((_, n) => n % 10 < casesOf(10))
    for (const [column, bit] of tried) {
      store.db.exec('BEGIN')
      flip(store.db, column, bit, row)
      // Two places that are one let no row stand at another place than before.
      const readings = column === '_group' ? ofGroups : [...ofGroups, ...ofPlaces]
      for (const [what, read] of readings)
        expect(() => read(store), `${what}: bit ${bit} of ${column}`).toThrow(DamagedScope)
      const about = `bit ${bit} of ${column}`
      expect(checkAll(store, null).scopes[0]?.rows, about).toMatchObject([['i-3', expect.any(String)]])
      store.db.exec('ROLLBACK')
    }
    expect(new Set(tried.map(([column]) => column)).size).toBe(2)
    for (const [what, read] of [...ofGroups, ...ofPlaces]) expect(read(store), what).toBe(4)
  })

  test('is not looked for in rows that an older muster wrote, until they have got their checks', () => {
    const store = filled()
    store.db.exec('UPDATE row_instances SET _check = NULL; UPDATE scope SET unchecked = 0')
    for (const [what, read] of [...ofGroups, ...ofPlaces]) expect(read(store), what).toBe(4)
    expect(isFilled(store)).toBe(false)
    expect([...fillTables(store, rowMaker)].at(-1)).toEqual({ done: 4, total: 4 })
    expect(isFilled(store)).toBe(true)
    expect(checkAll(store, null).scopes).toEqual([])
    store.db.exec("UPDATE row_instances SET _group = 'r-b' WHERE _id = 'i-0'")
    for (const [what, read] of ofGroups) expect(() => read(store), what).toThrow(DamagedScope)
  })

  test('is not seen where rows have come again at other places', () => {
    const store = filled()
    const again = [resource(3, 'r-b'), resource(0, 'r-a'), resource(2, 'r-b'), resource(1, 'r-a')]
    saveReading(makeWriter(store), scope, [again], 2)
    expect(checkAll(store, null).scopes).toEqual([])
    for (const [what, read] of [...ofGroups, ...ofPlaces]) expect(read(store), what).toBe(4)
  })
})

const request = { cells: [], paths: [], groupFields: false, origin: [], condition: null, first: 1 }
type Reading = readonly [what: string, read: (store: Store) => number]

const ofGroups: readonly Reading[] = [
  [
    'columns of rows by their groups',
    (store) => [...scanRows(store, readLedger(store), instances, request)].flat().length,
  ],
  [
    'whole documents',
    (store) =>
      [
        ...scanRows(store, readLedger(store), instances, { ...request, paths: null, groupFields: true }),
      ].flat().length,
  ],
  [
    'texts of documents',
    (store) =>
      [...scanTexts(store, readLedger(store), instances, { depth: null, origin: false })].flat().length,
  ],
]

const ofPlaces: readonly Reading[] = [
  ['columns', (store) => readColumns(store, null).length],
  ['sorted columns', (store) => readColumns(store, 'State').length],
  [
    'runs of the screen',
    (store) => {
      const read = makeRunReader(store, { kind: instances, sort: null, descending: false })
      const [line] = readLedger(store)
      return [...read(line?.scopeId ?? 0, [])].reduce((sum, { ids }) => sum + ids.length, 0)
    },
  ],
  [
    'scopes of the screen',
    (store) => makeScopeReader(store, instances).read(readLedger(store)[0]?.scopeId ?? 0).length,
  ],
  [
    'scopes of the screen that are looked at later',
    (store) => {
      const [line] = readLedger(store)
      for (const _ of line ? makeScopeReader(store, instances).check(line) : []);
      return line?.rows ?? 0
    },
  ],
]

function readColumns(store: Store, sort: string | null): readonly unknown[] {
  const find = narrowColumns(store, instances)
  const column = (name: string) => {
    const found = find(name)
    if (!found) throw new Error(`no column ${name}`)
    return found
  }
  const order = sort === null ? null : { column: column(sort), descending: false }
  const columns = [column('InstanceId')]
  return [...scanColumns(store, readLedger(store), instances, { columns, filters: [], sort: order })]
}

function flip(db: Database, column: '_position' | '_group', bit: number, row: number): void {
  if (column === '_position') {
    // SQLite has no exclusive or.
    db.prepare(
      `UPDATE row_instances SET _position = (_position | (1 << @bit)) - (_position & (1 << @bit)) WHERE _row = @row`,
    ).run({ bit, row })
    return
  }
  const group = db.prepare('SELECT _group FROM row_instances WHERE _row = ?').pluck().get(row) as string
  const at = Math.floor(bit / 7)
  const letter = String.fromCharCode(group.charCodeAt(at) ^ (1 << (bit % 7)))
  const flipped = group.slice(0, at) + letter + group.slice(at + 1)
  db.prepare('UPDATE row_instances SET _group = ? WHERE _row = ?').run(flipped, row)
}

function filled(): Store {
  const store = openStore(join(temporaryFolder(), 'inventory.db'), [instances])
  const [a, b] = ['r-0123456789abcdef0', 'r-0123456789abcdef1']
  saveReading(makeWriter(store), scope, [[resource(0, a), resource(1, a), resource(2, b), resource(3, b)]], 1)
  return store
}

function resource(number: number, group: string): Resource {
  const id = `i-${number}`
  const body = { InstanceId: id, State: { Name: 'running' } }
  return { id, group: { id: group, fields: { ReservationId: group } }, body }
}
