import { freeMemory } from '../free-memory.ts'
import type { ResourceText } from '../pages.ts'
import { type Cell, textsOf, toCell } from './cells.ts'
import type { SeenRow } from './writer.ts'

/**
 * The rows of a page for another thread: few long pieces, as handing over many small texts costs more, and V8 would have
 * to look through them all again and again for what is free.
 */
export interface PackedRows {
  readonly count: number
  /** Columns of a row. */
  readonly width: number
  /** Holds the bodies of all rows that are not known, in JSONB or as JSON in UTF-8. */
  readonly bodies: ArrayBuffer
  /** Of each of them from where to where it stands there, and 1 if it is JSON. */
  readonly bodyPlaces: Uint32Array
  /** Of each of these rows, one after the other: id, group and its fields, text, search and cells that are texts. */
  readonly text: string
  /** How long each of these is: `nothing`, or `number` for a cell that stands in `numbers`. */
  readonly lengths: Int32Array
  readonly numbers: readonly number[]
  /** Of each known row: its place in the page, its number and its place in the scope before. */
  readonly known: readonly number[]
}

const textsOfRow = 5
const numbersOfRow = 3
const nothing = -1
const number = -2

/** Packs the rows of a page. What it gives may be transferred with `bodies`, which empties the bodies of the rows. */
export function packRows(rows: readonly SeenRow[]): PackedRows {
  const known: number[] = []
  const texts: ResourceText[] = []
  rows.forEach((row, index) => {
    if ('row' in row) known.push(index, row.row, row.position)
    else texts.push('resource' in row ? textsOf(row) : row)
  })
  const width = texts[0]?.values.length ?? 0
  const lengths = new Int32Array(texts.length * (textsOfRow + width))
  const numbers: number[] = []
  const pieces: string[] = []
  let next = 0
  const add = (cell: Cell) => {
    if (typeof cell === 'string') {
      pieces.push(cell)
      lengths[next++] = cell.length
      return
    }
    if (cell !== null) numbers.push(cell)
    lengths[next++] = cell === null ? nothing : number
  }
  for (const { id, group, text, search, values } of texts) {
    add(id)
    add(group?.id ?? null)
    add(group?.fields ?? null)
    add(text)
    add(search)
    for (const value of values) add(toCell(value))
  }
  return {
    count: rows.length,
    width,
    ...packBodies(texts),
    text: pieces.join(''),
    lengths,
    numbers,
    known,
  }
}

/**
 * The rows again, in their order, each made when it is asked for: V8 would copy all of a page again and again. What a
 * known row is called stays behind: to mark it, its number is enough.
 */
export function* unpackRows(packed: PackedRows): Generator<SeenRow> {
  const { count, width, bodies, bodyPlaces, text, lengths, numbers, known } = packed
  let [nextKnown, nextRow, nextLength, nextNumber, at] = [0, 0, 0, 0, 0]
  const take = (): Cell => {
    const length = lengths[nextLength++] as number
    if (length === nothing) return null
    if (length === number) return numbers[nextNumber++] as number
    at += length
    return text.slice(at - length, at)
  }
  for (let index = 0; index < count; index += 1) {
    if (known[nextKnown * numbersOfRow] === index) {
      const [, row, position] = known.slice(nextKnown * numbersOfRow, ++nextKnown * numbersOfRow)
      yield { row: row as number, id: '', group: null, position: position as number }
      continue
    }
    const [begin = 0, end = 0, isJson] = bodyPlaces.subarray(3 * nextRow, 3 * ++nextRow)
    const [id, group, fields, hash, search] = [take(), take(), take(), take(), take()] as (string | null)[]
    yield {
      id: id as string,
      group: group == null ? null : { id: group, fields: fields as string },
      document:
        isJson === 1
          ? Buffer.from(bodies, begin, end - begin).toString()
          : new Uint8Array(bodies, begin, end - begin),
      text: hash as string | null,
      search: search as string,
      values: Array.from({ length: width }, take),
    }
  }
}

/** Gives the memory of a page back, when nothing of its rows is needed any more. */
export function dropRows({ bodies }: PackedRows): void {
  freeMemory(bodies)
}

/** Bodies that lie in one buffer, as those of an answer do, stay where they are. */
function packBodies(texts: readonly ResourceText[]): Pick<PackedRows, 'bodies' | 'bodyPlaces'> {
  const bodyPlaces = new Uint32Array(3 * texts.length)
  const whole = bufferOf(texts[0]?.document)
  if (whole && texts.every(({ document }) => bufferOf(document) === whole)) {
    texts.forEach(({ document }, index) => {
      const { byteOffset, length } = document as Uint8Array
      bodyPlaces[3 * index] = byteOffset
      bodyPlaces[3 * index + 1] = byteOffset + length
    })
    return { bodies: whole, bodyPlaces }
  }
  const parts = texts.map(({ document }) => Buffer.from(document))
  const bodies = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  parts.forEach((part, index) => {
    bodies.set(part, at)
    bodyPlaces.set([at, at + part.length, typeof texts[index]?.document === 'string' ? 1 : 0], 3 * index)
    at += part.length
  })
  return { bodies: bodies.buffer, bodyPlaces }
}

/** The buffer that a body lies in, with nothing but bodies: Node's small buffers share one. */
function bufferOf(document: string | Uint8Array | undefined): ArrayBuffer | null {
  if (typeof document !== 'object' || !(document.buffer instanceof ArrayBuffer)) return null
  return document.buffer
}
