import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { findKind, makePlainView } from '../../src/kinds.ts'
import type { Answer, Json, ResolvedScope, Resource, ScopeResources, View } from '../../src/model.ts'
import { answerResources, answerView } from '../../src/query/answer.ts'
import { compileRowFilters } from '../../src/query/filter/filter-sql.ts'
import { listResources } from '../../src/query/listing.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { narrowView } from '../../src/store/narrow.ts'
import { openStore } from '../../src/store/open-store.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { saveReading } from '../helpers/save-reading.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const kind = findKind('instances')
const now = Date.parse('2026-01-31T00:00Z')

describe('an expression', () => {
  test.each([
    'Reservations[].Instances[].InstanceId',
    'Reservations[0].Instances[0].InstanceId',
    "Reservations[].Instances[?State.Name=='running'].InstanceId",
    "Reservations[].Instances[].[InstanceId,State.Name,Tags[?Key=='Name'].Value|[0]]",
    'length(Reservations[].Instances[])',
    'Reservations[].Instances[] | sort_by(@, &InstanceId)[-1].InstanceId',
    'Reservations[*].Instances[0].State',
    'Reservations[].ReservationId',
    'keys(@)',
    '@',
    'nothing',
    "Reservations[].Instances[?Region=='eu-west-1'][].AccountName",
  ])('answers over all scopes as over one document: %s', (expression) => {
    const { ask, document } = fleet()
    expect(resultOf(ask({ expression }))).toEqual(compile(expression).search(document))
  })

  test('gives the same answer over what was read and not stored, also for a reservation on two pages', () => {
    const { ask, live } = fleet()
    for (const expression of [
      'Reservations[].Instances[].InstanceId',
      'Reservations[].[ReservationId, length(Instances)]',
      "Reservations[].Instances[?Region=='eu-west-1'][].AccountName",
      'length(Reservations[].Instances[])',
      '@',
    ]) {
      expect(resultOf(live({ expression }))).toEqual(resultOf(ask({ expression })))
      expect(resultOf(live({ expression, origin: false }))).toEqual(
        resultOf(ask({ expression, origin: false })),
      )
    }
  })

  test('sees no origin if none is wanted', () => {
    const { ask } = fleet()
    const expression = 'Reservations[].Instances[].AccountId'
    expect(resultOf(ask({ expression, origin: false }))).toEqual([])
    expect(resultOf(ask({ expression }))).toHaveLength(12)
  })
})

describe('the table of a kind', () => {
  test('holds every resource in the kind’s columns', () => {
    const { ask } = fleet()
    const answer = ask({})
    expect(answer).toMatchObject({ type: 'list', columns: kind.table })
    expect(resultOf(answer)).toHaveLength(12)
  })

  test('gives the same rows from the narrow columns as from the documents', () => {
    const { ask } = fleet()
    const sort = { column: 'Name', descending: true }
    const narrow = resultOf(
      ask({ columns: ['Name', 'InstanceId', 'Region'], sort, filters: ['web'] }),
    ) as Json[]
    const wide = resultOf(
      ask({ columns: ['Name', 'InstanceId', 'Region', 'tag:Name'], sort, filters: ['web'] }),
    ) as Json[]
    expect(narrow).toHaveLength(6)
    expect(wide).toEqual(
      narrow.map((row) => ({ ...(row as object), 'tag:Name': (row as { Name: string }).Name })),
    )
  })

  test('gives them from what was read and not stored, too', () => {
    const { ask, live } = fleet()
    for (const change of [
      {},
      { filters: ['web'], sort: { column: 'Name', descending: true } },
      { filters: ['!eu-west-1'] },
      { group: ['State'] },
      { columns: ['State', 'AccountName', 'InstanceId'] },
    ]) {
      expect(resultOf(live(change))).toEqual(resultOf(ask(change)))
    }
  })

  test('shows a column of the kind the same beside a tag', () => {
    const { ask } = fleet()
    const rows = resultOf(ask({ columns: ['State', 'tag:Name'] })) as Json[]
    expect(rows[0]).toEqual({ State: 'running', 'tag:Name': 'web-0' })
  })

  test('filters inversely, in any case without capital letters, by tags and origin', () => {
    const { ask } = fleet()
    expect(resultOf(ask({ filters: ['!web'] }))).toHaveLength(6)
    expect(resultOf(ask({ filters: ['tag:name=db*'] }))).toHaveLength(6)
    expect(resultOf(ask({ filters: ['us-east-1'] }))).toHaveLength(6)
    expect(resultOf(ask({ filters: ['Web'] }))).toEqual([])
  })
})

