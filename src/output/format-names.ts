/** Every format by the name that --output takes, with the endings of files that mean it; new files get the first. */
const endings = {
  table: ['txt', 'table'],
  json: ['json'],
  ndjson: ['ndjson', 'jsonl'],
  csv: ['csv'],
  text: ['tsv', 'text'],
  yaml: ['yaml', 'yml'],
  'aws-table': ['aws-table'],
} as const satisfies Endings

/** The formats of text that are pages for people; each is loaded when it is asked for. */
const endingsOfPages = {
  markdown: ['md', 'markdown'],
  html: ['html', 'htm'],
} as const satisfies Endings

/** The formats that are bytes, and no text for a terminal or a pipe: an export writes them into a file. */
const endingsOfBytes = {
  xlsx: ['xlsx'],
  parquet: ['parquet'],
  sqlite: ['db', 'sqlite', 'sqlite3'],
  'csv.gz': ['csv.gz'],
  'ndjson.gz': ['ndjson.gz', 'jsonl.gz'],
} as const satisfies Endings

type Endings = Readonly<Record<string, readonly [string, ...string[]]>>

/** A format that every command has at hand. */
export type Format = keyof typeof endings

/** A format of text, which can be printed. */
export type PrintedFormat = Format | keyof typeof endingsOfPages

export type ByteFormat = keyof typeof endingsOfBytes

/** A format that a file may have. */
export type FileFormat = PrintedFormat | ByteFormat

export const formats = Object.keys(endings) as readonly Format[]

export const printedFormats = Object.keys({ ...endings, ...endingsOfPages }) as readonly PrintedFormat[]

export const byteFormats = Object.keys(endingsOfBytes) as readonly ByteFormat[]

export const fileFormats: readonly FileFormat[] = [...printedFormats, ...byteFormats]

export function isByteFormat(format: FileFormat): format is ByteFormat {
  return byteFormats.some((each) => each === format)
}

/** The format that a file's ending means; null if it means no format. */
export function formatOfFile(file: string): FileFormat | null {
  const ending = endingIn(file)
  return fileFormats.find((format) => endingsOf(format).includes(ending ?? '')) ?? null
}

/**
 * What stands behind the last dot of a file's name, in lower case; null without one. A dot at the start is not one.
 * `.gz` says how a file is packed: what stands before it belongs to the ending.
 */
function endingIn(file: string): string | null {
  return /[^/]\.([^./]+\.gz|[^./]+)$/i.exec(file)?.[1]?.toLowerCase() ?? null
}

/** A file's name without its ending. */
export function withoutEnding(file: string): string {
  const ending = endingIn(file)
  return ending === null ? file : file.slice(0, -ending.length - 1)
}

/** Why a file's ending means no format, as half a sentence; null if it means one, or if there is no ending. */
export function unknownEnding(file: string): string | null {
  const ending = endingIn(file)
  if (ending === null || formatOfFile(file) !== null) return null
  const known = fileEndings.map((each) => `.${each}`)
  return `.${ending} means no format, only ${known.slice(0, -1).join(', ')} and ${known.at(-1)} do`
}

/** The ending of new files of a format. */
export function endingOf(format: FileFormat): string {
  return endingsOf(format)[0] ?? ''
}

/** Every ending that means a format, in the order of the formats. */
const fileEndings: readonly string[] = fileFormats.flatMap(endingsOf)

export function endingsOf(format: FileFormat): readonly string[] {
  return { ...endings, ...endingsOfPages, ...endingsOfBytes }[format]
}
