import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Listing } from '../../src/query/listing.ts'
import { runThrough } from '../../src/run-through.ts'
import { copyText } from '../../src/ui/clipboard.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import { formatTableText } from '../../src/ui/reader/shown-rows.ts'
import type { State } from '../../src/ui/state/state.ts'
import { makeTextPage } from '../../src/ui/state/text-page.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { driveKeys, screen, upTo } from './state.ts'

describe('c says what was copied', () => {
  test.each([
    [makeTextPage('Faults', 'one\ntwo\n'), '2 lines of “Faults”'],
    [makeTextPage('The same as a command', 'muster query\n\nPress c', 'muster query'), 'muster query'],
  ])('on %o', (page, what) => {
    const ui = driveKeys({ ...screen(), overlay: page }, [])
    ui.press('c')
    expect(ui.effects.at(-1)).toMatchObject({ type: 'copy', text: page.copy, what })
  })

  test('and C copies the whole table, unless no clipboard takes so much', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(3))
    ui.press('C')
    expect(ui.effects.at(-1)).toMatchObject({ type: 'reader', message: { type: 'table-text', question: 1 } })
    ui.send({ type: 'reader', message: { type: 'table-text', number: 1, rows: 3, text: 'x' } })
    expect(ui.effects.at(-1)).toEqual({ type: 'copy', text: 'x', what: '3 rows' })
    ui.press('C')
    ui.send({ type: 'reader', message: { type: 'table-text', number: 2, rows: 20_000, text: null } })
    expect(ui.state().message?.text).toBe(
      '20,000 rows are too much for a clipboard: ctrl-s writes them into a file.',
    )
  })

  test('as lines with tabs, and without what could control a terminal', () => {
    const textOf = (rows: number) => runThrough(formatTableText(listingOf(rows), ['Name', 'Id']))
    expect(textOf(2)).toBe('Name\tId\nrow\\u{9b}0\t0\nrow\\u{9b}1\t1\n')
    expect(textOf(200_000)).toBeNull()
  })
})

describe('the clipboard', () => {
  const copy = async (text: string, env: Readonly<Record<string, string>>) => {
    let written = ''
    const write = (data: unknown) => {
      written += String(data)
      return true
    }
    const outcome = await copyText(text, env, { write } as never)
    return [outcome, written]
  }

  test('gets text as OSC 52, and nothing that terminals would cut', async () => {
    expect(await copy('i-1', {})).toEqual(['terminal', '\u001b]52;c;aS0x\u0007'])
    expect(await copy('x'.repeat(80_000), {})).toEqual(['too-long', ''])
    expect(await copy('i-1', { STY: '1.tty' })).toEqual(['terminal', '\u001bP\u001b]52;c;aS0x\u0007\u001b\\'])
  })

  test('is tmux’s own inside tmux; without its command it is the terminal’s', async () => {
    const folder = temporaryFolder()
    const env = { TMUX: '/tmp/tmux-1/default,1,0', PATH: `${folder}:/usr/bin:/bin` }
    const script = (code: number) => {
      writeFileSync(
        join(folder, 'tmux'),
        `#!/bin/sh\necho "$@" > '${folder}/args'\ncat > '${folder}/in'\nexit ${code}\n`,
      )
      chmodSync(join(folder, 'tmux'), 0o755)
    }
    script(0)
    expect(await copy('i-1', env)).toEqual(['tmux', ''])
    expect(readFileSync(join(folder, 'in'), 'utf8')).toBe('i-1')
    expect(readFileSync(join(folder, 'args'), 'utf8')).toBe('load-buffer -w -\n')
    script(1)
    expect(await copy('i-1', env)).toEqual(['terminal', '\u001b]52;c;aS0x\u0007'])
  })

  test('is known to be missing in some terminals: the text is shown there', async () => {
    expect(await copy('i-1', { TERM: 'linux' })).toEqual(['no-clipboard', ''])
    const ui = driveKeys(screen(), [])
    ui.send({ type: 'text-shown', title: 'To be selected', text: 'i-1' })
    expect(ui.state().overlay).toMatchObject({ type: 'text', copy: 'i-1' })
  })
})

