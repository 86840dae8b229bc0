import type { Database } from 'better-sqlite3'
import { makeWordHasher } from '../kinds/json-words.ts'
import { hashWord } from '../kinds/word-forms.ts'
import { readWordsBehind } from '../kinds/words-behind.ts'
import { rowRangeOf } from './row-keys.ts'

/** A page of the table `mention_page`: which rows hold which words, by the hashes of these. */
export interface MentionPage {
  /** The hashes of the words of one row after the other. */
  readonly hashes: Uint32Array
  /** Of each row two numbers: its own within the scope, and where its words end. */
  readonly places: Uint32Array
}

/** Rows of one page of the table: what is written at once when the table is filled or written anew. */
const rowsOfPage = 1000

/** A page is written anew when so many of its rows are no longer as it says, beside as many again as the scope has. */
const fewStale = 1000

/**
 * The statements that keep what the rows of a scope mention. What is said of a row that has changed or gone stays until
 * there is too much of that: who reads it looks at the row.
 */
export function prepareMentionPages(db: Database) {
  const hashesOf = makeWordHasher()
  const last = db.prepare('SELECT max(page) FROM mention_page WHERE page BETWEEN ? AND ?').pluck()
  const insert = db.prepare('INSERT INTO mention_page VALUES (?, ?, ?, ?, ?)')
  const size = db
    .prepare('SELECT coalesce(sum(rows), 0) FROM mention_page WHERE page BETWEEN ? AND ?')
    .pluck()
  const list = db.prepare('SELECT page FROM mention_page WHERE page BETWEEN ? AND ? ORDER BY page').pluck()
  const read = db.prepare('SELECT places, hashes, checksum FROM mention_page WHERE page = ?').raw()
  const drop = db.prepare('DELETE FROM mention_page WHERE page BETWEEN ? AND ?')
  const fill = db.prepare('UPDATE scope SET unmentioned = 0 WHERE scope_id = ?')
  let draft = makeDraft()
  let group = { fields: '', hashes: new Uint32Array() }
  const store = (scopeId: number): void => {
    if (draft.rows === 0) return
    const [first, end] = rowRangeOf(scopeId)
    const { places, hashes } = takePage(draft)
    const page = Math.max(first, (last.get(first, end) as number | null) ?? 0) + 1
    insert.run(page, draft.rows, checksumOf(places, hashes), bytesOf(places), bytesOf(hashes))
    draft = emptied(draft)
  }
  return {
    /** Forgets what was added and not stored: the transaction has failed. */
    begin(): void {
      draft = emptied(draft)
    },

    /**
     * Notes what a row mentions: its own id is among that. `words`: how many hashes of the document's words stand behind
     * it, if they do.
     */
    add(row: number, id: string, document: string | Uint8Array, fields: string | null, words?: number): void {
      addHash(draft, hashWord(id))
      const areBehind = words !== undefined && typeof document !== 'string'
      addHashes(draft, areBehind ? readWordsBehind(document, words) : hashesOf(document))
      if (fields !== null) {
        // The rows of a group come one after the other.
        if (fields !== group.fields) group = { fields, hashes: hashesOf(fields).slice() }
        addHashes(draft, group.hashes)
      }
      endRow(draft, row)
    },

    /** Stores what was added, all of one scope. */
    store,

    /** Leaves out what is said of rows that have changed or gone, if it is much. `rows`: how many the scope has. */
    compact(scopeId: number, rows: number, listRows: () => readonly number[]): void {
      const range = rowRangeOf(scopeId)
      if ((size.get(...range) as number) <= 2 * rows + fewStale) return
      const newest = new Map<number, Uint32Array>()
      for (const page of list.all(...range) as number[]) {
        const found = readPage(read.get(page))
        if (!found) {
          // A damaged page says nothing: the rows are looked at again.
          drop.run(...range)
          fill.run(scopeId)
          return
        }
        for (const [row, hashes] of rowsIn(found)) newest.set(row, hashes)
      }
      drop.run(...range)
      draft = emptied(draft)
      for (const row of listRows()) {
        const hashes = newest.get(row % 2 ** 32)
        if (!hashes) continue
        addHashes(draft, hashes)
        endRow(draft, row)
        if (draft.rows === rowsOfPage) store(scopeId)
      }
      store(scopeId)
    },
  }
}

/** A page as it was stored; null if it is damaged. `cells`: of the columns places, hashes and checksum. */
export function readPage(cells: unknown): MentionPage | null {
  const [places, hashes, checksum] = (cells ?? []) as unknown[]
  if (!(places instanceof Uint8Array) || !(hashes instanceof Uint8Array)) return null
  if (places.length % 8 !== 0 || hashes.length % 4 !== 0) return null
  const page = { places: numbersOf(places), hashes: numbersOf(hashes) }
  return checksumOf(page.places, page.hashes) === checksum ? page : null
}

/** The rows of a page, each with the hashes of its words. */
function* rowsIn({ places, hashes }: MentionPage): Generator<readonly [row: number, hashes: Uint32Array]> {
  for (let at = 0, begin = 0; at < places.length; at += 2) {
    const end = places[at + 1] ?? 0
    yield [places[at] ?? 0, hashes.slice(begin, end)]
    begin = end
  }
}

/** Any bit that is another than was stored makes another number. */
function checksumOf(places: Uint32Array, hashes: Uint32Array): number {
  let sum = 0
  for (let at = 0; at < places.length; at += 1) sum ^= places[at] as number
  for (let at = 0; at < hashes.length; at += 1) sum ^= hashes[at] as number
  return sum >>> 0
}

interface Draft {
  places: Uint32Array
  hashes: Uint32Array
  rows: number
  count: number
}

function makeDraft(): Draft {
  return {
    places: new Uint32Array(2 * rowsOfPage),
    hashes: new Uint32Array(20 * rowsOfPage),
    rows: 0,
    count: 0,
  }
}

function emptied({ places, hashes }: Draft): Draft {
  return { places, hashes, rows: 0, count: 0 }
}

function addHash(draft: Draft, hash: number): void {
  if (draft.count === draft.hashes.length) draft.hashes = enlarged(draft.hashes, draft.count + 1)
  draft.hashes[draft.count] = hash
  draft.count += 1
}

function addHashes(draft: Draft, hashes: Uint32Array): void {
  const { count } = draft
  if (count + hashes.length > draft.hashes.length)
    draft.hashes = enlarged(draft.hashes, count + hashes.length)
  draft.hashes.set(hashes, count)
  draft.count += hashes.length
}

function endRow(draft: Draft, row: number): void {
  if (2 * draft.rows === draft.places.length) draft.places = enlarged(draft.places, 2 * draft.rows + 2)
  draft.places[2 * draft.rows] = row % 2 ** 32
  draft.places[2 * draft.rows + 1] = draft.count
  draft.rows += 1
}

function enlarged(numbers: Uint32Array, least: number): Uint32Array {
  const more = new Uint32Array(2 * least)
  more.set(numbers)
  return more
}

function takePage({ places, hashes, rows, count }: Draft): MentionPage {
  return { places: places.subarray(0, 2 * rows), hashes: hashes.subarray(0, count) }
}

function bytesOf(numbers: Uint32Array): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}

/** SQLite gives bytes at any place in memory; numbers must begin at a multiple of four. */
function numbersOf(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes)
  return new Uint32Array(buffer, byteOffset, byteLength / 4)
}
