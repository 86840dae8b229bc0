import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from 'better-sqlite3'
import { MusterError } from '../errors.ts'
import { kinds as allKinds } from '../kinds.ts'
import type { Kind } from '../model.ts'
import { openDatabase } from '../sqlite.ts'
import { DamagedCache } from './damage.ts'
import { prepare, tuneConnection } from './prepare.ts'
import { keepPrivate } from './private.ts'
import { openAsItIs } from './read-only.ts'
import { damageOfLeadingTables } from './sound.ts'
import { isReadOnly, lockTimeout, movedAway, storeError, withStoreErrors } from './store-errors.ts'

/** An open cache file. */
export interface Store {
  readonly db: Database
  readonly file: string
  /** The kinds that were known when it was opened; `kindNamed` finds those made from the schema too. */
  readonly kinds: readonly Kind[]
  /** Why nothing can be written into it: the system's words; null if it can be written. */
  readonly readOnly: string | null
  /** Sentences about the file that the user should know. */
  readonly notes: readonly string[]
  /** Throws a MusterError if the file that was opened is no longer the one at its path. */
  checkPlace(): void
  close(): void
}

/**
 * Opens the cache, making it (mode 0600, its folder 0700) or bringing its tables to the present version. The rows of an
 * older version are brought there by `fillTables`, before anything is read. Throws a MusterError if the file cannot be
 * used; it is never deleted or overwritten. One that cannot be written is opened to be read. If another process has it
 * locked, it is waited for as long as `patience`, in ms.
 */
export function openStore(
  file: string,
  kinds: readonly Kind[] = allKinds,
  patience: number = lockTimeout,
): Store {
  return withStoreErrors(file, () => {
    try {
      return openToWrite(file, kinds, patience)
    } catch (error) {
      // Nobody can answer from a file that is not there, or that may not be read.
      if (!isReadOnly(error) || !isReadable(file)) throw error
      const reason = error instanceof Error ? error.message : String(error)
      const { db, close } = openAsItIs(file, kinds)
      return { db, file, kinds, readOnly: reason, notes: keepPrivate(file), checkPlace: () => {}, close }
    }
  })
}

/** Another connection to a cache that this process has open, for a thread of its own. Makes and changes nothing. */
export function openBeside(file: string): Store {
  return withStoreErrors(file, () => {
    const db = openDatabase(file, { fileMustExist: true })
    tuneConnection(db)
    return {
      db,
      file,
      kinds: allKinds,
      readOnly: null,
      notes: [],
      checkPlace: () => {},
      close: () => db.close(),
    }
  })
}

function openToWrite(file: string, kinds: readonly Kind[], patience: number): Store {
  createPrivately(file)
  // SQLite opens a file that may not be written for reading, and says nothing.
  accessSync(file, constants.W_OK)
  const db = openDatabase(file, { timeout: patience })
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
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
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
