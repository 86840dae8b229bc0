import headless, { type Terminal } from '@xterm/headless'
import { describe, expect, test } from 'vitest'
import { repaint } from '../../src/ui/draw/repaint.ts'
import { pickFrom, random } from '../helpers/random.ts'

const terminalOf = (columns: number, rows: number) =>
  new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 })

/** DEC private mode 7, off as on the screen. */
const wrapOff = '\u001b[?7l'

describe('what the terminal is sent', () => {
  test.each([1, 2, 3, 4])('makes it show exactly the frame, whatever came before (seed %i)', async (seed) => {
    const dice = random(seed)
    let [columns, rows] = [80, 24]
    const terminal = terminalOf(columns, rows)
    await write(terminal, `${wrapOff}what a shell left\r\n`.repeat(40))
    let before: readonly string[] | null = null
    let frame = Array.from({ length: rows }, () => makeLine(dice))
    for (let round = 0; round < 60; round += 1) {
      const size = { columns, rows }
      await write(terminal, repaint(before, frame, size, dice() < 0.8))
      const fresh = terminalOf(columns, rows)
      await write(fresh, wrapOff + frame.slice(0, rows).map(placeLine).join(''))
      expect(cellsOf(terminal), `round ${round}`).toEqual(cellsOf(fresh))
      before = frame
      frame = changeFrame(frame, dice)
      if (dice() < 0.1) {
        columns = pickFrom([20, 40, 80, 100], dice)
        rows = pickFrom([2, 5, 24, 30], dice)
        terminal.resize(columns, rows)
        before = null
      }
    }
  })

  test('is one line of a table of 200×50 when the table scrolls by one', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, row) => `row ${row} \u001b[32m●\u001b[39m ${'i-0123456789abcdef '.repeat(9)}`,
    )
    const frameAt = (top: number) =>
      rows.slice(top, top + 50).map((line, row) => (row === 49 ? `\u001b[7m${line}\u001b[27m` : line))
    const down = repaint(frameAt(3), frameAt(4), { columns: 200, rows: 50 }, true)
    const up = repaint(frameAt(4), frameAt(3), { columns: 200, rows: 50 }, true)
    expect(down.length).toBeLessThan(600)
    expect(up.length).toBeLessThan(800)
    expect(repaint(frameAt(3), frameAt(4), { columns: 200, rows: 50 }, false)).not.toMatch(
      /\u001b\[\d*;?\d*r/,
    )
  })

  test('is the cells that changed, and nothing for a frame that is there', () => {
    const size = { columns: 40, rows: 2 }
    const before = ['age  5s   running', 'the same']
    expect(repaint(before, ['age  7s   running', 'the same'], size, true)).toBe('\u001b[1;6H7')
    expect(repaint(before, ['age  5s', 'the same'], size, true)).toBe('\u001b[1;11H\u001b[K')
    expect(repaint(before, before, size, true)).toBe('')
  })

  test.each(['नमस्ते', '☁\ufe0f cloud', 'a\u200dwidth', '東京', 'e\u0301'])(
    'is the whole line where it holds %s, before or after: terminals may see other widths',
    (name) => {
      const size = { columns: 40, rows: 1 }
      expect(repaint([`${name} 5s`], [`${name} 7s`], size, true)).toContain(`\u001b[1;1H\u001b[K${name} 7s`)
      expect(repaint([`${name} 5s`], ['plain 5s'], size, true)).toContain('\u001b[1;1H\u001b[Kplain 5s')
    },
  )
})