describe('a mistake in a command', () => {
  test('leaves the line as it was typed', () => {
    const ui = driveKeys(screen(), [])
    ui.press(':', ...'scpes', 'enter')
    expect(ui.state().message?.text).toContain('did you mean :scopes?')
    expect(ui.state().overlay).toMatchObject({ type: 'command', line: { text: 'scpes' } })
  })

  test('of an expression leaves it, too, with the caret at the place', () => {
    const ui = driveKeys(screen(), [])
    ui.press(':', ...'query lengthh(@)', 'enter')
    expect(ui.effects.at(-1)).toMatchObject({ type: 'query', line: 'lengthh(@)' })
    const text = 'There is no function lengthh(); did you mean length()?\nlengthh(@)\n^'
    ui.send({ type: 'message', tone: 'error', text })
    expect(ui.state().message?.text).toBe('There is no function lengthh(); did you mean length()?')
    expect(ui.state().overlay).toEqual({ type: 'command', line: { text: 'query lengthh(@)', at: 6 } })
    // Corrected, it is taken, and the line closes when its table opens.
    ui.press('delete', 'enter')
    ui.send({ type: 'query-found', ask: ui.state().table.ask })
    expect(ui.state().overlay).toBeNull()
  })

  test('that shows only when it is evaluated opens the line again, over the table before', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(3))
    const { ask } = ui.state().table
    ui.press(':', ...'query lengthh(@)', 'enter')
    const view = { ...ask.view, expression: 'lengthh(@)' }
    ui.send({ type: 'query-found', ask: { type: 'view', view, names: null } })
    const message = 'There is no function lengthh().\nlengthh(@)\n^'
    ui.send({ type: 'reader', message: { type: 'failed', question: ui.state().table.question, message } })
    expect(ui.state()).toMatchObject({
      table: { ask },
      overlay: { type: 'command', line: { text: 'query lengthh(@)', at: 6 } },
      message: { text: 'There is no function lengthh().' },
    })
  })

  test('in the middle of a long one is pointed at as well', () => {
    const ui = driveKeys(screen(), [])
    ui.press(':', ...'query aaaa.bbbb.[c', 'enter')
    ui.send({ type: 'message', tone: 'error', text: 'It ends too early.\n…bbbb.[c\n        ^' })
    expect(ui.state().overlay).toMatchObject({ line: { at: 'query aaaa.bbbb.[c'.length } })
  })
})

describe('q on a table', () => {
  test('asks, and two quick ones do not end the program', () => {
    const ui = driveKeys(screen(), [])
    ui.press('q')
    expect(lastLine(ui.state())).toBe('Quit muster?  <y> quit  <esc> stay')
    ui.press('q')
    expect(ui.state().overlay).toBeNull()
    ui.press('q', 'x')
    expect(ui.state().overlay).toBeNull()
    expect(ui.effects).toEqual([])
    ui.press('q', 'y')
    expect(ui.effects).toEqual([{ type: 'quit' }])
  })
})

test(':export FILE writes at once', () => {
  const ui = driveKeys(screen(), [])
  ui.press(':', ...'export a.json', 'enter')
  expect(ui.effects.at(-1)).toMatchObject({ type: 'export', file: 'a.json', format: 'json', force: false })
})

function lastLine(state: State): string {
  return (drawFrame(state, makePaint(false)).at(-1) ?? '').replaceAll(/\u001b\[\d+m/g, '')
}

function listingOf(total: number): Listing {
  return {
    columns: ['Name', 'Id'],
    total,
    readRows: (from, count) =>
      Array.from({ length: count }, (_, index) => ({
        key: from + index,
        seenAt: null,
        cells: [`row\u009b${from + index}`, from + index],
      })),
    indexOf: (key) => key,
    readItem: () => null,
  }
}
