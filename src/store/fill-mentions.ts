import type { Database } from 'better-sqlite3'
import type { Kind } from '../model.ts'
import { tableOf } from './kind-tables.ts'
import { prepareMentionPages } from './mention-pages.ts'
import { listUnfilled, makeFiller, type UnfilledScope } from './unfilled.ts'

/** The scopes whose rows are to be looked at for what they mention. */
export function listUnmentioned(db: Database, kinds: readonly Kind[]): readonly UnfilledScope[] {
  return listUnfilled(db, kinds, 'unmentioned')
}

/** Notes what the next rows of a scope mention. */
export const fillMentions = makeFiller<
  readonly [row: number, id: string, body: Uint8Array | null, fields: string | null]
>({
  column: 'unmentioned',
  select: (kind) =>
    `SELECT r._row, r._id, CASE WHEN json_valid(d.body, 8) THEN d.body END, d.group_fields
     FROM ${tableOf(kind)} r LEFT JOIN document d ON d.resource_id = r._row
     WHERE r._row > ? AND r._row <= ? ORDER BY r._row LIMIT ?`,
  fill(db, _, scopeId, rows) {
    const mentions = prepareMentionPages(db)
    // A row without its document is damaged, which whoever looks for anything finds by itself.
    for (const [row, id, body, fields] of rows) mentions.add(row, id, body ?? '{}', fields)
    mentions.store(scopeId)
  },
})