describe('several filters', () => {
  const cases: readonly (readonly [filters: readonly string[], count: number])[] = [
    [['web', 'us-east-1'], 3],
    [['web', '!us-east-1'], 3],
    [['!web', '!us-east-1'], 3],
    [['us-east-1', 'us-east-1'], 6],
    [['us-east-1', '!us-east-1'], 0],
    [['us-east-1', 'eu-west-1'], 0],
    [['web', 'web-2', '!nowhere'], 2],
    [['WEB'], 0],
    [['web web-2 !nowhere'], 2],
    [['prod', '111122223333', 'db'], 6],
    [['web', '!prod'], 0],
    [['!web', 'web'], 0],
  ]

  test.each(cases)(
    '%j all hold: in the narrow columns, in the documents, live and on the screen',
    (filters, count) => {
      const { ask, live, list } = fleet()
      const narrow = resultOf(ask({ filters, columns: ['InstanceId'] })) as { InstanceId: string }[]
      const wide = resultOf(ask({ filters, columns: ['InstanceId', 'tag:Name'] })) as { InstanceId: string }[]
      const ids = narrow.map(({ InstanceId }) => InstanceId)
      expect(ids).toHaveLength(count)
      expect(wide.map(({ InstanceId }) => InstanceId)).toEqual(ids)
      expect(resultOf(live({ filters, columns: ['InstanceId'] }))).toEqual(narrow)
      expect(list(filters)).toEqual(ids)
    },
  )

  test('all hold in the result of an expression, too', () => {
    const { ask } = fleet()
    const expression = 'Reservations[].Instances[].{Id: InstanceId, Name: Tags[0].Value, Region: Region}'
    expect(resultOf(ask({ expression, filters: ['web', '!us-east-1'] }))).toHaveLength(3)
  })
})

describe('shaping', () => {
  test('counts, sorts and chooses columns of any list', () => {
    const { ask } = fleet()
    const expression = 'Reservations[].Instances[].{ State: State.Name, Id: InstanceId }'
    expect(resultOf(ask({ expression, group: ['State'] }))).toEqual([
      { State: 'running', Count: 6 },
      { State: 'stopped', Count: 6 },
    ])
    const sorted = resultOf(ask({ expression, columns: ['Id'], sort: { column: 'Id', descending: true } }))
    expect((sorted as Json[])[0]).toEqual({ Id: 'i-us-east-1-5' })
  })

  test('sorts and projects the groups, and not the rows that they are made of', () => {
    const { ask, live } = fleet()
    const expression = "Reservations[].Instances[?State.Name=='running' || Region=='eu-west-1'][]"
    for (const change of [
      { group: ['State'] },
      { expression: `${expression}.{State: State.Name}`, group: ['State'] },
    ]) {
      const orders = [
        { column: 'State', descending: true },
        { column: 'State', descending: false },
        { column: 'Count', descending: true },
        { column: 'Count', descending: false },
      ]
      for (const sort of orders) {
        const groups = resultOf(ask({ ...change, sort })) as { State: string; Count: number }[]
        const value = (group: { State: string; Count: number }) => group[sort.column as 'State' | 'Count']
        const ordered = groups.toSorted((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0))
        expect(groups).toHaveLength(2)
        expect(groups).toEqual(
          sort.descending && new Set(groups.map(value)).size > 1 ? ordered.reverse() : ordered,
        )
        expect(resultOf(live({ ...change, sort }))).toEqual(groups)
      }
      const [first] = resultOf(ask({ ...change, sort: { column: 'State', descending: true } })) as Json[]
      expect(first).toMatchObject({ State: 'stopped' })
      expect(ask({ ...change, columns: ['Count'] })).toMatchObject({ columns: ['Count'] })
    }
  })

  test('names the places of lists as the saved query says', () => {
    const { ask } = fleet()
    const expression = 'Reservations[].Instances[].[InstanceId, State.Name]'
    const rows = resultOf(ask({ expression, columns: ['State'] }, ['Id', 'State'])) as Json[]
    expect(rows[0]).toEqual({ State: 'running' })
  })

  test('of an answer that is not a list is a usage error', () => {
    const { ask } = fleet()
    expect(() => ask({ expression: 'length(Reservations)', filters: ['x'] })).toThrow(
      /this result is not one/,
    )
  })
})

