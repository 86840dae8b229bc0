import { chmodSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { MusterError } from '../errors.ts'
import type { Kind } from '../model.ts'
import { openDatabase } from '../sqlite.ts'
import { isCurrent, prepare, refuse, tune } from './prepare.ts'
import { lockTimeout } from './store-errors.ts'

/** A cache that is open to be read only. */
interface OpenToRead {
  readonly db: Database
  close(): void
}

/**
 * Opens a cache that cannot be written, with the rows that are still in its `-wal`: as it is, if SQLite can use `-wal` and
 * `-shm` where they are and the tables are those of this version; else a copy.
 */
export function openAsItIs(file: string, kinds: readonly Kind[]): OpenToRead {
  return openInPlace(file, kinds) ?? openCopy(file, kinds)
}

function openInPlace(file: string, kinds: readonly Kind[]): OpenToRead | null {
  const db = openDatabase(file, { readonly: true, timeout: lockTimeout })
  try {
    refuse(db, file)
    tune(db)
    if (isCurrent(db, kinds)) return { db, close: () => db.close() }
  } catch (error) {
    if (error instanceof MusterError) {
      db.close()
      throw error
    }
  }
  db.close()
  return null
}

/**
 * A copy in a private temporary folder, which goes as soon as SQLite has it open: nothing is left behind, however
 * muster ends. The journal is in memory, so that SQLite needs no file beside it.
 */
function openCopy(file: string, kinds: readonly Kind[]): OpenToRead {
  const folder = mkdtempSync(join(tmpdir(), 'muster-cache-'))
  let db: Database | null = null
  try {
    const copy = join(folder, 'copy.db')
    copyAtOneMoment(file, copy)
    db = openDatabase(copy, { timeout: lockTimeout })
    const opened = db
    prepare(opened, file, kinds)
    opened.pragma('journal_mode = MEMORY')
    return { db: opened, close: () => opened.close() }
  } catch (error) {
    db?.close()
    throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** How often a copy is tried while somebody else writes the file. */
const tries = 20

/** Copies file and `-wal` as they are at one moment. */
function copyAtOneMoment(file: string, copy: string): void {
  for (let tried = 0; tried < tries; tried += 1) {
    const before = stateOf(file)
    copyFileSync(file, copy, constants.COPYFILE_FICLONE)
    rmSync(`${copy}-wal`, { force: true })
    if (statSync(`${file}-wal`, { throwIfNoEntry: false }))
      copyFileSync(`${file}-wal`, `${copy}-wal`, constants.COPYFILE_FICLONE)
    // A copy has the mode of what was copied, by which SQLite would open it to be read only.
    for (const end of ['', '-wal']) if (existsSync(`${copy}${end}`)) chmodSync(`${copy}${end}`, 0o600)
    if (stateOf(file) === before) return
  }
  throw new MusterError(
    `The cache ${file} cannot be written by muster, and changes all the time: run the same command when its sync has ended.`,
  )
}

function stateOf(file: string): string {
  return ['', '-wal']
    .map((end) => statSync(`${file}${end}`, { throwIfNoEntry: false, bigint: true }))
    .map((found) => (found ? `${found.ino} ${found.size} ${found.mtimeNs}` : 'none'))
    .join(', ')
}
