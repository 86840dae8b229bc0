import { isObject } from '../json-object.ts'
import type { Answer } from '../model.ts'
import { formatAwsTable } from './aws-table.ts'
import { formatCsv } from './csv.ts'
import { formatJson, formatNdjson } from './json.ts'
import { formatScalarLine, formatTable } from './table.ts'
import { formatText } from './text.ts'
import { tableOf } from './value-columns.ts'
import { formatYaml } from './yaml.ts'

export interface FormatOptions {
  /** Width of the terminal in cells; null if the output is not one, and text stays exactly as it is. */
  readonly columns: number | null
  /** CSV: keep cells that a spreadsheet would run. */
  readonly raw: boolean
  /** CSV: begin with a byte order mark; never on a terminal. */
  readonly bom?: boolean
  readonly colour: boolean
}

interface FormatEntry {
  /** Endings of files that mean this format, without the dot; new files get the first. */
  readonly endings: readonly [string, ...string[]]
  /** An answer as chunks of text; a list is not collected if the format allows it. */
  readonly lines: (answer: Answer, options: FormatOptions) => Generator<string>
}

/** Every format by the name that --output takes; help, errors and the reference take their lists from here. */
const formatEntries = {
  table: {
    endings: ['txt', 'table'],
    lines: (answer, options) =>
      answer.type === 'value' && !isObject(answer.value)
        ? formatScalarLine(answer.value)
        : formatTable(tableOf(toRows(answer)), options),
  },
  json: { endings: ['json'], lines: (answer, { columns }) => formatJson(answer, columns !== null) },
  ndjson: {
    endings: ['ndjson', 'jsonl'],
    lines: (answer, { columns }) => formatNdjson(answer, columns !== null),
  },
  csv: {
    endings: ['csv'],
    lines: (answer, { columns, raw, bom = false }) =>
      formatCsv(tableOf(answer), { raw, bom, terminal: columns !== null }),
  },
  text: { endings: ['tsv', 'text'], lines: (answer, { columns }) => formatText(answer, columns !== null) },
  yaml: { endings: ['yaml', 'yml'], lines: (answer) => formatYaml(answer) },
  'aws-table': {
    endings: ['aws-table'],
    lines: (answer, { columns }) => formatAwsTable(answer, columns),
  },
} as const satisfies Record<string, FormatEntry>

export type Format = keyof typeof formatEntries

export const formats = Object.keys(formatEntries) as readonly Format[]

/** An answer as chunks of text in one format. */
export function formatAnswer(answer: Answer, format: Format, options: FormatOptions): Generator<string> {
  return formatEntries[format].lines(answer, options)
}

/** The format that a file's ending means; null if it means no format. */
export function formatOfFile(file: string): Format | null {
  const ending = endingIn(file)
  return formats.find((format) => endingsOf(format).includes(ending ?? '')) ?? null
}

/** What stands behind the last dot of a file's name, in lower case; null without one. A dot at the start is not one. */
function endingIn(file: string): string | null {
  return /[^/]\.([^./]+)$/.exec(file)?.[1]?.toLowerCase() ?? null
}

/** Why a file's ending means no format, as half a sentence; null if it means one, or if there is no ending. */
export function unknownEnding(file: string): string | null {
  const ending = endingIn(file)
  if (ending === null || formatOfFile(file) !== null) return null
  const endings = fileEndings.map((each) => `.${each}`)
  return `.${ending} means no format, only ${endings.slice(0, -1).join(', ')} and ${endings.at(-1)} do`
}

/** The ending of new files of a format. */
export function endingOf(format: Format): string {
  return formatEntries[format].endings[0]
}

/** Every ending that means a format, in the order of the formats. */
const fileEndings: readonly string[] = formats.flatMap(endingsOf)

export function endingsOf(format: Format): readonly string[] {
  return formatEntries[format].endings
}

/** On a table an object is a list of its members. */
export function toRows(answer: Answer): Answer {
  if (answer.type === 'list' || !isObject(answer.value)) return answer
  const items = Object.entries(answer.value).map(([key, value]) => ({ key, value }))
  return { type: 'list', title: answer.title, columns: ['key', 'value'], items }
}
