import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { knownRegions } from '../../src/config/region-names.ts'
import { findKind } from '../../src/kinds.ts'
import { measureWidth } from '../../src/output/cell.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import { findCommonBeginning } from '../../src/ui/reader/shown-rows.ts'
import { shortenRegion } from '../../src/ui/state/short-region.ts'
import type { State } from '../../src/ui/state/state.ts'
import { allColumnsOf, layOutTable, requestOfShown } from '../../src/ui/state/table-columns.ts'
import type { ListedColumn, RowWindow } from '../../src/ui/threads/messages.ts'
import { coverage, driveKeys, now, screen, upTo } from './state.ts'

const rows = [
  ['payments-api-prod-1', 'i-0d510b9a3f33bd9fa', 'running', 'r6i.large', 'acme-prod-payments', 'us-east-1'],
  [
    'payments-queue-prod-8',
    'i-058890518ab1dc8c3',
    'terminated',
    'c6i.2xlarge',
    'acme-staging-payments',
    'ap-southeast-2',
  ],
].map((cells, key) => ({
  key,
  seenAt: null,
  cells: [
    ...cells,
    '10.1.4.0',
    '52.18.0.17',
    'us-east-1b',
    '',
    'vpc-0a5e8960eab189e15',
    '2026-11-01T00:00:00+00:00',
  ],
}))

/** The columns of the instances' table with more that nobody asked for, as the reader gives them. */
const columns: readonly ListedColumn[] = [
  { name: 'Name', type: 'text', width: 21 },
  { name: 'InstanceId', type: 'text', width: 19 },
  { name: 'State', type: 'state', width: 10 },
  { name: 'InstanceType', type: 'text', width: 11 },
  { name: 'AccountName', type: 'text', width: 21, beginning: 'acme-' },
  { name: 'Region', type: 'text', width: 14 },
  { name: 'PrivateIpAddress', type: 'text', width: 8 },
  { name: 'PublicIpAddress', type: 'text', width: 10 },
  { name: 'AvailabilityZone', type: 'text', width: 10, extra: true },
  { name: 'KeyName', type: 'text', width: 0, extra: true },
  { name: 'VpcId', type: 'text', width: 21, extra: true },
  { name: 'LaunchTime', type: 'time', width: 25 },
]

test.each([80, 120, 200])(
  'with all columns at %s, those beside the usual ones stand behind them, and cut none',
  (width) => {
    const all = allColumnsOf('instances')
    const { table } = findKind('instances')
    expect(all.slice(0, table.length)).toEqual(table)
    const shown = all.map(
      (name): ListedColumn => ({
        ...(columns.find((each) => each.name === name) ?? { name, type: 'text', width: 12 }),
        extra: false,
      }),
    )
    const ui = openTable(width, shown)
    const first = ui.state()
    const view = { ...first.table.ask.view, columns: all }
    const { layout } = layOutTable({
      ...first,
      table: { ...first.table, ask: { type: 'view', view, names: null } },
    })
    const usual = layOutTable(
      openTable(
        width,
        shown.filter(({ name }) => table.includes(name)),
      ).state(),
    ).layout
    const cellsOf = (some: typeof layout) =>
      some.placed.map(({ column, size, form }) => [column.name, size, form] as const)
    const placed = cellsOf(layout)
    for (const each of cellsOf(usual)) {
      const found = placed.find(([name]) => name === each[0])
      // The count of the others may take the room of one letter.
      expect(found?.[1] ?? 0).toBeGreaterThanOrEqual(each[1] - ' +20'.length)
    }
    expect(layout.placed.length + layout.hidden).toBe(all.length)
  },
)

/** The instances on a screen of this many columns. */
function openTable(width: number, shown = columns) {
  const first = screen(width, 10)
  const window: RowWindow = { from: 0, rows, widths: [] }
  const listed = { version: 1, total: 2, columns: shown, coverage, changes: 0 }
  const ui = driveKeys({ ...first, table: { ...first.table, listed, window } }, [])
  const lines = () => drawFrame(ui.state(), (text) => text)
  return {
    ...ui,
    lines,
    header: () => lines()[1] ?? '',
    line: (place: number) => (lines()[2 + place] ?? '').trimEnd(),
  }
}

