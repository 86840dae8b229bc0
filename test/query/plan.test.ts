import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import { findKind } from '../../src/kinds.ts'
import type { Json, View } from '../../src/model.ts'
import { answerView } from '../../src/query/answer.ts'
import { readExactColumns } from '../../src/query/plan/exact-columns.ts'
import { allParts, type PlanParts, rowMember } from '../../src/query/plan/expression-plan.ts'
import { makePlan } from '../../src/query/plan/make-plan.ts'
import { membersOfItems } from '../../src/ready-items.ts'
import { readLedger } from '../../src/store/ledger.ts'
import type { RowCell } from '../../src/store/scan-rows.ts'
import { casesOf, counted } from '../helpers/long-runs.ts'
import { random } from '../jmespath/fleet.ts'
import {
  expressionOverTwo,
  expressionsOfTwo,
  fillFleet,
  fillScopes,
  fillTwoKinds,
  openFleet,
  type PlannedFleet,
  plannedExpression,
} from './planned-fleet.ts'

const expressions = casesOf(15_000)
const overTwo = casesOf(5_000)

interface Wanted {
  readonly over?: string
  readonly columns?: readonly string[]
  readonly paths?: readonly string[] | 'all'
  readonly conditions?: readonly string[]
  readonly fails?: boolean
  readonly fold?: string
  /** What is read of all resources, to choose those of which the rest is read. */
  readonly choice?: { readonly columns: readonly string[]; readonly paths: readonly string[] } | null
}

