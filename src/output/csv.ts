import type { Json, Table } from '../model.ts'
import { isFormula } from './formulas.ts'
import { sanitise } from './sanitise.ts'

export interface CsvOptions {
  /** Keep cells that a spreadsheet would run. */
  readonly raw: boolean
  /** Begin with a byte order mark: without one, Excel reads a file as in the code page of the system. */
  readonly bom: boolean
  /** Begin with the names of the columns. */
  readonly headers: boolean
  readonly terminal: boolean
}

/** RFC 4180, with a header if it is wanted. Cells that a spreadsheet would run get an apostrophe in front, unless `raw`. */
export function* formatCsv(table: Table, options: CsvOptions): Generator<string> {
  const formatRow = (cells: readonly Json[]) => {
    let line = ''
    for (let place = 0; place < cells.length; place += 1) {
      const cell = cells[place] ?? null
      if (place > 0) line += ','
      line += typeof cell === 'string' && harmless.test(cell) ? cell : formatCsvCell(cell, options)
    }
    // A row of one empty cell would be a blank line, which readers skip.
    return `${line || '""'}\r\n`
  }
  if (table.columns.length === 0) return
  if (options.bom && !options.terminal) yield byteOrderMark
  if (options.headers) yield formatRow(table.columns)
  for (const row of table.rows) yield formatRow(row)
}

const byteOrderMark = '\ufeff'

/**
 * Text that is written as it is, for programs, spreadsheets and terminals alike: in ASCII, without quotes and commas, no
 * blank at its ends, and nothing at its beginning that starts a formula. Most cells are, and one look is enough for them.
 */
const harmless = /^(?:[!#$%&'()*./0-9:;<>?A-Z[\\\]^_`a-z{|}~](?:[ !#-+\--~]*[!#-+\--~])?)?$/

function formatCsvCell(value: Json, { raw, terminal }: CsvOptions): string {
  if (value === null) return ''
  let text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  if (!raw && typeof value === 'string' && isFormula(text)) text = `'${text}`
  if (terminal) text = sanitise(text)
  return /[",\r\n]/.test(text) || /^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
