import { chmodSync, rmSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { hasCode } from '../../errors.ts'
import { openDatabase } from '../../sqlite.ts'

/**
 * Does work while no other muster does work under the same lock file. Waits no longer than `patience`, in ms: a holder
 * that was stopped (ctrl-z) keeps its lock, and no work under it takes so long. Throws what the file system refuses.
 *
 * The lock is the system's, on an empty SQLite file: it ends with the process that holds it, however that ends, and
 * depends on no clock. The file is gone when nobody works under it.
 */
export async function withLock<T>(
  file: string,
  signal: AbortSignal,
  work: () => Promise<T>,
  patience = 20_000,
): Promise<T> {
  const open = () => openDatabase(file, { timeout: 0 })
  const since = performance.now()
  let lock = takeLock(file, open)
  while (lock === null && performance.now() - since < patience) {
    await pause(20 + Math.random() * 30, undefined, { signal })
    lock = takeLock(file, open)
  }
  try {
    return await work()
  } finally {
    lock?.release()
  }
}

interface Lock {
  readonly release: () => void
}

/** A connection to the file. It is never opened in another way: closing that would give up the locks of this process. */
type OpenLockFile = () => { exec(sql: string): unknown; pragma(text: string): unknown; close(): unknown }

/** The lock; null if another has it, or has just removed the file that was opened. */
function takeLock(file: string, open: OpenLockFile): Lock | null {
  if (fileAt(file) === null) open().close()
  const before = fileAt(file)
  const db = open()
  try {
    // Nothing is written, so that no journal need lie beside it.
    db.pragma('journal_mode = MEMORY')
    db.exec('BEGIN IMMEDIATE')
    if (before !== null && fileAt(file) === before) {
      chmodSync(file, 0o600)
      return lockOf(file, db)
    }
  } catch (error) {
    db.close()
    if (hasCode(error, 'SQLITE_BUSY', 'ENOENT')) return null
    throw error
  }
  db.close()
  return null
}

function lockOf(file: string, db: ReturnType<OpenLockFile>): Lock {
  return {
    release() {
      rmSync(file, { force: true })
      db.close()
    },
  }
}

/** Which file has the name just now: a lock on one that was removed meanwhile keeps nobody out. */
function fileAt(file: string): string | null {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found ? `${found.dev} ${found.ino} ${found.birthtimeNs}` : null
}
