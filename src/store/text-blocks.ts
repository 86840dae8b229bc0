import type { Database } from 'better-sqlite3'
import { prepareBatch } from './row-batch.ts'
import { rowRangeOf, scopeIdOf } from './row-keys.ts'
import {
  addSet,
  checksumOfSet,
  foldSet,
  type GramSet,
  includesSet,
  isCrowded,
  makeGramAdder,
  makeGramSet,
} from './text-grams.ts'

/**
 * A block is 256 rows of a scope by their numbers. The table `text_block` has of each how many search texts it holds, and
 * their grams (text-grams.ts): a text that is looked for need not be looked for where its grams are not. Bits of texts that
 * have changed or gone may stay. A block that is damaged or missing, and a scope whose blocks have not as many texts as it
 * has rows, say nothing: their texts are all looked at.
 */
export interface TextBlock {
  readonly block: number
  readonly rows: number
  readonly grams: GramSet
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
  if (bytes.length < 4 || (bytes.length & (bytes.length - 1)) !== 0) return null
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes)
  const grams = new Int32Array(buffer, byteOffset, byteLength / 4)
  return checksumOfSet(grams, block) === checksum ? { block, rows, grams } : null
}

/** The statements that write search texts, and keep the blocks of a scope up with them. Inside transactions. */
export function prepareTextBlocks(db: Database) {
  const texts = prepareBatch(db, 'search_text', 2)
  const remove = db.prepare('DELETE FROM search_text WHERE resource_id = ?')
  const list = db
    .prepare('SELECT DISTINCT resource_id >> 8 FROM search_text WHERE resource_id BETWEEN ? AND ?')
    .pluck()
  const textsOf = db.prepare('SELECT text FROM search_text WHERE resource_id BETWEEN ? AND ?').pluck()
  const read = db.prepare('SELECT block, rows, checksum, grams FROM text_block WHERE block = ?').raw()
  const write = db.prepare('INSERT OR REPLACE INTO text_block VALUES (?, ?, ?, ?)')
  const drop = db.prepare('DELETE FROM text_block WHERE block BETWEEN ? AND ?')
  const lose = db.prepare('UPDATE text_block SET rows = rows - 1 WHERE block = ? RETURNING rows').pluck()
  const addGrams = makeGramAdder()
  const draft = { block: -1, isNew: false, added: 0, grams: makeGramSet() }

  const begin = (): void => {
    texts.forget()
    if (draft.block < 0) return
    draft.block = -1
    draft.grams.fill(0)
  }
  const save = (block: number, rows: number, grams: GramSet): void => {
    const folded = foldSet(grams)
    write.run(block, rows, checksumOfSet(folded, block), bytesOf(folded))
  }
  const rebuild = (block: number): void => {
    const grams = makeGramSet()
    let rows = 0
    for (const text of textsOf.iterate(...rowRangeOfBlocks(block, block)) as Iterable<unknown>) {
      if (typeof text !== 'string') continue
      addGrams(grams, text)
      rows += 1
    }
    if (rows > 0) save(block, rows, grams)
    else drop.run(block, block)
  }
  const store = (): void => {
    texts.flush()
    const { block, isNew, added, grams } = draft
    if (block < 0) return
    const cells = isNew ? undefined : (read.get(block) as unknown[] | undefined)
    const found = cells ? readTextBlock(cells) : null
    if (isNew) save(block, added, grams)
    else if (!found) rebuild(block)
    else if (added > 0 || !includesSet(found.grams, grams)) {
      addSet(grams, found.grams)
      // Too much of what it says has changed since.
      if (isCrowded(grams)) rebuild(block)
      else save(block, found.rows + added, grams)
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
        // New rows have the highest numbers: no other row is in the block then.
        draft.isNew = isNew && (row % rowsOfBlock === 0 || row === rowRangeOf(scopeIdOf(row))[0] + 1)
      }
      texts.add(row, text)
      if (isNew) draft.added += 1
      addGrams(draft.grams, text)
    },

    /** Stores the blocks of what was added. */
    store,

    /** Deletes the search text of a row. What its block says shrinks as the block does. */
    forget(row: number): void {
      if (remove.run(row).changes === 0) return
      const block = blockOf(row)
      const left = lose.get(block) as number | undefined
      if (left !== undefined && (left & (left - 1)) === 0) rebuild(block)
    },

    /** Makes the blocks of these rows anew from their texts. */
    rebuild(first: number, last: number): void {
      drop.run(blockOf(first), blockOf(last))
      for (const block of list.all(...rowRangeOfBlocks(blockOf(first), blockOf(last))) as number[])
        rebuild(block)
    },
  }
}

function bytesOf(set: GramSet): Buffer {
  return Buffer.from(set.buffer, set.byteOffset, set.byteLength)
}
