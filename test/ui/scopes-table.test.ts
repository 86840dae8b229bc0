import { describe, expect, test } from 'vitest'
import { makePlainView } from '../../src/kinds.ts'
import type { ScopeStatus, Sort } from '../../src/model.ts'
import { scopeKey } from '../../src/store/ledger.ts'
import { meaningsOfStates, signOfState } from '../../src/ui/draw/state-sign.ts'
import { answerOf, listingOf } from '../../src/ui/reader/listing-of.ts'
import { toListedColumns } from '../../src/ui/reader/shown-rows.ts'
import { columnsToHideFirst } from '../../src/ui/state/column-labels.ts'
import { fillScopes } from '../query/planned-fleet.ts'

const hour = 3_600_000
const now = 100 * hour

const plain = makePlainView('instances', { profiles: [], accounts: [], regions: [] })

const statuses = [1, 3, 2].map((hours, index) => ({
  scope: {
    profile: 'prod',
    account: `11112222333${index}`,
    region: `eu-west-${index + 1}`,
    kind: 'instances',
  },
  state: 'fresh' as const,
  accountName: 'prod',
  syncedAt: now - hours * hour,
  oldestAt: now - hours * hour,
  rows: 1,
  fault: null,
  readBy: 'prod',
  others: [],
  accepted: false,
})) satisfies readonly ScopeStatus[]

describe('the table of scopes', () => {
  test('shows an age that grows while one looks, as a file has it as a text', () => {
    const [age] = readColumn('Age')
    expect(age).toBe(new Date(now - hour).toISOString())
    expect(typeOf('Age')).toBe('time')
    const { items } = answerOf(askSorted(null), fillScopes([]).store, { statuses, lines: [] }, now) as never
    expect([...(items as Iterable<{ Age: string }>)].map((row) => row.Age)).toEqual(['1h', '3h', '2h'])
  })

  test('sorts ages as the times that they stand for, as all other ages', () => {
    const regions = (descending: boolean) => readColumn('Region', { column: 'Age', descending })
    expect(regions(true)).toEqual(['eu-west-1', 'eu-west-3', 'eu-west-2'])
    expect(regions(false)).toEqual(['eu-west-2', 'eu-west-3', 'eu-west-1'])
  })

  test('counts how often AWS has throttled a page that is not there yet', () => {
    const [first] = statuses
    const throttled = new Map([[scopeKey(first?.scope as never), 4]])
    expect(readColumn('Throttles', null, throttled)).toEqual([4, 0, 0])
    expect(readColumn('State', null, throttled)).toEqual(['throttled', 'fresh', 'fresh'])
  })
})

test('columns that say nothing about any scope are hidden before those that say something', () => {
  const [first] = statuses
  const order = (throttled: ReadonlyMap<string, number>) =>
    columnsToHideFirst(askSorted(null), toListedColumns(listScopes(null, throttled), askSorted(null)))
  const placesOf = (names: readonly string[], all: readonly string[]) =>
    names.map((name) => all.indexOf(name))
  const calm = order(new Map())
  // All are of one kind, no scope was throttled, each profile is called as its account, and `Age` has what `Complete` has.
  const [account = 0, ...nothing] = placesOf(['Account', 'Kind', 'Throttles', 'Profile', 'Complete'], calm)
  for (const place of nothing) expect(place).toBeLessThan(account)
  const [next = 0, throttles] = placesOf(
    ['Next', 'Throttles'],
    order(new Map([[scopeKey(first?.scope as never), 4]])),
  )
  expect(throttles).toBeGreaterThan(next)
})

test('every state that a scope can have shows a sign, those that the settings accept a quiet one', () => {
  const meanings = meaningsOfStates(askSorted(null))
  const accepted = ['failed', 'stale', 'interrupted'].map((state) => `${state} (accepted)`)
  for (const state of ['fresh', 'stale', 'reading', 'reading elsewhere', 'throttled', 'never', 'failed'])
    expect(signOfState(state, meanings).sign, state).not.toBeNull()
  for (const state of accepted)
    expect(signOfState(state, meanings)).toEqual({ text: `○ ${state}`, sign: '○', style: 'dim' })
})

function askSorted(sort: Sort | null) {
  return { type: 'scopes', view: { ...plain, sort } } as const
}

function listScopes(sort: Sort | null, throttled: ReadonlyMap<string, number> = new Map()) {
  const work = listingOf(
    askSorted(sort),
    fillScopes([]).store,
    { statuses, lines: [] },
    new Map(),
    now,
    throttled,
  )
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

function readColumn(name: string, sort: Sort | null = null, throttled?: ReadonlyMap<string, number>) {
  const listing = listScopes(sort, throttled)
  const place = listing.columns.indexOf(name)
  return listing.readRows(0, listing.total).map((row) => row?.cells[place])
}

function typeOf(name: string) {
  return toListedColumns(listScopes(null), askSorted(null)).find((each) => each.name === name)?.type
}
