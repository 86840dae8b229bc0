import { expect, test } from 'vitest'
import { makePlainView } from '../../src/kinds.ts'
import type { Listing } from '../../src/query/listing.ts'
import {
  beginListing,
  finishListing,
  firstReaderState,
  type Question,
  type ReaderState,
  receiveMessage,
} from '../../src/ui/reader/reader-state.ts'
import type { TableRequest, ToReader } from '../../src/ui/threads/messages.ts'

const selection = { chosen: [], kinds: ['instances'], requires: [], accounts: [], fresh: 0, accepted: [] }
const ask: TableRequest = {
  type: 'view',
  view: makePlainView('instances', { profiles: [], accounts: [], regions: [] }),
  names: null,
}

test('a question makes the state stale, and forgets what was shown before', () => {
  const { state, reply } = receiveMessage(askFor(1), { type: 'ask', question: 2, ask, selection })
  expect(reply).toBeNull()
  expect(state).toMatchObject({ isStale: true, shown: null, newest: null, question: { number: 2 } })
})

test('a listing that is ready is only shown when the screen adopts it', () => {
  const { state, reply } = finish(askFor(1), rows(3))
  expect(reply).toMatchObject({ type: 'listed', question: 1, listed: { version: 1, total: 3 } })
  expect(state.shown).toBeNull()
  const adopted = receiveMessage(state, adopt({ question: 1 }))
  expect(adopted.state.shown?.listed.version).toBe(1)
  expect(adopted.reply).toMatchObject({ type: 'adopted', index: 0, window: { from: 0 } })
})

test('the row under the cursor is found again where it stands now', () => {
  const { state } = finish(askFor(1), rows(9))
  const { reply } = receiveMessage(state, adopt({ question: 1, key: 6, index: 2, above: 2, count: 4 }))
  expect(reply).toMatchObject({ index: 6, window: { from: 4 } })
})

test('a row that went leaves the cursor where it was, and not behind the last row', () => {
  const { state } = finish(askFor(1), rows(3))
  expect(receiveMessage(state, adopt({ question: 1, key: 77, index: 1 })).reply).toMatchObject({ index: 1 })
  expect(receiveMessage(state, adopt({ question: 1, key: 77, index: 8 })).reply).toMatchObject({ index: 2 })
})

test('a listing of a question that was replaced meanwhile is dropped', () => {
  const state = askFor(1)
  const old = state.question as Question
  const next = receiveMessage(state, { type: 'ask', question: 2, ask, selection }).state
  expect(finishListing(next, old, rows(3), 0)).toEqual({ state: next, reply: null })
})

test('a change while a listing is made leaves the state stale, so that another one follows', () => {
  const began = beginListing(askFor(1))
  expect(began.isStale).toBe(false)
  const changed = receiveMessage(began, { type: 'changed', number: 7, retries: [] }).state
  const { state, reply } = finishListing(changed, changed.question as Question, rows(1), began.changes)
  expect(state).toMatchObject({ isStale: true, changes: 7 })
  // What the listing knows of is what was known when it began.
  expect(reply).toMatchObject({ listed: { changes: 0 } })
})

test('a window is only given of the listing that the screen shows', () => {
  const state = receiveMessage(finish(askFor(1), rows(5)).state, adopt({ question: 1 })).state
  const wanted = { type: 'window', question: 1, version: 1, from: 3, count: 2 } as const
  expect(receiveMessage(state, wanted).reply).toMatchObject({
    window: { from: 3, rows: [{ key: 3 }, { key: 4 }] },
  })
  expect(receiveMessage(state, { ...wanted, version: 2 }).reply).toBeNull()
  expect(receiveMessage(state, { ...wanted, question: 9 }).reply).toBeNull()
})

test('each listing of a question has the next version', () => {
  const first = finish(askFor(1), rows(1)).state
  expect(finish(first, rows(2)).reply).toMatchObject({ listed: { version: 2, total: 2 } })
})

function askFor(number: number): ReaderState {
  return receiveMessage(firstReaderState, { type: 'ask', question: number, ask, selection }).state
}

function finish(state: ReaderState, listing: Listing) {
  return finishListing(state, state.question as Question, listing, state.changes)
}

function adopt(parts: Partial<Extract<ToReader, { type: 'adopt' }>>): Extract<ToReader, { type: 'adopt' }> {
  return { type: 'adopt', question: 1, key: null, index: 0, above: 0, count: 10, ...parts }
}

/** A listing of so many rows, whose keys are their places. */
function rows(total: number): Listing {
  const row = (key: number) => ({ key, seenAt: null, cells: [`row ${key}`] })
  return {
    columns: ['Name'],
    total,
    readRows: (from, count) =>
      Array.from({ length: Math.max(0, Math.min(count, total - from)) }, (_, index) => row(from + index)),
    indexOf: (key) => (key < total ? key : -1),
    readItem: () => null,
  }
}
