import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { MusterError } from '../errors.ts'
import { passPausePoint } from '../pause-points.ts'
import { DamagedCache, isDamageCode } from './damage.ts'

/** How long to wait for another process to leave the file alone, in ms. */
export const lockTimeout = 20_000

/** Runs work on the cache, behind a pause point; what SQLite or the disk refuses becomes one sentence with the next step. */
export function withStoreErrors<T>(file: string, work: () => T): T {
  passPausePoint()
  try {
    return work()
  } catch (error) {
    throw storeError(file, error) ?? error
  }
}

/** The sentence for an error of SQLite or of the file system; null for any other error. */
export function storeError(file: string, error: unknown): MusterError | null {
  if (error instanceof MusterError || !(error instanceof Error)) return null
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const makeError = (text: string) => new MusterError(text, 1, { cause: error })
  if (code === 'SQLITE_NOTADB') {
    return makeError(
      `The cache ${file} is damaged: move it away, or give another with --cache FILE, and sync again.`,
    )
  }
  if (isDamageCode(code)) return new DamagedCache(file, error.message, error)
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'SQLITE_IOERR_WRITE') {
    return makeError(
      `The disk that holds the cache ${file} is full: free some space and run the same command again; nothing stored so far is lost.`,
    )
  }
  if (code === 'SQLITE_READONLY_DBMOVED') return movedAway(file, error)
  if (hasNoLocks(code, error.message)) {
    return makeError(
      `The file system that holds the cache ${file} has no file locks (${error.message}): give a file on a local disk with --cache FILE.`,
    )
  }
  if (/^SQLITE_BUSY|^SQLITE_LOCKED/.test(code)) {
    // Linux answers ENOLCK if NFS runs without its lock service, and SQLite takes that for a lock of somebody else.
    const network = findNetworkFileSystem(file)
    const named = network === null ? '' : ` (${network})`
    return makeError(
      `The cache ${file} has been locked by another program for ${lockTimeout / 1000} s, or the file system that holds it${named} has no file locks: end that program, or give a file on a local disk with --cache FILE.`,
    )
  }
  if (isRefusal(error)) {
    return makeError(
      `The cache ${file} cannot be written (${error.message}): make it writable, or give another with --cache FILE.`,
    )
  }
  return null
}

/** Whether the system refuses to write or open the file, or SQLite what it needs beside it. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return /^SQLITE_(READONLY|CANTOPEN|PERM|IOERR)|^E(ACCES|PERM|ROFS|ISDIR|NOTDIR|EXIST|NOENT)$/.test(
    String(error.code),
  )
}

/** Whether the place cannot be written, as it is; it may still be read. */
export function isReadOnly(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return /^SQLITE_(READONLY|CANTOPEN|PERM)|^E(ACCES|PERM|ROFS)$/.test(String(error.code))
}

/** The file at the path is no longer the one that is open. */
export function movedAway(file: string, cause?: unknown): MusterError {
  return new MusterError(
    `The cache ${file} was removed or replaced while muster was using it, and what was read from AWS went with it: run the same command again.`,
    1,
    { cause },
  )
}

/** SQLite's codes if the system has no locks at all, as POSIX has them: https://www.sqlite.org/rescode.html */
function hasNoLocks(code: string, message: string): boolean {
  return (
    /^SQLITE_(PROTOCOL|NOLFS|IOERR_(LOCK|UNLOCK|RDLOCK|CHECKRESERVEDLOCK|SHMLOCK|SHMOPEN|SHMMAP))/.test(
      code,
    ) || /locking protocol/i.test(message)
  )
}

/** `f_type` of statfs(2) on Linux. */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
])

function findNetworkFileSystem(file: string): string | null {
  try {
    return networkTypes.get(statfsSync(dirname(file)).type >>> 0) ?? null
  } catch {
    return null
  }
}
