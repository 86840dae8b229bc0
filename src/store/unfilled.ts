import type { Database } from 'better-sqlite3'
import type { Kind } from '../model.ts'
import { hasTable, kindNamed } from './kind-tables.ts'

/** A scope whose rows lack something that an older muster did not store. */
export interface UnfilledScope {
  readonly id: number
  readonly kind: string
  readonly rows: number
}

/** The scopes whose rows lack what a column of the ledger stands for: it says how far they have been filled. */
export function listUnfilled(
  db: Database,
  kinds: readonly Kind[],
  column: 'unmentioned' | 'unchecked',
): readonly UnfilledScope[] {
  const scopes = db
    .prepare(`SELECT scope_id AS id, kind, rows FROM scope WHERE ${column} IS NOT NULL ORDER BY scope_id`)
    .all() as UnfilledScope[]
  return scopes.filter(({ kind: name }) => {
    const kind = kindNamed(kinds, name)
    return kind !== null && hasTable(db, kind)
  })
}
