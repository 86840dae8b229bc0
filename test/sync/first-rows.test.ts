import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { ResolvedScope } from '../../src/model.ts'
import { checkAll } from '../../src/store/check-cache.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { runInProcess } from '../commands/in-process.ts'
import { machine } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const scope: ResolvedScope = {
  profile: 'prod',
  account: '111122223333',
  region: 'eu-west-1',
  kind: 'volumes',
}
const volumes = findKind('volumes')
const use = 'a question'

describe('the first rows of a page', () => {
  test('can be read before the page has come, which brings them once more, and its token', () => {
    const { store, begin } = opened()
    const { writer, attempt } = begin(1000)
    writer.saveFirstRows(attempt, rows(['a', 'b']), [0, 1], 1001)
    expect(shown(store)).toEqual({ ids: ['a', 'b'], rows: 2, pages: 0, state: 'running' })
    writer.savePage(attempt, rows(['a', 'b', 'c']), [0, 1, 2], 1002, {
      token: 'next',
      throttles: 0,
      mac: 'm',
    })
    expect(shown(store)).toEqual({ ids: ['a', 'b', 'c'], rows: 3, pages: 1, state: 'running' })
    const finished = writer.saveLastPage(attempt, rows(['d']), [3], 1003, { throttles: 0, mac: 'n' })
    expect(finished).toEqual({ rows: 4, changes: { added: 4, changed: 0, gone: 0 } })
    expect(checkAll(store, rowMaker)).toEqual({ file: [], scopes: [] })
    const again = begin(2000)
    expect(again.writer.readKnownPages(again.attempt).pages).toMatchObject([
      { mac: 'm', rows: 3 },
      { mac: 'n', rows: 1 },
    ])
  })

  test('stay when the sync is killed before the page has come, and the next one begins with that page', () => {
    const { store, begin } = opened()
    const killed = begin(1000)
    killed.writer.saveFirstRows(killed.attempt, rows(['a', 'b']), [0, 1], 1001)
    killed.writer.endSync(true, 1001)
    expect(shown(store)).toMatchObject({ ids: ['a', 'b'], rows: 2 })
    const { writer, attempt } = begin(2000)
    expect(attempt.resumed).toBeNull()
    // Meanwhile `a` has gone, and `c` has come.
    const finished = writer.saveLastPage(attempt, rows(['c', 'b']), [0, 1], 2001, { throttles: 0 })
    expect(finished.rows).toBe(2)
    expect(shown(store)).toEqual({ ids: ['c', 'b'], rows: 2, pages: 1, state: 'complete' })
  })

  test('are left to their page if the scope has rows', () => {
    const { store, begin } = opened()
    const { writer, attempt } = begin(1000)
    writer.saveLastPage(attempt, rows(['a', 'b']), [0, 1], 1001, { throttles: 0 })
    const again = begin(2000)
    again.writer.saveFirstRows(again.attempt, rows(['b', 'c']), [0, 1], 2001)
    expect(shown(store)).toMatchObject({ ids: ['a', 'b'], rows: 2 })
  })

  test('are in the order of their page when that is stored', async () => {
    const on = await machine({ accounts: 1, regions: 1, instances: 300 })
    const one = await runInProcess(on, 'query', 'Reservations[]', '--output', 'json')
    const other = join(on.home, 'other.db')
    const many = await runInProcess(
      on,
      ...['query', 'Reservations[]', '--output', 'json', '--page-size', '50', '--cache', other],
    )
    expect([one.code, many.code, one.out.length > 100_000]).toEqual([0, 0, true])
    expect(one.out).toBe(many.out)
    expect(placesIn(on.cache)).toEqual(placesIn(other))
  })
})

function opened() {
  const store = openStore(join(temporaryFolder(), 'cache.db'))
  onTestFinished(() => store.close())
  const begin = (at: number) => {
    const writer = makeWriter(store)
    return { writer, attempt: writer.beginScope(scope, at, { use }) }
  }
  return { store, begin }
}

function rows(ids: readonly string[]) {
  return ids.map((id) =>
    rowMaker(volumes)({ id, group: null, body: { VolumeId: id }, text: `text of ${id}` }),
  )
}

function placesIn(file: string) {
  const store = openStore(file)
  try {
    return store.db.prepare('SELECT _id, _position FROM row_instances ORDER BY _id').raw().all()
  } finally {
    store.close()
  }
}

/** The ids in their order, and what the ledger says. */
function shown(store: Store) {
  const [line] = readLedger(store)
  const ids = store.db.prepare('SELECT _id FROM row_volumes ORDER BY _position').pluck().all()
  return { ids, rows: line?.rows, pages: line?.pages, state: line?.state }
}
