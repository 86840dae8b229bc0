import { describe, expect, test } from 'vitest'
import type { ResolvedScope } from '../../src/model.ts'
import { type LedgerLine, scopeKey } from '../../src/store/ledger.ts'
import { orderScopes } from '../../src/sync/order-scopes.ts'

const minute = 60_000
const now = Date.UTC(2026, 10, 26)

function scope(region: string, kind = 'instances'): ResolvedScope {
  return { profile: 'p', account: '111122223333', region, kind }
}

function line(of: ResolvedScope, line: Partial<LedgerLine>): LedgerLine {
  const read = { accountName: null, state: 'complete', attemptedAt: now, syncedAt: now, rows: 0 } as const
  const figures = { pages: 1, startedAt: now, finishedAt: now, attempts: 1, throttles: 0, changes: null }
  return { scopeId: 1, scope: of, readBy: 'p', faults: [], reading: null, ...figures, ...read, ...line }
}

/** `region/kind` in the order in which they are read. */
function namesOf(scopes: readonly ResolvedScope[], lines: readonly LedgerLine[], home: string | null = null) {
  const byKey = new Map(lines.map((each) => [scopeKey(each.scope), each]))
  return orderScopes(scopes, { lines: byKey, shown: 'instances', home }).map(
    ({ scope: { region, kind }, rank }) => `${region}/${kind} ${rank}`,
  )
}

describe('the scopes of an account are read', () => {
  test('of the shown kind first, in all regions, and then region by region as they were given', () => {
    const given = ['a', 'b'].flatMap((region) =>
      ['instances', 'volumes', 'vpcs'].map((kind) => scope(region, kind)),
    )
    expect(namesOf(given, [])).toEqual([
      'a/instances opening',
      'b/instances shown',
      'a/volumes rest',
      'a/vpcs rest',
      'b/volumes rest',
      'b/vpcs rest',
    ])
  })

  test('what failed or was never read before what was read, and of that the oldest first', () => {
    const [young, failed, never, old] = ['a', 'b', 'c', 'd'].map((region) => scope(region)) as [
      ResolvedScope,
      ResolvedScope,
      ResolvedScope,
      ResolvedScope,
    ]
    const lines = [
      line(young, { syncedAt: now - 20 * minute }),
      line(failed, { state: 'failed', syncedAt: now - minute, rows: 5 }),
      line(old, { syncedAt: now - 90 * minute }),
    ]
    const names = namesOf([young, failed, never, old], lines)
    expect(names.map((name) => name[0])).toEqual(['b', 'c', 'd', 'a'])
  })

  test('what held most before what held less, if one sync has read them', () => {
    const few = scope('a')
    const many = scope('b')
    const lines = [
      line(few, { syncedAt: now - 56 * minute, rows: 10 }),
      line(many, { syncedAt: now - 55 * minute, rows: 5000 }),
    ]
    expect(namesOf([few, many], lines)).toEqual(['b/instances opening', 'a/instances shown'])
  })

  test('what was cut off before other kinds, as its page tokens do not last', () => {
    const cut = scope('b', 'volumes')
    const given = [scope('a'), scope('a', 'volumes'), cut]
    expect(namesOf(given, [line(cut, { state: 'running', syncedAt: null, rows: 3000 })])).toEqual([
      'b/volumes opening',
      'a/instances shown',
      'a/volumes rest',
    ])
  })

  test('in the profile’s own region first, if the account has no rows yet', () => {
    const given = ['a', 'b', 'c'].map((region) => scope(region))
    expect(namesOf(given, [], 'c')).toEqual(['c/instances opening', 'a/instances shown', 'b/instances shown'])
    const read = line(scope('b'), { state: 'failed', rows: 4 })
    expect(namesOf(given, [read], 'c')[0]).toBe('b/instances opening')
  })

  test('each once', () => {
    expect(namesOf([], [])).toEqual([])
    const given = ['a', 'b', 'c'].flatMap((region) => [scope(region), scope(region, 'vpcs')])
    expect(new Set(namesOf(given, [], 'b').map((name) => name.split(' ')[0])).size).toBe(6)
  })
})
