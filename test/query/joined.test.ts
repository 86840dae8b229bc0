import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { columnNamesOf, findKind, kinds, makePlainView, typeOfColumn } from '../../src/kinds.ts'
import type { JsonObject, Kind, View } from '../../src/model.ts'
import { answerView } from '../../src/query/answer.ts'
import { compileRowFilters } from '../../src/query/filter/filter-sql.ts'
import { explainUnjoined } from '../../src/query/joined.ts'
import { listResources } from '../../src/query/listing.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { narrowView } from '../../src/store/narrow.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { machine } from '../commands/in-process.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const instances = findKind('instances')
const status = findKind('instance-status')
const columns = ['InstanceId', 'StatusChecks']

describe('a joined column', () => {
  test.each(kinds.flatMap(({ name, joined = [] }) => joined.map((each) => [name, each] as const)))(
    'of %s names a column of another kind that it can show as its own',
    (name, { kind, column, type, name: own }) => {
      const other = findKind(kind)
      expect(typeOfColumn(column, other)).toBe(type)
      expect(typeOfColumn(own, findKind(name))).toBe(type)
      expect(columnNamesOf(findKind(name)).filter((each) => each === own)).toHaveLength(1)
    },
  )

  test('holds the value of the row with the same id in the same account and region', () => {
    const { ask } = fleet()
    expect(ask({ columns: [...columns, 'Region'] })).toEqual([
      { InstanceId: 'i-1', StatusChecks: 'ok', Region: 'eu-west-1' },
      { InstanceId: 'i-2', StatusChecks: 'impaired', Region: 'eu-west-1' },
      { InstanceId: 'i-3', StatusChecks: null, Region: 'eu-west-1' },
      { InstanceId: 'i-1', StatusChecks: 'initializing', Region: 'us-east-1' },
      { InstanceId: 'i-4', StatusChecks: null, Region: 'ap-south-1' },
    ])
  })

  const views: readonly Partial<View>[] = [
    {},
    { sort: { column: 'StatusChecks', descending: false } },
    { sort: { column: 'StatusChecks', descending: true } },
    { columns: ['InstanceId'], sort: { column: 'StatusChecks', descending: true } },
    { filters: ['IMPAIRED'] },
    { filters: ['!impaired', 'eu-west'] },
    { filters: ['ok'], sort: { column: 'InstanceId', descending: true } },
    { columns: ['InstanceId'], filters: ['impaired'] },
  ]
  test.each(views)('is the same from narrow columns, from documents and on the screen: %j', (view) => {
    const { ask, store } = fleet()
    const request = { ...view, columns: view.columns ?? columns }
    const narrow = ask(request)
    const wide = ask({ ...request, columns: [...request.columns, 'tag:None'] })
    expect(wide).toEqual(narrow.map((row) => ({ ...row, 'tag:None': null })))
    expect(listed(store, request)).toEqual(narrow.map((row) => request.columns.map((name) => row[name])))
  })

  test('sorts what it has before what it lacks, in both directions', () => {
    const { ask } = fleet()
    const valuesOf = (descending: boolean) =>
      ask({ columns, sort: { column: 'StatusChecks', descending } }).map((row) => row.StatusChecks)
    expect(valuesOf(false)).toEqual(['impaired', 'initializing', 'ok', null, null])
    expect(valuesOf(true)).toEqual(['ok', 'initializing', 'impaired', null, null])
  })

  test('is found by the text filter while it is shown', () => {
    const { ask } = fleet()
    const found = (filters: readonly string[], shown = columns) =>
      ask({ columns: shown, filters }).map((row) => row.InstanceId)
    expect(found(['impaired'])).toEqual(['i-2'])
    expect(found(['impaired'], ['InstanceId'])).toEqual([])
    expect(found(['!ok', 'west'])).toEqual(['i-2', 'i-3'])
    const { store } = fleet()
    fill(store, status, 'ap-south-1', [checked('i-4', 'Impaired')])
    const loud = { columns, filters: ['impaired', 'ap-south'] }
    expect(items(store, loud)).toEqual([{ InstanceId: 'i-4', StatusChecks: 'Impaired' }])
    expect(listed(store, loud)).toEqual([['i-4', 'Impaired']])
  })

  test('can be counted by', () => {
    const { ask } = fleet()
    expect(ask({ group: ['StatusChecks'] })).toEqual([
      { StatusChecks: null, Count: 2 },
      { StatusChecks: 'impaired', Count: 1 },
      { StatusChecks: 'initializing', Count: 1 },
      { StatusChecks: 'ok', Count: 1 },
    ])
  })

  test('on the screen follows the other kind, though its own scope has not changed', () => {
    const { store } = fleet()
    const known = new Map()
    const view = { columns, sort: { column: 'StatusChecks', descending: false } }
    expect(listed(store, view, known)[0]).toEqual(['i-2', 'impaired'])
    fill(store, status, 'eu-west-1', [checked('i-2', 'ok'), checked('i-3', 'impaired')])
    expect(listed(store, view, known)[0]).toEqual(['i-3', 'impaired'])
  })

  test('is empty in a cache that has no table of the other kind', () => {
    const store = opened([instances])
    fill(store, instances, 'eu-west-1', [{ InstanceId: 'i-1' }])
    for (const more of [[], ['tag:None']]) {
      const [row] = items(store, { columns: [...columns, ...more] })
      expect(row).toMatchObject({ InstanceId: 'i-1', StatusChecks: null })
    }
    expect(listed(store, { columns, sort: { column: 'StatusChecks', descending: true } })).toEqual([
      ['i-1', null],
    ])
  })

  test('is known from the documents while rows of the other kind lack it', () => {
    const { store, ask } = fleet()
    const before = ask({ columns })
    store.db.exec("UPDATE kind SET unfilled = 1 WHERE kind = 'instance-status'")
    store.db.exec("UPDATE scope SET set_id = 'older' WHERE kind = 'instance-status'")
    store.db.exec('UPDATE "row_instance-status" SET Checks = NULL')
    expect(narrowView(columns, null, instances, store)).toBeNull()
    expect(ask({ columns })).toEqual(before)
  })

  test('has a hint that names the scopes in which the other kind was not read', () => {
    const { store } = fleet()
    const lines = readLedger(store).filter(({ scope }) => scope.kind === 'instances')
    const viewOf = (change: Partial<View>) => ({ ...plain, ...change })
    const hint =
      'StatusChecks is not known where instance-status was not read to its end: 111122223333 ap-south-1; read it with `muster sync --kind instance-status`'
    expect(explainUnjoined(viewOf({ columns }), store, lines)).toEqual([hint])
    const sort = { column: 'StatusChecks', descending: true }
    expect(explainUnjoined(viewOf({ sort }), store, lines)).toEqual([hint])
    expect(explainUnjoined(viewOf({ group: ['StatusChecks'] }), store, lines)).toEqual([hint])
    expect(explainUnjoined(viewOf({ columns: ['InstanceId'] }), store, lines)).toEqual([])
    begin(store, status, 'ap-south-1').writer.endSync(true, 1000)
    expect(explainUnjoined(viewOf({ columns }), store, lines)).toEqual([hint])
    fill(store, status, 'ap-south-1', [])
    expect(explainUnjoined(viewOf({ columns }), store, lines)).toEqual([])
  })
})

