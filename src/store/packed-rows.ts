import { freeMemory } from '../free-memory.ts'
import type { ResourceDocument, ResourceText, RowMaking, TextPack } from '../pages.ts'
import { hashBytes, hashCell } from './cell-hashes.ts'
import { type Cell, textsOf, toCell } from './cells.ts'
import { makeRoom, makeTextPack, nothing, number } from './packed-texts.ts'
import type { SeenRow } from './writer.ts'

/**
 * The rows of a page for another thread: few long pieces, as handing over many small texts costs more, and V8 would have
 * to look through them all again and again for what is free.
 */
export interface PackedRows {
  readonly count: number
  /** Columns of a row. */
  readonly width: number
  /** Holds the bodies of all rows that are not known, in JSONB or as JSON in UTF-8, and hashes of words behind some. */
  readonly bodies: ArrayBuffer
  /** Of each of them from where to where it stands there, what is so of the row, as `isJson`, and how many hashes it has. */
  readonly bodyPlaces: Uint32Array
  /**
   * Of each of these rows, one after the other: id, group and its fields, text, and cells that are texts, if it is made. In
   * Latin-1.
   */
  readonly texts: Uint8Array<ArrayBuffer>
  /** Their search texts. */
  readonly search: Uint8Array<ArrayBuffer>
  /**
   * Both of rows with characters beyond Latin-1. In a text with one of these, V8 keeps each character in two bytes, and to
   * hand a part of it to SQLite takes several times as long.
   */
  readonly wideText: string
  /** How long each of these is: `nothing`, or `number` for a cell that stands in `numbers`. */
  readonly lengths: Int32Array
  readonly numbers: readonly number[]
  /** Of each known row: its place in the page, its number and its place in the scope before. */
  readonly known: readonly number[]
}

const textsOfRow = 5
const numbersOfRow = 3
const numbersOfBody = 4

/** The body of a row is JSON. */
const isJson = 1
/** The texts of a row stand in `wideText`. */
const isWide = 2
/** The hashes of the words in a body stand behind it. */
const hasWords = 4
const wide = /[^\0-\xff]/

/**
 * Packs the rows of a page. With `making`, rows are made of documents, too. What it gives may be transferred with
 * `piecesOf`, which empties the bodies of the rows.
 */
export function packRows(rows: readonly SeenRow[], making: RowMaking | null): PackedRows {
  const known: number[] = []
  const texts: (ResourceText | ResourceDocument)[] = []
  rows.forEach((row, index) => {
    if ('row' in row) known.push(index, row.row, row.position)
    else texts.push('resource' in row ? textsOf(row) : row)
  })
  const made = texts.find((each) => 'values' in each)
  const width = making?.width ?? made?.values.length ?? 0
  const bodyPlaces = new Uint32Array(numbersOfBody * texts.length)
  const pack = makeTextPack(texts.length, texts.length * (textsOfRow + width))
  const others: string[] = []
  texts.forEach((each, index) => {
    if (making && !('values' in each) && packDocument(each, pack, making)) return
    const row = making ? textsOf(each, making) : each
    const cells = cellsOf(row, width)
    const search = 'search' in row ? row.search : null
    const found = cells.filter((cell) => typeof cell === 'string')
    addLengths([...cells, search], pack)
    if (wide.test(search ?? '') || found.some((cell) => wide.test(cell))) {
      bodyPlaces[numbersOfBody * index + 2] = isWide
      others.push(...found, search ?? '')
    } else addLatin(found.join(''), search ?? '', pack)
  })
  return {
    count: rows.length,
    width,
    bodies: packBodies(texts, bodyPlaces),
    bodyPlaces,
    texts: pack.texts.subarray(0, pack.end) as Uint8Array<ArrayBuffer>,
    search: pack.search.subarray(0, pack.searchEnd) as Uint8Array<ArrayBuffer>,
    wideText: others.join(''),
    lengths: pack.lengths,
    numbers: pack.numbers,
    known,
  }
}

/**
 * The rows again, in their order, each made when it is asked for: V8 would copy all of a page again and again. What a
 * known row is called stays behind: to mark it, its number is enough. All rows share `hashes`, which are those of the last.
 */
