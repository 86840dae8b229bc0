import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { findKind, typeOfColumn } from '../../src/kinds.ts'
import type { Json, JsonObject, Resource, Sort, View } from '../../src/model.ts'
import { answerView } from '../../src/query/answer.ts'
import { makeColumnReader } from '../../src/query/column-readers.ts'
import { explainView } from '../../src/query/plan/explain.ts'
import { allParts, type PlanParts } from '../../src/query/plan/expression-plan.ts'
import { sortItems } from '../../src/query/rows.ts'
import { casesOf, counted } from '../helpers/long-runs.ts'
import { below, pick, type Random, random } from '../jmespath/fleet.ts'
import { fillFleet, fillScopes, type PlannedFleet } from './planned-fleet.ts'

const rounds = casesOf(3_000)
const kind = findKind('instances')

describe('rows that SQLite sorts', () => {
  test(`are in the order in which they are sorted in memory, for ${counted(rounds)} orders`, {
    timeout: 600_000,
  }, () => {
    const next = random(20_261_128)
    let fleet = fillFleet(next)
    let sorted = 0
    for (let round = 0; round < rounds; round += 1) {
      if (round % 20 === 19) fleet = next() < 0.7 ? fillFleet(next) : fillOddNames(next)
      const [expression, names] = expressionOf(next)
      const change: Partial<View> = {
        sort: sortOf(next, next() < 0.1 ? [...names, 'Nothing'] : names, 1 + below(next, 3)),
        limit: next() < 0.2 ? below(next, 6) : null,
        filters: next() < 0.1 ? ['!terminated'] : [],
      }
      const items = compile(expression).search(fleet.document) as readonly Json[]
      const wanted = change.filters?.length ? null : sortPlainly(items, change)
      const parts = round % 2 === 0 ? allParts : { ...allParts, cutFrom: 0 }
      const given = itemsOf(expression, fleet, parts, change)
      expect({ expression, change, given }).toEqual({
        expression,
        change,
        given: itemsOf(expression, fleet, { ...allParts, order: false }, change),
      })
      if (wanted) expect({ expression, change, given }).toEqual({ expression, change, given: wanted })
      if (isSortedInSql(expression, fleet, change)) sorted += 1
    }
    expect(sorted).toBeGreaterThan(rounds / 3)
  })

  test('are sorted by SQLite’s sorter, which merges a million faster than a tree takes them in; of few the tree holds these', () => {
    const fleet = fillFleet(random(5))
    const { db } = fleet.store
    const texts: string[] = []
    const prepare = db.prepare.bind(db)
    Object.assign(db, { prepare: (sql: string) => prepare(texts.push(sql) > 0 ? sql : '') })
    const opens = (limit: number | null) => {
      texts.length = 0
      const sort = { column: 'InstanceId', descending: false }
      itemsOf('Reservations[].Instances[].{InstanceId: InstanceId}', fleet, allParts, { sort, limit })
      const [sql = ''] = texts.filter((text) => text.includes('ORDER BY') && text.includes('WITH chosen'))
      const steps = prepare(`EXPLAIN ${sql.replaceAll('?', 'NULL')}`).all() as { opcode: string }[]
      return steps.map(({ opcode }) => opcode).includes('SorterOpen')
    }
    expect(opens(null)).toBe(true)
    expect(opens(3)).toBe(false)
  })

  test('stay in the order of AWS if they are equal, those of a reservation that came on two pages together', () => {
    const fleet = fillScopes([
      {
        profile: 'prod',
        account: '111122223333',
        region: 'eu-west-1',
        resources: ['1', '2', '1', '3', '2'].map((group, n) => makeResource(n, group, { Name: 'running' })),
      },
    ])
    const sort = { column: 'State', descending: true }
    expect(idsOf(fleet, sort)).toEqual(['i-0', 'i-2', 'i-1', 'i-4', 'i-3'])
  })

  test('are sorted in memory while a scope is read anew, when a reservation can stand in two places', () => {
    const fleet = fillScopes([
      {
        profile: 'prod',
        account: '111122223333',
        region: 'eu-west-1',
        resources: ['1', '1', '2'].map((group, n) => makeResource(n, group, { Name: 'running' })),
      },
    ])
    const { db } = fleet.store
    const sort = { column: 'State', descending: false }
    // The first of reservation 1 has come again, behind reservation 2.
    db.exec(
      "UPDATE row_instances SET _check = NULL, _position = 9 * 1048576 WHERE _id = 'i-0'; UPDATE scope SET state = 'running'",
    )
    expect(idsOf(fleet, sort)).toEqual(['i-1', 'i-0', 'i-2'])
    db.exec("UPDATE scope SET state = 'complete'")
    expect(idsOf(fleet, sort)).toEqual(['i-1', 'i-2', 'i-0'])
  })

  test.each([
    ['a row is missing', 'DELETE FROM row_instances WHERE _id = (SELECT min(_id) FROM row_instances)'],
    ['a place is another one', 'UPDATE row_instances SET _position = _position + 1'],
    ['a column holds bytes', "UPDATE row_instances SET State = x'00'"],
  ])('are not answered where %s', (_, damage) => {
    const fleet = fillScopes([
      {
        profile: 'prod',
        account: '111122223333',
        region: 'eu-west-1',
        resources: [0, 1, 2].map((n) => makeResource(n, `${n}`, { Name: 'running' })),
      },
    ])
    fleet.store.db.exec(damage)
    expect(() => idsOf(fleet, { column: 'Id', descending: false })).toThrow(/damaged/)
  })

  test('are not answered where a document that a condition looks into is missing or not what was stored', () => {
    const expression = "Reservations[].Instances[?MetadataOptions.HttpTokens=='optional'][].{Id: InstanceId}"
    const sort = { column: 'InstanceId', descending: false }
    const ask = (damage: string) => {
      const fleet = fillScopes([
        {
          profile: 'prod',
          account: '111122223333',
          region: 'eu-west-1',
          resources: [makeResource(1, '1', { Name: 'running' })],
        },
      ])
      fleet.store.db.exec(damage)
      return itemsOf(expression.replace('Id:', 'InstanceId:'), fleet, allParts, { sort })
    }
    expect(ask('SELECT 1')).toEqual([])
    expect(() => ask('DELETE FROM document')).toThrow(/a document is missing/)
    expect(() => ask("UPDATE document SET body = x'ff'")).toThrow(/its document is not what was stored/)
    const ofOlder = "UPDATE row_instances SET _body_check = NULL; UPDATE document SET body = x'ff'"
    expect(() => ask(ofOlder)).toThrow(/not JSON/)
  })

  test('are said to be sorted by SQLite, but where the type of a column is not known', () => {
    const fleet = fillFleet(random(3))
    const sort = { column: 'State', descending: false }
    const ask = (member: string, shown: 'printed' | 'kept' = 'printed') => {
      const expression = `Reservations[].Instances[].{${member}: State.Name}`
      return explainView(
        { ...fleet.view, expression, sort: { ...sort, column: member } },
        fleet.store,
        fleet.lines,
        shown,
      )
    }
    expect(ask('State').held).toBe('what is read of the rows, packed by SQLite, which sorts them')
    expect(ask('Other').held).toBe('the result, to sort it')
    expect(ask('State', 'kept').held).toBe('the result, to sort it; then the rows of the answer')
  })
})

