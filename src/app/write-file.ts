import { closeSync, constants, openSync, rmSync } from 'node:fs'
import { isatty } from 'node:tty'
import { hasCode, MusterError, usageError } from '../errors.ts'
import { type FilePlace, resolveFilePlace } from '../file-place.ts'
import type { Io } from '../io.ts'
import type { Piece } from '../model.ts'
import { joinPieces } from '../output/join-pieces.ts'
import { type StreamOptions, streamWhole } from '../whole-file.ts'

/** A usage error if the file exists already. Pipes and devices may exist: nothing in them is replaced. */
export function refuseExisting(file: string): void {
  const place = findPlace(file)
  if (place.type === 'file' && place.exists) throw fileExistsError(file)
}

/** Throws if nothing can be written there, as to a folder or a path that is too long. */
export function checkPlace(file: string): void {
  findPlace(file)
}

/** Whether what is written there stays, so that a report can go beside it. Not in a pipe or a device. */
export function isRegularFile(file: string): boolean {
  return findPlace(file).type === 'file'
}

/** Whether a terminal shows what is written there: /dev/tty, or /dev/stdout on a terminal. */
export function isTerminalDevice(file: string): boolean {
  const place = findPlace(file)
  if (place.type === 'descriptor') return isatty(place.handle)
  if (place.type !== 'device') return false
  try {
    const handle = openSync(place.path, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK)
    try {
      return isatty(handle)
    } finally {
      closeSync(handle)
    }
  } catch {
    return false // the writing itself says what is wrong
  }
}

/** What writing a file needs of the process. */
export interface WritingIo extends Pick<Io, 'now' | 'err' | 'errIsTerminal' | 'signal' | 'atExit'> {
  /** Hears the temporary name, if the writing may be ended without what is done at an exit. */
  readonly onDraft?: (draft: string) => void
  /** When all is written, before the new file stands in its place. If it throws, that stays as it was. */
  readonly beforeReplacing?: () => void
}

/** Writes text into a file whole or not at all, with its progress on a terminal's standard error. Returns the bytes written. */
export function writeFile(
  file: string,
  chunks: Iterable<Piece>,
  replace: boolean,
  io: WritingIo,
): Promise<number> {
  return writeBytes(file, encode(joinPieces(chunks)), replace, io)
}

/** The same of bytes. */
export async function writeBytes(
  file: string,
  pieces: Iterable<Uint8Array>,
  replace: boolean,
  io: WritingIo,
): Promise<number> {
  let drawnAt = io.now()
  const showProgress = (bytes: number) => {
    if (!io.errIsTerminal || io.now() - drawnAt < 200) return
    drawnAt = io.now()
    io.err(`\r\u001b[Kwriting ${(bytes / 1e6).toFixed(1)} MB`)
  }
  const removeAtExit = (draft: string) => {
    io.onDraft?.(draft)
    return io.atExit(() => rmSync(draft, { force: true }))
  }
  const options: StreamOptions = {
    existing: replace ? 'replace' : 'refuse',
    signal: io.signal,
    onWritten: showProgress,
    removeAtExit,
    ...(io.beforeReplacing ? { check: io.beforeReplacing } : {}),
  }
  try {
    return await streamWhole(file, pieces, options)
  } catch (error) {
    io.signal.throwIfAborted()
    throw hasCode(error, 'EEXIST') ? fileAppearedError(file, error) : fileError(file, error)
  } finally {
    if (io.errIsTerminal) io.err('\r\u001b[K')
  }
}

function* encode(pieces: Iterable<Piece>): Generator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece
}

function findPlace(file: string): FilePlace {
  try {
    return resolveFilePlace(file)
  } catch (error) {
    throw fileError(file, error)
  }
}

function fileExistsError(file: string): MusterError {
  return usageError(`${file} exists: give another name, or --force to replace it.`)
}

/** The file was not there when the command began. */
function fileAppearedError(file: string, cause: unknown): MusterError {
  return usageError(
    `${file} was made by another program meanwhile: it stays as it is, and the answer is not kept. Run the same command again with another name, or with --force; what was read from AWS is in the cache.`,
    cause,
  )
}

function fileError(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EPIPE') return new MusterError(`${file} was closed by its reader before all was written.`, 1)
  // A path that is too long gives the same sentence wherever it was given.
  if (!/^E[A-Z]+$/.test(code) || code === 'ENAMETOOLONG') return error
  const text = `${file} cannot be written (${code}): what was there is as it was; give another.`
  return new MusterError(text, 1, { cause: error })
}
