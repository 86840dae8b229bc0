import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { exitCodes, MusterError } from '../../src/errors.ts'
import { findKind } from '../../src/kinds.ts'
import type { ResolvedScope } from '../../src/model.ts'
import { DamagedCache, DamagedScope } from '../../src/store/damage.ts'
import { describeError, makeError } from '../../src/store/error-text.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { openStore } from '../../src/store/open-store.ts'
import { ScopeHeld } from '../../src/store/running-syncs.ts'
import { readDataVersion } from '../../src/store/scope-marks.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { startWriterThread } from '../../src/sync/writer-client.ts'
import { beginWriting } from '../../src/sync/writing.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const scope: ResolvedScope = {
  profile: 'prod',
  account: '111122223333',
  region: 'eu-west-1',
  kind: 'instances',
}
const gone = { keep: 0, bytes: 0 }
const makeRow = rowMaker(findKind('instances'))
const row = (id: string, group: string | null = null) =>
  makeRow({
    id,
    group: group === null ? null : { id: group, fields: { ReservationId: group } },
    body: { InstanceId: id, Tags: [{ Key: 'Name', Value: `the ${id} – ✓` }] },
  })

/** A sync of one scope whose pages are written by the thread, each with one row unless `rowsOf` gives others. */
async function writeInThread(rowsOf = (page: number) => [row(`i-${page}`)]) {
  const file = join(temporaryFolder(), 'cache.db')
  const store = openStore(file)
  const stop = new AbortController()
  const ready = Promise.withResolvers<string>()
  const { writing, end } = beginWriting(store, { gone, selection: 'all' }, stop.signal, ready.resolve)
  onTestFinished(async () => {
    await end(9)
    store.close()
  })
  const attempt = await writing.beginScope(scope, 1)
  // Nothing is known of it: all of its pages are to be written.
  expect((await writing.readKnownPages(attempt)).pages).toEqual([])
  for (const page of [0, 1, 2, 3, 4]) await writing.savePage(attempt, rowsOf(page), [page], 2)
  expect(await ready.promise).toBe('a thread of its own writes the cache')
  return { file, store, stop, writing, attempt, end }
}

/** Another connection, as another process has one. */
function connect(file: string): Sqlite.Database {
  const db = new Sqlite(file)
  onTestFinished(() => void db.close())
  return db
}