function idsOf(fleet: PlannedFleet, sort: Sort): readonly Json[] {
  const items = itemsOf('Reservations[].Instances[].{Id: InstanceId, State: State.Name}', fleet, allParts, {
    sort: sort.column === 'Id' ? { column: 'State', descending: false } : sort,
  })
  return items.map((item) => (item as JsonObject).Id ?? null)
}

function isSortedInSql(
  expression: string,
  { store, lines, view }: PlannedFleet,
  change: Partial<View>,
): boolean {
  return explainView({ ...view, expression, ...change }, store, lines).held.startsWith(
    'what is read of the rows',
  )
}

function itemsOf(
  expression: string,
  { store, lines, view }: PlannedFleet,
  parts: PlanParts,
  change: Partial<View>,
): readonly Json[] {
  const answer = answerView({ ...view, expression, ...change }, store, lines, null, parts)
  return answer.type === 'list' ? [...answer.items] : [answer.value]
}

function sortPlainly(items: readonly Json[], { sort, limit }: Partial<View>): readonly Json[] {
  if (!sort) return items
  const sorted = sortItems(items, sort, {
    read: (column) => makeColumnReader(column, kind, null),
    typeOf: (column) => typeOfColumn(column, kind),
  })
  return [...sorted].slice(0, limit ?? undefined)
}

