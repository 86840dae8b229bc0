import { describe, expect, test } from 'vitest'
import type { Json, JsonObject, View } from '../../src/model.ts'
import { answerView } from '../../src/query/answer.ts'
import { viewOfGroup } from '../../src/query/group-rows.ts'
import { fillScopes } from './planned-fleet.ts'

/** Values that differ by capitals alone, that look like something of the filter's language, or that are missing. */
const odd = ['prod', 'Prod', 'PROD', 'pro*', '/prod/', 'a "b" \\ c', "it's `x`", '', ' prod', null] as const

const bodies: readonly JsonObject[] = odd.flatMap((value, index) =>
  ['running', 'stopped', 'stopped'].map((state, n) => ({
    InstanceId: `i-${index}${n}`,
    InstanceType: n === 0 ? 'm5.large' : 't3.micro',
    State: { Code: 16, Name: state },
    LaunchTime: `2026-0${n + 1}-01T00:00:00+00:00`,
    Placement: { AvailabilityZone: 'eu-west-1a' },
    ...(value === null ? {} : { KeyName: value, Tags: [{ Key: 'Env', Value: value }] }),
    SecurityGroups: [
      { GroupId: 'sg-1', GroupName: 'web' },
      { GroupId: 'sg-2', GroupName: 'Web' },
    ].slice(0, n),
  })),
)

const scope = (profile: string, account: string, resources: readonly JsonObject[]) => ({
  profile,
  account,
  region: 'eu-west-1',
  resources: resources.map((body) => ({
    id: String(body.InstanceId),
    group: { id: `r-${body.InstanceId}`, fields: { ReservationId: `r-${body.InstanceId}` } },
    body,
  })),
})

const fleet = () =>
  fillScopes([
    scope('prod', '111122223333', bodies.slice(0, 20)),
    scope('test', '444455556666', bodies.slice(20)),
  ])

const all = 'Reservations[].Instances[]'
const views: readonly (readonly [what: string, change: Partial<View>])[] = [
  ['a column', { group: ['State'] }],
  ['two columns', { group: ['State', 'InstanceType'] }],
  ['a column that people write', { group: ['KeyName'] }],
  ['a time', { group: ['LaunchTime'] }],
  ['a tag', { group: ['tag:Env'] }],
  ['a member of a member', { group: ['Placement.AvailabilityZone', 'State.Name'] }],
  ['a column that computes', { group: ['length(SecurityGroups)'] }],
  ['an account', { group: ['AccountId', 'Region'] }],
  ['a filtered table', { group: ['State'], filters: ['type:*', '!i-00'] }],
  ['an expression’s member', { group: ['State'], expression: `${all}.{State: State.Name}` }],
  [
    'an expression’s filter',
    { group: ['K'], expression: `Reservations[].Instances[?State.Name!='running'][].{K: KeyName}` },
  ],
  ['an expression’s origin', { group: ['A'], expression: `${all}.{A: AccountName}` }],
  ['an expression’s free text', { group: ['Key'], expression: `${all}.{Key: KeyName, State: State.Name}` }],
  ['an expression’s tag', { group: ['Env'], expression: `${all}.{Env: Tags[?Key=='Env'].Value | [0]}` }],
  ['places of lists', { group: ['2', '1'], expression: `${all}.[State.Name, KeyName]` }],
  ['whole resources', { group: ['KeyName', 'InstanceType'], expression: all }],
  ['a member that is an object', { group: ['State'], expression: all }],
  ['what an expression computes', { group: ['N'], expression: `${all}.{N: length(SecurityGroups)}` }],
  ['what holds or does not', { group: ['Is'], expression: `${all}.{Is: State.Name=='running'}` }],
  [
    'a filter of rows that are all alike',
    {
      group: ['S', 'T'],
      expression: `${all}.{S: State.Name, T: LaunchTime}`,
      filters: ['stop'],
    },
  ],
]

describe('the table of a group', () => {
  test.each(views)('of %s has as many rows as the group counts, and no other', (_, change) => {
    const { store, lines, view } = fleet()
    const grouped = { ...view, expression: null, ...change }
    const groups = rowsOf(answerView(grouped, store, lines, null))
    expect(groups.length).toBeGreaterThan(1)
    const seen = groups.map((group) => {
      const rows = viewOfGroup(grouped, group, null)
      expect(rows, JSON.stringify(group)).not.toBeNull()
      const ids = rows ? rowsOf(answerView(rows, store, lines, null)).map((row) => row.InstanceId) : []
      expect(ids, `${rows?.filters}`).toHaveLength(Number(group.Count))
      return ids
    })
    // Each resource is in one group.
    expect(new Set(seen.flat()).size).toBe(seen.flat().length)
  })

  test('of rows that resources give several of has each resource once', () => {
    const { store, lines, view } = fleet()
    const expression = `${all}.SecurityGroups[].{Name: GroupName}`
    const grouped = { ...view, expression, group: ['Name'] }
    const groups = rowsOf(answerView(grouped, store, lines, null))
    expect(groups).toEqual([
      { Name: 'web', Count: 20 },
      { Name: 'Web', Count: 10 },
    ])
    const counts = groups.map((group) => {
      const rows = viewOfGroup(grouped, group, null)
      return rows && rowsOf(answerView(rows, store, lines, null)).length
    })
    expect(counts).toEqual([20, 10])
  })

  test.each([
    ['a sum over all', { expression: `[{State: 'all', N: length(${all})}]`, group: ['State'] }],
    ['rows that are sorted first', { expression: `sort_by(${all}, &InstanceId)[:3]`, group: ['KeyName'] }],
    [
      'a filter of rows that differ',
      { expression: `${all}.{S: State.Name, I: InstanceId}`, group: ['S'], filters: ['i-1'] },
    ],
  ] as const)('of %s cannot be opened: a filter of resources cannot give it', (_, change) => {
    const { view } = fleet()
    const grouped = { ...view, ...change, group: [...change.group], filters: [] as string[] }
    const filtered = 'filters' in change ? { ...grouped, filters: [...change.filters] } : grouped
    expect(viewOfGroup(filtered, { State: 'all', S: 'running', KeyName: 'prod', Count: 1 }, null)).toBeNull()
  })

  test('is asked for in words where the columns say the same, and not by a condition over documents', () => {
    const { view } = fleet()
    const of = (change: Partial<View>, group: JsonObject) =>
      viewOfGroup({ ...view, expression: null, ...change }, group, null)?.filters
    expect(of({ group: ['State'] }, { State: 'running', Count: 2 })).toEqual(['State=running'])
    expect(of({ group: ['S'], expression: `${all}.{S: State.Name}` }, { S: 'running', Count: 2 })).toEqual([
      'State=running',
    ])
    expect(of({ group: ['KeyName'] }, { KeyName: 'Prod', Count: 2 })).toEqual(['KeyName=Prod'])
    expect(of({ group: ['KeyName'] }, { KeyName: 'prod', Count: 2 })).toEqual([
      "KeyName=prod [?KeyName=='prod']",
    ])
  })
})

function rowsOf(answer: ReturnType<typeof answerView>): JsonObject[] {
  return answer.type === 'list' ? ([...answer.items] as Json[] as JsonObject[]) : []
}
