import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { makePlainView } from '../../src/kinds.ts'
import type { Json } from '../../src/model.ts'
import { startReading } from '../../src/ui/reader/reader.ts'
import type { FromReader, OfferedValues, WantedValues } from '../../src/ui/threads/messages.ts'
import { fillScopes } from '../query/planned-fleet.ts'
import { selectProfile } from './one-profile.ts'

const place = { profile: 'prod', account: '111122223333', region: 'eu-west-1' }
const view = makePlainView('instances', { profiles: [], accounts: [], regions: [] }, 0)
const selection = selectProfile(place.profile, place.account, ['eu-west-1', 'us-east-1'])

const instance = (number: number, state: string, tags: readonly (readonly [string, Json])[]) => ({
  id: `i-${String(number).padStart(17, '0')}`,
  group: null,
  body: {
    InstanceId: `i-${String(number).padStart(17, '0')}`,
    State: { Name: state },
    Tags: tags.map(([Key, Value]) => ({ Key, Value })),
  },
})

/** A reader over a cache of 1,200 instances, more than are counted in one piece. */
function startReader() {
  const resources = Array.from({ length: 1200 }, (_, at) =>
    instance(at, at % 3 === 0 ? 'stopped' : 'running', [
      ['Team', at % 2 === 0 ? 'payments' : 'web shop'],
      ...(at < 5 ? ([['Odd "key"', 'x']] as const) : []),
    ]),
  )
  const { store } = fillScopes([
    { ...place, resources },
    { ...place, region: 'us-east-1', resources: [instance(5000, 'running', [])] },
  ])
  const messages: FromReader[] = []
  const send = startReading(store, { env: {}, now: Date.now }, (message) => messages.push(message))
  send({ type: 'ask', question: 1, ask: { type: 'view', view, names: null }, selection })
  return {
    messages,
    wish: (wanted: WantedValues) => send({ type: 'offer', wanted, selection: null }),
    /** The last offer for what is wanted. */
    async offered(wanted: WantedValues): Promise<OfferedValues> {
      for (;;) {
        const found = messages.findLast(
          (message) =>
            message.type === 'offered' && message.offer.wanted === wanted && message.offer.looked === null,
        )
        if (found?.type === 'offered') return found.offer
        await pause(5)
      }
    },
  }
}

test('values that complete what is typed come from the cache, the most frequent first, with how often they are there', async () => {
  const { wish, offered } = startReader()
  const values = async (of: WantedValues['of'], begun = '') => {
    const wanted = { kind: null, of, begun }
    wish(wanted)
    return (await offered(wanted)).values.map(({ value, count }) => `${value} ${count}`)
  }
  expect(await values({ type: 'column', names: ['State'] })).toEqual(['running 801', 'stopped 400'])
  expect(await values({ type: 'column', names: ['State'] }, 'ST')).toEqual(['stopped 400'])
  // If nothing begins so, what holds it.
  expect(await values({ type: 'column', names: ['State'] }, 'ning')).toEqual(['running 801'])
  expect(await values({ type: 'column', names: ['Region'] })).toEqual(['eu-west-1 1200', 'us-east-1 1'])
  expect(await values({ type: 'tag-keys' })).toEqual(['Team 1200', 'Odd "key" 5'])
  expect(await values({ type: 'tag-values', key: 'Team' })).toEqual(['payments 600', 'web shop 600'])
  expect(await values({ type: 'tag-values', key: 'Odd "key"' })).toEqual(['x 5'])
  expect(await values({ type: 'tag-values', key: 'Nothing' })).toEqual([])
})

test('of many values the first hundred are offered, and how many more there are', async () => {
  const { wish, offered } = startReader()
  const wanted: WantedValues = { kind: null, of: { type: 'column', names: ['InstanceId'] }, begun: 'i-' }
  wish(wanted)
  const offer = await offered(wanted)
  expect(offer.values).toHaveLength(100)
  expect(offer.more).toBe(1101)
})

test('further letters choose among what was counted, and the last answer is that to the newest wish', async () => {
  const { wish, offered, messages } = startReader()
  const wishes = ['', 'T', 'Te'].map(
    (begun): WantedValues => ({ kind: null, of: { type: 'tag-keys' }, begun }),
  )
  for (const wanted of wishes) wish(wanted)
  const last = wishes.at(-1) as WantedValues
  expect((await offered(last)).values).toEqual([{ value: 'Team', count: 1200 }])
  await pause(50)
  const answered = messages.flatMap((message) => (message.type === 'offered' ? [message.offer.wanted] : []))
  expect(answered.at(-1)).toBe(last)
})