test('no control character of a line reaches the terminal, except in its styles', () => {
  const line = '\u001b[1mbold\u001b[22m \u001b]0;title\u0007 \u009b2J \u001b[2J \u001bc é \r\n end'
  const size = { columns: 80, rows: 1 }
  for (const before of [null, ['x'], ['\u001b[1mbold\u001b[22m x']]) {
    const sent = repaint(before, [line], size, true)
    // Places, erasing and styles are ours.
    expect(sent.replace(/\u001b\[(?:r|\d+;\d+H|K|[\d;]*m)/g, '')).toBe('bold ]0;title 2J [2J c é  end')
  }
})

/** Lines that move, change in a cell, go and come: what a table does, and what it never does. */
function changeFrame(frame: readonly string[], dice: () => number): string[] {
  const lines = [...frame]
  const count = pickFrom([1, 1, 1, 2, 5, 20], dice)
  const top = Math.floor(dice() * 10)
  const bottom = top + 3 + Math.floor(dice() * 40)
  switch (pickFrom(['up', 'down', 'lines', 'cells', 'both', 'all', 'length'] as const, dice)) {
    case 'up':
      lines.splice(bottom, 0, ...Array.from({ length: count }, () => makeLine(dice)))
      lines.splice(top, count)
      return lines
    case 'down':
      lines.splice(bottom, count)
      lines.splice(top, 0, ...Array.from({ length: count }, () => makeLine(dice)))
      return lines
    case 'both':
      return changeFrame(changeFrame(lines, dice), dice)
    case 'lines':
      for (let n = 0; n < count; n += 1) lines[Math.floor(dice() * lines.length)] = makeLine(dice)
      return lines
    case 'cells':
      return lines.map((line) =>
        dice() < 0.3 ? line.replace(/nn|5s|prod/, pickFrom(['x', '77', '●'], dice)) : line,
      )
    case 'length':
      return dice() < 0.5
        ? lines.slice(0, 5 + Math.floor(dice() * 20))
        : [...lines, ...lines, makeLine(dice)].slice(0, 60)
    default:
      return Array.from({ length: 24 }, () => makeLine(dice))
  }
}

const words = [
  'running',
  'i-0123456789abcdef0',
  'acme-prod',
  '',
  '   ',
  '●',
  '─────',
  '5s',
  'नमस्ते',
  '東京',
  '☁\ufe0f',
  'a\u200db',
  'e\u0301',
]
const styles = [
  [1, 22],
  [2, 22],
  [7, 27],
  [32, 39],
  [93, 39],
  ['38;5;200', 39],
  ['48;2;1;2;3', 49],
  [4, 24],
  [5, 25],
]

function makeLine(dice: () => number): string {
  const plain = dice() < 0.7
  const choices = plain ? words.slice(0, 8) : words
  const parts = Array.from({ length: Math.floor(dice() * 14) }, () => {
    const word = pickFrom(choices, dice)
    if (dice() < 0.6) return word
    const [on, off] = pickFrom(styles, dice)
    return `\u001b[${on}m${word}\u001b[${off}m`
  })
  const line = parts.join(' ')
  return dice() < 0.1 ? `\u001b[7m${line}\u001b[27m` : line
}

function placeLine(line: string, row: number): string {
  return `\u001b[${row + 1};1H${line}\u001b[m`
}

function write(terminal: Terminal, text: string): Promise<void> {
  return text === '' ? Promise.resolve() : new Promise((resolve) => terminal.write(text, resolve))
}

/** Every cell as text: what stands in it and how. */
function cellsOf({ buffer, rows, cols }: Terminal): readonly string[] {
  const { active } = buffer
  const room = active.getNullCell()
  return Array.from({ length: rows }, (_, row) => {
    const line = active.getLine(active.baseY + row)
    return Array.from({ length: cols }, (_, column) => {
      const cell = line?.getCell(column, room)
      if (!cell) return '?'
      const on = [cell.isBold(), cell.isDim(), cell.isInverse(), cell.isUnderline(), cell.isBlink()]
      const style = [...on.map(Boolean).map(Number), cell.getFgColor(), cell.getBgColor()].join(',')
      return `${cell.getChars() || ' '}${style === '0,0,0,0,0,-1,-1' ? '' : `<${style}>`}`
    }).join('')
  })
}
