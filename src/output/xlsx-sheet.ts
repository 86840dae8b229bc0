import { isFormula } from './formulas.ts'
import type { Cell, TypedColumn } from './typed-rows.ts'

/** What a sheet shows. */
export interface Sheet {
  readonly name: string
  /** A line over the names of the columns, asked for when the sheet is written. */
  readonly lead: (() => string) | null
  readonly columns: readonly TypedColumn[]
  /** Characters of the widest text of each column. */
  readonly widths: readonly number[]
  readonly count: number
  readonly rows: Iterable<readonly Cell[]>
}

/** Places in the list of styles, as xlsx.ts writes it. */
export const styles = { plain: 0, header: 1, time: 2, formulaLike: 3 } as const

/**
 * A sheet as XML (ECMA-376, SpreadsheetML), row by row. `onCut` hears of each text that is longer than `longest` UTF-16 units,
 * and was cut.
 */
export function* formatSheet(
  { lead, columns, widths, count, rows }: Sheet,
  longest: number,
  onCut: (cell: string, column: string, length: number) => void,
): Generator<string> {
  const header = headerRow(lead !== null)
  yield `${xmlHead}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
  yield `<sheetViews><sheetView workbookViewId="0"><pane ySplit="${header}" topLeftCell="A${header + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`
  if (columns.length > 0)
    yield `<cols>${columns.map(({ name, type }, place) => formatWidth(place, type === 'time' ? 19 : Math.max(name.length + 3, widths[place] ?? 0))).join('')}</cols>`
  yield '<sheetData>'
  if (lead !== null) yield `<row r="1">${formatText('A1', lead(), styles.header)}</row>`
  const letters = columns.map((_, place) => columnLetters(place))
  yield `<row r="${header}">${columns.map(({ name }, place) => formatText(`${letters[place]}${header}`, name, styles.header)).join('')}</row>`
  let number = header
  for (const row of rows) {
    number += 1
    let text = `<row r="${number}">`
    for (let place = 0; place < columns.length; place += 1) {
      const cell = row[place] ?? null
      if (cell === null) continue
      const column = columns[place] as TypedColumn
      const reference = `${letters[place]}${number}`
      if (typeof cell === 'string' && cell.length > longest) {
        onCut(reference, column.name, cell.length)
        text += formatCell(reference, cutText(cell, longest), column)
      } else text += formatCell(reference, cell, column)
    }
    yield `${text}</row>`
  }
  yield '</sheetData>'
  if (columns.length > 0) yield `<autoFilter ref="${filterRange(header, columns.length, count)}"/>`
  yield '</worksheet>'
}

export const xmlHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

/** The row in which the names of the columns stand. */
export function headerRow(hasLead: boolean): number {
  return hasLead ? 3 : 1
}

/** `A1:J5001`, with `$` before each if it stands in a formula. */
export function filterRange(header: number, columns: number, count: number, mark = ''): string {
  return `${mark}A${mark}${header}:${mark}${columnLetters(columns - 1)}${mark}${header + count}`
}

function formatCell(reference: string, cell: Exclude<Cell, null>, { type }: TypedColumn): string {
  if (typeof cell === 'boolean') return `<c r="${reference}" t="b"><v>${cell ? 1 : 0}</v></c>`
  if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`
  const text = String(cell)
  if (type === 'number') return `<c r="${reference}"><v>${Number(text)}</v></c>`
  const serial = type === 'time' ? toSerial(Date.parse(text)) : null
  if (serial !== null) return `<c r="${reference}" s="${styles.time}"><v>${serial}</v></c>`
  return formatText(reference, text, isFormula(text) ? styles.formulaLike : styles.plain)
}

function formatText(reference: string, text: string, style: number): string {
  const styled = style === styles.plain ? '' : ` s="${style}"`
  return `<c r="${reference}"${styled} t="inlineStr"><is><t xml:space="preserve">${escapeXml(text)}</t></is></c>`
}

/** Never through a character of two units. */
function cutText(text: string, longest: number): string {
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/**
 * A time as Excel counts it: days since 30 December 1899, in UTC. Null for what it would show as another day: before
 * March 1900, as it takes 1900 for a leap year, and after 9999.
 */
function toSerial(at: number): number | null {
  const serial = at / 86_400_000 + 25_569
  return serial >= 61 && serial < 2_958_466 ? serial : null
}

function formatWidth(place: number, characters: number): string {
  const width = Math.min(60, Math.max(8, characters + 2))
  return `<col min="${place + 1}" max="${place + 1}" width="${width}" customWidth="1"/>`
}

/** A, B, … Z, AA, AB … */
function columnLetters(place: number): string {
  let letters = ''
  for (let rest = place; rest >= 0; rest = Math.floor(rest / 26) - 1)
    letters = String.fromCharCode(65 + (rest % 26)) + letters
  return letters
}

const plain = /^[ !#-%'-;=?-^`-~]*$/
/** What XML 1.0 cannot hold or, as a carriage return, does not keep. */
const forbidden = /[\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]/gu
/** Text that looks like the escape of such a character (ECMA-376 part 1, 22.9.2.19, ST_Xstring). */
const escapeLike = /_(?=x[0-9A-Fa-f]{4}_)/g

/** Text in an element or an attribute. Characters that XML forbids are `_x0007_`, as in Excel. */
export function escapeXml(text: string): string {
  if (plain.test(text)) return text
  return text
    .replace(escapeLike, '_x005F_')
    .replace(forbidden, (found) => `_x${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replace(/[&<>"]/g, (found) => entities[found] ?? found)
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
