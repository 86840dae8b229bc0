import { describe, expect, test } from 'vitest'
import {
  barOfAscii,
  barOfBlocks,
  describeProgress,
  formatProgress,
  toProgressJson,
} from '../../src/app/progress-text.ts'
import { noFigures, type ProgressFigures } from '../../src/sync/progress.ts'

const busy: ProgressFigures = {
  phase: 'reading',
  scopes: 300,
  done: 120,
  pages: 1204,
  rows: 98_311,
  rowsPerSecond: 4100,
  faults: 0,
  throttled: 2,
  waiting: 0,
  resumed: 0,
  secondsLeft: 38,
}
const all = { ...busy, faults: 3, waiting: 5, resumed: 7 }
const onTerminal = { verb: '', bar: barOfBlocks, comma: '  ' } as const

describe('the progress line', () => {
  test.each([
    [
      199,
      '[████████░░░░░░░░░░░░] 120/300 scopes  1,204 pages  98,311 rows  4,100 rows/s  2 throttled  ~40 s left',
    ],
    [79, '[████░░░░░░] 120/300 scopes  98,311 rows  4,100 rows/s  2 throttled  ~40 s left'],
    [78, '[████░░░░░░] 120/300 scopes  98,311 rows  2 throttled  ~40 s left'],
    [59, '120/300 scopes  98,311 rows  2 throttled  ~40 s left'],
    [39, '120/300 scopes  2 throttled  ~40 s left'],
    [38, '120/300 scopes  2 throttled'],
    [9, '120/300 s'],
  ])('of %i cells holds what matters most', (room, line) => {
    expect(formatProgress(busy, room, onTerminal)).toBe(line)
  })

  test.each(upTo(130))('is never wider than %i cells', (room) => {
    for (const figures of [noFigures, busy, all, { ...noFigures, phase: 'signing in', scopes: 9 } as const])
      expect(formatProgress(figures, room, onTerminal).length).toBeLessThanOrEqual(room)
  })

  test('names failed, awaited and resumed scopes', () => {
    expect(formatProgress(all, 200, onTerminal)).toMatch(
      / {2}3 failed {2}2 throttled {2}5 read by another muster {2}7 resumed {2}~40 s left$/,
    )
  })

  test('says what is being done until the number of scopes is known, never 0/0', () => {
    const signingIn = { ...noFigures, phase: 'signing in' } as const
    expect(formatProgress(noFigures, 80, onTerminal)).toBe('planning')
    expect(formatProgress({ ...signingIn, scopes: 300 }, 80, onTerminal)).toBe('signing in  300 scopes')
    const reading = { ...noFigures, phase: 'reading', done: 1, pages: 2, rows: 20 } as const
    expect(formatProgress(reading, 80, onTerminal)).toBe('1 scope  2 pages  20 rows')
    const onScreen = { verb: 'syncing', bar: barOfBlocks, comma: ', ' }
    expect(formatProgress(signingIn, 80, onScreen)).toBe('syncing: signing in')
  })

  test('has a bar of ASCII where the terminal shows nothing else', () => {
    const line = formatProgress(busy, 70, { ...onTerminal, bar: barOfAscii })
    expect(line).toBe('[####......] 120/300 scopes  98,311 rows  2 throttled  ~40 s left')
  })

  test.each([
    [4, '~4 s left'],
    [61, '~65 s left'],
    [754, '~13 min left'],
    [7300, '~3 h left'],
  ])('gives %i seconds no more exactly than an estimate is', (secondsLeft, text) => {
    expect(formatProgress({ ...busy, secondsLeft }, 199, onTerminal)).toContain(text)
  })
})

test('a line for a log is in words', () => {
  expect(describeProgress(all)).toBe(
    '120 of 300 scopes, 1,204 pages, 98,311 rows, 4,100 rows/s, 3 failed, 2 throttled, 5 read by another muster, 7 resumed, about 40 s left',
  )
  expect(describeProgress(noFigures)).toBe('planning')
  expect(describeProgress({ ...noFigures, phase: 'signing in', scopes: 1 })).toBe('signing in, 0 of 1 scope')
})

test('a line for a program is JSON, with every figure and the time', () => {
  const now = Date.parse('2026-11-26T12:00:00Z')
  expect(JSON.parse(toProgressJson(busy, now, false))).toEqual({
    ...busy,
    time: '2026-11-26T12:00:00.000Z',
    ended: false,
  })
  expect(JSON.parse(toProgressJson(busy, now, true))).toMatchObject({
    phase: 'ended',
    ended: true,
    secondsLeft: null,
  })
})

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
