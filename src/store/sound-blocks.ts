import type { Database } from 'better-sqlite3'
import type { LedgerLine } from './ledger.ts'
import { rowRangeOf } from './row-keys.ts'
import { blockOf, blockRangeOf, readTextBlock, type TextBlock } from './text-blocks.ts'
import { hasBits, listGramBits } from './text-grams.ts'

/** Whether the blocks of a scope have as many search texts as it has rows, and all of what these can hold. */
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
    .prepare('SELECT resource_id, text FROM search_text WHERE resource_id BETWEEN ? AND ?')
    .raw()
    .iterate(...rowRangeOf(scopeId)) as Iterable<[row: number, text: unknown]>
  const left = new Map([...blocks].map(([block, { rows: count }]) => [block, count]))
  for (const [row, text] of texts) {
    const block = blocks.get(blockOf(row))
    if (!block || !hasBits(block.grams, listGramBits([String(text)]))) return false
    left.set(block.block, (left.get(block.block) ?? 0) - 1)
  }
  return [...left.values()].every((count) => count === 0)
}
