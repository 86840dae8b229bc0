import type { Json, Table } from '../model.ts'
import type { FileCoverage } from './file-about.ts'
import { sanitise } from './sanitise.ts'

/**
 * A table as GitHub Flavored Markdown writes it, with what it covers below. Nothing in a cell is Markdown or HTML, or
 * begins another cell. It is not aligned, so that no row waits for another.
 */
export function* formatMarkdown({ columns, rows }: Table, coverage: FileCoverage | null): Generator<string> {
  if (columns.length > 0) yield* formatRows(columns, rows)
  if (!coverage) return
  yield `\n${coverage.complete ? 'Complete' : '**Incomplete**'}: ${escapeMarkdown(coverage.summary)}.\n`
  if (coverage.unread.length === 0) return
  yield '\nNot read:\n\n'
  yield* formatRows(
    coverage.columns.map(({ name }) => name),
    coverage.unread,
  )
}

function* formatRows(columns: readonly string[], rows: Iterable<readonly Json[]>): Generator<string> {
  yield formatRow(columns)
  yield `|${' --- |'.repeat(columns.length)}\n`
  for (const row of rows) yield formatRow(columns.map((_, place) => row[place] ?? null))
}

function formatRow(cells: readonly Json[]): string {
  return `| ${cells.map(formatCell).join(' | ')} |\n`
}

function formatCell(value: Json): string {
  if (value === null) return ''
  return escapeMarkdown(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

/**
 * Text that shows as itself, in one line. A backslash takes the meaning from punctuation (CommonMark, 2.4). What begins
 * HTML, an entity or another cell is an entity, which no reader takes for more. `$` begins a formula on GitHub.
 */
function escapeMarkdown(text: string): string {
  return sanitise(text)
    .replace(/[\\`*_[\]~$]/g, '\\$&')
    .replace(/[&<>|]/g, (sign) => entities[sign] ?? sign)
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '|': '&#124;' }
