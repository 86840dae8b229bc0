import type { Database } from 'better-sqlite3'
import type { Kind } from '../model.ts'
import { tableOf } from './kind-tables.ts'
import { placeCheckOf } from './place-check.ts'
import { listUnfilled, makeFiller, type UnfilledScope } from './unfilled.ts'

/** The scopes of which rows may have no check of their places. */
export function listUnchecked(db: Database, kinds: readonly Kind[]): readonly UnfilledScope[] {
  return listUnfilled(db, kinds, 'unchecked')
}

/** Gives the next rows of a scope their checks. */
export const fillChecks = makeFiller<readonly [row: number, group: string | null, position: number]>({
  column: 'unchecked',
  select: (kind) =>
    `SELECT _row, _group, _position FROM ${tableOf(kind)} WHERE _row > ? AND _row <= ? ORDER BY _row LIMIT ?`,
  fill(db, kind, _, rows) {
    // What a sync has stored meanwhile has one.
    const update = db.prepare(`UPDATE ${tableOf(kind)} SET _check = ? WHERE _row = ? AND _check IS NULL`)
    for (const [row, group, position] of rows) update.run(placeCheckOf(group, position), row)
  },
})
