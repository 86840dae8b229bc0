import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate as breathe, setTimeout as pause } from 'node:timers/promises'
import { hasCode } from './errors.ts'
import { type FilePlace, resolveFilePlace } from './file-place.ts'

/** How a file is written. */
export interface WholeFileOptions {
  /** With `refuse` a file that exists is an error with the code EEXIST, also if it appears at the last moment. */
  readonly existing: 'replace' | 'refuse'
  /** Of a new file, less the umask; default 0666. A file that is replaced keeps its mode and its owner. */
  readonly mode?: number
  /** For secrets: mode 0600, whatever the file had. */
  readonly isPrivate?: boolean
  /** Looks once more before the new file replaces the old one. If it throws, the old file stays. */
  readonly check?: () => void
}

/** How a long file is written. */
export interface StreamOptions extends WholeFileOptions {
  readonly signal: AbortSignal
  /** Gets the number of bytes written so far. */
  readonly onWritten?: (bytes: number) => void
  /** Removes the draft if the process ends in the middle of it; returns what takes that back. */
  readonly removeAtExit?: (draft: string) => () => void
}

/**
 * Writes a file whole or not at all: first beside its place, safely on the disk, then moves it there. A link stays, and
 * the file that it leads to is written. A pipe or a device cannot be replaced and is written to. Throws the file
 * system's error, and leaves nothing behind then.
 */
export function writeWhole(file: string, content: string | Uint8Array, options: WholeFileOptions): void {
  const place = resolveFilePlace(file)
  const target = place.type === 'file' ? openDraft(place.path, options) : openStream(place)
  try {
    const bytes = Buffer.from(content)
    // write(2) may write less than it was given, without an error: on a disk that becomes full, or into a pipe.
    for (let at = 0; at < bytes.length; ) at += writeSync(target.handle, bytes, at)
    target.finish()
  } finally {
    target.close()
  }
}

/** Writes a file for its owner alone (0600), whole or not at all. Makes the folder if it is missing (0700). */
export function writePrivately(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeWhole(file, text, { existing: 'replace', isPrivate: true })
}

/** As `writeWhole`, piece by piece, and waits for the reader of a pipe. Returns the bytes written. */
export async function streamWhole(
  file: string,
  pieces: Iterable<Uint8Array>,
  options: StreamOptions,
): Promise<number> {
  const { signal, onWritten } = options
  const place = resolveFilePlace(file)
  const target =
    place.type === 'file'
      ? openDraft(place.path, options, options.removeAtExit)
      : await waitForReader(place, signal)
  try {
    let bytes = 0
    for (const piece of pieces) {
      await writePiece(target.handle, piece, signal)
      bytes += piece.length
      onWritten?.(bytes)
      // Without this no signal would be heard.
      await breathe()
      signal.throwIfAborted()
    }
    // What came during the last piece is heard in the second turn of the event loop at the latest.
    await breathe()
    signal.throwIfAborted()
    target.finish()
    return bytes
  } finally {
    target.close()
  }
}

interface OpenedFile {
  readonly handle: number
  /** All has been written. */
  finish(): void
  /** Cleans up, whether the writing succeeded or not. */
  close(): void
}

function openDraft(
  path: string,
  { existing, mode, isPrivate, check }: WholeFileOptions,
  removeAtExit?: StreamOptions['removeAtExit'],
): OpenedFile {
  const draft = join(dirname(path), `.muster-${randomBytes(8).toString('hex')}.tmp`)
  // Until it has the mode of the file that it replaces, nobody else may read it.
  const isNew = !isPrivate && !statSync(path, { throwIfNoEntry: false })
  const handle = openSync(draft, 'wx', isNew ? (mode ?? 0o666) : 0o600)
  const keepAtExit = removeAtExit?.(draft)
  return {
    handle,
    finish() {
      if (existing === 'replace' && !isPrivate) copyOwnerAndMode(handle, path)
      fsyncSync(handle)
      check?.()
      if (existing === 'replace') renameSync(draft, path)
      else putWithoutReplacing(draft, path)
      syncFolder(dirname(path))
    },
    close() {
      closeSync(handle)
      rmSync(draft, { force: true })
      keepAtExit?.()
    },
  }
}

/** link(2) refuses a name that exists; rename(2) does not. */
function putWithoutReplacing(draft: string, path: string): void {
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw error
    // A file system without hard links, as on many memory sticks: an empty file claims the name.
    closeSync(openSync(path, 'wx'))
    renameSync(draft, path)
  }
}

/**
 * The new file gets the owner and mode of the replaced one. If the group cannot be set, the new group has no access.
 */
function copyOwnerAndMode(handle: number, path: string): void {
  const old = statSync(path, { throwIfNoEntry: false })
  if (!old) return
  const { uid, gid } = fstatSync(handle)
  const isSame = uid === old.uid && gid === old.gid
  const isGroupKept =
    isSame || tryChangeOwner(handle, old.uid, old.gid) || tryChangeOwner(handle, uid, old.gid)
  fchmodSync(handle, old.mode & (isGroupKept ? 0o7777 : 0o7707))
}

function tryChangeOwner(handle: number, uid: number, gid: number): boolean {
  try {
    fchownSync(handle, uid, gid)
    return true
  } catch {
    return false
  }
}

/** A name is safe on the disk only when its folder is. The file is whole by now, so a failure here does not matter. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch {
    // Not every file system can do this.
  }
}

/** Opens without waiting: a pipe that nobody reads is an error with the code ENXIO. */
function openStream(place: Exclude<FilePlace, { type: 'file' }>): OpenedFile {
  if (place.type === 'descriptor') return { handle: place.handle, finish: () => {}, close: () => {} }
  const handle = openSync(place.path, constants.O_WRONLY | constants.O_NONBLOCK)
  return { handle, finish: () => {}, close: () => closeSync(handle) }
}

/** Waits until somebody reads the pipe. */
async function waitForReader(
  place: Exclude<FilePlace, { type: 'file' }>,
  signal: AbortSignal,
): Promise<OpenedFile> {
  for (;;) {
    try {
      return openStream(place)
    } catch (error) {
      if (place.type !== 'pipe' || !hasCode(error, 'ENXIO')) throw error
      await pause(50, undefined, { signal })
    }
  }
}

async function writePiece(handle: number, piece: Uint8Array, signal: AbortSignal): Promise<void> {
  for (let at = 0; at < piece.length; ) {
    try {
      at += writeSync(handle, piece, at)
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) throw error
      await pause(10, undefined, { signal })
    }
  }
}
