import type { Store } from './open-store.ts'
import { withStoreErrors } from './store-errors.ts'

/** What each scope's line of the ledger says of its rows, by the scope's id: as long as it is the same, so are they. */
export type ScopeMarks = ReadonlyMap<number, string>

/**
 * A number that another one follows whenever another connection has stored something (SQLite, PRAGMA data_version). To
 * ask for it reads no page of the file.
 */
export function readDataVersion({ db, file }: Store): number {
  return withStoreErrors(file, () => db.pragma('data_version', { simple: true })) as number
}

/** The marks of all scopes of some kinds. A page that adds no row changes the counter alone. */
export function readScopeMarks({ db, file }: Store, kinds: readonly string[]): ScopeMarks {
  const lines = withStoreErrors(file, () =>
    db
      .prepare(
        `SELECT s.scope_id, s.state || ' ' || s.attempted_at || ' ' || coalesce(s.synced_at, '') || ' ' || s.rows
           || ' ' || CASE s.state WHEN 'running' THEN (SELECT value FROM counter) ELSE '' END
           || ' ' || coalesce(a.name, '')
         FROM scope s LEFT JOIN account a USING (account)
         WHERE s.kind IN (SELECT value FROM json_each(?))`,
      )
      .raw()
      .all(JSON.stringify(kinds)),
  ) as [id: number, mark: string][]
  return new Map(lines)
}

/** The scopes that came, went, or changed. */
export function findChangedScopes(before: ScopeMarks, after: ScopeMarks): readonly number[] {
  const changed = [...after].filter(([id, mark]) => before.get(id) !== mark)
  const left = [...before.keys()].filter((id) => !after.has(id))
  return [...changed.map(([id]) => id), ...left]
}
