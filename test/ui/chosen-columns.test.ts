import { describe, expect, test } from 'vitest'
import { makePlainView } from '../../src/kinds.ts'
import type { Json, View } from '../../src/model.ts'
import { toRows } from '../../src/output/format.ts'
import { tableOf } from '../../src/output/value-columns.ts'
import { answerView } from '../../src/query/answer.ts'
import type { Listing } from '../../src/query/listing.ts'
import { findColumnNames } from '../../src/ui/reader/column-names.ts'
import { listingOf } from '../../src/ui/reader/listing-of.ts'
import { fillScopes } from '../query/planned-fleet.ts'

const scopes = ['111122223333', '444455556666'].map((account, place) => ({
  profile: `p${place}`,
  account,
  region: 'eu-west-1',
  resources: Array.from({ length: 30 }, (_, n) => ({
    id: `i-${place}${n}`,
    group: { id: 'r-1', fields: { ReservationId: 'r-1' } },
    body: {
      InstanceId: `i-${place}${n}`,
      InstanceType: n % 3 === 0 ? 'm5.large' : 't3.micro',
      Placement: { AvailabilityZone: `eu-west-1${'abc'[n % 3]}`, Tenancy: 'default' },
      SecurityGroups: [{ GroupId: 'sg-1', GroupName: 'web' }],
      Tags: [
        { Key: 'Name', Value: `web-${n}` },
        ...(n % 2 === 0 ? [{ Key: 'Team', Value: n % 4 === 0 ? 'a' : 'b' }] : []),
        ...(n === 7 && place === 1 ? [{ Key: 'rare, tag', Value: 'x' }] : []),
      ],
    },
  })),
}))

function run<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

const plain = makePlainView('instances', { profiles: [], accounts: [], regions: [] })

describe('a table with columns of tags and members', () => {
  const own = ['Name', 'tag:Team', 'Placement.Tenancy', 'InstanceId', 'length(Tags)', 'AccountId']
  const tables: readonly (readonly [what: string, change: Partial<View>])[] = [
    ['as AWS gave it', {}],
    ['sorted by a column of the kind', { sort: { column: 'Name', descending: true } }],
    ['sorted by an account', { sort: { column: 'AccountId', descending: true } }],
    ['sorted by a tag', { sort: { column: 'tag:Team', descending: false } }],
    ['filtered by a tag', { filters: ['tag:Team=b'] }],
    ['filtered by a word', { filters: ['web-1'] }],
    ['of columns that the cache does not hold alone', { columns: ['tag:Team', 'Placement.Tenancy'] }],
  ]

  test.each(tables)('%s shows what the command gives, row by row', (_, change) => {
    const { store, lines } = fillScopes(scopes)
    const view: View = { ...plain, columns: own, ...change }
    const standing = { statuses: [], lines }
    const ask = { type: 'view', view, names: null } as const
    const listing = run(listingOf(ask, store, standing, new Map(), 0, new Map()))
    const rows = tableOf(toRows(answerView(view, store, lines, null)) as never).rows
    const shown = cellsOf(listing)
    expect(shown).toEqual([...rows].map((row) => [...row]))
    expect(shown.length).toBeGreaterThan(9)
    expect(listing.columns).toEqual(view.columns)
  })

  test('is read from the documents of the rows that are looked at, and of no others', () => {
    const { store, lines } = fillScopes(scopes)
    const view: View = { ...plain, columns: own }
    store.db.exec("UPDATE document SET body = x'ff' WHERE resource_id % 4294967296 > 10")
    const ask = { type: 'view', view, names: null } as const
    const listing = run(listingOf(ask, store, { statuses: [], lines }, new Map(), 0, new Map()))
    expect(listing.total).toBe(60)
    expect(listing.readRows(0, 5).map((row) => row?.cells[2])).toEqual(new Array(5).fill('default'))
    expect(() => listing.readRows(20, 5)).toThrow(/not JSON/)
  })
})

test('the tags of the cache are offered, the commonest first, and members by their names in JMESPath', () => {
  const { store, lines } = fillScopes(scopes)
  const { tags, members } = run(findColumnNames('instances', store, lines))
  expect(tags).toEqual(['Name', 'Team', 'rare, tag'])
  expect(members).toEqual([
    'InstanceId',
    'InstanceType',
    'Placement.AvailabilityZone',
    'Placement.Tenancy',
    'SecurityGroups[].GroupId',
    'SecurityGroups[].GroupName',
  ])
  expect(run(findColumnNames('volumes', store, lines))).toMatchObject({ tags: [], members: [] })
})

function cellsOf(listing: Listing): readonly (readonly Json[])[] {
  return listing.readRows(0, listing.total).map((row) => row?.cells ?? [])
}