describe('on a short line', () => {
  test('accounts lose what all begin with, regions and states their words, and names stay whole', () => {
    const ui = openTable(80)
    expect(ui.header()).toMatch(/^NAME +ID +S ACCOUNT +REGION +AGE \+3$/)
    expect(ui.line(0)).toBe('payments-api-prod-1   i-0d510b9a3f33bd9fa ● prod-payments    use1      23d')
    expect(ui.line(1)).toBe('payments-queue-prod-8 i-058890518ab1dc8c3 ✕ staging-payments apse2     23d')
  })

  test('nothing is shorter than it must be', () => {
    expect(openTable(140).line(1)).toMatch(
      /✕ terminated +c6i\.2xlarge +acme-staging-payments +ap-southeast-2/,
    )
    expect(openTable(120).line(1)).toMatch(/✕ terminated +c6i\.2xlarge/)
    const wholeSizes: Readonly<Record<string, number>> = { State: 12, Region: 14, AccountName: 21 }
    for (let width = 40; width <= 140; width += 1) {
      const { layout } = layOutTable(openTable(width).state())
      const used = layout.placed.reduce((sum, { size }) => sum + size + layout.gap, -layout.gap)
      const isCut = layout.placed.some(({ column, size }) => column.name === 'Name' && size < 21)
      for (const { column, size, form } of layout.placed.filter((each) => each.form !== null && !isCut)) {
        const more = (wholeSizes[column.name] ?? 0) - size
        expect(used + more, `${form} at ${width}`).toBeGreaterThan(width - (layout.hidden > 0 ? 3 : 0))
      }
    }
  })

  test('other columns are hidden before names are cut', () => {
    for (const width of [70, 75, 80, 90]) expect(openTable(width).line(1)).toContain('queue-prod-8')
    expect(openTable(40).header()).toMatch(/^NAME .*ACCOUNT/)
  })

  test('a column that was asked for stays before usual ones', () => {
    const withZone = columns.map((each) =>
      each.name === 'AvailabilityZone' ? { ...each, extra: false } : each,
    )
    const ui = openTable(85, withZone)
    expect(ui.header()).not.toContain('ZONE')
    const { ask } = ui.state().table
    const names = withZone.map(({ name }) => name)
    const own = { ...ask, view: { ...ask.view, columns: names } } as typeof ask
    const lines = drawFrame({ ...ui.state(), table: { ...ui.state().table, ask: own } }, (text) => text)
    expect(lines[1]).toMatch(/^NAME +ID .*ZONE/)
  })

  test('the title keeps the number of rows and the filter', () => {
    const ui = openTable(40)
    ui.press('/', 'p', 'r', 'o', 'd', 'enter')
    expect(ui.lines()[0]).toMatch(/^── Instances … <\/prod> 3×2 ─/)
  })
})

describe('on a long line', () => {
  test('more columns come by themselves, before the age, but for those that hold nothing', () => {
    expect(openTable(200).header()).toMatch(/PUBLIC IP +ZONE +VPC +AGE$/)
    expect(openTable(140).header()).toMatch(/PUBLIC IP +AGE$/)
  })

  test('export and = give exactly these columns', () => {
    const usual = openTable(140)
    expect(requestOfShown(usual.state())).toBe(usual.state().table.ask)
    const wide = openTable(200)
    const wanted = findKind('instances').table.toSpliced(-1, 0, 'AvailabilityZone', 'VpcId')
    expect(requestOfShown(wide.state()).view.columns).toEqual(wanted)
    wide.press('ctrl-s', 'enter')
    expect(wide.effects.at(-1)).toMatchObject({ type: 'export', ask: { view: { columns: wanted } } })
    wide.press('esc', '=')
    expect(wide.lines().join('')).toContain(`--columns ${wanted.slice(0, 6).join(',')}`)
    wide.press('esc', 'C')
    expect(wide.effects.at(-1)).toMatchObject({ message: { type: 'table-text', columns: wanted } })
  })
})

describe('a column that is not on the screen', () => {
  test('is reached by going on: the others move aside, and the first one stays', () => {
    const ui = openTable(80)
    ui.press('l', 'l', 'l')
    expect(ui.header()).toMatch(/^NAME +ID +STATE +TYPE/)
    ui.press('l', 'l', 'l', 'l')
    expect(ui.header()).toMatch(/^NAME +.*PRIVATE IP +PUBLIC IP/)
    expect(ui.line(1)).toMatch(/^payments-queue-prod-8 .*52\.18\.0\.17/)
    ui.press('l', 'l', 'l')
    expect(ui.header()).toMatch(/^NAME +.*AGE \+\d$/)
  })

  test('going back leads to where one was, and no column is left out on the way', () => {
    const ui = openTable(80)
    const home = ui.lines()
    const seen: number[] = []
    for (let at = 0; at < 12; at += 1) {
      ui.press('l')
      seen.push(ui.state().table.column)
      expect(ui.header().length).toBeLessThanOrEqual(80)
    }
    expect(new Set(seen)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 11]))
    for (let at = 0; at < 12; at += 1) ui.press('h')
    expect(ui.lines()).toEqual(home)
  })
})