const plans: readonly [expression: string, wanted: Wanted][] = [
  [
    "Reservations[].Instances[?State.Name=='running'][].{Name: Tags[?Key=='Name'].Value | [0], Type: InstanceType}",
    { columns: ['Name', 'State', 'InstanceType'], conditions: ["State == 'running'"] },
  ],
  [
    "Reservations[].Instances[?State.Name=='running'].InstanceId",
    { over: 'document', columns: ['InstanceId', 'State'] },
  ],
  [
    "Reservations[].Instances[?State.Name=='running'][]",
    { paths: 'all', conditions: ["State == 'running'"] },
  ],
  [
    "Reservations[].Instances[?length(Foo)>`1` && State.Name=='x'][].InstanceId",
    { columns: ['InstanceId', 'State'], paths: ['Foo'], fails: true },
  ],
  [
    "Reservations[].Instances[?State.Name=='x' && length(Foo)>`1`][].InstanceId",
    { columns: ['InstanceId', 'State'], paths: ['Foo'], fails: true, conditions: ["State == 'x'"] },
  ],
  [
    "Reservations[].Instances[?MetadataOptions.HttpTokens=='optional' && LaunchTime<'2026'][].MetadataOptions.State",
    {
      columns: ['LaunchTime'],
      paths: ['MetadataOptions.HttpTokens', 'MetadataOptions.State'],
      conditions: ["MetadataOptions.HttpTokens == 'optional'", "LaunchTime < '2026'"],
    },
  ],
  [
    'Reservations[].Instances[?LaunchTime>`5`][].InstanceId',
    { columns: ['InstanceId', 'LaunchTime'], fails: true },
  ],
  [
    "Reservations[].Instances[].{ A: join(' ', [not_null(NetworkInterfaces[].Ipv6Addresses[].Ipv6Address, `[]`), KeyName][]) }",
    { columns: ['KeyName'], paths: ['NetworkInterfaces'] },
  ],
  [
    "Reservations[].Instances[].{ A: join(' ', NetworkInterfaces[].Ipv6Addresses[].Ipv6Address || `[]`) }",
    { paths: ['NetworkInterfaces'] },
  ],
  // Null, not a list, where there are no interfaces.
  [
    "Reservations[].Instances[].{ A: join(' ', NetworkInterfaces[].Ipv6Addresses[].Ipv6Address) }",
    { paths: ['NetworkInterfaces'], fails: true },
  ],
  [
    "Reservations[].Instances[].{ A: join(' ', not_null(NetworkInterfaces[].Ipv6Addresses[].Ipv6Address, `[null]`)) }",
    { paths: ['NetworkInterfaces'], fails: true },
  ],
  [
    "Reservations[].Instances[].{ A: join(' ', [not_null(NetworkInterfaces[].Ipv6Addresses[].Ipv6Address, `[1]`), KeyName][]) }",
    { columns: ['KeyName'], paths: ['NetworkInterfaces'], fails: true },
  ],
  ["Reservations[].Instances[].{ A: join(' ', [KeyName]) }", { columns: ['KeyName'], fails: true }],
  ['Reservations[].Instances[].InstanceId | [:3]', { columns: ['InstanceId'], fold: 'first 3' }],
  ['Reservations[0]', { over: 'document', paths: 'all', fold: 'first 1' }],
  ['Reservations[].Instances[].keys(State) | [0]', { paths: ['State'], fails: true }],
  ['length(Reservations[].Instances[])', { fold: 'count' }],
  ['max(Reservations[].Instances[].LaunchTime)', { columns: ['LaunchTime'], fold: 'reduce' }],
  [
    'sort_by(Reservations[].Instances[], &LaunchTime)[:2].InstanceId',
    { columns: ['InstanceId', 'LaunchTime'], fold: 'top' },
  ],
  ['sort_by(Reservations[].Instances[], &LaunchTime)', { paths: 'all', fold: 'late' }],
  [
    "reverse(Reservations[].Instances[?State.Name=='x'][])[:3].Tags",
    { columns: ['State'], paths: ['Tags'], conditions: ["State == 'x'"], fold: 'late' },
  ],
  ['max_by(Reservations[].Instances[], &LaunchTime)', { paths: 'all', fold: 'late' }],
  ['sort_by(Reservations[].Instances[], &length(@))', { paths: 'all' }],
  [
    "Reservations[].Instances[?Region=='eu-west-1' && KeyName && starts_with(not_null(AccountName, ''), 'prod')][].InstanceId",
    {
      columns: ['InstanceId', 'KeyName'],
      conditions: ["Region == 'eu-west-1'", "starts_with(not_null(AccountName, ''), 'prod')", 'KeyName'],
    },
  ],
  ['Reservations[].Instances[].{Odd: "column:State", State: State.Name}', { paths: 'all' }],
  [
    "Reservations[].Instances[?State.Name=='running' && Tags[?Key=='Env']]",
    { over: 'document', paths: 'all', choice: { columns: ['State'], paths: ['Tags.Key'] } },
  ],
  [
    "Reservations[].Instances[?State.Name=='running'].{Id: InstanceId, Tags: Tags}",
    {
      over: 'document',
      columns: ['InstanceId', 'State'],
      paths: ['Tags'],
      choice: { columns: ['State'], paths: [] },
    },
  ],
  [
    'Reservations[].{Id: ReservationId, One: Instances[?EbsOptimized], Other: Instances[?contains(KeyName, `a`)].Tags}',
    {
      over: 'document',
      paths: 'all',
      fails: true,
      choice: { columns: ['KeyName'], paths: ['EbsOptimized'] },
    },
  ],
  [
    "Reservations[].Instances[] | [?!not_null(Tags[?Key=='Owner'].Value)]",
    { paths: 'all', choice: { columns: [], paths: ['Tags.Key', 'Tags.Value'] } },
  ],
  // SQL leaves out the others.
  [
    "Reservations[].Instances[] | [?State.Name=='x'].Tags",
    { columns: ['State'], paths: ['Tags'], conditions: ["State == 'x'"] },
  ],
  // A resource that the condition leaves out matters: by its place, or as one of so many.
  [
    'Reservations[?length(Instances)>`1`].Instances[?EbsOptimized]',
    { over: 'document', paths: 'all', fails: true },
  ],
  ['Reservations[].[Instances[0].InstanceId, Instances[?EbsOptimized]]', { over: 'document', paths: 'all' }],
  ['Reservations[].[Instances[*].[`1`], Instances[?EbsOptimized]]', { over: 'document', paths: 'all' }],
  ['Reservations[].Instances[?length(@)>`3`]', { over: 'document', paths: 'all', fails: true }],
]

