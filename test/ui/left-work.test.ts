import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { makePlainView } from '../../src/kinds.ts'
import type { View } from '../../src/model.ts'
import type { Store } from '../../src/store/open-store.ts'
import { startReading } from '../../src/ui/reader/reader.ts'
import type { FromReader, ToReader } from '../../src/ui/threads/messages.ts'
import { fillScopes } from '../query/planned-fleet.ts'
import { selectProfile } from './one-profile.ts'

const regions = ['eu-west-1', 'us-east-1', 'us-west-2']
const place = { profile: 'prod', account: '111122223333' }
const selection = selectProfile(place.profile, place.account, regions)

const idOf = (number: number) => `i-${String(number).padStart(17, '0')}`
const vpc = 'vpc-00000000000000001'

/** The first scope has more rows than a statement visits between two pause points. */
const sizes = [9000, 700, 700]

function fillFleet(): Store {
  const { store } = fillScopes([
    ...regions.map((region, place_) => ({
      ...place,
      region,
      resources: Array.from({ length: sizes[place_] ?? 0 }, (_, number) => ({
        id: idOf(number),
        group: null,
        body: {
          InstanceId: idOf(number),
          InstanceType: `t3.${number % 7}`,
          PrivateIpAddress: `10.0.${number >> 8}.${number & 255}`,
          VpcId: vpc,
          State: { Name: number % 3 === 0 ? 'stopped' : 'running' },
          Tags: [{ Key: 'Name', Value: `web-${number}` }],
        },
      })),
    })),
    {
      ...place,
      region: regions[0] ?? '',
      kind: 'vpcs',
      resources: [{ id: vpc, group: null, body: { VpcId: vpc } }],
    },
  ])
  return store
}

const plain = makePlainView('instances', { profiles: [], accounts: [], regions: [] }, 0)
const askFor = (question: number, changes: Partial<View>): ToReader => ({
  type: 'ask',
  question,
  ask: { type: 'view', view: { ...plain, ...changes }, names: null },
  selection,
})
const scopes: ToReader = { type: 'ask', question: 9, ask: { type: 'scopes', view: plain }, selection }
const shown = [
  askFor(1, {}),
  { type: 'adopt', question: 1, key: null, index: 0, above: 0, count: 20 } as const,
]

const shortList = `\`[${Array.from({ length: 40 }, (_, number) => number)}]\``

/** An expression that looks at 40 elements, for each of them at 40, and so on. */
function nestMaps(depth: number): string {
  return depth === 0 ? '@' : `length(map(&${nestMaps(depth - 1)}, ${shortList}))`
}

function nestFilters(depth: number): string {
  return depth === 0 ? '`1`' : `length(${shortList}[?${nestFilters(depth - 1)} > \`0\`])`
}

/** What is asked for, what leaves it, and whether a message is the answer that nobody wants any more. */
const works: readonly (readonly [string, readonly ToReader[], ToReader, (message: FromReader) => boolean])[] =
  [
    ...(
      [
        ['rows counted by a column', { group: ['InstanceType'] }],
        ['rows counted by a column that nearly all differ in', { group: ['PrivateIpAddress'] }],
        ['filtered rows counted by a column', { group: ['InstanceType'], filters: ['State=stopped'] }],
        ['rows counted by a tag', { group: ['tag:Name'] }],
        [
          'rows in the order of a tag',
          { columns: ['tag:Name'], sort: { column: 'tag:Name', descending: true } },
        ],
        ['rows in the order of a column', { sort: { column: 'PrivateIpAddress', descending: true } }],
        ['rows that a text is in', { filters: ['web-1'] }],
        ['an expression', { expression: 'sort_by(Reservations[].Instances[], &InstanceId)[].Tags[].Value' }],
        ['short lists in short lists, by map', { expression: nestMaps(3) }],
        ['short lists in short lists, by filters', { expression: nestFilters(3) }],
        ['the whole document in an expression', { expression: 'length(to_string(@))' }],
      ] as const
    ).map(([name, changes]) => [name, [askFor(1, changes as Partial<View>)], scopes, isListed] as const),
    ['words that are looked for', [findOf('web-1', '10.0.1.7')], scopes, isListed],
    [
      'the page of what thousands mention',
      [...shown, { type: 'open-resource', number: 1, kind: 'vpcs', row: 0, as: 'detail' }],
      { type: 'leave' },
      ({ type }) => type === 'opened',
    ],
    [
      'a copy of the table',
      [...shown, { type: 'table-text', number: 1, question: 1, columns: ['InstanceId', 'Name'] }],
      { type: 'leave' },
      ({ type }) => type === 'table-text',
    ],
    [
      'an explanation of a filter',
      [askFor(1, { filters: ['State=stopped'] }), { type: 'explain', number: 1 }],
      { type: 'leave' },
      ({ type }) => type === 'explained',
    ],
  ]