describe('muster query with a joined column', () => {
  test('gives a hint until the other kind is synced, then its values', async () => {
    const { muster } = await machine({ accounts: 3, regions: 2, instances: 60 })
    expect((await muster('sync')).code).toBe(0)
    const ask = () => muster('query', '--columns', columns.join(','), '--offline', '--output', 'json')
    const before = await ask()
    expect(before.err).toMatch(
      /^hint: StatusChecks is not known where instance-status .*acme-prod-web us-east-1/m,
    )
    expect(JSON.parse(before.out)[0]).toMatchObject({ StatusChecks: null })
    expect((await muster('sync', '--kind', 'instance-status')).code).toBe(0)
    const after = await ask()
    expect(after.err).not.toContain('hint')
    const { out } = await muster(
      'query',
      '--kind',
      'instance-status',
      '--offline',
      '--output',
      'json',
      '--columns',
      'InstanceId,Checks',
    )
    const checks = new Map((JSON.parse(out) as JsonObject[]).map((row) => [row.InstanceId, row.Checks]))
    const rows = JSON.parse(after.out) as JsonObject[]
    expect(rows).toHaveLength(60)
    for (const { InstanceId, StatusChecks } of rows) expect(StatusChecks).toBe(checks.get(InstanceId ?? null))
    const exported = await muster(
      'export',
      '--columns',
      columns.join(','),
      '--to',
      '-',
      '--offline',
      '--output',
      'json',
    )
    expect(JSON.parse(exported.out)).toEqual(rows)
  })

  test('refuses --live, which knows nothing of it', async () => {
    const { muster } = await machine({ accounts: 3, regions: 2, instances: 60 })
    const { code, err } = await muster('query', '--live', '--columns', columns.join(','))
    expect(code).toBe(2)
    expect(err).toContain(
      'StatusChecks comes from the cache, out of instance-status, and --live reads from AWS',
    )
  })

  test('says that the rows of an expression do not have it', async () => {
    const { muster } = await machine({ accounts: 3, regions: 2, instances: 60 })
    const { code, err } = await muster('query', 'running', '--columns', columns.join(','))
    expect(code).toBe(2)
    expect(err).toContain("'StatusChecks' is in no row")
  })
})