/** The whole plan, and the same with each part left out. */
const variants: readonly PlanParts[] = [
  allParts,
  ...Object.keys(allParts).map((part) => ({ ...allParts, [part]: false })),
  Object.fromEntries(Object.keys(allParts).map((part) => [part, false])) as unknown as PlanParts,
]

/** All of them, and then one of the variants: each by itself costs as much again, so that every one has its turn. */
function partsOf(round: number): ReadonlySet<PlanParts> {
  return new Set([allParts, variants[round % variants.length] ?? allParts])
}

/** One fleet that the tests of a group only read. */
function readFleet(seed: number): () => PlannedFleet {
  let fleet: PlannedFleet
  beforeAll(() => {
    fleet = openFleet(random(seed))
  })
  afterAll(() => fleet.store.close())
  return () => fleet
}

describe('a planned answer', () => {
  test(`is that of plain evaluation, errors included, for ${counted(expressions)} expressions`, {
    timeout: 1_800_000,
  }, () => {
    const next = random(20_261_126)
    let fleet = fillFleet(next)
    let failed = 0
    for (let round = 0; round < expressions; round += 1) {
      if (round % 50 === 49) fleet = fillFleet(next)
      const expression = plannedExpression(next)
      const wanted = plainly(expression, fleet)
      if ('kind' in wanted) failed += 1
      for (const parts of partsOf(round))
        expect({ expression, parts, given: planned(expression, fleet, parts) }).toEqual({
          expression,
          parts,
          given: wanted,
        })
    }
    expect(failed).toBeGreaterThan(expressions / 20)
    expect(failed).toBeLessThan(expressions / 2)
  })

  const shared = new URL('../../../shared/jmespath/aws-cli-vectors.json', import.meta.url)
  const isHere = existsSync(shared)
  test.skipIf(!isHere)(
    `is that of plain evaluation for the yardstick’s expressions${isHere ? '' : ' (skipped: ../shared is not here)'}`,
    () => {
      const fleet = fillFleet(random(5))
      const all = expressionsIn(shared)
      for (const [index, expression] of all.entries()) {
        if (index % 10 >= casesOf(10)) continue
        expect({ expression, given: planned(expression, fleet, allParts) }).toEqual({
          expression,
          given: plainly(expression, fleet),
        })
      }
    },
  )

  const suite = new URL('../../../shared/jmespath/suite/', import.meta.url)
  const hasSuite = existsSync(suite)
  test.skipIf(!hasSuite)(
    `is that of plain evaluation for the official suite’s expressions${hasSuite ? '' : ' (skipped: ../shared is not here)'}`,
    () => {
      const fleet = fillFleet(random(6))
      const all = expressionsOfSuite(suite)
      expect(all.length).toBeGreaterThan(500)
      for (const [index, expression] of all.entries()) {
        if (index % 10 >= casesOf(10)) continue
        // Over the document, and over its resources one by one.
        for (const question of [expression, `Reservations[].Instances[].{a: ${expression}}`])
          expect({ question, given: planned(question, fleet, allParts) }).toEqual({
            question,
            given: plainly(question, fleet),
          })
      }
    },
  )
})

