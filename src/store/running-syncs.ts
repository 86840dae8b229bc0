import type { Database } from 'better-sqlite3'
import type { Store } from './open-store.ts'
import { hasEnded, nameThisProcess, type ProcessName } from './running-process.ts'
import { withStoreErrors } from './store-errors.ts'

/** How often a sync says that it is alive, in ms. */
export const heartbeatInterval = 5000

/**
 * After so many ms without a word of it, a sync is taken for dead, and what it was reading may be read by others. If it is
 * known that its process has ended, that is so at once.
 */
const silence = 30_000

/** A sync that was cut off is remembered for so long, in ms. */
const remembered = 86_400_000

/** A scope is being read by another sync, or has been taken over by one. */
export class ScopeHeld extends Error {}

interface SyncRow extends ProcessName {
  readonly sync_id: number
  readonly ended: number
  readonly selection: string
  /** In ms since 1970. */
  readonly began_at: number
  /** How long ago it gave a word, in ms; negative if the clock was set back since. */
  readonly silent: number
}

/** By SQLite's clock, which is that of every process of the machine. */
const now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
const rows = `SELECT *, ${now} - heartbeat AS silent FROM sync`

/** The syncs that are alive, by number, and whether they run in this process. */
export function readLiveSyncs(db: Database): ReadonlyMap<number, 'here' | 'elsewhere'> {
  const found = db.prepare(rows).all() as SyncRow[]
  return new Map(
    found.filter(isAlive).map((row) => [row.sync_id, isOfThisProcess(row) ? 'here' : 'elsewhere'] as const),
  )
}

/** The statements about syncs. */
export function prepareSyncStatements(db: Database) {
  const live = db.prepare(
    `INSERT INTO sync (sync_id, selection, began_at, host, boot, namespace, process, started, heartbeat)
     VALUES (@id, @selection, @at, @host, @boot, @namespace, @process, @started, ${now})
     ON CONFLICT DO UPDATE SET heartbeat = excluded.heartbeat`,
  )
  const find = db.prepare(`${rows} WHERE sync_id = ?`)
  const all = db.prepare(rows)
  const drop = db.prepare('DELETE FROM sync WHERE sync_id = ?')
  const leave = db.prepare('UPDATE scope SET held_by = NULL WHERE held_by = ?')
  const cutOff = db.prepare('UPDATE sync SET ended = 1 WHERE sync_id = ?')
  const dead = () => (all.all() as SyncRow[]).filter((row) => !isAlive(row))
  return {
    /**
     * Says that a sync is alive which began at a time in ms since 1970: at its beginning, and every few seconds. The number
     * is one that no other sync ever had: while this one stood still, another may have taken it for dead and forgotten it.
     */
    sayAlive: (id: number, selection: string, at: number): void =>
      void live.run({ ...nameThisProcess(), id, selection, at }),

    isAlive(id: number): boolean {
      const row = find.get(id) as SyncRow | undefined
      return row !== undefined && isAlive(row)
    },

    /**
     * Gives back what a sync was reading. One that was cut off is remembered; one that came to its end takes its place.
     * Null for a sync that had nothing to read.
     */
    end(id: number | null, selection: string, isCutOff: boolean, at: number): void {
      if (id !== null) {
        leave.run(id)
        if (isCutOff) cutOff.run(id)
        else drop.run(id)
      }
      for (const row of dead()) {
        const isReplaced = !isCutOff && row.selection === selection
        if (isReplaced || at - row.began_at > remembered) drop.run(row.sync_id)
      }
    },
  }
}

/**
 * When the first of the syncs of a selection began that were cut off since one came to its end, in ms since 1970; null if
 * none was.
 */
export function findCutOffSync({ db, file }: Store, selection: string): number | null {
  return withStoreErrors(file, () => {
    const found = db.prepare(`${rows} WHERE selection = ?`).all(selection) as SyncRow[]
    const times = found.filter((row) => !isAlive(row)).map((row) => row.began_at)
    return times.length > 0 ? Math.min(...times) : null
  })
}

function isAlive(row: SyncRow): boolean {
  return row.ended === 0 && Math.abs(row.silent) <= silence && !hasEnded(row)
}

function isOfThisProcess({ host, namespace, process: id, started }: SyncRow): boolean {
  const own = nameThisProcess()
  return host === own.host && namespace === own.namespace && id === own.process && started === own.started
}