export function* unpackRows(packed: PackedRows): Generator<SeenRow> {
  const { count, width, bodies, bodyPlaces, lengths, numbers, known } = packed
  const bytes = bufferOver(packed.texts)
  const searchBytes = bufferOver(packed.search)
  const hashes = new Int32Array(width)
  let [nextKnown, nextRow, nextLength, nextNumber] = [0, 0, 0, 0]
  const latin = { text: '', begin: 0, at: 0 }
  const latinSearch = { text: '', begin: 0, at: 0 }
  const others = { text: packed.wideText, begin: 0, at: 0 }
  /** A text of so many cells, of which theirs are parts: one of all of a page would outlive its rows. */
  const readAhead = (bytes: Buffer, to: typeof latin, cells: number): void => {
    let size = 0
    for (let next = nextLength; next < nextLength + cells; next += 1)
      size += Math.max(lengths[next] as number, 0)
    to.text = bytes.toString('latin1', to.at, to.at + size)
    to.begin = to.at
  }
  const take = (from: typeof latin): Cell => {
    const length = lengths[nextLength++] as number
    if (length === nothing) return null
    if (length === number) return numbers[nextNumber++] as number
    from.at += length
    return from.text.slice(from.at - length - from.begin, from.at - from.begin)
  }
  for (let index = 0; index < count; index += 1) {
    if (known[nextKnown * numbersOfRow] === index) {
      const [, row, position] = known.slice(nextKnown * numbersOfRow, ++nextKnown * numbersOfRow)
      yield { row: row as number, id: '', group: null, position: position as number }
      continue
    }
    const place = numbersOfBody * nextRow++
    const begin = bodyPlaces[place] as number
    const length = (bodyPlaces[place + 1] as number) - begin
    const traits = bodyPlaces[place + 2] as number
    const words = (traits & hasWords) === 0 ? undefined : bodyPlaces[place + 3]
    const isLatin = (traits & isWide) === 0
    const from = isLatin ? latin : others
    if (isLatin) readAhead(bytes, latin, textsOfRow - 1 + width)
    const id = take(from) as string
    const groupId = take(from) as string | null
    const fields = take(from) as string
    const text = take(from) as string | null
    const values = new Array<Cell>(width)
    for (let column = 0; column < width; column += 1) {
      const begin = from.at
      const cell = take(from)
      values[column] = cell
      if (isLatin)
        hashes[column] = typeof cell === 'string' ? hashBytes(bytes, begin, from.at) : hashCell(cell)
    }
    if (isLatin) readAhead(searchBytes, latinSearch, 1)
    const search = take(isLatin ? latinSearch : others) as string | null
    const group = groupId === null ? null : { id: groupId, fields }
    if (search === null) {
      yield { id, group, words, document: Buffer.from(bodies, begin, length), text: text as string }
      continue
    }
    const document =
      (traits & isJson) === 0
        ? new Uint8Array(bodies, begin, length)
        : Buffer.from(bodies, begin, length).toString()
    const row = { id, group, words, document, text, search, values }
    yield isLatin ? { ...row, hashes } : row
  }
}

function bufferOver({ buffer, byteOffset, length }: PackedRows['texts']): Buffer {
  return Buffer.from(buffer, byteOffset, length)
}

/** The memory of a page, which can be moved to another thread. */
export function piecesOf({ bodies, texts, search }: PackedRows): readonly ArrayBuffer[] {
  return [bodies, texts.buffer, search.buffer]
}

/** Gives the memory of a page back, when nothing of its rows is needed any more. */
export function dropRows(packed: PackedRows): void {
  piecesOf(packed).forEach(freeMemory)
}

/** Packs the row of a document as it is made. False for one whose row must be made first: most have nothing but ASCII. */
function packDocument(row: ResourceDocument, pack: TextPack, making: RowMaking): boolean {
  const { id, group, document, text } = row
  const head = group === null ? id + text : id + group.id + group.fields + text
  const { end, count, lengths } = pack
  makeRoom(pack, 3 * head.length)
  // As many bytes of UTF-8 as characters.
  if (pack.texts.write(head, end) !== head.length) return false
  pack.end = end + head.length
  lengths[count] = id.length
  lengths[count + 1] = group === null ? nothing : group.id.length
  lengths[count + 2] = group === null ? nothing : group.fields.length
  lengths[count + 3] = text.length
  pack.count = count + 4
  if (making.packDocument(document, pack)) return true
  pack.end = end
  pack.count = count
  return false
}

/** The cells of a row behind those that all rows have. */
function cellsOf(row: ResourceText | ResourceDocument, width: number): readonly Cell[] {
  const cells: Cell[] = [row.id, row.group?.id ?? null, row.group?.fields ?? null, row.text]
  for (let place = 0; place < width; place += 1)
    cells.push('values' in row ? toCell(row.values[place] ?? null) : null)
  return cells
}

function addLengths(cells: readonly Cell[], pack: TextPack): void {
  for (const cell of cells) {
    if (typeof cell === 'number') pack.numbers.push(cell)
    pack.lengths[pack.count++] = cell === null ? nothing : typeof cell === 'number' ? number : cell.length
  }
}

/** Texts without characters beyond Latin-1. */
function addLatin(texts: string, search: string, pack: TextPack): void {
  makeRoom(pack, Math.max(texts.length, search.length))
  pack.end += pack.texts.write(texts, pack.end, 'latin1')
  pack.searchEnd += pack.search.write(search, pack.searchEnd, 'latin1')
}

/**
 * Notes where bodies stand. Those that lie in one buffer, as those of an answer do, stay where they are, and so do the
 * hashes of words behind them. Of others, the thread that writes looks for the words.
 */
function packBodies(
  texts: readonly Pick<ResourceText, 'document' | 'words'>[],
  bodyPlaces: Uint32Array,
): ArrayBuffer {
  const note = (index: number, begin: number, end: number, traits: number, words = 0) => {
    const place = numbersOfBody * index
    bodyPlaces[place] = begin
    bodyPlaces[place + 1] = end
    bodyPlaces[place + 2] = (bodyPlaces[place + 2] as number) | traits
    bodyPlaces[place + 3] = words
  }
  const whole = bufferOf(texts[0]?.document)
  if (whole && texts.every(({ document }) => bufferOf(document) === whole)) {
    texts.forEach(({ document, words }, index) => {
      const { byteOffset, length } = document as Uint8Array
      note(index, byteOffset, byteOffset + length, words === undefined ? 0 : hasWords, words)
    })
    return whole
  }
  const parts = texts.map(({ document }) => Buffer.from(document))
  const bodies = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  parts.forEach((part, index) => {
    bodies.set(part, at)
    note(index, at, at + part.length, typeof texts[index]?.document === 'string' ? isJson : 0)
    at += part.length
  })
  return bodies.buffer
}

/** The buffer that a body lies in, with nothing but bodies: Node's small buffers share one. */
function bufferOf(document: string | Uint8Array | undefined): ArrayBuffer | null {
  if (typeof document !== 'object' || !(document.buffer instanceof ArrayBuffer)) return null
  return document.buffer
}