describe('a planned answer over a cache', () => {
  test.each([
    'sort_by(Reservations[].Instances[], &InstanceId)',
    'length(Reservations[].Instances[])',
    'Reservations[0]',
  ])('in which the kind was never read holds nothing: %s', (expression) => {
    const fleet = fillScopes([])
    expect(planned(expression, fleet, allParts)).toEqual(plainly(expression, fleet))
  })

  test('in which a scope is large is that of plain evaluation', () => {
    const count = 20_050
    const fleet = fillScopes([
      {
        profile: 'prod',
        account: '111122223333',
        region: 'eu-west-1',
        resources: Array.from({ length: count }, (_, n) => ({
          id: `i-${n}`,
          // Every second one comes later than the others of its reservation.
          group: { id: `r-${n % (count / 2)}`, fields: { ReservationId: `r-${n % (count / 2)}` } },
          body: {
            InstanceId: `i-${n}`,
            State: { Name: n % 7 === 0 ? 'stopped' : 'running' },
            CpuOptions: { CoreCount: (n * 7919) % 1000 },
            ...(n === count - 1 ? { KeyName: 'last' } : {}),
          },
        })),
      },
    ])
    for (const expression of [
      "Reservations[].Instances[?State.Name=='stopped'][].InstanceId",
      'Reservations[].Instances[].[InstanceId, Region]',
      'Reservations[:2].Instances[].InstanceId',
      'sort_by(Reservations[].Instances[], &InstanceId)[1:4].InstanceId',
      'sort_by(Reservations[].Instances[], &CpuOptions.CoreCount)[:3].CpuOptions',
      'sort_by(Reservations[].Instances[].[CpuOptions.CoreCount, InstanceId], &[0])[:3]',
      'sum(Reservations[].Instances[].CpuOptions.CoreCount)',
      'min(Reservations[].Instances[].InstanceId)',
      'max_by(Reservations[].Instances[].[CpuOptions.CoreCount, InstanceId], &[0])',
      'max(Reservations[].Instances[].[KeyName || CpuOptions.CoreCount][])',
      'length(Reservations[].Instances[?CpuOptions.CoreCount>`500`][])',
    ])
      expect(planned(expression, fleet, allParts)).toEqual(plainly(expression, fleet))
  })
})

describe('a question about two kinds', () => {
  test(`is planned part by part, with the answer of plain evaluation, errors included, for ${counted(overTwo)} expressions`, {
    timeout: 1_800_000,
  }, () => {
    const next = random(20_261_127)
    let fleet = fillTwoKinds(next)
    let failed = 0
    for (let round = 0; round < overTwo; round += 1) {
      if (round % 50 === 49) fleet = fillTwoKinds(next)
      const expression = expressionOverTwo(next)
      const wanted = plainly(expression, fleet)
      if ('kind' in wanted) failed += 1
      for (const parts of partsOf(round)) {
        const given = planned(expression, fleet, parts, { otherKinds: ['volumes'] })
        expect({ expression, parts, given }).toEqual({ expression, parts, given: wanted })
      }
    }
    expect(failed).toBeGreaterThan(overTwo / 20)
    expect(failed).toBeLessThan(overTwo / 2)
  })

  test('has the answer of plain evaluation, errors included', () => {
    const next = random(13)
    for (let round = 0; round < casesOf(100); round += 1) {
      const fleet = fillTwoKinds(next)
      for (const expression of expressionsOfTwo) {
        for (const parts of [allParts, { ...allParts, columns: false }]) {
          const given = planned(expression, fleet, parts, { otherKinds: ['volumes'] })
          expect({ expression, given }).toEqual({ expression, given: plainly(expression, fleet) })
        }
      }
    }
  })

  test('has it with values that are found in the document first', () => {
    const next = random(14)
    for (let round = 0; round < casesOf(50); round += 1) {
      const fleet = fillTwoKinds(next)
      const used = 'Volumes[].Attachments[].InstanceId'
      const change = {
        otherKinds: ['volumes'],
        query: 'attached',
        lets: [{ name: 'used', expression: used, overlapping: false }],
      }
      const expression = 'Reservations[].Instances[?contains($used, InstanceId)][].[InstanceId, State.Name]'
      const found = compile(used).search(fleet.document)
      const written = expression.replace('$used', `\`${JSON.stringify(found)}\``)
      expect(planned(expression, fleet, allParts, change)).toEqual(plainly(written, fleet))
    }
  })
})

describe('a condition', () => {
  const fleetOf = readFleet(4)
  const states = (count: number) => Array.from({ length: count }, (_, n) => `State.Name=='s${n}'`)
  test.each<[string, string]>([
    ['of thousands of alternatives', `${states(5000).join(' || ')} || State.Name=='running'`],
    [
      'of thousands of different alternatives',
      states(3000)
        .map((each, n) => `${each} || KeyName!='k${n}'`)
        .join(' || '),
    ],
    [
      'of thousands that must all be met',
      states(3000)
        .map((each) => `!(${each})`)
        .join(' && '),
    ],
    ['that nests as deep as an expression may', `${'!'.repeat(300)}State.Name`],
    [
      'that nests in parentheses',
      `${'('.repeat(150)}KeyName${" && State.Name!='x')".repeat(75)}${" || State.Name=='x')".repeat(75)}`,
    ],
  ])('%s is no more than SQLite takes', (_, condition) => {
    const fleet = fleetOf()
    const expression = `Reservations[].Instances[?${condition}][].InstanceId`
    expect(planned(expression, fleet, allParts)).toEqual(plainly(expression, fleet))
  })
})

