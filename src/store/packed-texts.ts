import type { TextPack } from '../pages.ts'

/** Stand for the length of a cell that has no text. */
export const nothing = -1
export const number = -2

/** `cells`: of all rows. */
export function makeTextPack(rows: number, cells: number): TextPack {
  return {
    texts: Buffer.alloc(textsOfRow * rows + leastRoom),
    end: 0,
    search: Buffer.alloc(searchOfRow * rows + leastRoom),
    searchEnd: 0,
    lengths: new Int32Array(cells),
    count: 0,
    numbers: [],
    seen: 0,
  }
}

/** Bytes that an instance takes, and some more: what is not used takes no memory. */
const textsOfRow = 700
const searchOfRow = 800
const leastRoom = 1000

/** Room for so many more bytes among the texts and in the search text. */
export function makeRoom(pack: TextPack, more: number): void {
  if (pack.end + more > pack.texts.length) pack.texts = enlarge(pack.texts, pack.end + more)
  if (pack.searchEnd + more > pack.search.length) pack.search = enlarge(pack.search, pack.searchEnd + more)
}

function enlarge(bytes: Buffer, least: number): Buffer {
  const larger = Buffer.alloc(2 * least)
  larger.set(bytes)
  return larger
}
