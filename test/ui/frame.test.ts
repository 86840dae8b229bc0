import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { noFigures } from '../../src/sync/progress.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import { toShownRow } from '../../src/ui/reader/shown-rows.ts'
import type { State } from '../../src/ui/state/state.ts'
import type { ListingSummary, ShownRow } from '../../src/ui/threads/messages.ts'
import { update } from '../../src/ui/update.ts'
import { coverage, now, screen } from './state.ts'

const hostile = [
  '\u001b]0;pwned\u0007web',
  '\u009b31mred',
  'two\nlines\r\nmore',
  '\u202egnp.exe',
  '東京サーバー',
  'e\u0301e\u0301e\u0301',
  '👩‍👩‍👧‍👦 family',
  '\u0000\u007f',
  'x'.repeat(3000),
  'ลูกค้า',
  '\ud800 lone',
]

const names = [
  'Name',
  'InstanceId',
  'State',
  'InstanceType',
  'AccountName',
  'Region',
  'PrivateIpAddress',
  'PublicIpAddress',
  'LaunchTime',
]
const types = { State: 'state', LaunchTime: 'time' } as const

function listed(total: number): ListingSummary {
  const columns = names.map((name) => ({
    name,
    width: 19,
    type: types[name as keyof typeof types] ?? ('text' as const),
  }))
  return { version: 1, total, coverage, columns, changes: 0 }
}

function rowOf(index: number): ShownRow {
  const name = hostile[index % hostile.length] ?? ''
  const cells = [
    name,
    'i-0123456789abcdef0',
    'running',
    'm5.large',
    name,
    'eu-west-1',
    '10.0.0.1',
    null,
    '2026-11-01T00:00:00+00:00',
  ]
  return toShownRow({ key: index, seenAt: index % 2 ? now : now - 7_200_000, cells }) as ShownRow
}

function fillState(columns: number, rows: number): State {
  const first = screen(columns, rows)
  const window = { from: 0, rows: Array.from({ length: 60 }, (_, index) => rowOf(index)), widths: [] }
  return { ...first, table: { ...first.table, listed: listed(60), window, index: 3 } }
}

const sizes = [
  [40, 10],
  [80, 24],
  [100, 30],
  [200, 50],
  [300, 100],
  [20, 5],
] as const

const situations: Readonly<Record<string, (state: State) => State>> = {
  'a table': (state) => state,
  'a table that waits': (state) => ({ ...state, table: { ...state.table, listed: null } }),
  'an empty table': (state) => ({ ...state, table: { ...state.table, listed: listed(0) } }),
  'a failure of many words': (state) => ({
    ...state,
    table: {
      ...state.table,
      listed: null,
      failed: `${'Something went wrong. '.repeat(9)}\nNext line \u001b[31m`,
    },
  }),
  'a filter being typed': (state) => press(state, '/', ...'東京'.repeat(40)),
  'a command being typed': (state) => press(state, ':', 'q'),
  'an export': (state) => press(state, 'ctrl-s'),
  'a picker': (state) => press(state, 'P'),
  help: (state) => press(state, '?'),
  'the command': (state) => press(state, '='),
  'the first page': (state) => ({
    ...state,
    overlay: { type: 'welcome', looked: ['/home/someone/.aws/config'], problems: [], top: 0 },
  }),
  'a sync': (state) => ({
    ...state,
    progress: {
      ...noFigures,
      phase: 'reading',
      scopes: 51_000,
      done: 12_345,
      pages: 99_999,
      rows: 1_234_567,
      faults: 321,
      throttled: 12,
      waiting: 7,
      resumed: 3,
      rowsPerSecond: 12_345,
      secondsLeft: 754,
    },
  }),
  'an error': (state) => ({ ...state, message: { text: 'No '.repeat(200), tone: 'error', until: null } }),
  'what is missing': (state) => ({
    ...state,
    table: {
      ...state.table,
      listed: {
        ...listed(60),
        coverage: {
          ...coverage,
          missing: 7,
          stale: 2,
          skipped: 3,
          worst: { cause: 'prod/eu AccessDenied: '.repeat(9), byLogin: false },
        },
      },
    },
  }),
}

function press(state: State, ...keys: string[]): State {
  return keys.reduce((before, key) => update(before, { type: 'key', key }).state, state)
}

describe.each(Object.entries(situations))('%s', (_, situation) => {
  test.each(sizes)('on %i×%i is as many lines as the terminal has, none wider', (columns, rows) => {
    const lines = drawFrame(situation(fillState(columns, rows)), makePaint(true))
    expect(lines).toHaveLength(rows)
    for (const line of lines) {
      expect(stringWidth(line), JSON.stringify(line)).toBeLessThanOrEqual(columns)
      expect(line.replace(/\u001b\[\d+m/g, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
    }
  })
})

describe('a row', () => {
  const lines = (change: Partial<State> = {}) =>
    drawFrame({ ...fillState(200, 30), ...change }, makePaint(true))

  test('whose text could control the terminal colours and moves nothing', () => {
    expect(lines().join('\n')).toContain('␛]0;pwned')
    // The hints in the last line have two colours each.
    for (const line of lines().slice(0, -1))
      expect(line.match(/\u001b\[\d+m/g)?.length ?? 0).toBeLessThanOrEqual(60)
  })

  test('that is stale is dim and shows its age; a fresh one is not', () => {
    const [stale, fresh] = [lines()[2] ?? '', lines()[3] ?? '']
    expect(stale).toMatch(/^\u001b\[2m/)
    expect(stale).toMatch(/ 2h\u001b\[22m$/)
    expect(fresh).not.toMatch(/^\u001b\[2m/)
  })

  test('under the cursor is inverse over the whole line', () => {
    expect(lines()[5]).toMatch(/^\u001b\[7m.*\u001b\[27m$/)
    expect(stringWidth(lines()[5] ?? '')).toBe(200)
  })

  test('shows its state by a sign and a colour, its launch as an age', () => {
    expect(lines()[3]).toContain('\u001b[32m● running')
    expect(lines()[3]).toContain('23d')
  })

  test('shows a time to come with a plus, and one that only another clock has reached as now', () => {
    const shownAs = (time: string) => {
      const { table, ...state } = fillState(200, 30)
      const rows = table.window.rows.map((row) => row && { ...row, cells: [...row.cells.slice(0, -1), time] })
      return drawFrame(
        { ...state, table: { ...table, window: { from: 0, rows, widths: [] } } },
        makePaint(false),
      )[3]
    }
    expect(shownAs('2027-02-24T12:00:00+00:00')).toMatch(/ \+92d /)
    expect(shownAs('2026-11-24T12:00:59+00:00')).toMatch(/ 0s /)
  })

  test('has no colour if NO_COLOR is set', () => {
    const plain = drawFrame(fillState(200, 30), makePaint(false)).join('')
    expect(plain).not.toMatch(/\u001b\[3\dm/)
    expect(plain).toContain('\u001b[7m')
  })
})
