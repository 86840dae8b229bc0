import { closeSync, existsSync, linkSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { MusterError } from '../errors.ts'
import type { Kind } from '../model.ts'
import { openDatabase } from '../sqlite.ts'
import type { RowMaker } from './check-cache.ts'
import { DamagedCache } from './damage.ts'
import { openStore, type Store } from './open-store.ts'
import { applicationId } from './prepare.ts'
import { salvageGone, salvageLedger, salvageScope, salvageSmall } from './salvage.ts'
import { lockTimeout, withStoreErrors } from './store-errors.ts'

/** What a rebuilt cache holds. */
export interface Rebuilt {
  /** Where the old file lies now. */
  readonly old: string
  readonly scopes: number
  readonly rows: number
  /** Names of scopes whose rows could not all be kept: the next sync reads them again. */
  readonly damaged: readonly string[]
  /** What could not be read at all, in words. */
  readonly lost: readonly string[]
}

/**
 * Rebuilds the cache from all that can be read in it. The new file is made beside it, then takes its place, and the old
 * one stays beside it under another name. Rows are compared with their digests and computed anew from their documents.
 * `step` is called after each scope.
 */
export function rebuildCache(
  file: string,
  kinds: readonly Kind[],
  rowMaker: RowMaker,
  step: () => void,
): Rebuilt {
  refuseOther(file)
  return withStoreErrors(file, () => {
    const old = openDatabase(file, { timeout: lockTimeout })
    let draft: string | null = null
    try {
      // Nobody else rebuilds this file now: what lies there is of one that was killed.
      if (blockWrites(old)) removeDrafts(file)
      draft = findFreeName(draftOf(file))
      const store = openStore(draft, kinds)
      const content = fillFromOld(store, old, rowMaker, step)
      store.close()
      const aside = findFreeName(`${file}.old`)
      takePlace(file, draft, aside, old)
      return { old: aside, ...content }
    } finally {
      old.close()
      if (draft !== null) removeDraft(draft)
    }
  })
}

function draftOf(file: string): string {
  return `${file}.rebuilding`
}

function removeDrafts(file: string): void {
  for (const draft of listNames(draftOf(file))) removeDraft(draft)
}

function removeDraft(draft: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${draft}${end}`, { force: true })
}

function fillFromOld(store: Store, old: Database, rowMaker: RowMaker, step: () => void) {
  const lost: string[] = []
  const damaged: string[] = []
  let rows = 0
  let scopes = 0
  store.db.transaction(() => salvageSmall(old, store, lost))()
  for (const line of salvageLedger(old, lost)) {
    const salvaged = store.db.transaction(() => salvageScope(old, store, line, rowMaker))()
    if (salvaged === null) {
      lost.push(`scope ${line.profile}/${line.region} (${line.kind})`)
      continue
    }
    scopes += 1
    rows += salvaged.rows
    if (!salvaged.whole) damaged.push(`${line.profile}/${line.region || '*'} (${line.kind})`)
    step()
  }
  store.db.transaction(() => salvageGone(old, store, lost))()
  return { scopes, rows, damaged, lost }
}

/**
 * Keeps others from writing into the old file meanwhile. If it is too damaged for a lock, they cannot write it either:
 * false.
 */
function blockWrites(old: Database): boolean {
  try {
    old.exec('BEGIN IMMEDIATE')
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (/^SQLITE_(BUSY|LOCKED)/.test(code)) throw error
    return false
  }
}

/** The old file has both names for a moment, so that no moment leaves the path without a file. */
function takePlace(file: string, draft: string, aside: string, old: Database): void {
  // Whoever waits for the end of this transaction to rebuild the file removes drafts then.
  const ready = findFreeName(`${file}.rebuilt`)
  renameSync(draft, ready)
  // The transaction that kept others away wrote nothing: it ends with the connection. A damaged schema takes no COMMIT.
  // As the last connection it moves what is in the -wal into the file, which the next reader would do.
  old.close()
  linkSync(file, aside)
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${aside}-wal`)
  rmSync(`${file}-shm`, { force: true })
  renameSync(ready, file)
}

/** A file that is not muster's is left alone, whatever its header says. */
function refuseOther(file: string): void {
  if (!existsSync(file)) throw new MusterError(`There is no cache ${file}: run \`muster sync\`.`)
  const head = withStoreErrors(file, () => readHead(file))
  const isSqlite = head.subarray(0, 15).toString('latin1') === 'SQLite format 3'
  const isMarked = head.length === 100 && head.readUInt32BE(68) === applicationId
  if (isMarked) return
  if (!isSqlite) {
    throw new MusterError(
      `${file} is not a cache of muster: give another with --cache FILE, or move it away and run \`muster sync\`.`,
    )
  }
  // One wrong bit in the mark does not make it another program's.
  try {
    openStore(file).close()
  } catch (error) {
    if (!(error instanceof DamagedCache)) throw error
  }
}

function findFreeName(name: string): string {
  const taken = listNames(name).length
  return taken === 0 ? name : `${name}.${taken + 1}`
}

/** The files with this name, and with this name and a number, up to the first that is free. */
function listNames(name: string): readonly string[] {
  const names: string[] = []
  for (let next = name; existsSync(next); next = `${name}.${names.length + 1}`) names.push(next)
  return names
}

/** A cache may be larger than what Node reads at once, which is 2 GB. */
function readHead(file: string): Buffer {
  const handle = openSync(file, 'r')
  try {
    const head = Buffer.alloc(100)
    return head.subarray(0, readSync(handle, head))
  } finally {
    closeSync(handle)
  }
}
