import type { Database } from 'better-sqlite3'
import { MusterError } from '../errors.ts'
import type { Kind } from '../model.ts'
import { atOneMoment } from '../sqlite.ts'
import { DamagedCache } from './damage.ts'
import { addOwnColumns, areTablesCurrent, findUnfilledKinds, redefineTables } from './kind-tables.ts'
import { migrations } from './migrations.ts'
import { dropReleasedIfEmpty, hasReleasedRows } from './released.ts'
import { damageOfLeadingTables } from './sound.ts'
import { lockTimeout } from './store-errors.ts'

/** SQLite's `application_id` of muster's files ("must" in ASCII), so that no other database is touched. */
export const applicationId = 0x6d757374

/** Brings an open file to the present version; refuses what is not muster's, or damaged, before it writes anything. */
export function prepare(
  db: Database,
  file: string,
  kinds: readonly Kind[],
  patience: number = lockTimeout,
): void {
  refuse(db, file)
  // Of a file that has pages already, theirs stays.
  db.pragma(`page_size = ${pageSize}`)
  switchToWriteAheadLog(db, patience)
  tuneConnection(db)
  migrate(db, kinds)
}

/**
 * In bytes. Of SQLite's usual pages of 4 KB, two documents of instances fill hardly more than half: to write them takes a
 * third more CPU, and the file is a fifth longer.
 */
const pageSize = 16_384

/** In bytes: with SQLite's 1,000 pages of 4 KB, each page of an answer would wait for the disk twice. */
const logSize = 32_768_000

/** How every connection works that writes. */
export function tuneConnection(db: Database): void {
  db.pragma('synchronous = NORMAL')
  const size = db.pragma('page_size', { simple: true }) as number
  db.pragma(`wal_autocheckpoint = ${Math.round(logSize / size)}`)
  tune(db)
}

/** How every connection works, one that only reads too. */
export function tune(db: Database): void {
  db.pragma('temp_store = MEMORY')
  db.pragma('cache_size = -65536')
  // SQLite looks at the cells of a page when it loads one, and not only at its head.
  db.pragma('cell_size_check = ON')
}

/** What a sync writes lies together: it needs a quarter of the memory that reading does, 50 MB less. */
export function tuneForWriting(db: Database): void {
  db.pragma('cache_size = -16384')
}

/** A screen that stays open keeps few pages: the system has them too, and a window needs a handful. */
export function tuneForScreen(db: Database): void {
  db.pragma('cache_size = -8192')
}

/** Refuses what is not muster's, or damaged. */
export function refuse(db: Database, file: string): void {
  // Set after these checks, it would make SQLite forget the schema that it has read, and read all of it once more.
  db.pragma('temp_store = MEMORY')
  refuseForeign(db, file)
  const found = damageOfLeadingTables(db)
  if (found !== null) throw new DamagedCache(file, found)
}

/** Whether nothing has to be written before the file can be read. */
export function isCurrent(db: Database, kinds: readonly Kind[]): boolean {
  const version = db.pragma('user_version', { simple: true })
  if (version !== migrations.length || !areTablesCurrent(db, kinds)) return false
  return !hasReleasedRows(db) && findUnfilledKinds(db, kinds).length === 0
}

/** SQLite's busy timeout does not cover the change of the journal mode, which two first starts may meet in. */
function switchToWriteAheadLog(db: Database, patience: number): void {
  let until: number | null = null
  const isOver = () => {
    // Node loads its clock when it is first asked for, and a cache is mostly free.
    until ??= performance.now() + patience
    return performance.now() > until
  }
  for (;;) {
    try {
      if (db.pragma('journal_mode = WAL', { simple: true }) === 'wal' || isOver()) return
    } catch (error) {
      const busy = error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
      if (!busy || isOver()) throw error
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
  }
}

function refuseForeign(db: Database, file: string): void {
  // One snapshot for both: another process may be making the file's tables just now.
  const { id, tables } = atOneMoment(db, () => ({
    tables: db.prepare('SELECT count(*) FROM sqlite_master').pluck().get(),
    id: db.pragma('application_id', { simple: true }),
  }))
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
  if (version === migrations.length && areTablesCurrent(db, kinds)) return
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
    addOwnColumns(db)
    redefineTables(db, kinds)
    dropReleasedIfEmpty(db)
  }).immediate()
}
