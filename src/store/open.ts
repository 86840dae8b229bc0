import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { MusterError } from '../errors.ts'
import { kinds as allKinds } from '../kinds.ts'
import type { Kind } from '../model.ts'
import { migrations } from './migrations.ts'
import { dropReleasedIfEmpty } from './released.ts'
import { defineTables, tablesAreCurrent } from './tables.ts'

/** An open cache file. */
export interface Store {
  readonly db: Database
  readonly file: string
  /** The kinds whose tables it holds. */
  readonly kinds: readonly Kind[]
  close(): void
}

/** SQLite's `application_id` of muster's files ("must" in ASCII), so that no other database is touched. */
const applicationId = 0x6d757374

/** How long to wait for another process to leave the file alone, in ms. */
export const lockTimeout = 20_000

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
      refuseForeign(db, file)
      switchToWriteAheadLog(db, patience)
      db.pragma('synchronous = NORMAL')
      db.pragma('temp_store = MEMORY')
      db.pragma('cache_size = -65536')
      migrate(db, kinds)
      db.pragma(`busy_timeout = ${lockTimeout}`)
    } catch (error) {
      db.close()
      throw error
    }
    return { db, file, kinds, close: () => db.close() }
  })
}

/** Runs work on the cache; what SQLite or the disk refuses becomes one sentence with the next step. */
export function explained<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw storeError(file, error) ?? error
  }
}

/** The sentence for an error of SQLite or of the file system; null for any other error. */
function storeError(file: string, error: unknown): MusterError | null {
  if (error instanceof MusterError || !(error instanceof Error)) return null
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const say = (text: string) => new MusterError(text, 1, { cause: error })
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return say(
      `The cache ${file} is damaged: move it away, or give another with --cache FILE, and sync again.`,
    )
  }
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'SQLITE_IOERR_WRITE') {
    return say(
      `The disk that holds the cache ${file} is full: free some space and run the same command again; nothing stored so far is lost.`,
    )
  }
  if (/^SQLITE_BUSY|^SQLITE_LOCKED/.test(code)) {
    return say(`The cache ${file} is locked by another program: end it, or give another with --cache FILE.`)
  }
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|IOERR)|^E(ACCES|PERM|ROFS|ISDIR|NOTDIR|EXIST|NOENT)$/.test(code)) {
    return say(
      `The cache ${file} cannot be written (${error.message}): make it writable, or give another with --cache FILE.`,
    )
  }
  return null
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
  throw new MusterError(`${file} is an SQLite file of another program: give another with --cache FILE.`)
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
