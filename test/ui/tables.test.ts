import { describe, expect, test } from 'vitest'
import { drawFooter } from '../../src/ui/draw/footer.ts'
import { formatTitle } from '../../src/ui/draw/title.ts'
import { joinWindows } from '../../src/ui/state/row-window.ts'
import { findCursorRow } from '../../src/ui/state/table-state.ts'
import { pickFrom, random } from '../helpers/random.ts'
import { driveKeys, row, screen, upTo } from './state.ts'

describe('the row under the cursor', () => {
  test('stays under it, and on its line of the screen, while rows arrive above', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(100))
    ui.press(...new Array(30).fill('j'))
    const line = ui.state().table.index - ui.state().table.top
    ui.list([...upTo(50).map((key) => 1000 + key), ...upTo(100)])
    expect(findCursorRow(ui.state())?.key).toBe(30)
    expect(ui.state().table.index).toBe(80)
    expect(ui.state().table.index - ui.state().table.top).toBe(line)
  })

  test('is the one that keys lead to which are pressed before the first rows are there', () => {
    const ui = driveKeys(screen(), [])
    ui.press('j', 'j', 'j', 'k')
    ui.list(upTo(100))
    expect(findCursorRow(ui.state())?.key).toBe(2)
    for (const [keys, row] of [
      [['G'], 99],
      [['G', 'g', 'j'], 1],
      [['ctrl-f'], 20],
    ] as const) {
      const late = driveKeys(screen(), [])
      late.press(...keys)
      late.list(upTo(100))
      expect(findCursorRow(late.state())?.key).toBe(row)
    }
    const few = driveKeys(screen(), [])
    few.press('j', 'j', 'j')
    few.list([7, 8])
    expect(findCursorRow(few.state())?.key).toBe(8)
  })

  test('stays under it while rows are sorted the other way', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(500))
    ui.press('ctrl-f', 'j', 'j')
    const before = findCursorRow(ui.state())?.key
    ui.press('O')
    ui.list(upTo(500).reverse())
    expect(findCursorRow(ui.state())?.key).toBe(before)
  })

  test('stays under it if keys are pressed while the new order is being made', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(100))
    ui.press('j', 'j')
    ui.list([...upTo(10).map((key) => 1000 + key), ...upTo(100)], true)
    ui.pressHeld('j', 'j', 'j')
    ui.release()
    expect(findCursorRow(ui.state())?.key).toBe(5)
  })

  test('is the first one until the user moves', () => {
    const ui = driveKeys(screen(), [])
    ui.list([7, 8, 9])
    ui.list([1, 2, ...[7, 8, 9]])
    expect(findCursorRow(ui.state())?.key).toBe(1)
    ui.press('k')
    ui.list([0, 1, 2, 7, 8, 9])
    expect(findCursorRow(ui.state())?.key).toBe(1)
  })

  test('gives way to the nearest one if it no longer exists', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(10))
    ui.press('G')
    ui.list(upTo(4))
    expect(ui.state().table.index).toBe(3)
    expect(findCursorRow(ui.state())?.key).toBe(3)
  })

  test('gives way to the first one if another filter leaves it out', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(100))
    ui.press('G', '/', 'x')
    ui.list([3, 5, 7])
    expect(findCursorRow(ui.state())?.key).toBe(3)
  })
})

