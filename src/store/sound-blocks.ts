import type { Database } from 'better-sqlite3'
import type { LedgerLine } from './ledger.ts'
import { rowRangeOf } from './row-keys.ts'
import { blockOf, blockRangeOf, readTextBlock, type TextBlock } from './text-blocks.ts'
import { hasBits, listGramBits } from './text-grams.ts'
import { sumTexts } from './text-sums.ts'

/** Whether the blocks of a scope have as many search texts as it has rows, all of what these can hold, and their sums. */
export function areBlocksSound(db: Database, { scopeId, rows }: LedgerLine): boolean {
  const isFilled = db.prepare('SELECT unblocked IS NULL FROM scope WHERE scope_id = ?').pluck().get(scopeId)
  if (isFilled === 0) return true
  const cells = db
    .prepare('SELECT block, rows, checksum, grams FROM text_block WHERE block BETWEEN ? AND ?')
    .raw()
    .all(...blockRangeOf(scopeId)) as unknown[][]
  const found = cells.map(readTextBlock)
  if (found.includes(null)) return false
  const blocks = new Map((found as TextBlock[]).map((block) => [block.block, block]))
  if ([...blocks.values()].reduce((sum, block) => sum + block.rows, 0) !== rows) return false
  const texts = db
    .prepare(
      'SELECT resource_id, text, CAST(text AS BLOB) FROM search_text WHERE resource_id BETWEEN ? AND ?',
    )
    .raw()
    .iterate(...rowRangeOf(scopeId)) as Iterable<[row: number, text: unknown, bytes: unknown]>
  const left = new Map(
    [...blocks].map(([number, block]) => [number, { rows: block.rows, sum: block.sum ?? 0 }]),
  )
  for (const [row, text, bytes] of texts) {
    const block = blocks.get(blockOf(row))
    const own = left.get(blockOf(row))
    if (!block || !own || typeof text !== 'string' || !(bytes instanceof Uint8Array)) return false
    if (!hasBits(block.grams, listGramBits([text]))) return false
    own.rows -= 1
    if (block.sum !== null) own.sum = (own.sum - sumTexts(bytes)) | 0
  }
  return [...left.values()].every(({ rows: count, sum }) => count === 0 && sum === 0)
}