describe('a sync of many pages writes in a thread of its own', () => {
  test('and a row is the same whether the thread makes it or, while many pages wait, this one', async () => {
    const { store, writing, attempt, end } = await writeInThread()
    const jsonb = store.db.prepare('SELECT jsonb(?)').pluck()
    const documentOf = (id: string) => {
      const { resource } = row(id)
      return { id, group: null, text: id, document: jsonb.get(JSON.stringify(resource.body)) as Buffer }
    }
    const numbers = [10, 12, 14, 16, 18, 20, 22, 24]
    const pages = numbers.map((first) => [`i-${first}`, `i-${first + 1}`])
    // Nobody waits for one before the next: only the first few are made by the thread.
    await Promise.all(
      pages.map((ids, at) => writing.savePage(attempt, ids.map(documentOf), [2 * at, 2 * at + 1], 3)),
    )
    await end(5)
    const stored = store.db
      .prepare(
        `SELECT r._id, r.Name, t.text FROM row_instances r JOIN search_text t ON t.resource_id = r._row
         WHERE r._seen_at = 3 ORDER BY r._id`,
      )
      .raw()
      .all()
    expect(stored).toEqual(pages.flat().map((id) => [id, `the ${id} – ✓`, row(id).search]))
  })

  test('and stores there what this thread would store: new rows, known ones and the end', async () => {
    const { store, writing, attempt, end } = await writeInThread()
    const before = readDataVersion(store)
    const known = { row: attempt.scopeId * 2 ** 32 + 1, id: 'i-0', group: null, position: 0 }
    await writing.savePage(attempt, [row('i-5', 'r-1'), known, row('i-6')], [5, 40, 6], 3)
    const finished = await writing.saveLastPage(attempt, [row('i-7')], [7], 4, { throttles: 0 })
    expect(readDataVersion(store)).not.toBe(before)
    expect(finished).toEqual({ rows: 8, changes: { added: 8, changed: 0, gone: 0 } })
    await end(5)
    const rows = store.db.prepare('SELECT _id, _group, _position, _seen_at FROM row_instances').raw().all()
    expect(rows).toEqual([
      ['i-0', null, 40, 3],
      ['i-1', null, 1, 2],
      ['i-2', null, 2, 2],
      ['i-3', null, 3, 2],
      ['i-4', null, 4, 2],
      ['i-5', 'r-1', 5, 3],
      ['i-6', null, 6, 3],
      ['i-7', null, 7, 4],
    ])
    const documents = store.db.prepare('SELECT json(body), group_fields FROM document').raw().all()
    expect(documents[5]).toEqual([
      '{"InstanceId":"i-5","Tags":[{"Key":"Name","Value":"the i-5 – ✓"}]}',
      '{"ReservationId":"r-1"}',
    ])
    expect(readLedger(store)).toMatchObject([{ state: 'complete', pages: 7, rows: 8, reading: null }])
  })

  test('which starts before the first scope, if many are unread, and writes for the sync that this one begins', async () => {
    const file = join(temporaryFolder(), 'cache.db')
    const store = openStore(file)
    const ready = Promise.withResolvers<string>()
    const { signal } = new AbortController()
    const options = { gone, selection: 'all', unread: 6 }
    const { writing, end } = beginWriting(store, options, signal, ready.resolve)
    try {
      expect(await ready.promise).toBe('a thread of its own writes the cache')
      await writing.rememberProfile('prod', 'f', '111122223333', 1)
      const first = await writing.beginScope(scope, 1)
      const other = await writing.beginScope({ ...scope, region: 'us-east-1' }, 1)
      const holders = () => store.db.prepare('SELECT held_by FROM scope').pluck().all()
      const syncs = store.db.prepare('SELECT sync_id FROM sync').pluck().all()
      expect(syncs).toHaveLength(1)
      expect(holders()).toEqual([syncs[0], syncs[0]])
      await writing.saveLastPage(first, [row('i-1')], [0], 2, { throttles: 0 })
      await writing.saveLastPage(other, [row('i-2')], [0], 2, { throttles: 0 })
    } finally {
      await end(9)
    }
    expect(store.db.prepare('SELECT count(*) FROM sync').pluck().get()).toBe(0)
    expect(readLedger(store)).toMatchObject([{ state: 'complete' }, { state: 'complete' }])
    store.close()
  })

  test('which says that another sync took a scope over, or that rows are missing, as this thread would', async () => {
    const { file, writing, attempt } = await writeInThread()
    const lost = { row: attempt.scopeId * 2 ** 32 + 99, id: 'i-99', group: null, position: 0 }
    const damaged = await writing.savePage(attempt, [lost], [0], 3).catch((error: unknown) => error)
    expect(damaged).toBeInstanceOf(DamagedScope)
    expect(damaged).toMatchObject({ scopeId: attempt.scopeId, found: 'rows are missing', exitCode: 1 })
    expect(String(damaged)).toContain(`The cache ${file} holds damaged rows (rows are missing)`)
    connect(file).exec('UPDATE scope SET held_by = NULL')
    await expect(writing.savePage(attempt, [row('i-9')], [9], 3)).rejects.toBeInstanceOf(ScopeHeld)
  })

  test('and the first rows of a page are stored before the others, as long as nothing else can be read', async () => {
    const { file, writing } = await writeInThread(() => [])
    const begin = (region: string) => writing.beginScope({ ...scope, region }, 3)
    const [one, other] = [await begin('us-east-1'), await begin('us-east-2')]
    const ids = () => connect(file).prepare('SELECT _id FROM row_instances ORDER BY _id').pluck().all()
    writing.saveFirstRows(one, [row('i-1')], [0], 3)
    expect(ids()).toEqual(['i-1'])
    await writing.saveLastPage(one, [row('i-1'), row('i-2')], [0, 1], 3, { throttles: 0 })
    writing.saveFirstRows(other, [row('i-3')], [0], 3)
    expect(ids()).toEqual(['i-1', 'i-2'])
  })

  describe('which stores what comes at once together', () => {
    const inRegion = (region: string): ResolvedScope => ({ ...scope, region })
    const regionsIn = (file: string) =>
      connect(file).prepare('SELECT region FROM scope ORDER BY region').pluck().all()

    test('and undoes alone what is refused', async () => {
      const { file, writing, attempt } = await writeInThread()
      const ends = await Promise.allSettled([
        writing.beginScope(inRegion('us-east-1'), 3),
        writing.saveLastPage({ ...attempt, scopeId: 99 }, [], [], 3, { throttles: 0 }),
        writing.beginScope(inRegion('us-east-2'), 3),
      ])
      expect(ends).toMatchObject([
        { value: { isNew: true } },
        { reason: expect.any(ScopeHeld) },
        { value: { isNew: true } },
      ])
      expect(regionsIn(file)).toEqual(['eu-west-1', 'us-east-1', 'us-east-2'])
    })

    test('or one by one, if one undoes all of it', async () => {
      const { file, writing } = await writeInThread()
      connect(file).exec(
        `CREATE TRIGGER full BEFORE INSERT ON scope WHEN new.region = 'us-east-2'
         BEGIN SELECT raise(ROLLBACK, 'no room'); END`,
      )
      const regions = ['us-east-1', 'us-east-2', 'us-east-3']
      const ends = await Promise.allSettled(regions.map((region) => writing.beginScope(inRegion(region), 3)))
      expect(ends).toMatchObject([
        { value: { isNew: true } },
        { reason: { message: expect.stringContaining('no room') } },
        { value: { isNew: true } },
      ])
      expect(regionsIn(file)).toEqual(['eu-west-1', 'us-east-1', 'us-east-3'])
    })
  })

  test('which waits while another process writes, and no longer than until ctrl-c', async () => {
    const { file, stop, writing, attempt } = await writeInThread()
    const other = connect(file)
    other.exec('BEGIN IMMEDIATE')
    const first = writing.savePage(attempt, [row('i-8')], [8], 3)
    const second = writing.noteBreak(attempt, 0)
    const reason = new Error('ctrl-c')
    const settled = Promise.allSettled([first, second])
    stop.abort(reason)
    expect(await settled).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ])
    other.exec('COMMIT')
    // What comes after that is still stored, as a page on its way.
    await writing.savePage(attempt, [row('i-8')], [8], 3)
    expect(other.prepare('SELECT count(*) FROM row_instances').pluck().get()).toBe(6)
  })
})

