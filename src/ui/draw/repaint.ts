import { type LineCell, readCells } from './line-cells.ts'

export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

/** Lines that move inside a region of the screen: up by so many, or down if it is less than 0. */
interface Move {
  readonly top: number
  readonly bottom: number
  readonly by: number
}

/**
 * What a terminal has to be sent so that it shows some lines instead of those before; without those, so that it shows them
 * whatever it showed. Lines that moved are moved by the terminal if it `scrolls` regions, and of a changed line only the
 * changed cells are written. Lines must not wrap there (DEC private mode 7 is off). Pure.
 */
export function repaint(
  before: readonly string[] | null,
  after: readonly string[],
  { columns, rows }: ScreenSize,
  scrolls: boolean,
): string {
  const lines = fitLines(after, rows)
  // No region, no style: whatever somebody else left there.
  if (before === null)
    return `\u001b[r\u001b[m${lines.map((line, row) => drawLine(row, line)).join('')}${goTo(rows - 1, 0)}`
  const shown = fitLines(before, rows)
  const changes = drawChanges(shown, lines, columns)
  const move = scrolls && changes.length > worthMoving ? findMove(shown, lines) : null
  if (!move) return changes
  const moved = drawMove(move) + drawChanges(moveLines(shown, move), lines, columns)
  return moved.length < changes.length ? moved : changes
}

/** Below so many bytes nobody looks for lines that moved. */
const worthMoving = 300

/** As many lines as the screen has. */
function fitLines(lines: readonly string[], rows: number): readonly string[] {
  return Array.from({ length: rows }, (_, row) => lines[row] ?? '')
}

function drawChanges(before: readonly string[], after: readonly string[], columns: number): string {
  return after
    .map((line, row) => (line === before[row] ? '' : drawChange(row, before[row] ?? '', line, columns)))
    .join('')
}

function drawChange(row: number, before: string, after: string, columns: number): string {
  const shown = readCells(before)
  const cells = readCells(after)
  if (!shown || !cells || Math.max(shown.length, cells.length) > columns) return drawLine(row, after)
  return findRuns(shown, cells)
    .map(([from, until]) => {
      const erases = until > cells.length
      return goTo(row, from) + drawCells(cells.slice(from, until)) + (erases ? toLineEnd : '')
    })
    .join('')
}

/** A whole line. What stood there goes first: behind its last cell a full line leaves no place to erase from. */
function drawLine(row: number, line: string): string {
  return `${goTo(row, 0)}${toLineEnd}${line.replace(controls, '')}${line.includes('\u001b') ? plain : ''}`
}

/** Whatever a terminal obeys, but styles. No line has any; if one had, it would go no further than here. */
const controls = /(?!\u001b\[[\d;]*m)[\u0000-\u001f\u007f-\u009f]/g

const blank: LineCell = { text: ' ', style: '' }

/** Runs of cells that differ, as places from and until. Equal cells between two of them are written if they are few. */
function findRuns(
  before: readonly LineCell[],
  after: readonly LineCell[],
): readonly (readonly [from: number, until: number])[] {
  const runs: [from: number, until: number][] = []
  for (let at = 0; at < Math.max(before.length, after.length); at += 1) {
    const old = before[at] ?? blank
    const now = after[at] ?? blank
    if (old.text === now.text && old.style === now.style) continue
    const last = runs.at(-1)
    if (last && at - last[1] < goTo(99, 99).length) last[1] = at + 1
    else runs.push([at, at + 1])
  }
  return runs
}

function drawCells(cells: readonly LineCell[]): string {
  let text = ''
  let style = ''
  for (const cell of cells) {
    if (cell.style !== style) text += cell.style === '' ? plain : `\u001b[0;${cell.style}m`
    style = cell.style
    text += cell.text
  }
  return style === '' ? text : text + plain
}

/** The move that brings the most lines to where they are wanted; null if none does. */
function findMove(before: readonly string[], after: readonly string[]): Move | null {
  const places = new Map<string, number | null>()
  before.forEach((line, row) => {
    // Which of two equal lines has moved, nobody can say.
    places.set(line, places.has(line) ? null : row)
  })
  const found = new Map<number, { first: number; last: number; lines: number }>()
  after.forEach((line, row) => {
    const from = line === '' || line === before[row] ? null : places.get(line)
    if (from === null || from === undefined) return
    const same = found.get(from - row)
    found.set(from - row, { first: same?.first ?? row, last: row, lines: (same?.lines ?? 0) + 1 })
  })
  const [best] = [...found].sort(([, one], [, other]) => other.lines - one.lines)
  if (!best) return null
  const [by, { first, last }] = best
  return { top: Math.min(first, first + by), bottom: Math.max(last, last + by), by }
}

/**
 * DECSTBM, and at the edge of the region line feeds (up) or RI (down), which erase the line that comes in: terminals without
 * SU and SD, as the console of Linux, have these. The region is the whole screen again afterwards.
 */
function drawMove({ top, bottom, by }: Move): string {
  const scroll = by > 0 ? goTo(bottom, 0) + '\n'.repeat(by) : goTo(top, 0) + '\u001bM'.repeat(-by)
  return `\u001b[${top + 1};${bottom + 1}r${scroll}\u001b[r`
}

/** The lines as the terminal has them after a move. */
function moveLines(lines: readonly string[], { top, bottom, by }: Move): readonly string[] {
  return lines.map((line, row) => {
    if (row < top || row > bottom) return line
    const from = row + by
    return from < top || from > bottom ? '' : (lines[from] ?? '')
  })
}

function goTo(row: number, column: number): string {
  return `\u001b[${row + 1};${column + 1}H`
}

const toLineEnd = '\u001b[K'
const plain = '\u001b[m'
