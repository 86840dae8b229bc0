import { type Cell, textsOf, toCell } from './cells.ts'
import type { SeenRow } from './writer.ts'

/** The rows of a page for another thread: few long lists, as handing over many small objects costs more. */
export interface PackedRows {
  readonly count: number
  /** Columns of a row. */
  readonly width: number
  /** The values of all rows that are not known, one row after the other. */
  readonly values: readonly Cell[]
  /** Of each of them: id, group, body, fields, text and search. */
  readonly texts: readonly (string | null)[]
  /** Of each known row: its place in the page, its number and its place in the scope before. */
  readonly known: readonly number[]
}

const textsOfRow = 6
const numbersOfRow = 3

/** Packs the rows of a page. */
export function packRows(rows: readonly SeenRow[]): PackedRows {
  const values: Cell[] = []
  const texts: (string | null)[] = []
  const known: number[] = []
  let width = 0
  rows.forEach((row, index) => {
    if ('row' in row) {
      known.push(index, row.row, row.position)
      return
    }
    const { id, group, body, fields, text, search } = 'resource' in row ? textsOf(row) : row
    texts.push(id, group, body, fields, text, search)
    width = row.values.length
    for (const value of row.values) values.push(toCell(value))
  })
  return { count: rows.length, width, values, texts, known }
}

/** The rows again, in their order. What a known row is called stays behind: to mark it, its number is enough. */
export function unpackRows({ count, width, values, texts, known }: PackedRows): readonly SeenRow[] {
  let nextKnown = 0
  let next = 0
  return Array.from({ length: count }, (_, index): SeenRow => {
    if (known[nextKnown * numbersOfRow] === index) {
      const [, row, position] = known.slice(nextKnown * numbersOfRow, ++nextKnown * numbersOfRow)
      return { row: row as number, id: '', group: null, position: position as number }
    }
    const [id, group, body, fields, text, search] = texts.slice(next * textsOfRow, (next + 1) * textsOfRow)
    const cells = values.slice(next * width, (next + 1) * width)
    next += 1
    return {
      id: id as string,
      group: group as string | null,
      body: body as string,
      fields: fields as string | null,
      text: text as string | null,
      values: cells,
      search: search as string,
    }
  })
}
