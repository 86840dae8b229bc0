import { isObject } from '../json-object.ts'
import type { Answer, Piece } from '../model.ts'
import { formatAwsTable } from './aws-table.ts'
import { formatCsv } from './csv.ts'
import type { FileAbout } from './file-about.ts'
import type { Format, PrintedFormat } from './format-names.ts'
import { formatJson, formatNdjson } from './json.ts'
import { formatScalarLine, formatTable } from './table.ts'
import { formatText } from './text.ts'
import { formatTableOf } from './value-columns.ts'
import { formatYaml } from './yaml.ts'

export interface FormatOptions {
  /** Width of the terminal in cells; null if the output is not one, and text stays exactly as it is. */
  readonly columns: number | null
  /** CSV: keep cells that a spreadsheet would run. */
  readonly raw: boolean
  /** CSV: begin with a byte order mark; never on a terminal. */
  readonly bom?: boolean
  readonly colour: boolean
  /** Table and CSV: whether the names of the columns stand over the rows. They do if it is not given. */
  readonly headers?: boolean
  /** Markdown and HTML: what stands in a file beside the rows. */
  readonly about?: Pick<FileAbout, 'name' | 'coverage'>
}

/** Nothing of the answer is read before the first piece is wanted: what opens the file in between may fail. */
type TextWriter = (answer: Answer, options: FormatOptions) => Generator<Piece>

/** What makes the text of each format: an answer as chunks; a list is not collected if the format allows it. */
const writers: Readonly<Record<Format, TextWriter>> = {
  table: (answer, options) =>
    answer.type === 'value' && !isObject(answer.value)
      ? formatScalarLine(answer.value)
      : formatTableOf(toRows(answer), (table) => formatTable(table, { headers: true, ...options })),
  json: (answer, { columns }) => formatJson(answer, columns !== null),
  ndjson: (answer, { columns }) => formatNdjson(answer, columns !== null),
  csv: (answer, { columns, raw, bom = false, headers = true }) =>
    formatTableOf(answer, (table) => formatCsv(table, { raw, bom, headers, terminal: columns !== null })),
  text: (answer, { columns }) => formatText(answer, columns !== null),
  yaml: (answer) => formatYaml(answer),
  'aws-table': (answer, { columns }) => formatAwsTable(answer, columns),
}

/** An answer as chunks of text in one format. */
export function formatAnswer(answer: Answer, format: Format, options: FormatOptions): Generator<Piece> {
  return writers[format](answer, options)
}

/** What makes the text of a format; that of a page is loaded first. */
export async function loadFormat(format: PrintedFormat): Promise<TextWriter> {
  switch (format) {
    case 'markdown': {
      const { formatMarkdown } = await import('./markdown-table.ts')
      return (answer, { about }) =>
        formatTableOf(answer, (table) => formatMarkdown(table, about?.coverage ?? null))
    }
    case 'html': {
      const { formatHtml } = await import('./html-page.ts')
      return (answer, { about = null }) => formatTableOf(answer, (table) => formatHtml(table, about))
    }
    default:
      return writers[format]
  }
}

/** On a table an object is a list of its members. */
export function toRows(answer: Answer): Answer {
  if (answer.type === 'list' || !isObject(answer.value)) return answer
  const items = Object.entries(answer.value).map(([key, value]) => ({ key, value }))
  return { type: 'list', title: answer.title, columns: ['key', 'value'], items }
}
