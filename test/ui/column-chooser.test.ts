import { describe, expect, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import type { ColumnsState } from '../../src/ui/state/columns-state.ts'
import type { State } from '../../src/ui/state/state.ts'
import { driveKeys, screen, upTo } from './state.ts'

const { table: usual } = findKind('instances')

function openList(first: State = screen()) {
  const ui = driveKeys(first, [])
  ui.list(upTo(10))
  ui.press('w')
  const message = {
    type: 'column-names',
    kind: 'instances',
    tags: ['Team', 'Cost, centre'],
    members: ['Placement.AvailabilityZone', 'Placement.Tenancy', 'State'],
  } as const
  ui.send({ type: 'reader', message })
  return {
    ...ui,
    columns: () => ui.state().overlay as ColumnsState,
    names: () => (ui.state().overlay as ColumnsState).items.map(({ name }) => name),
    lines: () => drawFrame(ui.state(), (text) => text).map((line) => line.trimEnd()),
    /** What enter has asked for, and remembered. */
    taken: () => ({
      shown: ui.state().table.ask.view.columns,
      remembered: ui.effects.filter((effect) => effect.type === 'remember-columns').at(-1),
    }),
  }
}

describe('w', () => {
  test('lists the columns that are shown in their order, then those of the kind, and the tags of the cache', () => {
    const ui = openList()
    expect(ui.names().slice(0, usual.length)).toEqual(usual)
    expect(ui.names()).toEqual(expect.arrayContaining(['StatusChecks', 'Profile', 'tag:Team']))
    expect(ui.lines().slice(0, 5)).toEqual([
      expect.stringMatching(/^── Columns of Instances\(9 shown\)\[\d+] ─+$/),
      expect.stringMatching(/^ {4}COLUMN +WIDTH +TITLE$/),
      expect.stringMatching(/^\[x] Name +NAME$/),
      expect.stringMatching(/^\[x] InstanceId +ID$/),
      expect.stringMatching(/^\[x] State +STATE$/),
    ])
    expect(ui.effects.at(-1)).toMatchObject({ type: 'reader', message: { type: 'column-names' } })
    ui.press('G')
    expect(ui.lines().at(-3)).toMatch(/^\[ ] (tag:.*\S) {2,}\1$/)
  })

  test('space hides, J and K move, and enter shows and remembers what is marked', () => {
    const ui = openList()
    ui.press('space', 'J', 'enter')
    const shown = ['State', 'InstanceId', ...usual.slice(3)]
    expect(ui.taken().shown).toEqual(shown)
    expect(ui.taken().remembered).toEqual({
      type: 'remember-columns',
      kind: 'instances',
      columns: { columns: shown, widths: {} },
    })
    ui.press(':', ...'volumes', 'enter')
    expect(ui.state().table.ask.view.columns).toBeNull()
    ui.press(':', ...'instances', 'enter')
    expect(ui.state().table.ask.view.columns).toEqual(shown)
    ui.press('w')
    expect(ui.names().slice(0, 3)).toEqual(['State', 'InstanceId', 'InstanceType'])
    ui.press('k', 'K', 'esc')
    expect(ui.taken().shown).toEqual(shown)
  })

  test('d has the usual columns again, and nothing is remembered then', () => {
    const ui = openList({
      ...screen(),
      columnsOfKinds: { instances: { columns: ['Name'], widths: { Name: 9 } } },
    })
    ui.press('d', 'enter')
    expect(ui.taken().shown).toBeNull()
    expect(ui.taken().remembered).toMatchObject({ columns: null })
    expect(ui.state().columnsOfKinds).toEqual({})
  })

  test('widths are kept, also where a table has its usual columns, and hold on the table alone', () => {
    const ui = openList()
    ui.press(...'<<<<<<<'.split(''), 'enter')
    expect(ui.taken().shown).toBeNull()
    expect(ui.taken().remembered).toMatchObject({ columns: { columns: null, widths: { Name: 3 } } })
    ui.list(upTo(3))
    expect(ui.lines()[2]).toMatch(/^na… i-0 /)
    ui.press('w', '0', 'enter')
    expect(ui.taken().remembered).toMatchObject({ columns: null })
  })

  test('a table keeps a column at least', () => {
    const ui = openList()
    ui.press(...usual.map(() => 'space'), 'enter')
    expect(ui.state().message?.text).toContain('a column at least')
    expect(ui.columns().type).toBe('columns')
  })

  test('on counts says that they have the columns that they give', () => {
    const ui = openList()
    ui.press('esc', 'F', 'w')
    expect(ui.state().overlay).toBeNull()
    expect(ui.state().message?.text).toContain('counts')
  })
})

describe('/ in the list of columns', () => {
  test('finds tags, members and columns, and enter shows one at the end, before the age', () => {
    const ui = openList()
    ui.press('/', ...'tenan')
    expect(ui.lines()[2]).toMatch(/^\[ ] Placement\.Tenancy/)
    ui.press('enter', '/', ...'team', 'enter', 'enter')
    expect(ui.taken().shown).toEqual(usual.toSpliced(-1, 0, 'Placement.Tenancy', 'tag:Team'))
  })

  test('takes the exact name before others, and tab completes', () => {
    const ui = openList()
    ui.press('/', ...'placement.', 'tab')
    expect(ui.columns().line?.text).toBe('Placement.AvailabilityZone')
    ui.press('enter', '/', ...'state', 'enter')
    expect(ui.columns().items[ui.columns().index]?.name).toBe('State')
  })

  test('adds any expression; one that can be no column is refused with the reason, and stays to be corrected', () => {
    const ui = openList()
    ui.press('/', ...'length(Tags', 'enter')
    expect(ui.columns().problem).toMatch(/length\(Tags/)
    ui.press(')', 'enter', 'enter')
    expect(ui.taken().shown).toEqual(usual.toSpliced(-1, 0, 'length(Tags)'))
  })

  test('esc leaves the line, and then the list', () => {
    const ui = openList()
    ui.press('/', 'x', 'esc')
    expect(ui.columns().line).toBeNull()
    ui.press('esc')
    expect(ui.state().overlay).toBeNull()
  })
})

test('the list of columns fits every terminal', () => {
  for (const [columns, rows] of [
    [40, 10],
    [80, 24],
    [200, 50],
  ] as const) {
    const ui = openList(screen(columns, rows))
    ui.press('G')
    expect(ui.lines()).toHaveLength(rows)
    expect(Math.max(...ui.lines().map(({ length }) => length))).toBeLessThanOrEqual(columns)
    expect(ui.lines().join('\n')).toContain('tag:Cost, centre')
  }
})
