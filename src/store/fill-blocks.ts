import type { Database } from 'better-sqlite3'
import type { Kind } from '../model.ts'
import { prepareTextBlocks } from './text-blocks.ts'
import { listUnfilled, makeFiller, type UnfilledScope } from './unfilled.ts'

/** The scopes of which search texts may be in no block. */
export function listUnblocked(db: Database, kinds: readonly Kind[]): readonly UnfilledScope[] {
  return listUnfilled(db, kinds, 'unblocked')
}

/** Makes the blocks of the next search texts of a scope. */
export const fillBlocks = makeFiller<readonly [row: number]>({
  column: 'unblocked',
  select: () =>
    'SELECT resource_id FROM search_text WHERE resource_id > ? AND resource_id <= ? ORDER BY resource_id LIMIT ?',
  fill(db, _, __, rows) {
    const [first, last] = [rows[0], rows.at(-1)]
    if (first && last) prepareTextBlocks(db).rebuild(first[0], last[0])
  },
})
