import { describe, expect, test } from 'vitest'
import type { View } from '../../src/model.ts'
import { explainView } from '../../src/query/plan/explain.ts'
import { answerExplanation, describeExplanation } from '../../src/query/plan/explanation.ts'
import { fillScopes } from './planned-fleet.ts'

type Part = ReturnType<typeof explainView>['kinds'][number]

const byName = { column: 'InstanceType', descending: false }
const streaming = 'nothing: rows come out as they are found'
const filtered = 'the numbers of the rows that are left'
const asText = 'as JSON nothing: its text comes from the cache; in other formats the whole document'

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

  test('says what is read of all rows, and what only of those that the conditions let through', () => {
    const { kinds, held } = explain({
      expression: "Reservations[].Instances[?State.Name=='running' && MetadataOptions.HttpTokens]",
    })
    expect(kinds).toMatchObject([
      {
        visited: 6,
        columns: expect.arrayContaining(['State']),
        members: 'all',
        chosenBy: ['MetadataOptions.HttpTokens'],
      },
    ])
    expect(describeExplanation({ kinds, held })).toContainEqual([
      'members',
      'MetadataOptions.HttpTokens; of the rows that the expression lets through, all: whole documents',
    ])
    const byColumn = explain({ expression: "Reservations[].Instances[?State.Name=='running'].[Tags]" })
    expect(describeExplanation(byColumn)).toContainEqual([
      'members',
      'of the rows that the expression lets through, Tags',
    ])
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
    [
      'a sort in the expression',
      { expression: 'sort_by(Reservations[].Instances[], &InstanceId)' },
      'the keys of the rows: documents are read in their order',
      6,
    ],
    [
      'the last of a sort',
      { expression: 'max_by(Reservations[].Instances[], &InstanceId)' },
      'the keys of the rows, and one document',
      6,
    ],
    ['the document as it is', { expression: '@' }, asText, 6],
    [
      'the first rows that a stream gives',
      { expression: 'Reservations[].Instances[].InstanceId', limit: 2 },
      streaming,
      null,
    ],
    [
      'a column for each tag of a result',
      { expression: 'Reservations[].Instances[]', columns: ['tag:*'] },
      'what is shown of the rows, until the last one says which columns there are',
      6,
    ],
    ['a table', { expression: null }, streaming, 6],
    ['the first rows of a table', { expression: null, limit: 2 }, streaming, null],
    ['a sorted table', { expression: null, sort: byName }, 'the numbers of the rows, in their order', 6],
    ['a table filtered by a word', { expression: null, filters: ['i-2'] }, filtered, 1],
    [
      'a filtered table',
      { expression: null, filters: ['state=running !i-2'] },
      'the numbers of the rows that are left',
      2,
    ],
    ['a table filtered by its origin', { expression: null, filters: ['region:us-*'] }, filtered, 0],
    [
      'a counted table',
      { expression: null, filters: ['running'], group: ['State'] },
      `${filtered}; a number for each value`,
      3,
    ],
    ['a table with tags', { expression: null, columns: ['Name', 'tag:Env'] }, streaming, 6],
    ['a table with all tags', { expression: null, columns: ['tag:*'] }, streaming, 6],
    [
      'the first rows of a table with all tags',
      { expression: null, columns: ['tag:*'], limit: 3 },
      'what is shown of the rows, until the last one says which columns there are',
      null,
    ],
    [
      'a table in the order of a tag',
      { expression: null, sort: { column: 'tag:Env', descending: false }, filters: ['running'], limit: 2 },
      `${filtered}; the result, to sort it`,
      3,
    ],
    [
      'a table with an expression',
      { expression: null, columns: ['Name', 'keys(@)', 'StatusChecks'], filters: ['running'] },
      'StatusChecks of all rows',
      6,
    ],
  ])('says what is held in memory for %s', (_, change, held, visited) => {
    const { kinds, held: found } = explain(change)
    expect({ found, visited: kinds[0]?.visited }).toEqual({ found: held, visited })
  })

  test.each<[string, Partial<View>, Partial<Part>]>([
    [
      'a table',
      { columns: ['Name', 'Region'], sort: byName, filters: ['running'] },
      { columns: ['Name', 'Region', 'InstanceType'], members: [], conditions: ['--filter running'] },
    ],
    [
      'a table of rows for which a JMESPath condition holds',
      { columns: ['Name'], filters: ["[?Monitoring.State=='enabled'] state=running"] },
      { columns: ['Name'], members: ['Monitoring'] },
    ],
    [
      'a table of rows with a tag, or a word that is a glob',
      { columns: ['Name'], filters: ['tag:Env=prod web-*'] },
      { columns: ['Name'], members: ['Tags', 'TagSet'] },
    ],
    [
      'a table of rows for which a condition over the whole resource holds',
      { columns: ['Name'], filters: ['[?length(keys(@))>`3`]'] },
      { columns: ['AccountId', 'AccountName', 'Profile', 'Region'], members: 'all', conditions: [] },
    ],
    [
      'a table with tags',
      { columns: ['Name', 'tag:Env'], sort: byName, filters: ['running'] },
      {
        columns: ['Name', 'InstanceType', 'AccountId', 'AccountName', 'Profile', 'Region'],
        members: ['Tags', 'TagSet'],
        conditions: ['--filter running'],
      },
    ],
    [
      'a table with an expression of the whole resource',
      { columns: ['Name', 'keys(@)'], filters: ['running'] },
      { columns: [], members: 'all', conditions: [] },
    ],
    [
      'the same of rows that a column leaves',
      { columns: ['Name', 'keys(@)'], filters: ['state=running'] },
      { visited: 3, columns: [], members: 'all', conditions: ['--filter state=running'] },
    ],
    [
      'a table with an expression',
      { columns: ['Name', 'Tags[].Key', 'State.Name || Monitoring.State'], filters: ['state=running'] },
      {
        visited: 3,
        columns: ['Name', 'State', 'AccountId', 'AccountName', 'Profile', 'Region'],
        members: ['Tags', 'Monitoring.State'],
        conditions: ['--filter state=running'],
      },
    ],
    [
      'a table with an expression in which a word may be',
      { columns: ['Name', 'Monitoring.State'], filters: ['state=running x'] },
      {
        visited: 3,
        columns: expect.arrayContaining(['Name', 'State', 'KeyName', 'Region']),
        members: ['Tags', 'TagSet', 'Monitoring.State', 'SecurityGroups'],
        conditions: ['what --filter state=running x asks of columns and tags'],
      },
    ],
    [
      'the same beside a condition over the whole resource',
      { columns: ['Name', 'Monitoring.State'], filters: ['[?length(keys(@))>`3`] x'] },
      { columns: [], members: 'all' },
    ],
    [
      'a choice before the documents',
      { expression: 'reverse(sort_by(Reservations[].Instances[], &InstanceType))[:2].Monitoring' },
      { columns: ['InstanceType'], members: ['Monitoring'] },
    ],
  ])('names what is read for %s', (_, change, wanted) => {
    expect(explain({ expression: null, ...change }).kinds[0]).toMatchObject(wanted)
  })

  test('says of a screen that it keeps the order of a table, or the rows of any other answer', () => {
    const table = { expression: null, filters: ['running'] }
    expect(explain(table, 'ordered').held).toBe('the order of the rows: those in view are read again')
    expect(explain({}, 'kept').held).toMatch(/^the rows of the answer$/)
    expect(explain({ ...table, group: ['State'] }, 'kept').held).toBe(
      `${filtered}; a number for each value; then the rows of the answer`,
    )
  })

  test('is one of each kind for a question about several', () => {
    const expression = '[Vpcs[?Foo].VpcId, Reservations[].Instances[].VpcId][]'
    const { kinds } = explain({ kind: 'vpcs', otherKinds: ['instances'], expression })
    expect(kinds.map(({ kind, members }) => [kind, members])).toEqual([
      ['vpcs', ['Foo', 'VpcId']],
      ['instances', []],
    ])
  })

  test('is one of each part of a question that looks at several lists, or several times at one', () => {
    const expression =
      "{vpcs: Vpcs[?IsDefault].VpcId, running: Reservations[].Instances[?State.Name=='running'][].Monitoring, all: length(Reservations[].Instances[]), last: max(Reservations[].Instances[].LaunchTime), first: Reservations[].Instances[].InstanceId | [0]}"
    const { kinds, held } = explain({ kind: 'vpcs', otherKinds: ['instances'], expression })
    expect(
      kinds.map(({ kind, rows, visited, conditions, columns, members }) => [
        kind,
        `${visited} of ${rows}`,
        conditions.join(),
        columns.join(),
        members,
      ]),
    ).toEqual([
      ['vpcs', '0 of 0', 'IsDefault', '', ['IsDefault', 'VpcId']],
      ['instances', '3 of 6', "State == 'running'", 'State', ['Monitoring']],
      ['instances', '0 of 6', '', '', []],
      ['instances', '6 of 6', '', 'LaunchTime', []],
      ['instances', 'null of 6', '', 'InstanceId', []],
    ])
    expect(held).toBe(
      'of vpcs what they give; of instances what they give; of instances a number: no row is read; of instances what max has found so far; of instances the first 1 of the list: reading ends there',
    )
  })

  test('reads a list once that several parts would read to its end', () => {
    const expression = '[Reservations[].Instances[].Monitoring, Reservations[].Instances[].Placement]'
    expect(explain({ expression }).kinds).toMatchObject([
      { visited: 6, members: ['Monitoring', 'Placement'] },
    ])
    expect(explain({ expression: '[Reservations[].Instances[].Tags, Vpcs]' }).kinds).toMatchObject([
      { visited: 6, members: ['Tags'] },
    ])
  })

  test('names the conditions whose values the saved query finds before', () => {
    const { kinds, held } = explain({
      kind: 'vpcs',
      otherKinds: ['instances'],
      query: 'used',
      lets: [{ name: 'used', expression: 'Reservations[].Instances[].VpcId', overlapping: false }],
      expression: 'Vpcs[?!IsDefault && contains($used, VpcId)].CidrBlock',
    })
    expect(kinds).toMatchObject([
      { kind: 'instances', conditions: [], columns: ['VpcId'], members: [] },
      {
        kind: 'vpcs',
        visited: null,
        conditions: ['!(IsDefault)', 'contains(values found before, VpcId)'],
      },
    ])
    expect(held).toBe('$used; the result')
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

function explain(change: Partial<View>, shown?: Parameters<typeof explainView>[3]) {
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
  return explainView({ ...view, ...change }, store, lines, shown)
}
