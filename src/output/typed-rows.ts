import { writeSync } from 'node:fs'
import { isExact } from '../exact-number.ts'
import type { ColumnType, Json, Table } from '../model.ts'
import { type NamelessFile, openNameless } from '../nameless-file.ts'

/** What the values of a column are, all of them, null aside. `json` are lists and objects, as their JSON. */
export type CellType = 'boolean' | 'integer' | 'number' | 'time' | 'text' | 'json'

/** A value; a list, an object or a number that JavaScript would change is its JSON. */
export type Cell = null | boolean | number | string

export interface TypedColumn {
  readonly name: string
  readonly type: CellType
}

/** A table of which all is known: what its columns hold, and how many rows there are. */
export interface TypedRows {
  readonly columns: readonly TypedColumn[]
  readonly count: number
  /** How long the longest text of each column is, in UTF-16 units. */
  readonly longest: readonly number[]
  /** The rows, as often as one likes. */
  readonly read: () => Generator<readonly Cell[]>
  readonly close: () => void
}

/**
 * Goes through the rows of a table, to find the type of each column, and keeps them in a temporary file meanwhile: a
 * million would not have room in memory. The file has no name from the beginning, so that nothing stays of it.
 */
export function openTypedRows(
  table: Table,
  folder: string,
  typeOf: (column: string) => ColumnType | null,
): TypedRows {
  const file = openNameless(folder, () => null)
  try {
    const { handle } = file
    const kinds = table.columns.map(() => 0)
    const longest = table.columns.map(() => 0)
    const blocks: Block[] = []
    let count = 0
    let at = 0
    for (const rows of inBlocks(table.rows)) {
      count += rows.length
      const bytes = Buffer.from(JSON.stringify(rows.map((row) => kinds.map((_, place) => note(row, place)))))
      for (let from = 0; from < bytes.length; ) from += writeSync(handle, bytes, from)
      blocks.push({ at, length: bytes.length })
      at += bytes.length
    }
    function note(row: readonly Json[], place: number): Cell {
      const value = row[place] ?? null
      kinds[place] = (kinds[place] ?? 0) | kindOf(value)
      const cell = cellOf(value)
      const length = typeof cell === 'string' ? cell.length : 0
      if (length > (longest[place] ?? 0)) longest[place] = length
      return cell
    }
    return {
      columns: table.columns.map((name, place) => ({
        name,
        type: typeOfKinds(kinds[place] ?? 0, typeOf(name)),
      })),
      count,
      longest,
      *read() {
        for (const { at, length } of blocks) yield* readBlock(file, at, length)
      },
      close: file.close,
    }
  } catch (error) {
    file.close()
    throw error
  }
}

/** Where some rows stand in the file. */
interface Block {
  readonly at: number
  readonly length: number
}

const rowsOfBlock = 500

function* inBlocks(rows: Iterable<readonly Json[]>): Generator<readonly (readonly Json[])[]> {
  let block: (readonly Json[])[] = []
  for (const row of rows) {
    block.push(row)
    if (block.length < rowsOfBlock) continue
    yield block
    block = []
  }
  if (block.length > 0) yield block
}

function readBlock(file: NamelessFile, at: number, length: number): readonly (readonly Cell[])[] {
  return JSON.parse(file.read(at, length).toString()) as readonly (readonly Cell[])[]
}

function cellOf(value: Json): Cell {
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? '-0' : value
  return isExact(value) ? String(value) : JSON.stringify(value)
}

/** What a column has held so far, a bit for each. */
const held = { boolean: 1, integer: 2, largeInteger: 4, number: 8, time: 16, text: 32, json: 64 } as const

function kindOf(value: Json): number {
  switch (typeof value) {
    case 'string':
      return isTime(value) ? held.time : held.text
    case 'boolean':
      return held.boolean
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? held.integer : held.number
    default:
      return value === null ? 0 : isExact(value) ? kindOfExact(String(value)) : held.json
  }
}

/** A number whose text JavaScript would not give back. */
function kindOfExact(text: string): number {
  if (!/^-?\d+$/.test(text)) return Number.isFinite(Number(text)) ? held.number : held.text
  const value = BigInt(text)
  return BigInt.asIntN(64, value) === value ? held.largeInteger : held.text
}

/** A column is what its values are; where they leave it open, what it is known to hold. */
function typeOfKinds(kinds: number, known: ColumnType | null): CellType {
  const only = (...some: readonly number[]) => (kinds & ~some.reduce((all, each) => all | each, 0)) === 0
  if (kinds === 0) return known === 'time' || known === 'number' ? known : 'text'
  if (only(held.boolean)) return 'boolean'
  if (only(held.integer, held.largeInteger)) return 'integer'
  if (only(held.integer, held.number)) return 'number'
  if (only(held.json)) return 'json'
  return only(held.time) && (known === null || known === 'time') ? 'time' : 'text'
}

const time = /^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3}0*)?(?:Z|[+-]\d\d:\d\d)$/

/** Whether text is a time as AWS writes it, to the millisecond at most. */
function isTime(text: string): boolean {
  if (text.length < 20 || text.length > 35 || text[10] !== 'T') return false
  const [whole, year, month, day] = time.exec(text) ?? []
  // JavaScript takes 31 February for 3 March.
  return (
    whole !== undefined &&
    Number(day) <= daysOf(Number(year), Number(month)) &&
    !Number.isNaN(Date.parse(text))
  )
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}
