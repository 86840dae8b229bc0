import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  realpathSync,
  writeSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { MusterError, usageError } from '../errors.ts'
import { resolveFilePlace } from '../file-place.ts'
import type { DebugLog, Io } from '../io.ts'
import { sanitise } from '../output/sanitise.ts'
import { redact } from '../redact.ts'
import type { Args } from './options.ts'

/**
 * The process with a debug log, where one is asked for: into the file of MUSTER_DEBUG, else with --debug on standard
 * error, which then shows no progress that a line could run into. Without either the process as it is.
 */
export function withDebugLog(args: Args, io: Io): Io {
  const file = io.env.MUSTER_DEBUG
  if (!file && !args.debug) return io
  const debug = file ? debugLogTo(openDebugFile(resolve(io.cwd, file)), io.now) : debugLogOn(io)
  const errIsTerminal = io.errIsTerminal && debug.handle !== null
  // A copy of the members as they are: reading `home` may throw.
  return Object.defineProperties({} as Io, {
    ...Object.getOwnPropertyDescriptors(io),
    debug: { value: debug, enumerable: true },
    errIsTerminal: { value: errIsTerminal, enumerable: true },
  })
}

/** The log of a file that is open, for a thread of the process that has opened it; null for none. */
export function debugLogOf(handle: number | null, now: () => number): DebugLog | undefined {
  return handle === null ? undefined : debugLogTo(handle, now)
}

function debugLogOn({ err, now }: Io): DebugLog {
  return { handle: null, write: (part, text) => err(formatLine(now(), part, text)) }
}

/** Each line is one write to a file that is open for appending: lines of several threads and processes stay whole. */
function debugLogTo(handle: number, now: () => number): DebugLog {
  return {
    handle,
    write(part, text) {
      try {
        writeSync(handle, formatLine(now(), part, text))
      } catch {
        // A full disk ends the log, not the work.
      }
    },
  }
}

/** Longer texts are cut: a log is read by people. */
const longest = 2000

function formatLine(at: number, part: string, text: string): string {
  const safe = sanitise(redact(text))
  const short = safe.length > longest ? `${safe.slice(0, longest)}…` : safe
  return `${new Date(at).toISOString()} ${part.padEnd(11)} ${short}\n`
}

/**
 * Opens the file of MUSTER_DEBUG to append to it, for its owner alone (0600). A usage error for a place where another
 * user could read the log, or choose where it goes: a file or a folder that others may write, or that is another's.
 */
function openDebugFile(file: string): number {
  try {
    const place = resolveFilePlace(file)
    if (place.type !== 'file') throw unusable(file, 'is no file')
    const folder = realpathSync(dirname(place.path))
    const open = findOpenFolder(folder)
    if (open !== null) throw unusable(file, `lies in ${open}, which another user may write`)
    // No link that appears at the last moment is followed, and no pipe waited for.
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
    const handle = openSync(place.path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)
    try {
      const { uid, mode } = fstatSync(handle)
      if (uid !== process.geteuid?.()) throw unusable(file, 'belongs to another user')
      if ((mode & 0o022) !== 0) throw unusable(file, 'may be written by other users')
      fchmodSync(handle, 0o600)
      return handle
    } catch (error) {
      closeSync(handle)
      throw error
    }
  } catch (error) {
    if (error instanceof MusterError) throw error
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw unusable(file, `cannot be written (${reason})`)
  }
}

/** The first folder on the way up that another user may write, or that is another's; null if there is none. */
function findOpenFolder(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const { mode, uid } = lstatSync(at)
    // In a folder with the sticky bit, such as /tmp, each may move and remove only what is theirs.
    const isOpen = (mode & 0o022) !== 0 && (mode & 0o1000) === 0
    if (isOpen || (uid !== 0 && uid !== process.geteuid?.())) return at
    if (at === dirname(at)) return null
  }
}

function unusable(file: string, what: string): MusterError {
  return usageError(`MUSTER_DEBUG: ${file} ${what}: name a new file in a folder of your own.`)
}
