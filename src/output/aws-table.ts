import type { Answer } from '../model.ts'
import { sectionsOf, type TableSection } from './aws-table-sections.ts'
import { measureCells } from './aws-table-width.ts'
import { sanitise } from './sanitise.ts'

/** The width that the AWS CLI assumes for an output that is not a terminal. */
const widthOfNoTerminal = 80

/**
 * The AWS CLI's table, as version 2 draws it without colour: sections below one another, each as wide as the
 * widest. `columns` is the terminal's width, null without a terminal. If the table is wider, rows that stand alone are
 * turned on their side; nothing is cut. A list is collected before its first line. An empty answer prints nothing.
 */
export function* formatAwsTable(answer: Answer, columns: number | null): Generator<string> {
  const clean = columns === null ? (text: string) => text : sanitise
  const value = answer.type === 'value' ? answer.value : [...answer.items]
  const sections = sectionsOf(answer.title, value).map((section) => cleanSection(section, clean))
  if (sections.length === 0) return
  const fits = measureOuterWidth(sections) <= (columns ?? widthOfNoTerminal)
  const drawn = fits ? sections : sections.map(turnSection)
  const outer = measureOuterWidth(drawn)
  yield `${'-'.repeat(outer)}\n`
  for (const section of drawn) yield* formatSection(section, outer - 2 * section.level)
}

function* formatSection(section: TableSection, width: number): Generator<string> {
  const { title, level, headers, rows } = section
  const edge = '|'.repeat(level)
  const frameLine = (line: string) => `${edge}${line}${edge}\n`
  if (title !== null) yield frameLine(`|${centreText(title, width - 2, 2)}|`)
  const widths = fitWidths(measureColumns(section), width)
  if (rows.length > 0 && widths.length === 0) return
  const rule = frameLine(
    `+${(rows.length > 0 ? widths : [width - 2]).map((each) => '-'.repeat(each)).join('+')}+`,
  )
  const formatRow = (cells: readonly string[]) => frameLine(`|${cells.join('|')}|`)
  yield rule
  if (rows.length === 0) return
  if (headers) {
    yield formatRow(
      headers.map((header, index) => centreText(header, widths[index] ?? 0, index === 0 ? 2 : 1)),
    )
    yield rule
  }
  for (const row of rows) yield formatRow(row.map((cell, index) => indentText(cell, widths[index] ?? 0)))
  yield rule
}

/** A row that stands alone under its headers becomes a row for each header. */
function turnSection(section: TableSection): TableSection {
  const [row] = section.rows
  const { headers } = section
  if (section.rows.length !== 1 || !row?.length || !headers) return section
  return { ...section, headers: null, rows: headers.map((header, index) => [header, row[index] ?? '']) }
}

function cleanSection(section: TableSection, clean: (text: string) => string): TableSection {
  const { title, level, headers, replaced, rows } = section
  return {
    title: title === null ? null : clean(title),
    level,
    headers: headers?.map(clean) ?? null,
    replaced: replaced.map((row) => row.map(clean)),
    rows: rows.map((row) => row.map(clean)),
  }
}

/** The widest section with its edges: one on each side for its level and those around it. */
function measureOuterWidth(sections: readonly TableSection[]): number {
  return sections.reduce((widest, section) => {
    const columns = measureColumns(section).reduce((sum, each) => sum + each, 0)
    const inner = Math.max(columns, measureCells(section.title ?? ''))
    return Math.max(widest, inner + 2 * (section.level + 1))
  }, 0)
}

/** Each column's widest text and two spaces on both sides. */
function measureColumns({ headers, replaced, rows }: TableSection): number[] {
  const widths = (headers ?? rows[0] ?? []).map((first) => measureCells(first))
  for (const row of [...replaced, ...rows]) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, measureCells(cell))
    })
  }
  return widths.map((each) => each + 4)
}

/**
 * Columns stretched to `width`, each with the edge on its right and the first with the one on its left too, in
 * proportion: cells that rounding gave too many leave the first ones, cells that it gave too few go to the last ones.
 * Returns the cells between the edges.
 */
function fitWidths(columns: readonly number[], width: number): number[] {
  const scale = width / columns.reduce((sum, each) => sum + each, 0)
  const fitted = columns.map((each) => roundHalfToEven(each * scale))
  let over = fitted.reduce((sum, each) => sum + each, 0) - width
  for (let index = 0; over > 0; index += 1, over -= 1) fitted[index] = (fitted[index] ?? 0) - 1
  for (let index = fitted.length - 1; over < 0; index -= 1, over += 1)
    fitted[index] = (fitted[index] ?? 0) + 1
  return fitted.map((each, index) => each - (index === 0 ? 2 : 1))
}

/** Python's round(). */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest === 0.5) return floor % 2 === 0 ? floor : floor + 1
  return rest < 0.5 ? floor : floor + 1
}

/** Half the width less half the text, both rounded down with `edges` counted: where the odd space goes differs. */
function centreText(text: string, width: number, edges: 1 | 2): string {
  const own = measureCells(text)
  const left = Math.max(0, Math.floor((width + edges) / 2) - Math.floor(own / 2) - 1)
  return ' '.repeat(left) + text + ' '.repeat(Math.max(0, width - own - left))
}

/** Two spaces in front if they fit: rounding may leave a first column one cell short of them. */
function indentText(text: string, width: number): string {
  const rest = width - measureCells(text)
  return rest < 2 ? text + ' '.repeat(Math.max(0, rest)) : `  ${text}${' '.repeat(rest - 2)}`
}