describe('moving', () => {
  test.each([
    [['G'], 999],
    [['G', 'g'], 0],
    [['j', 'down', 'k'], 1],
    [['up', 'k'], 0],
    [['ctrl-f'], 20],
    [['pgdn', 'pgdn', 'ctrl-b'], 20],
    [['ctrl-d'], 10],
    [['ctrl-d', 'ctrl-d', 'ctrl-u'], 10],
    [['end', 'home'], 0],
    [['G', 'j', 'ctrl-f'], 999],
  ])('%j leads to row %i', (keys, index) => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(1000))
    ui.press(...keys)
    const { table } = ui.state()
    expect(table.index).toBe(index)
    expect(findCursorRow(ui.state())?.key).toBe(index)
    expect(table.top).toBeLessThanOrEqual(index)
    expect(index - table.top).toBeLessThan(20)
  })

  test('holding a key asks for rows ahead, never for all of them', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(100_000))
    ui.press(...new Array(400).fill('j'))
    const requests = ui.effects.flatMap((effect) =>
      effect.type === 'reader' && effect.message.type === 'window' ? [effect.message.count] : [],
    )
    expect(requests.length).toBeGreaterThan(3)
    expect(requests.length).toBeLessThan(30)
    expect(Math.max(...requests)).toBeLessThanOrEqual(100)
    expect(ui.state().table.window.rows.length).toBeLessThanOrEqual(100)
  })

  test('asks for each row once as long as it is there', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(100_000))
    ui.press(...new Array(400).fill('j'))
    const wanted = (effects: typeof ui.effects) =>
      effects.flatMap((effect) =>
        effect.type === 'reader' && effect.message.type === 'window' ? [effect.message] : [],
      )
    const below = wanted(ui.effects)
    // The first answer has the first five screens.
    expect(below[0]?.from).toBe(100)
    for (const [index, { from, count }] of below.entries())
      expect(below[index + 1]?.from ?? from + count).toBe(from + count)
    const before = ui.effects.length
    ui.press(...new Array(400).fill('k'))
    const above = wanted(ui.effects.slice(before))
    for (const [index, { from }] of above.entries()) {
      const next = above[index + 1] ?? { from: 0, count: from }
      expect(next.from + next.count).toBe(from)
    }
  })

  test('ends with the rows of their places, however late their answers come', () => {
    const dice = random(7)
    for (let round = 0; round < 60; round += 1) {
      const ui = driveKeys(screen(), [])
      ui.list(upTo(1000))
      for (let turn = 0; turn < 80; turn += 1) {
        if (dice() < 0.4) ui.releaseOldest()
        else ui.pressHeld(pickFrom(['j', 'k', 'pgdn', 'pgdn', 'ctrl-b', 'ctrl-d', 'G', 'g'], dice))
      }
      while (ui.releaseOldest());
      const { window, top, asked } = ui.state().table
      expect(window.rows.map((row) => row?.key)).toEqual(
        [...window.rows.keys()].map((at) => window.from + at),
      )
      expect(window.from).toBeLessThanOrEqual(Math.max(0, top - 20))
      expect(window.from + window.rows.length).toBeGreaterThanOrEqual(Math.min(1000, top + 40))
      expect(window.rows.length).toBeLessThanOrEqual(100)
      expect(asked).toBeNull()
    }
  })

  test('keeps the rows on the screen if an answer comes late that has none of them', () => {
    const rows = (from: number, count: number) => ({ from, rows: upTo(count).map(row), widths: [] })
    const shown = { from: 40, count: 20 }
    expect(joinWindows(rows(0, 100), rows(400, 50), 100, shown).from).toBe(0)
    expect(joinWindows(rows(400, 50), rows(0, 100), 100, shown).from).toBe(0)
  })

  test('a smaller terminal keeps the cursor on the screen', () => {
    const ui = driveKeys(screen(200, 50), [])
    ui.list(upTo(1000))
    ui.press('ctrl-f', 'ctrl-f')
    ui.send({ type: 'resized', columns: 40, rows: 10 })
    const { table } = ui.state()
    expect(table.index).toBe(92)
    expect(table.index - table.top).toBeLessThan(6)
    expect(findCursorRow(ui.state())?.key).toBe(92)
  })
})

describe('answers that come late', () => {
  test('of an older question change nothing', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(10))
    const before = ui.state()
    ui.press('/', 'a')
    const requestedBy = ui.state()
    const { table } = before
    ui.send({ type: 'reader', message: { type: 'failed', question: table.question, message: 'old' } })
    ui.send({
      type: 'reader',
      message: {
        type: 'window',
        question: table.question,
        version: 1,
        window: { from: 0, rows: [], widths: [] },
      },
    })
    expect(ui.state()).toEqual(requestedBy)
  })
})

describe('an answer that takes long', () => {
  const status = (ui: ReturnType<typeof driveKeys>) => drawFooter(ui.state(), (text) => text).status.trim()
  const waiting = (...keys: string[]) => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(100))
    ui.press('j', 'j')
    ui.press(...keys)
    const { question } = ui.state().table
    ui.send({ type: 'waited', number: question })
    return { ui, question }
  }

  test('says so, until it is there; esc leaves it for the rows that are shown', () => {
    const { ui } = waiting('O')
    expect(status(ui)).toBe('Reading the rows … esc leaves it.')
    const { ask, window } = ui.state().table
    expect(ask.view.sort).not.toBeNull()
    ui.press('esc')
    const { table } = ui.state()
    expect([table.ask.view.sort, table.window, table.index]).toEqual([null, window, 2])
    // They are shown as what they are, while they are read again.
    expect(formatTitle(ui.state())).toContain('[100]')
    expect(ui.effects.at(-1)).toMatchObject({ type: 'ask', question: table.question, ask: table.ask })
    ui.list(upTo(101))
    expect([formatTitle(ui.state()).includes('[101]'), status(ui).includes('Reading')]).toEqual([true, false])
  })

  test('is left for the rows that are shown, however many questions were asked since', () => {
    const { ui } = waiting('O', 'O')
    ui.press('esc')
    expect(ui.state().table.ask.view.sort).toBeNull()
  })

  test('of another table is left for the one before', () => {
    const { ui } = waiting(':', ...'volumes web', 'enter')
    expect(status(ui)).toContain('esc leaves it')
    ui.press('esc')
    expect(ui.state().table.ask.view.kind).toBe('instances')
  })

  test('is not said of one that came in time, of an earlier one, nor of one that failed', () => {
    const { ui, question } = waiting('O')
    ui.press('O')
    ui.send({ type: 'waited', number: question })
    expect(status(ui)).not.toContain('Reading')
    ui.list(upTo(100))
    ui.send({ type: 'waited', number: ui.state().table.question })
    expect(status(ui)).not.toContain('Reading')
    ui.press('O')
    const failed = { type: 'failed', question: ui.state().table.question, message: 'no' } as const
    ui.send({ type: 'reader', message: failed })
    ui.send({ type: 'waited', number: ui.state().table.question })
    expect(status(ui)).toBe('no')
  })

  test('at the start can only be waited for', () => {
    const ui = driveKeys(screen(), [])
    ui.send({ type: 'waited', number: ui.state().table.question })
    expect(status(ui)).toBe('Reading the rows …')
  })
})