describe('a column', () => {
  const expression = 'Reservations[].Instances[].State.Name'

  test.each([
    [
      'its rows were written with other columns',
      "UPDATE scope SET set_id = 'other'; UPDATE kind SET unfilled = 1",
    ],
    [
      'the file has another expression for it',
      "UPDATE kind SET columns = replace(columns, 'State.Name', 'State.Code')",
    ],
  ])('is not read in place of documents while %s', (_, change) => {
    const fleet = fillFleet(random(2))
    const wanted = plainly(expression, fleet)
    // As an older muster would that is running: it knows of no sums.
    fleet.store.db.exec("UPDATE row_instances SET State = 'from the column'; UPDATE scope SET rows = rows")
    expect(JSON.stringify(planned(expression, fleet, allParts))).toContain('from the column')
    fleet.store.db.exec(change)
    expect(planned(expression, fleet, allParts)).toEqual(wanted)
  })

  test('of several values in a list is not read in their place', () => {
    const { store } = fillFleet(random(1))
    const names = readExactColumns(store, findKind('instances')).map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['Name', 'InstanceId', 'State', 'LaunchTime', 'Vcpus', 'Lifecycle']),
    )
    expect(names).not.toContain('SecurityGroups')
  })
})

describe('a count', () => {
  test('of rows that are alike is that of all rows one by one', () => {
    const next = random(77)
    for (let round = 0; round < casesOf(100); round += 1) {
      const fleet = fillFleet(next)
      for (const [expression, group] of counts) {
        const ask = (parts: PlanParts) => planned(expression, fleet, parts, { group: [group] })
        expect({ expression, given: ask(allParts) }).toEqual({
          expression,
          given: ask({ ...allParts, folds: false }),
        })
        const { store, lines } = fleet
        const one = { ...fleet, lines: lines.slice(0, 1), store }
        expect(planned(expression, one, allParts, { group: [group] })).toEqual(
          planned(expression, one, { ...allParts, folds: false }, { group: [group] }),
        )
      }
    }
  })

  test.each(['length(Reservations[].Instances[])', 'Reservations[].Instances[].{ State: State.Name }'])(
    'finds that a row is missing: %s',
    (expression) => {
      const fleet = fillFleet(random(3))
      fleet.store.db.exec('DELETE FROM row_instances WHERE _row = (SELECT max(_row) FROM row_instances)')
      expect(() =>
        planned(expression, fleet, allParts, { group: expression.startsWith('length') ? null : ['State'] }),
      ).toThrow(/rows of \d+ can be found/)
    },
  )

  test.each([
    "Reservations[].Instances[?State.Name=='running'][]",
    'Reservations[].Instances[].[Tags, InstanceId]',
  ])('finds rows that the ledger does not know of: %s', (expression) => {
    const fleet = fillFleet(random(3))
    fleet.store.db.exec('UPDATE scope SET rows = 0')
    const lines = readLedger(fleet.store)
    expect(() => planned(expression, { ...fleet, lines }, allParts)).toThrow(/rows of 0 can be found/)
  })
})

const counts: readonly (readonly [expression: string, group: string])[] = [
  ['Reservations[].Instances[].{ State: State.Name }', 'State'],
  ["Reservations[].Instances[?State.Name!='terminated'][].{ AccountName: AccountName }", 'AccountName'],
  ['Reservations[].Instances[].[State.Name, Region]', '1'],
  ['Reservations[].Instances[].{ Name: Tags[?Key==`Name`].Value | [0], Region: Region }', 'Name'],
  ['Reservations[].Instances[].CpuOptions.CoreCount', 'value'],
  ["Reservations[].Instances[?KeyName>'b'][].[EbsOptimized, KeyName]", '2'],
]

