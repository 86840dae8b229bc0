import { describe, expect, test } from 'vitest'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { formatEquivalentCommand } from '../../src/ui/state/equivalent.ts'
import type { ListedColumn, TableRequest } from '../../src/ui/threads/messages.ts'
import { coverage, driveKeys, screen, upTo, view } from './state.ts'

/** A table of three columns, as the shared reader lists it, with a filter that is in force. */
function openTable() {
  const ui = driveKeys(screen(), [])
  ui.list(upTo(10))
  ui.press('/', 'x', 'enter')
  ui.list(upTo(4))
  return ui
}

const askOf = (ui: ReturnType<typeof driveKeys>) => ui.state().table.ask

describe('F', () => {
  test('counts the rows by the chosen column; the filter stays in force, and esc leads back', () => {
    const ui = openTable()
    ui.press('l', 'l', 'F')
    expect(askOf(ui)).toMatchObject({ view: { group: ['State'], filters: ['x'], sort: null, columns: null } })
    expect(ui.effects.at(-1)).toMatchObject({ type: 'ask', ask: { view: { group: ['State'] } } })
    expect(drawFrame(ui.state(), (text) => text)[0]).toMatch(/^── Instances › Instances by State\[…\] <\/x>/)
    ui.press('esc')
    expect(askOf(ui)).toMatchObject({ view: { group: null, filters: ['x'] } })
    expect(ui.state().table.column).toBe(2)
  })

  test('adds a column to counts: one chooses it, and esc leads back to the counts before', () => {
    const ui = openTable()
    ui.press('F')
    ui.list(upTo(2))
    ui.press('F', '/', ...'instancet', 'enter', 'enter')
    expect(askOf(ui)).toMatchObject({ view: { group: ['Name', 'InstanceType'], filters: ['x'] } })
    ui.press('esc')
    expect(askOf(ui)).toMatchObject({ view: { group: ['Name'] } })
    ui.press('esc')
    expect(askOf(ui)).toMatchObject({ view: { group: null } })
  })

  test('counts by a tag or a member of the documents that the cache has', () => {
    const ui = openTable()
    ui.press('F')
    ui.list(upTo(2))
    ui.press('F')
    expect(ui.effects.at(-1)).toMatchObject({ type: 'reader', message: { type: 'column-names' } })
    const names = { tags: ['Team'], members: ['Placement.Tenancy'] }
    ui.send({ type: 'reader', message: { type: 'column-names', kind: 'instances', ...names } })
    ui.press('/', ...'tag:team', 'enter', 'enter')
    expect(askOf(ui)).toMatchObject({ view: { group: ['Name', 'tag:Team'] } })
  })

  test('opens the rows of a group, and esc leads back to the counts', () => {
    const ui = openTable()
    ui.press('F')
    ui.list(upTo(2))
    ui.press('enter')
    const { opening } = ui.state()
    const ask: TableRequest = { type: 'view', view: { ...view, filters: ['x', 'Name=a'] }, names: null }
    ui.send({
      type: 'reader',
      message: { type: 'opened-group', number: opening?.number ?? 0, ask, name: 'x Name=a' },
    })
    ui.list(upTo(1))
    expect(askOf(ui).view.filters).toEqual(['x', 'Name=a'])
    ui.press('esc')
    expect(askOf(ui).view.group).toEqual(['Name'])
  })

  test('says on other tables that nothing is counted', () => {
    const ui = openTable()
    ui.press(':', ...'scopes', 'enter')
    ui.list(upTo(4))
    ui.press('F')
    expect(ui.state().message?.text).toContain('can be counted')
    expect(askOf(ui).type).toBe('scopes')
  })
})

test('the command of counts that were asked for over a saved query names the columns', () => {
  const counts = { ...view, query: 'running', expression: 'x', group: ['State', 'tag:a,b'] }
  const ask = { type: 'view', view: counts, names: null } as const
  expect(formatEquivalentCommand({ ...ask, counted: true }, screen())).toBe(
    `muster query running '--count-by=State,"tag:a,b"'`,
  )
  expect(formatEquivalentCommand(ask, screen())).toBe('muster query running')
})

test('bars beside the counts have the sizes of the groups, as far as there is room', () => {
  const columns: readonly ListedColumn[] = [
    { name: 'State', type: 'state', width: 10 },
    { name: 'Count', type: 'number', width: 3, most: 320 },
  ]
  const cells = [
    ['running', '320'],
    ['stopped', '80'],
    ['pending', '1'],
    ['gone', '0'],
  ]
  const rows = cells.map((row, key) => ({ key, seenAt: null, cells: row }))
  const draw = (width: number) => {
    const { table, ...state } = screen(width, 10)
    const listed = { version: 1, total: 4, columns, coverage, changes: 0 }
    const ask = { ...table.ask, view: { ...view, group: ['State'] } } as TableRequest
    const window = { from: 0, rows, widths: [] }
    return drawFrame({ ...state, table: { ...table, ask, listed, window, index: 9 } }, (text) => text)
      .slice(2, 6)
      .map((line) => line.replace(/^.*\d/, '').trim())
  }
  expect(draw(51)).toEqual(['█'.repeat(32), '█'.repeat(8), '▏', ''])
  expect(draw(200)[0]).toHaveLength(60)
  expect(draw(24)).toEqual(['', '', '', ''])
})
