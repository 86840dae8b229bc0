import { usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Answer, Json, JsonObject, Piece, View } from '../model.ts'
import { type FormatOptions, loadFormat } from '../output/format.ts'
import {
  endingOf,
  type FileFormat,
  fileFormats,
  formatOfFile,
  type PrintedFormat,
  printedFormats,
  unknownEnding,
} from '../output/format-names.ts'
import { joinPieces } from '../output/join-pieces.ts'
import type { Args } from './options.ts'

/** Prints the answer to a view, and the hints about its expression. */
export type Print = (answer: Answer, hints: readonly string[], view: View) => Promise<void>

/** Prints a command's own list in the format of --output. */
export async function printList(
  title: string,
  columns: readonly string[],
  items: readonly JsonObject[],
  args: Args,
  io: Io,
): Promise<void> {
  const rows = items.map(
    (item): Json => Object.fromEntries(columns.map((column) => [column, item[column] ?? null])),
  )
  const options = { columns: io.columns, raw: false, colour: hasColour(io) }
  await writeAnswer({ type: 'list', title, columns, items: rows }, formatOf(args), options, io)
}

/** The format of --output; `otherwise` if it is not given. */
export function formatOf(args: Args, otherwise: PrintedFormat = 'table'): PrintedFormat {
  const written = args.output
  if (written === null) return otherwise
  const format = printedFormats.find((each) => each === written)
  if (format) return format
  const ofFiles = fileFormats.find((each) => each === written)
  if (ofFiles) {
    const instead = `muster export --to FILE.${endingOf(ofFiles)}`
    throw usageError(`--output ${written} is no text to be printed: write a file with ${instead}.`)
  }
  throw usageError(`--output takes ${printedFormats.join(', ')}, not '${written}'.`)
}

/** The format of --output, or else of the file's ending; CSV for a file without an ending. */
export function formatFor(file: string, args: Args): FileFormat {
  const written = args.output
  const problem = written === null ? unknownEnding(file) : null
  if (problem) throw usageError(`${file}: ${problem}. Give one of these, or --output FORMAT.`)
  if (written === null) return formatOfFile(file) ?? 'csv'
  const packed = fileFormats.find((each) => each === `${written}.gz`)
  if (packed !== undefined && formatOfFile(file) === packed) return packed
  const format = fileFormats.find((each) => each === written)
  if (format) return format
  throw usageError(`--output takes ${fileFormats.join(', ')}, not '${written}'.`)
}

/** How an answer is printed. A usage error for an option that the format cannot have. */
export function formatOptionsOf(args: Args, format: FileFormat, io: Io) {
  return {
    columns: io.columns,
    raw: args.raw,
    bom: bomOf(args, format),
    headers: headersOf(args, format),
    colour: hasColour(io),
  } satisfies FormatOptions
}

/** Whether --bom asks for a byte order mark. A usage error for a format that a mark would break. */
function bomOf(args: Args, format: FileFormat): boolean {
  if (!args.bom || format === 'csv' || format === 'csv.gz') return args.bom
  throw usageError(`--bom is for CSV, and this is ${format}: give --output csv, or leave --bom out.`)
}

/** Whether the names of the columns are printed. A usage error if --no-headers is given for a format that names every value. */
function headersOf(args: Args, format: FileFormat): boolean {
  if (!args.noHeaders || ['table', 'csv', 'csv.gz', 'text'].includes(format)) return !args.noHeaders
  throw usageError(
    `--no-headers is for table, csv and text, and this is ${format}: give --output csv, or leave --no-headers out.`,
  )
}

/** Prints an answer in one format, as fast as the reader takes it. */
export async function writeAnswer(
  answer: Answer,
  format: PrintedFormat,
  options: FormatOptions,
  io: Io,
): Promise<void> {
  const write = await loadFormat(format)
  await writeChunks(write(answer, options), io)
}

/** Joins chunks into larger pieces, and writes them as fast as the reader takes them. */
export async function writeChunks(chunks: Iterable<Piece>, io: Io): Promise<void> {
  for (const piece of joinPieces(chunks)) {
    io.signal.throwIfAborted()
    await io.out(piece)
  }
}

/** Whether colours are wanted: a terminal, and no NO_COLOR (https://no-color.org). */
export function hasColour(io: Io): boolean {
  return io.columns !== null && !io.env.NO_COLOR && io.env.TERM !== 'dumb'
}
