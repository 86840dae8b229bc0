import type { Database } from 'better-sqlite3'
import type { Kind } from '../model.ts'
import { kindNamed, tableOf } from './kind-tables.ts'
import { placeCheckOf } from './place-check.ts'
import { rowRangeOf } from './row-keys.ts'
import { listUnfilled, type UnfilledScope } from './unfilled.ts'

/** The scopes of which rows may have no check of their places. */
export function listUnchecked(db: Database, kinds: readonly Kind[]): readonly UnfilledScope[] {
  return listUnfilled(db, kinds, 'unchecked')
}

/** Gives the next rows of a scope their checks. Gives how many: fewer than a piece if none is left. */
export function fillChecks(
  db: Database,
  kinds: readonly Kind[],
  { id: scopeId, kind: name }: UnfilledScope,
  pieceSize: number,
): number {
  const from = db.prepare('SELECT unchecked FROM scope WHERE scope_id = ?').pluck().get(scopeId)
  const kind = kindNamed(kinds, name)
  // Another process has been first.
  if (typeof from !== 'number' || !kind) return 0
  const [first, last] = rowRangeOf(scopeId)
  const rows = db
    .prepare(
      `SELECT _row, _group, _position FROM ${tableOf(kind)} WHERE _row > ? AND _row <= ? ORDER BY _row LIMIT ?`,
    )
    .raw()
    .all(Math.max(first - 1, from), last, pieceSize) as [number, string | null, number][]
  // What a sync has stored meanwhile has one.
  const update = db.prepare(`UPDATE ${tableOf(kind)} SET _check = ? WHERE _row = ? AND _check IS NULL`)
  for (const [row, group, position] of rows) update.run(placeCheckOf(group, position), row)
  const next = rows.length < pieceSize ? null : (rows.at(-1)?.[0] ?? null)
  db.prepare('UPDATE scope SET unchecked = ? WHERE scope_id = ?').run(next, scopeId)
  return rows.length
}
