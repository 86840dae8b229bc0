import type { Database } from 'better-sqlite3'
import { prepareBatch } from './row-batch.ts'
import { rowRangeOf, scopeIdOf } from './row-keys.ts'
import {
  addSet,
  checksumOfWords,
  foldSet,
  type GramSet,
  includesSet,
  isCrowded,
  makeGramAdder,
  makeGramSet,
} from './text-grams.ts'
import { sumTexts } from './text-sums.ts'

/**
 * A block is 256 rows of a scope by their numbers. The table `text_block` has of each how many search texts it holds, and
 * their grams (text-grams.ts): a text that is looked for need not be looked for where its grams are not. Bits of texts that
 * have changed or gone may stay. A block that is damaged or missing, and a scope whose blocks have not as many texts as it
 * has rows, say nothing: their texts are all looked at. Behind the grams stands the sum of the texts: it is kept up with
 * each text that is written and not made anew of others, so that one that has changed by itself is found (check-texts.ts).
 */
export interface TextBlock {
  readonly block: number
  readonly rows: number
  readonly grams: GramSet
  /** Null of a block that an older muster has written. */
  readonly sum: number | null
}

const rowsOfBlock = 256

/** The first and the last block that a scope may have. */
export function blockRangeOf(scopeId: number): readonly [first: number, last: number] {
  const [first, last] = rowRangeOf(scopeId)
  return [blockOf(first), blockOf(last)]
}

/** The first and the last number that rows of blocks may have. */
export function rowRangeOfBlocks(first: number, last: number): readonly [first: number, last: number] {
  return [first * rowsOfBlock, (last + 1) * rowsOfBlock - 1]
}

export function blockOf(row: number): number {
  return Math.floor(row / rowsOfBlock)
}

/** A block as it was stored; null if it is damaged. `cells`: of the columns block, rows, checksum and grams. */
export function readTextBlock(cells: readonly unknown[]): TextBlock | null {
  const [block, rows, checksum, bytes] = cells
  if (typeof block !== 'number' || typeof rows !== 'number' || !(bytes instanceof Uint8Array)) return null
  if (bytes.length < 8 || bytes.length % 4 !== 0) return null
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes)
  const words = new Int32Array(buffer, byteOffset, byteLength / 4)
  const isSummed = words.length % 2 === 1
  const grams = isSummed ? words.subarray(0, -1) : words
  if ((grams.length & (grams.length - 1)) !== 0) return null
  if (checksum !== (isSummed ? checksumOf(words, block, rows) : checksumOfWords(words, block))) return null
  return { block, rows, grams, sum: isSummed ? (words.at(-1) as number) : null }
}

/** Of grams with a sum, and of how many texts they are. */
function checksumOf(words: Int32Array, block: number, rows: number): number {
  return checksumOfWords(words, block) ^ rows
}

