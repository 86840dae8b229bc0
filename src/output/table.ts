import stringWidth from 'string-width'
import type { Json, Table } from '../model.ts'
import { sanitise } from './sanitise.ts'

export interface TableOptions {
  /** Cells of the terminal's line; null for no limit. */
  readonly columns: number | null
  readonly colour: boolean
}

/** muster's own table: a header, columns two spaces apart, no wider than the terminal. Widths come from the first rows. */
export function* tableLines(table: Table, options: TableOptions): Generator<string> {
  const rows = table.rows[Symbol.iterator]()
  const first: (readonly Json[])[] = []
  while (first.length < measured) {
    const { value, done } = rows.next()
    if (done) break
    first.push(value)
  }
  const titles = table.columns.map(sanitise)
  const sample = first.map((row) => titles.map((_, index) => cellText(row[index] ?? null)))
  const widths = titles.map((title, index) =>
    sample.reduce((most, row) => Math.max(most, width(row[index] ?? '')), width(title)),
  )
  const fitted = options.columns === null ? widths : narrowed(widths, options.columns)
  const right = titles.map(
    (_, index) => first.length > 0 && first.every((row) => isNumber(row[index] ?? null)),
  )
  const line = (cells: readonly string[]) => {
    const last = cells.length - 1
    const padded = cells.map((cell, index) =>
      pad(cell, fitted[index] ?? 0, right[index] === true, index === last, options.columns !== null),
    )
    return padded.join('  ').trimEnd()
  }
  const header = line(titles)
  yield options.colour ? `\u001b[1m${header}\u001b[22m\n` : `${header}\n`
  for (const cells of sample) yield `${line(cells)}\n`
  for (let next = rows.next(); !next.done; next = rows.next()) {
    const row = next.value
    yield `${line(titles.map((_, index) => cellText(row[index] ?? null)))}\n`
  }
}

/** Rows that are measured before the first is printed; later cells that are wider do not fit their column. */
const measured = 1000
const narrowest = 4
const ascii = /^[\u0020-\u007e]*$/

function cellText(value: Json): string {
  if (value === null) return '-'
  return sanitise(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

function isNumber(value: Json): boolean {
  return value === null || typeof value === 'number'
}

function width(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text)
}

/** Takes from the widest columns until the line fits; a line that cannot fit keeps its narrowest columns. */
function narrowed(widths: readonly number[], columns: number): number[] {
  const fitted = [...widths]
  let over = fitted.reduce((sum, each) => sum + each, 0) + 2 * (fitted.length - 1) - columns
  while (over > 0) {
    const widest = Math.max(...fitted)
    if (widest <= narrowest) break
    fitted[fitted.indexOf(widest)] = widest - 1
    over -= 1
  }
  return fitted
}

function pad(text: string, size: number, right: boolean, last: boolean, cutting: boolean): string {
  const own = width(text)
  if (own > size) return cutting ? cut(text, size) : text
  if (right) return ' '.repeat(size - own) + text
  return last ? text : text + ' '.repeat(size - own)
}

function cut(text: string, size: number): string {
  if (ascii.test(text)) return `${text.slice(0, size - 1)}…`
  let kept = ''
  let used = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const next = width(segment)
    if (used + next > size - 1) break
    kept += segment
    used += next
  }
  return `${kept}…${' '.repeat(size - 1 - used)}`
}
