import { describe, expect, test } from 'vitest'
import { findCursorRow } from '../../src/ui/state/table-state.ts'
import { driveKeys, screen, upTo } from './state.ts'

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
