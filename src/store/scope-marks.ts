import type { Database, Statement } from 'better-sqlite3'
import type { Store } from './open-store.ts'
import { readLiveSyncs } from './running-syncs.ts'
import { withStoreErrors } from './store-errors.ts'

/** What each scope's line of the ledger says of its rows, by the scope's id: as long as it is the same, so are they. */
export type ScopeMarks = ReadonlyMap<number, string>

/**
 * A number that another one follows whenever another connection has stored something (SQLite, PRAGMA data_version). To
 * ask for it reads no page of the file.
 */
export function readDataVersion({ db, file }: Store): number {
  return withStoreErrors(file, () => {
    const statement = versionStatements.get(db) ?? db.prepare('PRAGMA data_version').pluck()
    versionStatements.set(db, statement)
    return statement.get()
  }) as number
}

/** It is asked four times a second. */
const versionStatements = new WeakMap<Database, Statement>()

/** The marks of all scopes of some kinds. Whatever is stored of a scope changes a number of its line. */
export function readScopeMarks({ db, file }: Store, kinds: readonly string[]): ScopeMarks {
  const lines = withStoreErrors(file, () =>
    db
      .prepare(
        `SELECT s.scope_id, json_array(s.state, s.attempted_at, s.began, s.pages, s.finished_at, s.synced_at, s.rows,
           s.held_by, a.name)
         FROM scope s LEFT JOIN account a USING (account)
         WHERE s.kind IN (SELECT value FROM json_each(?))`,
      )
      .raw()
      .all(JSON.stringify(kinds)),
  ) as [id: number, mark: string][]
  return new Map(lines)
}

/**
 * The syncs that are alive, as a text that changes when one begins or ends. One that dies stores nothing: nothing else
 * says that what it was reading is no longer being read.
 */
export function nameLiveSyncs({ db, file }: Store): string {
  return withStoreErrors(file, () => [...readLiveSyncs(db).keys()].join(' '))
}

/** The scopes that came, went, or changed. */
export function findChangedScopes(before: ScopeMarks, after: ScopeMarks): readonly number[] {
  const changed = [...after].filter(([id, mark]) => before.get(id) !== mark)
  const left = [...before.keys()].filter((id) => !after.has(id))
  return [...changed.map(([id]) => id), ...left]
}
