import { existsSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { placeOf } from './judge.ts'

/** A line of the ledger: the scope's last pass. Times in ms since 1970. */
export interface Pass {
  readonly state: string
  /** When a pass last came to its end; -1 for never. */
  readonly finishedAt: number
  /** What it says that the last complete pass did. */
  readonly added: number | null
  readonly changed: number | null
  readonly gone: number | null
}

/** What a cache holds of the instances of an account and region. */
export interface Held {
  readonly pass: Pass
  readonly stored: ReadonlySet<string>
  readonly tombstones: ReadonlySet<string>
}

/** Looks into the file itself, as no command prints tombstones and passes; empty if there is none yet. */
export function readHeld(file: string): ReadonlyMap<string, Held> {
  if (!existsSync(file)) return new Map()
  const db = new Sqlite(file, { readonly: true })
  try {
    const isMade = db.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'row_instances'").pluck().get()
    if (isMade === 0) return new Map()
    const idsOf = (sql: string, scopeId: unknown) => new Set(db.prepare(sql).pluck().all(scopeId) as string[])
    const lines = db.prepare("SELECT * FROM scope WHERE kind = 'instances'").all() as Line[]
    return new Map(
      lines.map((line) => [
        placeOf(line.account, line.region),
        {
          pass: { ...line, finishedAt: line.finished_at ?? line.synced_at ?? -1 },
          stored: idsOf('SELECT _id FROM row_instances WHERE _scope = ?', line.scope_id),
          tombstones: idsOf('SELECT id FROM gone WHERE scope_id = ?', line.scope_id),
        },
      ]),
    )
  } finally {
    db.close()
  }
}

interface Line extends Pick<Pass, 'state' | 'added' | 'changed' | 'gone'> {
  readonly scope_id: number
  readonly account: string
  readonly region: string
  readonly finished_at?: number | null
  readonly synced_at: number | null
}
