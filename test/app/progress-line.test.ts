import { describe, expect, test } from 'vitest'
import type { Context } from '../../src/app/context.ts'
import { parseOptions } from '../../src/app/options.ts'
import { makeProgressLine } from '../../src/app/progress-line.ts'
import type { Io } from '../../src/io.ts'
import type { ResolvedScope, SyncEvent } from '../../src/model.ts'

const start = Date.parse('2026-11-26T12:00:00Z')
const scope: ResolvedScope = {
  profile: 'prod',
  account: '111111111111',
  region: 'eu-west-1',
  kind: 'instances',
}
const planned: SyncEvent = { type: 'planned', scopes: 2 }
const begun: SyncEvent = { type: 'scope-started', scope, resumed: 0 }
const page: SyncEvent = { type: 'page-stored', scope, count: 1000 }
const finished: SyncEvent = { type: 'scope-finished', scope, rows: 1000, changes: null }

/** A display whose clock stands at the second of the last event, and everything that it has written. */
function display(words: readonly string[], io: Partial<Io> = {}) {
  let now = start
  let written = ''
  const interrupt = new AbortController()
  const whole = {
    err: (text: string) => {
      written += text
    },
    now: () => now,
    env: { LANG: 'C.UTF-8' },
    errIsTerminal: false,
    errColumns: 80,
    signal: interrupt.signal,
    ...io,
  }
  const context = { io: whole, mfa: { isAsking: () => false } } as unknown as Context
  const line = makeProgressLine(context, parseOptions(words, ['progress']), 'syncing')
  return {
    at(second: number, event: SyncEvent) {
      now = start + second * 1000
      line.emit(event)
    },
    end(second: number) {
      now = start + second * 1000
      line.end()
    },
    interrupt: () => interrupt.abort(),
    written: () => written,
  }
}

describe('progress on a terminal', () => {
  const terminal = { errIsTerminal: true }

  test('is drawn at most ten times a second, and removed at the end', () => {
    const shown = display([], terminal)
    shown.at(0, planned)
    for (const second of [1, 1.02, 1.04, 1.06]) shown.at(second, page)
    expect(shown.written().split('\r\u001b[K')).toEqual([
      '',
      'signing in  2 scopes',
      '[░░░░░░░░░░] 0/2 scopes  1 page  1,000 rows',
    ])
    shown.end(2)
    expect(shown.written().endsWith('\r\u001b[K')).toBe(true)
  })

  test.each([20, 40, 80, 120])(
    'is narrower than a terminal of %i columns, so that it never wraps',
    (errColumns) => {
      const shown = display([], { ...terminal, errColumns })
      shown.at(0, planned)
      shown.at(1, begun)
      for (let second = 2; second < 9; second += 1) shown.at(second, page)
      shown.at(9, { type: 'scope-throttled', scope, wait: 900 })
      shown.end(10)
      for (const line of shown.written().split('\r\u001b[K')) expect(line.length).toBeLessThan(errColumns)
    },
  )

  test('is not drawn any more after ctrl-c', () => {
    const shown = display([], terminal)
    shown.at(0, planned)
    shown.interrupt()
    shown.at(1, page)
    shown.end(2)
    expect(shown.written()).not.toContain('1 page')
  })

  test.each([
    [{ LANG: 'C.UTF-8' }, '[█████░░░░░]'],
    [{ LANG: 'de_DE.utf8' }, '[█████░░░░░]'],
    [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, '[#####.....]'],
    [{}, '[#####.....]'],
  ])('of the locale %j has the bar %s', (env, bar) => {
    const shown = display([], { ...terminal, env })
    shown.at(0, planned)
    shown.at(1, finished)
    expect(shown.written()).toContain(bar)
  })
})

describe('progress that is not on a terminal', () => {
  test('of a reading that takes less than ten seconds is nothing at all', () => {
    const shown = display([])
    shown.at(0, planned)
    shown.at(9.9, page)
    shown.end(9.9)
    expect(shown.written()).toBe('')
  })

  test('is a line each ten seconds and one at the end, without a carriage return', () => {
    const shown = display([])
    for (const [second, event] of [
      [0, planned],
      [1, begun],
      [10, page],
      [15, page],
      [21, finished],
    ] as const)
      shown.at(second, event)
    shown.end(22)
    expect(shown.written()).toBe(
      [
        'syncing: 0 of 2 scopes, 1 page, 1,000 rows, 200 rows/s\n',
        'syncing: 1 of 2 scopes, 2 pages, 2,000 rows\n',
        'syncing ended: 1 of 2 scopes, 2 pages, 2,000 rows\n',
      ].join(''),
    )
  })
})

describe('--progress', () => {
  test('json is an object a line, at once, each second, and at the end', () => {
    const shown = display(['--progress', 'json'], { errIsTerminal: true })
    for (const [second, event] of [
      [0, planned],
      [0.5, begun],
      [1, page],
      [1.9, page],
    ] as const)
      shown.at(second, event)
    shown.end(2)
    const lines = shown.written().trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { phase: 'signing in', scopes: 2, done: 0, ended: false },
      { phase: 'reading', pages: 1, rows: 1000, rowsPerSecond: 1000, secondsLeft: null, ended: false },
      { phase: 'ended', pages: 2, rows: 2000, ended: true },
    ])
  })

  test('lines is for a log also on a terminal; none is nothing', () => {
    for (const [form, pattern] of [
      ['lines', /^syncing: 0 of 2 scopes/],
      ['none', /^$/],
    ] as const) {
      const shown = display(['--progress', form], { errIsTerminal: true })
      shown.at(0, planned)
      shown.at(11, page)
      expect(shown.written()).toMatch(pattern)
      expect(shown.written()).not.toContain('\r')
    }
  })

  test('is refused with another word', () => {
    expect(() => display(['--progress', 'xml'])).toThrow(
      "--progress takes auto, lines, json or none, not 'xml'.",
    )
  })
})