function fleet() {
  const store = openStore(join(temporaryFolder(), 'x.db'))
  onTestFinished(() => store.close())
  const writer = makeWriter(store)
  const reservations: Json[] = []
  const read: ScopeResources[] = []
  for (const region of ['eu-west-1', 'us-east-1']) {
    const scope: ResolvedScope = { profile: 'prod', account: '111122223333', region, kind: 'instances' }
    writer.rememberProfile('prod', 'f', '111122223333', 1)
    const resources = Array.from({ length: 6 }, (_, n) => instance(region, n))
    saveReading(writer, scope, [resources], 1)
    // The members of a reservation may come on different pages.
    read.push({
      scope,
      accountName: 'prod',
      resources: [0, 2, 1, 3, 4, 5].flatMap((n) => resources[n] ?? []),
    })
    const origin = { AccountId: '111122223333', AccountName: 'prod', Profile: 'prod', Region: region }
    for (let n = 0; n < 6; n += 2) {
      const Instances = resources.slice(n, n + 2).map(({ body }) => ({ ...body, ...origin }))
      reservations.push({ OwnerId: 'o', ReservationId: `r-${region}-${n / 2}`, Instances })
    }
  }
  const view = makePlainView('instances', { profiles: [], accounts: [], regions: [] })
  const lines = readLedger(store)
  return {
    document: { Reservations: reservations },
    ask: (change: Partial<View>, names: readonly string[] | null = null): Answer =>
      answerView({ ...view, ...change }, store, lines, names),
    live: (change: Partial<View>): Answer => answerResources({ ...view, ...change }, read, null),
    /** Ids, as the screen lists them. */
    list(filters: readonly string[]): Json[] {
      const narrow = narrowView(['InstanceId'], null, kind, store)
      if (!narrow) throw new Error('the narrow columns do not hold the id')
      const work = listResources(store, {
        kind,
        columns: ['InstanceId'],
        narrow,
        filters: compileRowFilters(filters, kind, ['InstanceId'], store, now) ?? [],
        lines,
        known: new Map(),
      })
      for (;;) {
        const { done, value } = work.next()
        if (done) return value.readRows(0, value.total).map((row) => row?.cells[0] ?? null)
      }
    },
  }
}

function instance(region: string, n: number): Resource {
  const group = `r-${region}-${Math.floor(n / 2)}`
  return {
    id: `i-${region}-${n}`,
    group: { id: group, fields: { OwnerId: 'o', ReservationId: group } },
    body: {
      InstanceId: `i-${region}-${n}`,
      State: { Name: n % 2 ? 'stopped' : 'running' },
      Tags: [{ Key: 'Name', Value: n % 2 ? `db-${n}` : `web-${n}` }],
    },
  }
}

function resultOf(answer: Answer): Json {
  return answer.type === 'value' ? answer.value : [...answer.items]
}