test('what is left ends at the next look, wherever it is, and others are answered', async () => {
  const store = fillFleet()
  for (const [name, asked, leave, isAnswer] of works) {
    const whole = await run(store, asked, null, isAnswer)
    expect(whole.messages.filter(isAnswer), name).toHaveLength(1)
    // If it passed hardly any pause point, it could hardly be left.
    expect(whole.looks, name).toBeGreaterThan(4)
    for (const part of [0.2, 0.5, 0.9]) {
      const at = whole.began + Math.ceil((whole.looks - 2) * part)
      const left = await run(store, asked, { leave, at }, isAnswer)
      const where = `${name}, left at look ${at} of ${whole.looks}`
      expect(left.messages.filter(isAnswer), where).toEqual([])
      // Those that follow are of what is asked for then.
      expect(left.began + left.looks - at, where).toBeLessThan(10)
    }
  }
})

test('what is asked for meanwhile is answered before long work has ended', async () => {
  const store = fillFleet()
  const window = { type: 'window', question: 1, version: 1, from: 100, count: 5 } as const
  const copy = { type: 'table-text', number: 1, question: 1, columns: ['InstanceId'] } as const
  const whole = await run(store, [...shown, copy], null, ({ type }) => type === 'table-text')
  const at = whole.began + 2
  const { messages } = await run(
    store,
    [...shown, copy],
    { leave: window, at },
    ({ type }) => type === 'table-text',
  )
  await until(() => messages.some(({ type }) => type === 'table-text'))
  const types = messages.map(({ type }) => type)
  expect(types.indexOf('window')).toBeGreaterThan(-1)
  expect(types.indexOf('window')).toBeLessThan(types.indexOf('table-text'))
})

function findOf(...words: readonly string[]): ToReader {
  return { type: 'ask', question: 1, ask: { type: 'find', view: plain, words }, selection }
}

function isListed(message: FromReader): boolean {
  return message.type === 'listed' && message.question === 1
}

/**
 * Asks, one message behind the answer to the other. `left`: the message that comes at a look during the last of them.
 * Returns what was answered, and how often was looked for messages during the last.
 */
async function run(
  store: Store,
  asked: readonly ToReader[],
  left: { readonly leave: ToReader; readonly at: number } | null,
  isAnswer: (message: FromReader) => boolean,
) {
  const messages: FromReader[] = []
  const queue: ToReader[] = []
  let looks = 0
  const receive = () => {
    const waits = queue.shift()
    if (waits) return waits
    looks += 1
    if (left && looks === left.at) {
      queue.push({ type: 'faults', again: false })
      return left.leave
    }
    return null
  }
  const io = { env: {}, now: () => 0 }
  const send = startReading(store, io, (message) => messages.push(message), receive, 0)
  for (const message of asked.slice(0, -1)) {
    send(message)
    await until(() => messages.length > 0)
    await pause(50)
  }
  const before = looks
  const last = asked.at(-1)
  if (last?.type === 'open-resource')
    send({ ...last, row: store.db.prepare('SELECT _row FROM row_vpcs').pluck().get() as number })
  else if (last) send(last)
  await until(() => messages.some(left ? ({ type }) => type === 'faults' : isAnswer))
  await pause(left ? 50 : 0)
  return { messages, began: before, looks: looks - before }
}

async function until(isMet: () => boolean): Promise<void> {
  const end = performance.now() + 20_000
  while (!isMet() && performance.now() < end) await pause(2)
}
