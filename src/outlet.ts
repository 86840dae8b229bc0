import { constants, fstatSync, openSync, statSync, writeSync } from 'node:fs'
import type { Piece } from './model.ts'

/** Standard output or standard error. */
export interface Outlet {
  readonly isTerminal: boolean
  /** Node's stream of it. To make one takes 4 ms of CPU, so ask for it last. */
  readonly stream: NodeJS.WriteStream
  /** Whether more may be written at once; if not, the stream will say 'drain'. */
  readonly write: (piece: Piece) => boolean
  /** Resolves when all that was written has left the process. */
  readonly flush: () => Promise<void>
}

/**
 * Files, /dev/null and pipes are written to without a stream of Node's, which would be a tenth of a short query's time.
 * What a pipe does not take at once, whatever goes wrong, and everything after that is left to the stream: nothing blocks
 * the thread that Node would not block.
 */
export function openOutlet(descriptor: 1 | 2, makeStream: () => NodeJS.WriteStream): Outlet {
  const sort = sortOf(descriptor)
  let made: NodeJS.WriteStream | null = null
  let direct: number | null | undefined
  const streamOf = () => {
    made ??= makeStream()
    return made
  }
  const leave = (piece: Piece): Piece => {
    if (made !== null) return piece
    direct ??= openDirectly(descriptor, sort)
    return direct === null ? piece : writeDirectly(direct, piece)
  }
  return {
    isTerminal: sort === 'other' && streamOf().isTTY === true,
    get stream() {
      return streamOf()
    },
    write: (piece) => {
      const rest = leave(piece)
      return rest.length === 0 || streamOf().write(rest)
    },
    flush: async () => {
      if (made === null || made.writableLength === 0) return
      await new Promise((resolve) => streamOf().write('', resolve))
    },
  }
}

type Sort = 'file' | 'pipe' | 'other'

function sortOf(descriptor: number): Sort {
  try {
    const found = fstatSync(descriptor)
    if (found.isFIFO()) return 'pipe'
    // Node takes 2 ms to load what knows a terminal.
    const isNull = found.isCharacterDevice() && found.rdev === statSync('/dev/null').rdev
    return found.isFile() || isNull ? 'file' : 'other'
  } catch {
    return 'other'
  }
}

/**
 * A descriptor that never blocks: to write to a full pipe is an error there. Null if the system has none. On Linux the path
 * opens the same pipe a second time, so that other programs that have it open go on blocking.
 */
function openDirectly(descriptor: number, sort: Sort): number | null {
  if (sort === 'file') return descriptor
  if (sort === 'other' || process.platform !== 'linux') return null
  try {
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    return null
  }
}

/** Returns what was not written. */
function writeDirectly(descriptor: number, piece: Piece): Piece {
  const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
  let at = 0
  try {
    while (at < bytes.length) at += writeSync(descriptor, bytes, at)
  } catch {
    // A full pipe (EAGAIN), or what the stream will report.
  }
  return bytes.subarray(at)
}