describe('what is planned', () => {
  const fleetOf = readFleet(1)
  test.each(plans)('%s', (expression, wanted) => {
    const { store } = fleetOf()
    const kind = findKind('instances')
    const columns = readExactColumns(store, kind)
    const plan = makePlan(compile(expression).ast, {
      kind,
      origin: true,
      columns,
      parts: allParts,
      byNumber: true,
    })
    expect(
      plan && {
        over: plan.over,
        columns: columnsIn(plan.request.cells),
        paths: plan.request.paths?.map((path) => path.join('.')) ?? 'all',
        conditions: plan.conditions,
        fails: plan.fails,
        choice: plan.choice && {
          columns: columnsIn(plan.choice.scan.cells.filter((cell) => cell.member !== rowMember)),
          paths: (plan.choice.scan.through ?? plan.choice.scan.paths)?.map((path) => path.join('.')),
        },
        fold:
          plan.fold.type === 'list' && plan.fold.take !== null ? `first ${plan.fold.take}` : plan.fold.type,
      },
    ).toEqual({
      over: 'resources',
      columns: [],
      paths: [],
      conditions: [],
      fails: false,
      choice: null,
      fold: 'list',
      ...wanted,
    })
  })

  function columnsIn(cells: readonly RowCell[]): readonly string[] {
    return cells.map(({ member }) => member.replace('column:', ''))
  }
})

describe('rows of columns', () => {
  const fleetOf = readFleet(8)
  const running = "Reservations[].Instances[?State.Name=='running' && Region!='x'][]"
  const name = "Tags[?Key=='Name'].Value | [0]"
  test.each<
    [string, { readonly members: readonly string[] | null; readonly places: readonly number[] } | null]
  >([
    [
      `${running}.{Id: InstanceId, Name: ${name}, Where: Region, On: AccountName}`,
      { members: ['Id', 'Name', 'Where', 'On'], places: [1, 0, 4, 3] },
    ],
    ['Reservations[].Instances[].[LaunchTime, InstanceId]', { members: null, places: [1, 0] }],
    [`${running}.{Id: InstanceId, Id: State.Name}`, null],
    [`${running}.{b: InstanceId, "1": State.Name}`, null],
    [`${running}.{Id: InstanceId, "__proto__": State.Name}`, null],
    [`${running}.{Id: InstanceId, Tags: Tags}`, null],
    [`${running}.{Id: InstanceId, Kind: 'vm'}`, null],
    [`${running}.{Id: InstanceId} | [0]`, null],
    [`${running}.{Id: InstanceId}[]`, null],
    ['Reservations[].Instances[?State.Name==InstanceId][].{Id: InstanceId}', null],
    ['Reservations[].Instances[?EbsOptimized][].{Id: InstanceId}', null],
    ['Reservations[].Instances[?LaunchTime>`5`][].{Id: InstanceId}', null],
  ])('are made without evaluating anything, or not: %s', (expression, rows) => {
    const fleet = fleetOf()
    const kind = findKind('instances')
    const columns = readExactColumns(fleet.store, kind)
    const setting = { kind, origin: true, columns, parts: allParts, byNumber: true }
    expect(makePlan(compile(expression).ast, setting)?.rows).toEqual(rows)
    expect(planned(expression, fleet, allParts)).toEqual(plainly(expression, fleet))
    const sort = { column: 'Where', descending: true, next: { column: 'Id', descending: false } }
    if (rows?.members)
      expect(planned(expression, fleet, allParts, { sort })).toEqual(
        planned(expression, fleet, { ...allParts, rows: false }, { sort }),
      )
  })
})

describe('rows of an answer', () => {
  test('come out as they are found if nothing after them can fail', () => {
    const { items, loseSecond } = twoScopes(
      "Reservations[].Instances[?State.Name!='x'][].[InstanceId, EbsOptimized]",
    )
    loseSecond()
    expect(items.next().done).toBe(false)
    expect(() => [...items]).toThrow(/damaged/)
  })

  test('are held back while a later one could fail, so that a script never sees half an answer', () => {
    const expression = "Reservations[].Instances[].[InstanceId, starts_with(LaunchTime, '2')]"
    expect(() => twoScopes(expression)).toThrow(JmespathError)
  })
})