/** The statements that write search texts, and keep the blocks of a scope up with them. Inside transactions. */
export function prepareTextBlocks(db: Database) {
  const texts = prepareBatch(db, 'search_text', 2)
  const stored = db.prepare('SELECT CAST(text AS BLOB) FROM search_text WHERE resource_id = ?').pluck()
  const remove = db
    .prepare('DELETE FROM search_text WHERE resource_id = ? RETURNING CAST(text AS BLOB)')
    .pluck()
  const list = db
    .prepare('SELECT DISTINCT resource_id >> 8 FROM search_text WHERE resource_id BETWEEN ? AND ?')
    .pluck()
  const textsOf = db.prepare('SELECT text FROM search_text WHERE resource_id BETWEEN ? AND ?').pluck()
  const read = db.prepare('SELECT block, rows, checksum, grams FROM text_block WHERE block = ?').raw()
  const write = db.prepare('INSERT OR REPLACE INTO text_block VALUES (?, ?, ?, ?)')
  const drop = db.prepare('DELETE FROM text_block WHERE block BETWEEN ? AND ?')
  const addGrams = makeGramAdder()
  const draft = { block: -1, isNew: false, added: 0, sum: 0, last: -1, grams: makeGramSet() }

  const begin = (): void => {
    texts.forget()
    if (draft.block < 0) return
    draft.block = -1
    draft.grams.fill(0)
  }
  const save = (block: number, rows: number, grams: GramSet, sum: number): void => {
    const folded = foldSet(grams)
    const words = new Int32Array(folded.length + 1)
    words.set(folded)
    words[folded.length] = sum
    write.run(block, rows, checksumOf(words, block, rows), Buffer.from(words.buffer))
  }
  /** `known`: the sum, if one was kept. */
  const rebuild = (block: number, known: number | null): void => {
    const grams = makeGramSet()
    let [rows, sum] = [0, 0]
    for (const text of textsOf.iterate(...rowRangeOfBlocks(block, block)) as Iterable<unknown>) {
      if (typeof text !== 'string') continue
      sum = (sum + addGrams(grams, text)) | 0
      rows += 1
    }
    if (rows > 0) save(block, rows, grams, known ?? sum)
    else drop.run(block, block)
  }
  const store = (): void => {
    texts.flush()
    const { block, isNew, added, sum, grams } = draft
    if (block < 0) return
    const cells = isNew ? undefined : (read.get(block) as unknown[] | undefined)
    const found = cells ? readTextBlock(cells) : null
    if (isNew) save(block, added, grams, sum)
    else if (!found || found.sum === null) rebuild(block, null)
    else if (added > 0 || sum !== 0 || !includesSet(found.grams, grams)) {
      const total = (found.sum + sum) | 0
      addSet(grams, found.grams)
      // Too much of what it says has changed since.
      if (isCrowded(grams)) rebuild(block, total)
      else save(block, found.rows + added, grams, total)
    }
    begin()
  }
  return {
    /** Forgets what was added and not stored: the transaction has failed. */
    begin,

    /** Writes the search text of a row: one that is new, or one that has had another. */
    add(row: number, text: string, isNew: boolean): void {
      const block = blockOf(row)
      if (block !== draft.block) {
        store()
        draft.block = block
        draft.added = 0
        draft.sum = 0
        draft.last = -1
        // New rows have the highest numbers: no other row is in the block then.
        draft.isNew = isNew && (row % rowsOfBlock === 0 || row === rowRangeOf(scopeIdOf(row))[0] + 1)
      }
      if (isNew) draft.added += 1
      else {
        // The page may have brought it before.
        if (row <= draft.last) texts.flush()
        draft.sum -= sumOf(stored.get(row))
      }
      draft.last = Math.max(row, draft.last)
      texts.add(row, text)
      draft.sum = (draft.sum + addGrams(draft.grams, text)) | 0
    },

    /** Stores the blocks of what was added. */
    store,

    /** Deletes the search text of a row. What its block says shrinks as the block does. */
    forget(row: number): void {
      const text = remove.get(row)
      if (text === undefined) return
      const cells = read.get(blockOf(row)) as unknown[] | undefined
      if (!cells) return
      const found = readTextBlock(cells)
      const left = (found?.rows ?? 0) - 1
      const sum = typeof found?.sum === 'number' ? (found.sum - sumOf(text)) | 0 : null
      if (!found || sum === null || (left & (left - 1)) === 0) rebuild(blockOf(row), sum)
      else save(found.block, left, found.grams, sum)
    },

    /** Makes the blocks of these rows anew from their texts. */
    rebuild(first: number, last: number): void {
      drop.run(blockOf(first), blockOf(last))
      for (const block of list.all(...rowRangeOfBlocks(blockOf(first), blockOf(last))) as number[])
        rebuild(block, null)
    },
  }
}

/** Of a text that was stored; what is missing has none. */
function sumOf(text: unknown): number {
  return text instanceof Uint8Array ? sumTexts(text) : 0
}
