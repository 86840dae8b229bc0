import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { MusterError } from '../errors.ts'
import { kinds as allKinds } from '../kinds.ts'
import type { Kind } from '../model.ts'
import { DamagedCache } from './damage.ts'
import { explained, lockTimeout, movedAway, storeError } from './errors.ts'
import { migrations } from './migrations.ts'
import { keepPrivate } from './private.ts'
import { dropReleasedIfEmpty } from './released.ts'
import { damageOfLeadingTables } from './sound.ts'
import { defineTables, tablesAreCurrent } from './tables.ts'

/** An open cache file. */
export interface Store {
  readonly db: Database
  readonly file: string
  /** The kinds whose tables it holds. */
  readonly kinds: readonly Kind[]
  /** Why nothing can be written into it: the system's words; null if it can be written. */
  readonly readOnly: string | null
  /** Sentences about the file that the user should know. */
  readonly notes: readonly string[]
  /** Throws a MusterError if the file that was opened is no longer the one at its path. */
  checkPlace(): void
  close(): void
}

/** SQLite's `application_id` of muster's files ("must" in ASCII), so that no other database is touched. */
export const applicationId = 0x6d757374

/**
 * Opens the cache, making it (mode 0600, its folder 0700) or bringing its tables to the present version. The rows of an
 * older version are brought there by `fillTables`, before anything is read. Throws a MusterError if the file cannot be
 * used; it is never deleted or overwritten. If another process has it locked, it is waited for as long as `patience`,
 * in ms.
 */
export function openStore(
  file: string,
  kinds: readonly Kind[] = allKinds,
  patience: number = lockTimeout,
): Store {
  return explained(file, () => {
    createPrivately(file)
    const db = new Sqlite(file, { timeout: patience })
    try {
      prepare(db, file, kinds, patience)
      db.pragma(`busy_timeout = ${lockTimeout}`)
      const notes = keepPrivate(file)
      const opened = statSync(file)
      const checkPlace = () => {
        const found = statSync(file, { throwIfNoEntry: false })
        if (found?.ino !== opened.ino || found.dev !== opened.dev) throw movedAway(file)
      }
      return { db, file, kinds, readOnly: null, notes, checkPlace, close: () => db.close() }
    } catch (error) {
      const found = storeError(file, error) ? null : damageOf(db)
      db.close()
      throw found === null || error instanceof MusterError ? error : new DamagedCache(file, found, error)
    }
  })
}

/** Brings an open file to the present version; refuses what is not muster's, or damaged, before it writes anything. */
export function prepare(
  db: Database,
  file: string,
  kinds: readonly Kind[],
  patience: number = lockTimeout,
): void {
  refuseForeign(db, file)
  const found = damageOfLeadingTables(db)
  if (found !== null) throw new DamagedCache(file, found)
  switchToWriteAheadLog(db, patience)
  db.pragma('synchronous = NORMAL')
  tune(db)
  migrate(db, kinds)
}

/** How every connection works, one that only reads too. */
export function tune(db: Database): void {
  db.pragma('temp_store = MEMORY')
  db.pragma('cache_size = -65536')
  // SQLite looks at the cells of a page when it loads one, and not only at its head.
  db.pragma('cell_size_check = ON')
}

/** What made the opening fail, if it is damage; null if the file is sound. */
function damageOf(db: Database): string | null {
  try {
    const found = damageOfLeadingTables(db)
    const [first] = found === null ? (db.pragma('quick_check(1)') as { quick_check: string }[]) : []
    return found ?? (first === undefined || first.quick_check === 'ok' ? null : first.quick_check)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function createPrivately(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  if (existsSync(file)) return
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
}

/** SQLite's busy timeout does not cover the change of the journal mode, which two first starts may meet in. */
function switchToWriteAheadLog(db: Database, patience: number): void {
  const until = Date.now() + patience
  for (;;) {
    try {
      if (db.pragma('journal_mode = WAL', { simple: true }) === 'wal' || Date.now() > until) return
    } catch (error) {
      const busy = error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
      if (!busy || Date.now() > until) throw error
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
  }
}

function refuseForeign(db: Database, file: string): void {
  // One snapshot for both: another process may be making the file's tables just now.
  const { id, tables } = db.transaction(() => ({
    tables: db.prepare('SELECT count(*) FROM sqlite_master').pluck().get(),
    id: db.pragma('application_id', { simple: true }),
  }))()
  if (id === applicationId || (id === 0 && tables === 0)) return
  if (looksLikeCache(db)) throw new DamagedCache(file, 'its header has the mark of another program')
  throw new MusterError(`${file} is an SQLite file of another program: give another with --cache FILE.`)
}

/** Another program would hardly have all of these. */
function looksLikeCache(db: Database): boolean {
  const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all()
  return ['migration', 'counter', 'scope', 'profile', 'document'].every((name) => names.includes(name))
}

function migrate(db: Database, kinds: readonly Kind[]): void {
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > migrations.length) {
    throw new MusterError(
      `The cache ${db.name} was written by a newer muster: update muster, or give another with --cache FILE.`,
    )
  }
  if (version === migrations.length && tablesAreCurrent(db, kinds)) return
  db.transaction(() => {
    db.pragma(`application_id = ${applicationId}`)
    db.exec(
      'CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL) WITHOUT ROWID',
    )
    // Another process may have been first while this one waited for the lock.
    const now = db.pragma('user_version', { simple: true }) as number
    for (const { name, sql } of migrations.slice(now)) {
      db.exec(sql)
      db.prepare("INSERT INTO migration VALUES (?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))").run(name)
    }
    db.pragma(`user_version = ${migrations.length}`)
    defineTables(db, kinds)
    dropReleasedIfEmpty(db)
  }).immediate()
}
