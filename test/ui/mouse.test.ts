import { describe, expect, test } from 'vitest'
import type { MouseReport } from '../../src/ui/keys/mouse-report.ts'
import { makeInputSplitter } from '../../src/ui/keys/split-input.ts'
import { machine } from '../commands/program.ts'
import { driveKeys, screen, upTo } from './state.ts'
import { cursorOn, options, untilSynced } from './stories/story.ts'
import { open, type Size } from './terminal.ts'

/** What is left for Ink, and what the mouse did, however the reports are cut into reads. */
function split(...reads: readonly string[]) {
  const reports: MouseReport[] = []
  const splitter = makeInputSplitter((report) => reports.push(report))
  const out = reads.map((text) => splitter.push(text)).join('')
  return { out: splitter.isWaiting() ? out + splitter.flush() : out, reports }
}

describe('a report of the mouse', () => {
  test('is no key: the wheel and the press of the first button are what it did', () => {
    const text = 'j\u001b[<64;10;5Mk\u001b[<65;300;200M\u001b[<0;1;1M\u001b[<0;1;1ml'
    const reports = [
      { does: 'wheel-up', line: 4 },
      { does: 'wheel-down', line: 199 },
      { does: 'click', line: 0 },
    ]
    expect(split(text)).toEqual({ out: 'jkl', reports })
    for (let at = 1; at < text.length; at += 1)
      expect(split(text.slice(0, at), text.slice(at)), String(at)).toEqual({ out: 'jkl', reports })
  })

  test('of another button, or with shift, does nothing; in a paste it is text', () => {
    expect(split('\u001b[<2;1;1M\u001b[<4;1;1M\u001b[<35;1;1M')).toEqual({ out: '', reports: [] })
    const paste = '\u001b[200~a\u001b[<0;1;1Mb\u001b[201~'
    expect(split(paste)).toEqual({ out: paste, reports: [] })
  })
})

describe('the mouse', () => {
  const wheel = (does: MouseReport['does'], line = 5) => ({ type: 'mouse', does, line }) as const

  test('moves through a table by its wheel, and a click chooses a row', () => {
    const ui = driveKeys(screen(80, 24), upTo(100))
    ui.list(upTo(100))
    ui.send(wheel('wheel-down'))
    ui.send(wheel('wheel-down'))
    ui.send(wheel('wheel-up'))
    expect(ui.state().table.index).toBe(3)
    ui.press('G')
    const { top } = ui.state().table
    ui.send(wheel('click', 4))
    expect(ui.state().table.index).toBe(top + 2)
    // The title, the header and the lines at the bottom are no rows.
    for (const line of [0, 1, 22, 23]) ui.send(wheel('click', line))
    expect(ui.state().table.index).toBe(top + 2)
    ui.press('g')
    ui.list([1, 2])
    ui.send(wheel('click', 9))
    expect(ui.state().table.index).toBe(0)
  })

  test('scrolls a page, and a click chooses an item of a list', () => {
    const ui = driveKeys(screen(80, 24), upTo(3))
    ui.list(upTo(3))
    ui.press('?')
    ui.send(wheel('wheel-down'))
    expect(ui.state().overlay).toMatchObject({ type: 'text', top: 3 })
    ui.press('esc', 'P')
    ui.send(wheel('click', 4))
    expect(ui.state().overlay).toMatchObject({ type: 'picker', index: 2 })
    ui.send(wheel('wheel-up'))
    expect(ui.state().overlay).toMatchObject({ type: 'picker', index: 0 })
    ui.press('esc', 'w')
    ui.send(wheel('click', 4))
    expect(ui.state().overlay).toMatchObject({ type: 'columns', index: 2 })
    ui.send(wheel('wheel-down'))
    expect(ui.state().overlay).toMatchObject({ type: 'columns', index: 5 })
    ui.press('esc', 'q')
    ui.send(wheel('wheel-down'))
    expect(ui.state().overlay?.type).toBe('leaving')
    expect(ui.state().table.index).toBe(0)
  })
})

test('the wheel of a terminal scrolls; the terminal is asked for it unless the settings say no', async () => {
  const size: Size = [80, 24]
  const on = await machine(options)
  const run = open(on, size)
  await untilSynced(run)
  expect(run.modes().mouse).toBe(true)
  run.type('\u001b[<65;10;5M')
  await cursorOn(run, size, 3)
  run.type('\u001b[<0;10;8M')
  await cursorOn(run, size, 5)
  await run.press('q', 'y')
  expect((await run.ended).code).toBe(0)
  expect(run.modes().mouse).toBe(false)
  const quiet = await machine(options, { mouse: false })
  const other = open(quiet, size, '--offline')
  await other.until((lines) => (lines[0] ?? '').includes('Instances('), 'the table')
  expect(other.raw()).not.toContain('\u001b[?1000h')
})
