import { toPlainNumber } from '../exact-number.ts'
import type { Json, Table } from '../model.ts'
import { cut, formatCell, measureWidth } from './cell.ts'
import { isPlainText } from './sanitise.ts'

export interface TableOptions {
  /** Cells of the terminal's line; null for no limit. */
  readonly columns: number | null
  readonly colour: boolean
  /** Whether the names of the columns stand over the rows. */
  readonly headers: boolean
}

/**
 * muster's own table: a header, columns two spaces apart, no wider than the terminal. Widths come from the first rows.
 */
export function* formatTable(table: Table, options: TableOptions): Generator<string> {
  if (table.columns.length === 0) return
  const rows = table.rows[Symbol.iterator]()
  try {
    const first = takeFirst(rows)
    const titles = options.headers ? table.columns : table.columns.map(() => '')
    const formatRow = makeRowFormatter(titles, first, options.columns)
    if (options.headers) {
      const head = formatRow(titles)
      yield options.colour ? `\u001b[1m${head}\u001b[22m\n` : `${head}\n`
    }
    for (const row of first) yield `${formatRow(row)}\n`
    for (let next = rows.next(); !next.done; next = rows.next()) yield `${formatRow(next.value)}\n`
  } finally {
    rows.return?.() // the reader may stop early, and the store must not stay in the middle of a query
  }
}

/** A scalar stands by itself. */
export function* formatScalarLine(value: Json): Generator<string> {
  yield `${formatCell(value)}\n`
}

function takeFirst(rows: Iterator<readonly Json[]>): (readonly Json[])[] {
  const first: (readonly Json[])[] = []
  while (first.length < measuredRows) {
    const { value, done } = rows.next()
    if (done) break
    first.push(value)
  }
  return first
}

/** Makes the function that writes a row, of columns as wide as the first rows and their titles need. */
function makeRowFormatter(
  titles: readonly string[],
  first: readonly (readonly Json[])[],
  columns: number | null,
): (row: readonly Json[]) => string {
  const widths = titles.map((title, index) =>
    first.reduce((most, row) => Math.max(most, measureCell(row[index] ?? null)), measureCell(title)),
  )
  const fitted = columns === null ? widths : narrowWidths(widths, columns)
  const right = titles.map((_, index) => areNumbers(first.map((row) => row[index] ?? null)))
  const last = titles.length - 1
  return (row) => {
    let line = ''
    for (let place = 0; place <= last; place += 1) {
      if (place > 0) line += '  '
      const cell = row[place] ?? null
      const size = fitted[place] ?? 0
      const isRight = right[place] === true
      // Most cells are text that needs one look.
      if (typeof cell === 'string' && cell.length <= size && isPlainText(cell))
        line += isRight ? cell.padStart(size) : place === last ? cell : cell.padEnd(size)
      else line += padCell(formatCell(cell), size, isRight, place === last, columns !== null)
    }
    return line.trimEnd()
  }
}

function measureCell(cell: Json): number {
  return measureWidth(formatCell(cell))
}

/** Rows that are measured before the first is printed. Later cells may be wider than their column. */
const measuredRows = 1000
const narrowest = 4

function areNumbers(values: readonly Json[]): boolean {
  const present = values.filter((value) => value !== null)
  return present.length > 0 && present.every((value) => typeof toPlainNumber(value) === 'number')
}

/** Narrows the widest columns until the line fits. A line that cannot fit keeps its narrowest columns. */
function narrowWidths(widths: readonly number[], columns: number): number[] {
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

function padCell(text: string, size: number, right: boolean, last: boolean, cutting: boolean): string {
  const own = measureWidth(text)
  if (own > size) return cutting ? cut(text, size) : text
  if (right) return ' '.repeat(size - own) + text
  return last ? text : text + ' '.repeat(size - own)
}
