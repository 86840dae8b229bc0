import { expect, test } from 'vitest'
import { noFigures } from '../../src/sync/progress.ts'
import { formatCoverageSummary } from '../../src/ui/draw/footer.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import type { State, UiEvent } from '../../src/ui/state/state.ts'
import type { ListingSummary } from '../../src/ui/threads/messages.ts'
import { update } from '../../src/ui/update.ts'
import { coverage, now, screen } from './state.ts'

test.each([
  [{}, false, '6 of 6 scopes · oldest 0s'],
  [{ stale: 6, oldest: now + 60_000 }, false, '6 of 6 scopes · 6 stale · age unknown'],
  [{ oldest: null, covered: 0 }, false, '0 of 6 scopes'],
  [
    { missing: 2, failed: 1, covered: 4, worst: { cause: 'why', byLogin: false } },
    false,
    '4 of 6 scopes · oldest 0s · 2 missing, press !: why',
  ],
  [
    { missing: 2, failed: 1, covered: 4, worst: { cause: 'why', byLogin: false } },
    true,
    '4 of 6 scopes · oldest 0s · 1 failed, press !: why',
  ],
  [
    { missing: 2, failed: 2, covered: 4, worst: { cause: 'x expired: 2 accounts; press L', byLogin: true } },
    false,
    'x expired: 2 accounts; press L · 4 of 6 scopes · 2 missing · oldest 0s',
  ],
  [
    { older: 2, missing: 1, failed: 3, covered: 3, worst: { cause: 'why', byLogin: false } },
    false,
    '3 of 6 scopes · oldest 0s · 2 not read again, 1 missing, press !: why',
  ],
  [{ elsewhere: 2, covered: 4 }, false, '4 of 6 scopes · 2 being read by another muster · oldest 0s'],
  [{ missing: 2, covered: 4 }, true, '4 of 6 scopes · oldest 0s'],
  [
    { stale: 3, accepted: 1, skipped: 2 },
    false,
    '6 of 6 scopes · 3 stale · 1 failed as accepted · 2 skipped · oldest 0s',
  ],
])('coverage %j, syncing %j, is shown as %j', (change, syncing, text) => {
  expect(formatCoverageSummary({ ...coverage, ...change }, now, syncing)).toBe(text)
})

test('a sync has ended on the screen when its last rows are shown, not before', () => {
  const progress = { ...noFigures, phase: 'reading', scopes: 6, done: 6, pages: 6, rows: 60 } as const
  const unread: ListingSummary = {
    version: 1,
    total: 0,
    columns: [],
    coverage: { ...coverage, missing: 6, covered: 0 },
    changes: 3,
  }
  const first = screen()
  let state: State = { ...first, table: { ...first.table, listed: unread } }
  const coverageAfter = (event: UiEvent) => {
    state = update(state, event).state
    return drawFrame(state, makePaint(false)).at(-2) ?? ''
  }
  const ended = { type: 'sync-reported', progress, ended: true, changes: 4, error: null } as const
  expect(coverageAfter(ended)).not.toContain('missing')
  // What has no number yet is being read: the line never leaves it without a word.
  expect(coverageAfter(ended)).toContain('syncing: last rows')
  const message = {
    type: 'adopted',
    question: 1,
    index: 0,
    window: { from: 0, rows: [], widths: [] },
  } as const
  expect(coverageAfter({ type: 'reader', message: { ...message, listed: unread } })).not.toContain('missing')
  const read = { ...unread, changes: 4, coverage: { ...coverage, missing: 1, failed: 1, covered: 5 } }
  expect(coverageAfter({ type: 'reader', message: { ...message, listed: read } })).toContain('1 missing')
  expect(drawFrame(state, makePaint(false)).at(-2)).not.toContain('sync')
})

test('after somebody has signed in, the line no longer asks for it while the accounts are read', () => {
  const worst = { cause: 'sso-session acme expired: 2 accounts; press L', byLogin: true }
  const listed = { version: 1, total: 0, columns: [], changes: 0 }
  const unread = { ...listed, coverage: { ...coverage, covered: 4, missing: 2, failed: 2, worst } }
  const first = screen()
  let state: State = { ...first, table: { ...first.table, listed: unread } }
  const statusAfter = (...events: readonly UiEvent[]) => {
    for (const event of events) state = update(state, event).state
    return drawFrame({ ...state, message: null }, makePaint(false)).at(-2) ?? ''
  }
  expect(statusAfter()).toContain('press L')
  const started = statusAfter({ type: 'login-done', text: 'Signed in.' }, { type: 'sync-started' })
  expect(started).toContain('4 of 6 scopes')
  expect(started).not.toMatch(/press L|missing|failed/)
  const ended = { type: 'sync-reported', progress: noFigures, ended: true, changes: 0, error: null } as const
  // One that fails again says so.
  expect(statusAfter(ended, { type: 'ticked', now: first.now + 1000 })).toContain('press L')
})

test('on a narrow screen what is missing is not what is cut', () => {
  const counts = { ...coverage, scopes: 160, covered: 156, stale: 156, missing: 4, oldest: now - 1_700_000 }
  const listed = { version: 1, total: 0, columns: [], changes: 0, coverage: counts }
  const first = screen(40, 10)
  const lines = drawFrame({ ...first, table: { ...first.table, listed } }, (text) => text)
  expect(lines.at(-2)).toMatch(/^4 missing, press ! · 156 of 160 scopes/)
})

test('a message is not cut for the progress of a sync, which keeps what it needs beside it', () => {
  const progress = { ...noFigures, phase: 'reading' as const, scopes: 160, done: 6, pages: 12, rows: 4000 }
  const status = (columns: number) =>
    drawFrame(
      update({ ...screen(columns, 24), progress }, { type: 'key', key: 'ctrl-r' }).state,
      makePaint(false),
    ).at(-2)
  expect(status(80)).toMatch(/^All is read again when the sync that runs has ended\. +sync 6\/160/)
  expect(status(40)).toMatch(/^All is read again when.*… .*6\/160/)
})

test('the clock redraws each second only what is shown in seconds, and the rest a little later', () => {
  const { table, ...first } = screen()
  const columns = [{ name: 'LaunchTime', type: 'time', width: 25 }] as const
  const shown = (age: number, change: Partial<State> = {}): State => {
    const row = { key: 1, seenAt: first.now, cells: [new Date(first.now - age).toISOString()] }
    const listed = {
      version: 1,
      total: 1,
      columns,
      changes: 0,
      coverage: { ...coverage, oldest: first.now - 180_000 },
    }
    return { ...first, table: { ...table, listed, window: { from: 0, rows: [row], widths: [] } }, ...change }
  }
  const moves = (state: State, ms: number) =>
    update(state, { type: 'ticked', now: first.now + ms }).state !== state
  expect([moves(shown(86_400_000), 1000), moves(shown(86_400_000), 4000)]).toEqual([false, true])
  expect(moves(shown(5000), 1000)).toBe(true)
  expect(moves(shown(86_400_000, { progress: noFigures }), 1000)).toBe(true)
  const message = { text: 'x', tone: 'info', until: first.now + 500 } as const
  expect(
    update(shown(86_400_000, { message }), { type: 'ticked', now: first.now + 1000 }).state.message,
  ).toBeNull()
})
