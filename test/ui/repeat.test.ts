import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { noFigures } from '../../src/sync/progress.ts'
import { chooseRepeat } from '../../src/ui/choose-repeat.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import type { State } from '../../src/ui/state/state.ts'
import { coverage, driveKeys, now, screen, upTo } from './state.ts'

const minute = 60_000
const every: State['repeat'] = { every: 5 * minute, at: now + 5 * minute }

/** A table of three rows that is read again every five minutes, and the syncs that it starts. */
function open() {
  const listed = { version: 1, total: 3, coverage, changes: 0, columns: [] }
  const first = screen()
  const drive = driveKeys({ ...first, repeat: every, table: { ...first.table, listed } }, upTo(3))
  return {
    ...drive,
    tick: (after: number) => drive.send({ type: 'ticked', now: now + after }),
    syncs: () => drive.effects.filter(({ type }) => type === 'sync'),
    end: () =>
      drive.send({ type: 'sync-reported', progress: noFigures, ended: true, changes: 0, error: null }),
    status: () => stripVTControlCharacters(drawFrame(drive.state(), makePaint(false)).at(-2) ?? ''),
  }
}

describe('a screen that reads again every five minutes', () => {
  test('says when, does it then, and counts from the end of each sync', () => {
    const { tick, syncs, end, status, send } = open()
    tick(0)
    expect(status()).toMatch(/reads again in 5m$/)
    tick(4.5 * minute)
    expect(status()).toMatch(/reads again in <1m$/)
    expect(syncs()).toEqual([])
    tick(5 * minute)
    expect(syncs()).toMatchObject([{ calls: 'when-due', fresh: 2.5 * minute }])
    send({ type: 'sync-started' })
    expect(status()).not.toMatch(/reads again/)
    // It takes longer than five minutes: no second one begins beside it.
    tick(11 * minute)
    end()
    tick(15.9 * minute)
    expect(syncs()).toHaveLength(1)
    tick(16 * minute)
    expect(syncs()).toHaveLength(2)
  })

  test.each([
    ['a filter is typed', ['/'], 'esc'],
    ['a command is typed', [':'], 'esc'],
    ['a list is open', ['P'], 'esc'],
    ['it asks whether to quit', ['q'], 'esc'],
    ['a word is looked for on a page', ['?', '/'], 'enter'],
  ])('waits while %s, and reads as soon as that is over', (_, keys, over) => {
    const { press, tick, syncs, status } = open()
    press(...keys)
    tick(6 * minute)
    expect(syncs()).toEqual([])
    if (keys.length === 1) expect(status()).toMatch(/reads again after this$/)
    press(over)
    tick(6 * minute + 1000)
    expect(syncs()).toHaveLength(1)
  })

  test('reads behind a page of text, which nothing moves', () => {
    const { press, tick, syncs } = open()
    press('?')
    tick(6 * minute)
    expect(syncs()).toHaveLength(1)
  })
})

test('a screen without the setting reads again only when it is asked', () => {
  const drive = driveKeys(screen(), upTo(3))
  drive.send({ type: 'ticked', now: now + 1000 * minute })
  expect(drive.effects.filter(({ type }) => type === 'sync')).toEqual([])
})

test.each([
  ['5m', false, null, 5 * minute],
  ['5m', false, minute, 5 * minute],
  [null, false, minute, minute],
  [null, true, minute, undefined],
  [null, false, null, undefined],
])('--every %s, with --offline %s and a setting of %s ms: every %s ms', (given, offline, setting, chosen) => {
  expect(chooseRepeat({ every: given, offline }, { every: setting }, { now: () => now })?.every).toBe(chosen)
})

test('--every refuses less than ten seconds, what is not a time, and --offline', () => {
  const choose = (given: string, offline: boolean) => () =>
    chooseRepeat({ every: given, offline }, { every: null }, { now: () => now })
  expect(choose('5s', false)).toThrow("--every takes 10s or more, not '5s'.")
  expect(choose('often', false)).toThrow("'often' is not a time span")
  expect(choose('5m', true)).toThrow('--every and --offline exclude each other')
})