test('errors keep their class, their exit code, their code and their cause from one thread to another', () => {
  const cause = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY', name: 'SqliteError' })
  const errors = [
    new ScopeHeld('taken over'),
    new DamagedScope('/c.db', 7, 'rows are missing', cause),
    new DamagedCache('/c.db', 'a page is wrong', cause),
    new MusterError('Free some space.', exitCodes.incomplete, { cause }),
    new MusterError('Free some space.'),
    cause,
  ]
  for (const error of errors) {
    const made = makeError(structuredClone(describeError(error)), '/c.db')
    expect(made.constructor).toBe(error.constructor)
    expect(made).toEqual(error)
    expect({ ...made, text: made.message, cause: made.cause, stack: made.stack }).toEqual({
      ...error,
      text: error.message,
      cause: error.cause,
      stack: error.stack,
    })
  }
})

describe('a thread that writes', () => {
  const broken = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`)
  const start = (code: string) => {
    const store = openStore(join(temporaryFolder(), 'cache.db'))
    const writer = makeWriter(store)
    const attempt = writer.beginScope(scope, 1)
    const task = { file: store.file, limits: gone, selection: 'all' }
    const note = Promise.withResolvers<string>()
    const { signal } = new AbortController()
    const thread = startWriterThread(store, task, writer.begunSync, signal, note.resolve, broken(code))
    onTestFinished(async () => {
      await thread.close()
      store.close()
    })
    return { thread, attempt, note: note.promise }
  }
  const ready = `import { parentPort } from 'node:worker_threads'
    parentPort.postMessage({ type: 'ready' })`

  test.each([
    [
      'ends',
      `${ready}; parentPort.once('message', () => process.exit())`,
      /thread that writes the cache has ended/,
    ],
    ['fails', `${ready}; parentPort.once('message', () => { throw new Error('no memory') })`, /no memory/],
  ])('and %s in the middle rejects what waits for it, and what comes later', async (_, code, expected) => {
    const { thread, attempt, note } = start(code)
    expect(await note).toBe('a thread of its own writes the cache')
    const waiting = [thread.call('savePage', [attempt, [row('i-1')], [0], 2]), thread.call('beat', [])]
    for (const each of await Promise.allSettled(waiting))
      expect(each).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(expected) } })
    await expect(thread.call('beat', [])).rejects.toThrow(expected)
  })

  test('and cannot be started is never ready: the thread that reads writes', async () => {
    const { thread, note } = start(`throw new Error('no room')`)
    expect(await note).toMatch(/^no thread of its own writes the cache: .*no room/)
    expect(thread.isReady()).toBe(false)
  })
})
