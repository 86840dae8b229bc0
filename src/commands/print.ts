import type { Io } from '../io.ts'
import type { Json, JsonObject } from '../model.ts'
import { formatAnswer } from '../output/format.ts'
import type { Args } from './flags.ts'
import { colourful, formatOf, write } from './query.ts'

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
  const options = { columns: io.columns, raw: false, colour: colourful(io) }
  await write(formatAnswer({ type: 'list', title, columns, items: rows }, formatOf(args), options), io)
}