const plain = makePlainView('instances', { profiles: [], accounts: [], regions: [] })

/** Three regions: in the last one instance-status was not read. */
function fleet() {
  const store = opened([instances, status])
  fill(store, instances, 'eu-west-1', [{ InstanceId: 'i-1' }, { InstanceId: 'i-2' }, { InstanceId: 'i-3' }])
  fill(store, instances, 'us-east-1', [{ InstanceId: 'i-1' }])
  fill(store, instances, 'ap-south-1', [{ InstanceId: 'i-4' }])
  fill(store, status, 'eu-west-1', [checked('i-2', 'impaired'), checked('i-1', 'ok'), checked('i-9', 'ok')])
  fill(store, status, 'us-east-1', [checked('i-1', 'initializing')])
  return { store, ask: (change: Partial<View>) => items(store, change) }
}

function checked(InstanceId: string, Status: string): JsonObject {
  return { InstanceId, InstanceStatus: { Status }, SystemStatus: { Status: 'ok' } }
}

function opened(of: readonly Kind[]): Store {
  const store = openStore(join(temporaryFolder(), 'inventory.db'), of)
  onTestFinished(() => store.close())
  return store
}

function begin(store: Store, kind: Kind, region: string) {
  const writer = makeWriter(store)
  const scope = { profile: 'prod', account: '111122223333', region, kind: kind.name }
  return { writer, attempt: writer.beginScope(scope, 1000) }
}

function fill(store: Store, kind: Kind, region: string, bodies: readonly JsonObject[]): void {
  const { writer, attempt } = begin(store, kind, region)
  const make = rowMaker(kind)
  const rows = bodies.map((body) => make({ id: String(body.InstanceId), group: null, body }))
  const places = rows.map((_, index) => index)
  writer.savePage(attempt, rows, places, 1000)
  writer.finishScope(attempt, 1000)
}

/** The lines of instances in the order in which the test's fleet has its regions. */
function linesOf(store: Store) {
  const order = ['eu-west-1', 'us-east-1', 'ap-south-1']
  return readLedger(store)
    .filter(({ scope }) => scope.kind === 'instances')
    .toSorted((a, b) => order.indexOf(a.scope.region ?? '') - order.indexOf(b.scope.region ?? ''))
}

function items(store: Store, change: Partial<View>): JsonObject[] {
  const answer = answerView({ ...plain, ...change }, store, linesOf(store), null)
  if (answer.type !== 'list') throw new Error('not a list')
  return [...answer.items] as JsonObject[]
}

/** The cells of all rows as the screen lists them. */
function listed(store: Store, change: Partial<View>, known = new Map()) {
  const view = { ...plain, ...change }
  const shown = view.columns ?? instances.table
  const narrow = narrowView(shown, view.sort, instances, store)
  if (!narrow) throw new Error('the narrow columns do not hold all')
  const request = {
    kind: instances,
    columns: shown,
    narrow,
    filters: compileRowFilters(view.filters, instances, shown, store, 0) ?? [],
    lines: linesOf(store),
    known,
  }
  const work = listResources(store, request)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value.readRows(0, step.value.total).map((row) => row?.cells)
  }
}
