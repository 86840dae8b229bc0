import type { Answer } from '../model.ts'
import { awsTableLines } from './aws-table.ts'
import { csvLines } from './csv.ts'
import { jsonLines, ndjsonLines } from './json.ts'
import { scalarLine, tableLines } from './table.ts'
import { textLines } from './text.ts'
import { isObject, tableOf } from './value-columns.ts'
import { yamlLines } from './yaml.ts'

export const formats = ['table', 'json', 'ndjson', 'csv', 'text', 'yaml', 'aws-table'] as const

export type Format = (typeof formats)[number]

/** The format that a file's ending names; null where it names none. */
export function formatOfFile(file: string): Format | null {
  const ending = /\.([\w-]+)$/.exec(file)?.[1]?.toLowerCase()
  if (ending === 'yml') return 'yaml'
  return formats.find((format) => format === ending || endingOf(format) === ending) ?? null
}

/** The ending of files of a format. */
export function endingOf(format: Format): string {
  return format === 'table' ? 'txt' : format === 'text' ? 'tsv' : format
}

export interface FormatOptions {
  /** Width of the terminal in cells; null where the output is none, and text stays exactly as it is. */
  readonly columns: number | null
  /** CSV: keep cells that a spreadsheet would run. */
  readonly raw: boolean
  /** CSV: begin with a byte order mark; never on a terminal. */
  readonly bom?: boolean
  readonly colour: boolean
}

/** An answer as chunks of text in one format; lists are not collected where the format allows it. */
export function formatAnswer(answer: Answer, format: Format, options: FormatOptions): Generator<string> {
  const terminal = options.columns !== null
  switch (format) {
    case 'json':
      return jsonLines(answer, terminal)
    case 'ndjson':
      return ndjsonLines(answer, terminal)
    case 'yaml':
      return yamlLines(answer)
    case 'text':
      return textLines(answer, terminal)
    case 'aws-table':
      return awsTableLines(answer, options.columns)
    case 'csv':
      return csvLines(tableOf(answer), { raw: options.raw, bom: options.bom ?? false, terminal })
    case 'table':
      return answer.type === 'value' && !isObject(answer.value)
        ? scalarLine(answer.value)
        : tableLines(tableOf(asRows(answer)), options)
  }
}

/** On a table an object is a list of its members. */
export function asRows(answer: Answer): Answer {
  if (answer.type === 'list' || !isObject(answer.value)) return answer
  const items = Object.entries(answer.value).map(([key, value]) => ({ key, value }))
  return { type: 'list', title: answer.title, columns: ['key', 'value'], items }
}