type Member = readonly [name: string, value: string]

const members: readonly [Member, ...Member[]] = [
  ['Name', "Tags[?Key=='Name'].Value | [0]"],
  ['State', 'State.Name'],
  ['InstanceType', 'InstanceType'],
  ['LaunchTime', 'LaunchTime'],
  ['KeyName', 'KeyName'],
  ['PublicIpAddress', 'PublicIpAddress'],
  ['Vcpus', 'KeyName'],
  ['AccountName', 'AccountName'],
  ['Region', 'Region'],
  ['Where', 'Region'],
  ['InstanceId', 'InstanceId'],
  ['Imds', 'CpuOptions.CoreCount'],
  ['LaunchTime', 'KeyName'],
  ['Name', 'InstanceType'],
]

function expressionOf(next: Random): readonly [expression: string, names: readonly string[]] {
  const chosen = new Map([['InstanceId', 'InstanceId']])
  for (let n = 0; n < 5; n += 1) chosen.set(...pick(next, members))
  const condition = pick(next, [
    '',
    "?State.Name!='stopped'",
    "?KeyName>'b'",
    "?Region=='eu-west-1'",
    '?EbsOptimized==`true`',
  ])
  const entries = [...chosen].map(([name, value]) => `${name}: ${value}`)
  const expression = `Reservations[].Instances[${condition}][].{${entries.join(', ')}}`
  return [expression, [...chosen.keys()]]
}

function sortOf(next: Random, names: readonly string[], count: number): Sort {
  const column = pick(next, names as readonly [string, ...string[]])
  const sort = { column, descending: next() < 0.5 }
  return count > 1 ? { ...sort, next: sortOf(next, names, count - 1) } : sort
}

/** Names that UTF-16 and code points put in another order, and such as people count. */
function fillOddNames(next: Random): PlannedFleet {
  const names = ['\uff01', '😀', '\ue000', 'web-10', 'web-9', 'Web-9', '', 'z', 'ß', '\u{10ffff}'] as const
  return fillScopes(
    ['eu-west-1', 'us-east-1'].map((region) => ({
      profile: 'prod',
      account: '111122223333',
      region,
      resources: Array.from({ length: below(next, 12) }, (_, n) => {
        const name = pick(next, names)
        const key = next() < 0.2 ? {} : { KeyName: pick(next, names) }
        const tags = next() < 0.2 ? [] : [{ Key: 'Name', Value: name }]
        const resource = makeResource(n, `${region}-${below(next, 4)}`, { Name: pick(next, names) })
        const id = `${resource.id}-${region}`
        return {
          ...resource,
          id,
          body: { ...resource.body, InstanceId: id, Tags: tags, ...key } as JsonObject,
        }
      }),
    })),
  )
}

function makeResource(n: number, group: string, state: JsonObject): Resource {
  const id = `i-${n}`
  return {
    id,
    group: { id: `r-${group}`, fields: { ReservationId: `r-${group}` } },
    body: { InstanceId: id, State: state },
  }
}
