import { describe, expect, test } from 'vitest'
import { makePlainView } from '../../src/kinds.ts'
import type { Listing } from '../../src/query/listing.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import {
  finishListing,
  firstReaderState,
  type Question,
  receiveMessage,
} from '../../src/ui/reader/reader-state.ts'
import { layOutColumns } from '../../src/ui/state/column-widths.ts'
import type { State } from '../../src/ui/state/state.ts'
import type { FromReader, TableRequest } from '../../src/ui/threads/messages.ts'
import { coverage, screen } from './state.ts'

const columns = ['Name', 'InstanceId', 'AccountName', 'Region']
const ask: TableRequest = {
  type: 'view',
  view: makePlainView('instances', { profiles: [], accounts: [], regions: [] }),
  names: null,
}
const selection = { chosen: [], kinds: ['instances'], requires: [], accounts: [], fresh: 0, accepted: [] }
const long = ['web-of-the-second-account-1', 'i-0123456789abcdef0', 'acme-staging-search-2', 'ap-southeast-2']

describe('the columns of a table whose later rows are wider', () => {
  test('are as wide as the rows that are shown need them, and stay so when one goes back', () => {
    const reader = readerOf(3000, (place) => (place < 2000 ? ['w', 'i-1', 'acme', 'us-east-1'] : long))
    const first = draw(reader.adopt())
    expect(first).toContain('us-east-1')
    const there = draw(reader.window(2900))
    for (const cell of long) expect(there).toContain(cell)
    expect(there).not.toContain('…')
    const [back = ''] = draw(reader.window(0)).split('\n')
    expect(back.indexOf('acme')).toBe(there.indexOf('acme-staging-search-2'))
  })

  test('begin anew with another question', () => {
    const reader = readerOf(3000, () => long)
    const { widths } = reader.adopt().window
    expect(widths.map((width) => width > 10)).toEqual([true, true, true, true])
    expect(receiveMessage(reader.state(), { type: 'ask', question: 2, ask, selection }).state.widths).toEqual(
      [],
    )
  })
})

test('a text of any length is shown whole while the line has room for it', () => {
  const plain = { keeps: null, isName: false, isAsked: false, isBeside: false, fixed: null, short: null }
  const arn = { name: 'Arn', type: 'text', width: 90 } as const
  const name = { name: 'Name', type: 'text', width: 70 } as const
  const sizesIn = (line: number) =>
    layOutColumns(
      [name, arn].map((column, place) => ({ ...plain, place, column, label: column.name })),
      { line, chosen: 0, left: 0, hideFirst: [] },
    ).placed.map(({ size }) => size)
  expect(sizesIn(200)).toEqual([70, 90])
  expect(sizesIn(82)).toEqual([40, 41])
})

test('an age of more than six cells is shown whole', () => {
  const { table, ...state } = screen(60, 10)
  const types = [{ name: 'LaunchTime', type: 'time', width: 25 }] as const
  const listed = { version: 1, total: 1, changes: 0, coverage, columns: types }
  const row = { key: 1, seenAt: state.now, cells: ['2012-05-01T00:00:00+00:00'] }
  const window = { from: 0, rows: [row], widths: [25] }
  expect(draw({ type: 'adopted', question: 1, index: 0, listed, window }, { table, ...state })).toContain(
    '14y210d',
  )
})

/** A reader of a listing whose rows are made from their places, and its answers. */
function readerOf(total: number, cellsOf: (place: number) => readonly string[]) {
  const listing: Listing = {
    columns,
    total,
    readRows: (from, count) =>
      Array.from({ length: Math.max(0, Math.min(count, total - from)) }, (_, index) => ({
        key: from + index,
        seenAt: null,
        cells: cellsOf(from + index),
      })),
    indexOf: (key) => key,
    readItem: () => null,
  }
  let state = receiveMessage(firstReaderState, { type: 'ask', question: 1, ask, selection }).state
  state = finishListing(state, state.question as Question, listing, 0).state
  let adopted: Adopted | null = null
  const send = (message: Parameters<typeof receiveMessage>[1]): FromReader => {
    const step = receiveMessage(state, message)
    state = step.state
    return step.reply as FromReader
  }
  return {
    state: () => state,
    adopt(): Adopted {
      const message = { type: 'adopt', question: 1, key: null, index: 0, above: 0, count: 50 } as const
      adopted = send(message) as Adopted
      return adopted
    },
    /** The screen after a jump to a place. */
    window(from: number): Adopted {
      const reply = send({ type: 'window', question: 1, version: 1, from, count: 50 })
      if (!adopted || reply.type !== 'window') throw new Error('nothing is shown')
      return { ...adopted, index: from, window: reply.window }
    },
  }
}

type Adopted = Extract<FromReader, { type: 'adopted' }>

/** The rows of a table as they are on the screen. */
function draw({ listed, index, window }: Adopted, state: State = screen(200, 10)): string {
  const table = { ...state.table, listed, window, index, top: index }
  return drawFrame({ ...state, table }, makePaint(false))
    .slice(2, -2)
    .join('\n')
}
