import type { Database } from 'better-sqlite3'
import type { Kind } from '../model.ts'
import { kindNamed, tableOf } from './kind-tables.ts'
import { prepareMentionPages } from './mention-pages.ts'
import { rowRangeOf } from './row-keys.ts'
import { listUnfilled, type UnfilledScope } from './unfilled.ts'

/** The scopes whose rows are to be looked at for what they mention. */
export function listUnmentioned(db: Database, kinds: readonly Kind[]): readonly UnfilledScope[] {
  return listUnfilled(db, kinds, 'unmentioned')
}

/** Notes what the next rows of a scope mention. Gives how many: fewer than a piece if none is left. */
export function fillMentions(
  db: Database,
  kinds: readonly Kind[],
  { id: scopeId, kind: name }: UnfilledScope,
  pieceSize: number,
): number {
  const from = db.prepare('SELECT unmentioned FROM scope WHERE scope_id = ?').pluck().get(scopeId)
  const kind = kindNamed(kinds, name)
  // Another process has been first.
  if (typeof from !== 'number' || !kind) return 0
  const [first, last] = rowRangeOf(scopeId)
  const rows = db
    .prepare(
      `SELECT r._row, r._id, CASE WHEN json_valid(d.body, 8) THEN json(d.body) END, d.group_fields
       FROM ${tableOf(kind)} r LEFT JOIN document d ON d.resource_id = r._row
       WHERE r._row > ? AND r._row <= ? ORDER BY r._row LIMIT ?`,
    )
    .raw()
    .all(Math.max(first - 1, from), last, pieceSize) as [number, string, string | null, string | null][]
  const mentions = prepareMentionPages(db)
  // A row without its document is damaged, which whoever looks for anything finds by itself.
  for (const [row, id, body, fields] of rows) mentions.add(row, id, body ?? '{}', fields)
  mentions.store(scopeId)
  const next = rows.length < pieceSize ? null : (rows.at(-1)?.[0] ?? null)
  db.prepare('UPDATE scope SET unmentioned = ? WHERE scope_id = ?').run(next, scopeId)
  return rows.length
}
