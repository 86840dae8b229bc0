import { describe, expect, test } from 'vitest'
import type { View } from '../../src/model.ts'
import { answerExplanation, explainView } from '../../src/query/plan/explain.ts'
import { fillScopes } from './planned-fleet.ts'

describe('an explanation', () => {
  test('names the rows that are visited, the conditions that leave out the others, and what is read of them', () => {
    const expression =
      "Reservations[].Instances[?State.Name=='running' && EbsOptimized][].{Name: Tags[?Key=='Name'].Value | [0], Region: Region, Monitoring: Monitoring}"
    expect(explain({ expression })).toEqual({
      kinds: [
        {
          kind: 'instances',
          rows: 6,
          visited: 2,
          conditions: ["State == 'running'", 'EbsOptimized'],
          columns: ['Name', 'State', 'Region'],
          members: ['EbsOptimized', 'Monitoring'],
        },
      ],
      held: 'nothing: rows come out as they are found',
    })
  })

  test.each<[string, Partial<View>, string, number | null]>([
    ['an early end', { expression: 'Reservations[0]' }, 'the first 1 of the list: reading ends there', null],
    ['a count', { expression: 'length(Reservations[].Instances[])' }, 'a number: no row is read', 0],
    [
      'an extreme',
      { expression: 'max(Reservations[].Instances[].LaunchTime)' },
      'what max has found so far',
      6,
    ],
    [
      'a sort',
      { expression: 'Reservations[].Instances[]', sort: { column: 'Name', descending: false } },
      'the result, to sort it',
      6,
    ],
    [
      'a possible error',
      { expression: 'Reservations[].Instances[].length(State)' },
      'the result: a later row could still end in an error',
      6,
    ],
    [
      'the whole document',
      { expression: 'keys(@)' },
      'all that is read: the expression sees the whole document at once',
      6,
    ],
    [
      'a count by a column',
      { expression: 'Reservations[].Instances[].[State.Name]', group: ['1'] },
      'a number for each value: rows that are alike are counted by SQLite',
      6,
    ],
    ['a table', { expression: null }, 'the order of the rows', 6],
  ])('says what is held in memory for %s', (_, change, held, visited) => {
    const { kinds, held: found } = explain(change)
    expect({ found, visited: kinds[0]?.visited }).toEqual({ found: held, visited })
  })

  test('is one of each kind for a question about several', () => {
    const expression = '[Vpcs[?Foo].VpcId, Reservations[].Instances[].VpcId][]'
    const { kinds } = explain({ kind: 'vpcs', otherKinds: ['instances'], expression })
    expect(kinds.map(({ kind, members }) => [kind, members])).toEqual([
      ['vpcs', ['Foo', 'VpcId']],
      ['instances', []],
    ])
  })

  test('is a list of parts for a reader and an object for a program', () => {
    const explanation = explain({ expression: 'length(Reservations[].Instances[])' })
    expect(answerExplanation(explanation, 'rows')).toMatchObject({
      type: 'list',
      columns: ['Part', 'What'],
      items: expect.arrayContaining([{ Part: 'rows', What: 'none of 6 is visited' }]),
    })
    expect(answerExplanation(explanation, 'object')).toMatchObject({
      type: 'value',
      value: {
        Kinds: [{ Kind: 'instances', Rows: 6, Visited: 0, Members: [] }],
        Held: 'a number: no row is read',
      },
    })
  })
})

function explain(change: Partial<View>) {
  const { store, lines, view } = fillScopes([
    {
      profile: 'prod',
      account: '111122223333',
      region: 'eu-west-1',
      resources: [0, 1, 2, 3, 4, 5].map((n) => ({
        id: `i-${n}`,
        group: { id: 'r-1', fields: { ReservationId: 'r-1' } },
        body: { InstanceId: `i-${n}`, State: { Name: n < 3 ? 'running' : 'stopped' }, EbsOptimized: n !== 1 },
      })),
    },
  ])
  return explainView({ ...view, ...change }, store, lines)
}