test('the chosen column stays chosen by its name when a table gets other columns, and no other comes for it', () => {
  const ui = openTable(80)
  ui.press('l', 'l', 'l', 'l')
  const adopt = (next: readonly ListedColumn[]) => {
    const listed = { version: 2, total: 2, columns: next, coverage, changes: 0 }
    const window: RowWindow = { from: 0, rows, widths: [] }
    ui.send({ type: 'reader', message: { type: 'adopted', question: 1, listed, index: 0, window } })
    const { column, left } = ui.state().table
    return [next[column]?.name, left]
  }
  expect(adopt(columns.toReversed())).toEqual(['AccountName', 0])
  expect(adopt(columns)).toEqual(['AccountName', 0])
  expect(adopt(columns.map((each) => ({ ...each, extra: each.name === 'AccountName' })))).toEqual(['Name', 0])
})

test('no two regions have one short name', () => {
  const short = knownRegions.map(shortenRegion)
  expect(new Set(short).size).toBe(knownRegions.length)
  expect(Math.max(...short.map(({ length }) => length))).toBeLessThanOrEqual(6)
  expect(['us-east-1', 'ap-southeast-2', 'us-gov-west-1', 'local'].map(shortenRegion)).toEqual([
    'use1',
    'apse2',
    'usgw1',
    'local',
  ])
})

test.each([
  [['acme-prod', 'acme-dev'], 'acme-'],
  [['acme-prod-web', 'acme-prod-api', 'acme-prod-web'], 'acme-prod-'],
  [['acme-', 'acme-dev'], ''],
  [['acme-prod', 'acme-prod-web'], 'acme-'],
  [['prod', 'production'], ''],
  [['acme-prod'], ''],
  [[], ''],
])('names %j begin with %j for nothing', (names, beginning) => {
  expect(findCommonBeginning(names)).toBe(beginning)
})

test('new and changed rows have signs of their own, and the last line counts them; without any there is no column', () => {
  const first = screen(80, 10)
  const window: RowWindow = {
    from: 0,
    rows: rows.map((row, place) => ({ ...row, mark: place === 0 ? 'new' : 'changed' }) as const),
    widths: [],
  }
  const draw = (marks: { added: number; changed: number } | null, shown = window) => {
    const listed = { version: 1, total: 2, columns, coverage, changes: 0, marks }
    return drawFrame({ ...first, table: { ...first.table, listed, window: shown, index: 9 } }, (text) => text)
  }
  const [, header, one, two] = draw({ added: 1, changed: 1 })
  expect(header).toMatch(/^ {2}NAME/)
  expect([one, two]).toEqual([expect.stringMatching(/^\+ pay/), expect.stringMatching(/^~ pay/)])
  expect(draw({ added: 1, changed: 1 }).at(-2)).toMatch(/ · \+1 new · ~1 changed *$/)
  expect(draw({ added: 0, changed: 3 }).at(-2)).toMatch(/s · ~3 changed *$/)
  // Those of a scope that is still being read are marked as they come.
  expect(draw(null)[1]).toMatch(/^ {2}NAME/)
  expect(draw(null, { ...window, rows })[1]).toMatch(/^NAME/)
})

test('whatever is chosen, scrolled, given a width or marked, no line is wider than the terminal', () => {
  const marked = rows.map((row) => ({ ...row, seenAt: 0, mark: 'new' }) as const)
  for (let width = 20; width <= 220; width += 3) {
    for (const column of [0, 4, 8, 11]) {
      for (const left of [0, 1, 5, 11, 40]) {
        const first = screen(width, 8)
        const listed = {
          version: 1,
          total: 2,
          columns,
          coverage,
          changes: 0,
          marks: { added: 2, changed: 0 },
        }
        const window = { from: 0, rows: width % 2 === 0 ? marked : rows, widths: [] }
        const widths = { Name: 1 + (width % 300), AccountName: 1 }
        const state = {
          ...first,
          columnsOfKinds: left === 5 ? { instances: { columns: null, widths } } : {},
          table: { ...first.table, listed, window, column, left },
        }
        for (const line of drawFrame(state, (text) => text).slice(1, 4))
          expect(measureWidth(line), `${width} ${column} ${left}`).toBeLessThanOrEqual(width)
      }
    }
  }
})

test('the column with the age of rows that were not read again is as wide as these ages', () => {
  const ui = driveKeys({ ...screen(40, 10), now: now + 37 * 60_000 }, [])
  ui.list(upTo(3))
  const draw = (state: State) => drawFrame(state, makePaint(false)).map(stripVTControlCharacters)
  const [, header = '', first = ''] = draw(ui.state())
  expect([header, first].map((line) => line.slice(-9))).toEqual(['     SEEN', '      37m'])
  const old = { ...ui.state(), now: now + 400.5 * 86_400_000 }
  const [, wide = '', line = ''] = draw(old)
  expect([wide, line].map((text) => text.slice(-7))).toEqual(['   SEEN', '  1y35d'])
})
