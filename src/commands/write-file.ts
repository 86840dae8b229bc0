import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { MusterError, usageError } from '../errors.ts'
import type { Io } from '../io.ts'

/** A usage error where the file exists already. */
export function refuseExisting(file: string): void {
  if (existsSync(file)) throw usageError(`${file} exists: give another name, or --force to replace it.`)
}

/**
 * Writes a file whole or not at all: beside its place first, moved there in the end. Gives the bytes written.
 * Tells how far it is on a terminal's standard error.
 */
export async function writeAtomically(
  file: string,
  chunks: Iterable<string>,
  replace: boolean,
  io: Pick<Io, 'now' | 'err' | 'errIsTerminal' | 'signal'>,
): Promise<number> {
  const beside = `${file}.${process.pid}.part`
  let bytes = 0
  try {
    const handle = openSync(beside, 'wx')
    try {
      let drawn = io.now()
      for (const piece of pieces(chunks)) {
        io.signal.throwIfAborted()
        writeSync(handle, piece)
        bytes += piece.length
        if (!io.errIsTerminal || io.now() - drawn < 200) continue
        drawn = io.now()
        io.err(`\r\u001b[Kwriting ${(bytes / 1e6).toFixed(1)} MB`)
        await new Promise(setImmediate)
      }
      fsyncSync(handle)
    } finally {
      closeSync(handle)
      if (io.errIsTerminal) io.err('\r\u001b[K')
    }
    if (replace) renameSync(beside, file)
    else linkSync(beside, file)
    return bytes
  } catch (error) {
    throw fileError(file, error)
  } finally {
    rmSync(beside, { force: true })
  }
}

function* pieces(chunks: Iterable<string>): Generator<Buffer> {
  let piece = ''
  for (const chunk of chunks) {
    piece += chunk
    if (piece.length < 65_536) continue
    yield Buffer.from(piece)
    piece = ''
  }
  yield Buffer.from(piece)
}

function fileError(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EEXIST')
    return usageError(`${file} exists: give another name, or --force to replace it.`, error)
  if (!/^E(ACCES|PERM|ROFS|ISDIR|NOTDIR|NOENT|NOSPC|DQUOT)$/.test(code)) return error
  return new MusterError(
    `${file} cannot be written (${code}): nothing was left there; give another with --to FILE.`,
    1,
    {
      cause: error,
    },
  )
}