/** A result as text: the order of its members is part of it. */
type Outcome = { readonly result: string } | Pick<JmespathError, 'kind' | 'message' | 'position'>

/** An answer over two scopes, of which the second ends with an instance that has no launch time. */
function twoScopes(expression: string) {
  const fleet = fillScopes(
    ['eu-west-1', 'us-east-1'].map((region) => ({
      profile: 'prod',
      account: '111122223333',
      region,
      resources: ['a', 'b'].map((name) => ({
        id: `i-${region}-${name}`,
        group: { id: `r-${region}`, fields: { ReservationId: `r-${region}` } },
        body: {
          InstanceId: `i-${region}-${name}`,
          ...(region === 'us-east-1' && name === 'b' ? {} : { LaunchTime: '2026-01-01T00:00:00+00:00' }),
        },
      })),
    })),
  )
  const { store, lines, view } = fleet
  const answer = answerView({ ...view, expression }, store, lines, null)
  const items = answer.type === 'list' ? answer.items : []
  return {
    items: iterate(items),
    loseSecond: () =>
      store.db.exec('DELETE FROM document WHERE resource_id = (SELECT max(_row) FROM row_instances)'),
  }
}

function* iterate(items: Iterable<Json>): Generator<Json> {
  yield* items
}

function plainly(expression: string, { document }: PlannedFleet): Outcome {
  return outcomeOf(() => compile(expression).search(document))
}

test('A list of objects says which members they have, in their order, before any of them is read', () => {
  const { store, lines, view } = fillFleet(random(5))
  const membersOf = (expression: string) => {
    const answer = answerView({ ...view, expression }, store, lines, null)
    return answer.type === 'list' ? membersOfItems(answer.items) : null
  }
  const rows = 'Reservations[].Instances[]'
  expect(membersOf(`${rows}.{Z: InstanceId, Tags: Tags}`)).toEqual(['Z', 'Tags'])
  expect(membersOf(`${rows}.{Z: InstanceId, "1": Tags}`)).toBe(null)
  expect(membersOf(`${rows}.{Z: InstanceId, T: Tags} | map(&Z, @)`)).toBe(null)
  expect(membersOf(`${rows}.Placement`)).toBe(null)
})

function planned(
  expression: string,
  fleet: PlannedFleet,
  parts: PlanParts,
  change: Partial<View> = {},
): Outcome {
  return outcomeOf(() => {
    const { store, lines, view } = fleet
    const answer = answerView({ ...view, expression, ...change }, store, lines, null, parts)
    if (answer.type === 'value') return answer.value
    const items = [...answer.items]
    const members = membersOfItems(answer.items)
    if (members) for (const item of items) expect(Object.keys(item as object)).toEqual(members)
    return items
  })
}

function outcomeOf(run: () => Json): Outcome {
  try {
    return { result: JSON.stringify(run()) }
  } catch (error) {
    if (error instanceof JmespathError)
      return { kind: error.kind, message: error.message, position: error.position }
    throw error
  }
}

/** Those that are expressions on their own and inside of another. */
function expressionsOfSuite(folder: URL): readonly string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const groups = files.flatMap(
    (name) =>
      JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { cases: { expression: string }[] }[],
  )
  const written = groups.flatMap(({ cases }) => cases.map(({ expression }) => expression))
  return [...new Set(written)].filter((expression) => {
    try {
      compile(expression)
      compile(`{a: ${expression}}`)
      return true
    } catch (error) {
      if (error instanceof JmespathError) return false
      throw error
    }
  })
}

function expressionsIn(url: URL): readonly string[] {
  const { vectors } = JSON.parse(readFileSync(url, 'utf8')) as {
    readonly vectors: readonly { readonly expression: string; readonly error?: string }[]
  }
  return [...new Set(vectors.filter(({ error }) => error !== 'syntax').map(({ expression }) => expression))]
}
