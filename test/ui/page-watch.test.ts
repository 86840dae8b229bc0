import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { findKind, makePlainView } from '../../src/kinds.ts'
import type { JsonObject } from '../../src/model.ts'
import { openStore } from '../../src/store/open-store.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { makePageWatch } from '../../src/ui/reader/page-watch.ts'
import { startReading } from '../../src/ui/reader/reader.ts'
import type { FromReader } from '../../src/ui/threads/messages.ts'
import { fillScopes } from '../query/planned-fleet.ts'

const place = { profile: 'prod', account: '111122223333', region: 'eu-west-1' }
const instance = 'i-00000000000000001'

test('a page that is open shows what another process stores: of its resource, and of those that mention it', async () => {
  const body = (state: string): JsonObject => ({ InstanceId: instance, State: { Name: state } })
  const { store } = fillScopes([
    { ...place, resources: [{ id: instance, group: null, body: body('running') }] },
    { ...place, kind: 'volumes', resources: [] },
  ])
  const other = openStore(store.file)
  onTestFinished(() => other.close())
  const messages: FromReader[] = []
  const send = startReading(store, { env: {}, now: Date.now }, (message) => messages.push(message))
  const view = makePlainView('instances', { profiles: [], accounts: [], regions: [] }, 0)
  const selection = {
    chosen: [],
    kinds: ['instances'],
    requires: [],
    accounts: [],
    fresh: 1000,
    accepted: [],
  }
  send({ type: 'ask', question: 1, ask: { type: 'view', view, names: null }, selection })
  const row = store.db.prepare('SELECT _row FROM "row_instances"').pluck().get() as number
  const about = { type: 'resource', kind: 'instances', row } as const
  send({ ...about, type: 'open-resource', number: 1, as: 'detail' })
  await until(() => messages.some(({ type }) => type === 'opened'))
  send({ type: 'watch', page: { about, as: 'detail' } })

  save('volumes', 'vol-00000000000000001', {
    VolumeId: 'vol-00000000000000001',
    Attachments: [{ InstanceId: instance }],
  })
  await until(() => textOfPage().includes('vol-00000000000000001'))
  save('instances', instance, body('stopped'))
  await until(() => textOfPage().includes('stopped'))
  // What is stored of others changes nothing on it.
  const count = messages.length
  save('subnets', 'subnet-00000000000000001', { SubnetId: 'subnet-00000000000000001' })
  await pause(1000)
  expect(messages.slice(count).filter(({ type }) => type === 'page')).toEqual([])

  // A page to which one comes back is made anew, and that of a resource that is gone says so.
  send({ type: 'watch', page: null })
  save('instances', 'i-00000000000000002', { InstanceId: 'i-00000000000000002' })
  await pause(500)
  expect(messages.filter(({ type }) => type === 'page-gone')).toEqual([])
  send({ type: 'watch', page: { about, as: 'yaml' } })
  await until(() => messages.some(({ type }) => type === 'page-gone'))

  function textOfPage(): string {
    const last = messages.findLast((message) => message.type === 'page')
    return JSON.stringify(last ?? '')
  }

  /** A whole reading of the scope, with one resource. */
  function save(name: string, id: string, resource: JsonObject): void {
    const kind = findKind(name)
    const writer = makeWriter(other)
    const attempt = writer.beginScope({ ...place, kind: name }, Date.now())
    writer.savePage(attempt, [rowMaker(kind)({ id, group: null, body: resource })], [0], Date.now())
    writer.finishScope(attempt, Date.now())
  }
})

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(20)
}

test('a cache that cannot be read any more ends the watch of a page, and not the thread that reads', async () => {
  const { store } = fillScopes([{ ...place, resources: [] }])
  const posted: FromReader[] = []
  let made = 0
  const watch = makePageWatch({
    store,
    *make() {
      made += 1
      yield
      return { type: 'not-opened', number: 1, reason: 'it is gone' }
    },
    post: (message) => posted.push(message),
    inSlices: async (work) => {
      work.next()
      const step = work.next()
      return step.done ? step.value : null
    },
  })
  watch.watch({ about: { type: 'resource', kind: 'instances', row: 1 }, as: 'detail' })
  watch.look()
  await until(() => posted.length > 0)
  await pause(600)
  store.close()
  watch.look()
  watch.look()
  expect({ made, posted: posted.length }).toEqual({ made: 1, posted: 1 })
})
