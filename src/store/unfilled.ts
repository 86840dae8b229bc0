import type { Database } from 'better-sqlite3'
import type { Kind } from '../model.ts'
import { hasTable, kindNamed } from './kind-tables.ts'
import { rowRangeOf } from './row-keys.ts'

/** A scope whose rows lack something that an older muster did not store. */
export interface UnfilledScope {
  readonly id: number
  readonly kind: string
  readonly rows: number
}

/** A column of the ledger that says how far rows of a scope have been filled; null if they are. */
type FilledColumn = 'unmentioned' | 'unchecked' | 'unblocked' | 'unsummed'

/** What rows lack, and how they get it. */
export interface Filling<Row extends readonly [row: number, ...cells: unknown[]]> {
  readonly column: FilledColumn
  /** The SQL that selects rows of a kind in their order: behind a row, up to a row, at most so many. */
  readonly select: (kind: Kind, db: Database) => string
  readonly fill: (db: Database, kind: Kind, scopeId: number, rows: readonly Row[]) => void
}

/** The scopes whose rows lack what a column of the ledger stands for: it says how far they have been filled. */
export function listUnfilled(
  db: Database,
  kinds: readonly Kind[],
  column: FilledColumn,
): readonly UnfilledScope[] {
  const scopes = db
    .prepare(`SELECT scope_id AS id, kind, rows FROM scope WHERE ${column} IS NOT NULL ORDER BY scope_id`)
    .all() as UnfilledScope[]
  return scopes.filter(({ kind: name }) => {
    const kind = kindNamed(kinds, name)
    return kind !== null && hasTable(db, kind)
  })
}

/** Makes the function that fills the next rows of a scope. Gives how many: fewer than a piece when all are filled. */
export function makeFiller<Row extends readonly [row: number, ...cells: unknown[]]>({
  column,
  select,
  fill,
}: Filling<Row>) {
  return (
    db: Database,
    kinds: readonly Kind[],
    { id: scopeId, kind: name }: UnfilledScope,
    pieceSize: number,
  ): number => {
    const from = db.prepare(`SELECT ${column} FROM scope WHERE scope_id = ?`).pluck().get(scopeId)
    const kind = kindNamed(kinds, name)
    // Another process has been first.
    if (typeof from !== 'number' || !kind) return 0
    const [first, last] = rowRangeOf(scopeId)
    const rows = db
      .prepare(select(kind, db))
      .raw()
      .all(Math.max(first - 1, from), last, pieceSize) as Row[]
    fill(db, kind, scopeId, rows)
    const next = rows.length < pieceSize ? null : (rows.at(-1)?.[0] ?? null)
    db.prepare(`UPDATE scope SET ${column} = ? WHERE scope_id = ?`).run(next, scopeId)
    return rows.length
  }
}
