import { expect, test } from 'vitest'
import type { ScopeStatus } from '../../src/model.ts'
import { noFigures } from '../../src/sync/progress.ts'
import { formatCoverageSummary } from '../../src/ui/draw/footer.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import { makeFaultReport, summariseCoverage } from '../../src/ui/reader/shown-rows.ts'
import { formatFaults } from '../../src/ui/state/faults-text.ts'
import type { State, UiEvent } from '../../src/ui/state/state.ts'
import type { FaultLines, ListingSummary } from '../../src/ui/threads/messages.ts'
import { update } from '../../src/ui/update.ts'
import { coverage, driveKeys, now, screen } from './state.ts'

const denied: FaultLines = {
  cause: 'UnauthorizedOperation: no',
  next: 'Ask.',
  failed: true,
  scopes: ['prod/eu-west-1'],
}
const unread: FaultLines = {
  cause: 'never synced',
  next: 'Sync.',
  failed: false,
  scopes: ['dev/eu-west-1'],
}

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

test('while a sync runs, the status line counts as missing only what failed', () => {
  const report = { missing: [denied, unread], accepted: [], others: [], skipped: 0 }
  expect(formatFaults(report, true)).toBe(
    'UnauthorizedOperation: no\n  -> Ask.\n  1 scope: prod/eu-west-1\n\n1 being read now: dev/eu-west-1',
  )
  expect(formatFaults(report, false)).toContain('never synced\n  -> Sync.\n  1 scope: dev/eu-west-1')
})

test('the page of faults says in a sentence that nothing is missing', () => {
  expect(formatFaults({ missing: [], accepted: [], others: [], skipped: 0 }, false)).toBe(
    'Everything that is selected could be read.',
  )
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
  const message = {
    type: 'adopted',
    question: 1,
    index: 0,
    window: { from: 0, rows: [], widths: [] },
  } as const
  expect(coverageAfter({ type: 'reader', message: { ...message, listed: unread } })).not.toContain('missing')
  const read = { ...unread, changes: 4, coverage: { ...coverage, missing: 1, failed: 1, covered: 5 } }
  expect(coverageAfter({ type: 'reader', message: { ...message, listed: read } })).toContain('1 missing')
})

test('what one login fixes is one line with its extent and the key, then every scope by name', () => {
  const status = (profile: string): ScopeStatus => ({
    scope: { profile, account: null, region: 'eu-west-1', kind: 'instances' },
    accountName: null,
    state: 'failed',
    syncedAt: null,
    rows: 0,
    fault: {
      class: 'credentials',
      code: 'SsoLoginExpired',
      message: 'sso-session empresa expired.',
      next: 'Run muster login --sso-session empresa.',
      login: '--sso-session empresa',
    },
    oldestAt: null,
    readBy: null,
    others: [],
    accepted: false,
  })
  const statuses = ['a', 'b', 'c', 'd', 'e'].map(status)
  expect(formatFaults(makeFaultReport(statuses), false)).toBe(
    'sso-session empresa expired: 5 accounts; press L\n  -> Press L and choose empresa.\n  5 scopes: a/eu-west-1, b/eu-west-1, c/eu-west-1, d/eu-west-1, e/eu-west-1',
  )
  expect(summariseCoverage(statuses).worst?.cause).toBe('sso-session empresa expired: 5 accounts; press L')
})

test('a page that arrives after something else was opened does not replace it', () => {
  const report = { missing: [denied], accepted: [], others: [], skipped: 0 }
  const faults = { type: 'reader', message: { type: 'faults', again: false, report } } as const
  const key = (state: State, name: string) => update(state, { type: 'key', key: name }).state
  expect(update(key(screen(), '!'), faults).state.overlay?.type).toBe('text')
  expect(update(key(key(screen(), '!'), 'P'), faults).state.overlay?.type).toBe('picker')
})

test('the page of faults is as new as the table under it, keeps its place, and stays closed once it was left', () => {
  const pageOf = (scopes: readonly string[], again: boolean) => {
    const report = { missing: [{ ...denied, scopes }], accepted: [], others: [], skipped: 0 }
    return { type: 'reader', message: { type: 'faults', again, report } } as const
  }
  const many = Array.from({ length: 900 }, (_, index) => `account-${index}`)
  const ui = driveKeys(screen(), [])
  ui.press('!')
  ui.send(pageOf(many, false))
  ui.press('j', 'j', 'j')
  const before = ui.effects.length
  ui.list([1, 2])
  expect(ui.effects.slice(before)).toContainEqual({
    type: 'reader',
    message: { type: 'faults', again: true },
  })
  ui.send(pageOf([...many, 'one-more'], true))
  const { overlay } = ui.state()
  expect(overlay).toMatchObject({ type: 'text', top: 3 })
  expect(JSON.stringify(overlay)).toContain('one-more')
  ui.press('esc')
  ui.send(pageOf(many, true))
  expect(ui.state().overlay).toBeNull()
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
