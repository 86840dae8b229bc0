import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { derivedEdition } from '../../src/kinds/derive.ts'
import { makeItemId } from '../../src/kinds/identity.ts'
import { findKind, kinds } from '../../src/kinds.ts'
import type { JsonObject, Kind, ResolvedScope } from '../../src/model.ts'
import { checkAll } from '../../src/store/check-cache.ts'
import { fillTables, isFilled } from '../../src/store/fill.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { rebuildCache } from '../../src/store/rebuild.ts'
import { makeRunReader, readRowsById } from '../../src/store/runs.ts'
import { scanColumns } from '../../src/store/scan.ts'
import { scanDocuments } from '../../src/store/scan-rows.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { makePlacer, rowMaker } from '../../src/sync/row-maker.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const pools = findKind('ipam-pools')
const versions = findKind('launch-template-versions')
const allTables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'row\\_%' ESCAPE '\\'"

describe('the cache of kinds, those made from the schema too,', () => {
  test('has no table of a kind that was never read, and answers with no rows', () => {
    const store = opened()
    expect(store.db.prepare(allTables).all()).toEqual([])
    expect(documentsOf(store, pools)).toEqual([])
    expect([...scanColumns(store, [], pools, { columns: [], filters: [], sort: null })]).toEqual([])
    const read = makeRunReader(store, { kind: pools, sort: null, descending: false })
    expect([...read(1, [])]).toEqual([])
    expect(readRowsById(store, pools, [], [])).toEqual([])
    write(store, pools, [pool('ipam-pool-1')])
    const [run] = [...read(readLedger(store)[0]?.scopeId ?? 0, [])]
    expect(run?.ids).toHaveLength(1)
  })

  test('has a table and a view of a kind that was read, which another start finds', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    const first = opened(file)
    write(first, pools, [pool('ipam-pool-1'), pool('ipam-pool-2')])
    first.close()
    const store = opened(file)
    expect(isFilled(store)).toBe(true)
    expect(documentsOf(store, pools)).toEqual([pool('ipam-pool-1'), pool('ipam-pool-2')])
    expect(store.db.prepare('SELECT IpamPoolId, State FROM "ipam-pools"').raw().all()).toEqual([
      ['ipam-pool-1', 'create-complete'],
      ['ipam-pool-2', 'create-complete'],
    ])
  })

  test('gets the columns of a newer edition when it is opened', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    const columns = pools.columns.slice(0, 2)
    const before: Kind = { ...pools, edition: derivedEdition - 1, columns, state: null }
    const old = opened(file, [before])
    write(old, before, [pool('ipam-pool-1')])
    old.close()
    const store = opened(file)
    expect(isFilled(store)).toBe(false)
    for (const _ of fillTables(store, rowMaker));
    expect(isFilled(store)).toBe(true)
    expect(store.db.prepare('SELECT State FROM "ipam-pools"').pluck().all()).toEqual(['create-complete'])
  })

  test('gets the columns of a kind that is made by hand later', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    const old = opened(file)
    write(old, pools, [pool('ipam-pool-1')])
    old.close()
    const { made: _, ...byHand } = pools
    const chosen: Kind = { ...byHand, edition: 1, columns: pools.columns.slice(0, 3) }
    const store = opened(file, [chosen])
    for (const _ of fillTables(store, rowMaker));
    const held = store.db.prepare("SELECT edition FROM kind WHERE kind = 'ipam-pools'").pluck().get()
    expect(held).toBe(1)
    expect(documentsOf(store, chosen)).toEqual([pool('ipam-pool-1')])
  })

  test('keeps resources that no member identifies apart, and equal ones too', () => {
    const store = opened()
    const bodies = [version(1), version(2), version(2)]
    write(store, versions, bodies)
    expect(documentsOf(store, versions)).toEqual(bodies)
    write(store, versions, [version(2), version(3)])
    expect(documentsOf(store, versions)).toEqual([version(2), version(3)])
    expect(store.db.prepare('SELECT count(*) FROM gone').pluck().get()).toBe(2)
    expect(checkAll(store, rowMaker)).toEqual({ file: [], scopes: [] })
  })

  test('is checked like any other', () => {
    const store = opened()
    write(store, versions, [version(1), version(2)])
    store.db.exec(
      "UPDATE document SET body = jsonb_set(body, '$.VersionNumber', 7) WHERE resource_id % 2 = 1",
    )
    const { scopes } = checkAll(store, rowMaker)
    expect(scopes[0]?.rows).toEqual([[expect.any(String), 'its document is that of another resource']])
    expect(() => documentsOf(store, versions)).toThrow('its document')
  })

  test('is rebuilt with all that it holds', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    const old = opened(file)
    write(old, pools, [pool('ipam-pool-1'), pool('ipam-pool-2')])
    write(old, versions, [version(1), version(2), version(2)])
    write(old, versions, [version(2)])
    const fault = { class: 'denied', code: 'No', message: 'No.', next: 'Ask.' } as const
    makeWriter(old).failScope({ ...scopeOf(pools), kind: 'fleets' }, fault, 1000)
    old.close()
    const rebuilt = rebuildCache(file, kinds, rowMaker, () => {})
    expect(rebuilt).toMatchObject({ scopes: 3, rows: 3, damaged: [], lost: [] })
    const store = opened(file)
    expect(documentsOf(store, pools)).toEqual([pool('ipam-pool-1'), pool('ipam-pool-2')])
    expect(documentsOf(store, versions)).toEqual([version(2)])
    expect(store.db.prepare('SELECT count(*) FROM gone').pluck().get()).toBe(2)
  })
})

function pool(id: string): JsonObject {
  return { IpamPoolId: id, State: 'create-complete' }
}

function version(number: number): JsonObject {
  return { LaunchTemplateId: 'lt-1', VersionNumber: number }
}

function opened(file = join(temporaryFolder(), 'inventory.db'), given = kinds): Store {
  const store = openStore(file, given)
  onTestFinished(() => store.close())
  return store
}

function scopeOf({ name }: Kind): ResolvedScope {
  return { profile: 'dev', account: '111122223333', region: 'eu-west-1', kind: name }
}

/** Reads a scope to its end, as a sync does it. */
function write(store: Store, kind: Kind, bodies: readonly JsonObject[]): void {
  const writer = makeWriter(store)
  const attempt = writer.beginScope(scopeOf(kind), 1000)
  const numbers = new Map<string, number>()
  const resources = bodies.map((body) => {
    const first = makeItemId(kind, body, 1)
    const number = (numbers.get(first) ?? 0) + 1
    numbers.set(first, number)
    const id = kind.identity === 'item' ? makeItemId(kind, body, number) : String(body[kind.id])
    return { id, group: null, body }
  })
  writer.savePage(attempt, resources.map(rowMaker(kind)), resources.map(makePlacer()), 1000)
  writer.finishScope(attempt, 1000)
}

function documentsOf(store: Store, kind: Kind): readonly JsonObject[] {
  const lines = readLedger(store).filter(({ scope }) => scope.kind === kind.name)
  return [...scanDocuments(store, lines, kind)].flat().map(({ body }) => body)
}
