import { closeSync, openSync, readSync, statSync } from 'node:fs'

/** Whether a file holds exactly these pieces. It is read only as far as it does. */
export function isSame(file: string, pieces: Iterable<Uint8Array>): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size
  if (size === undefined) return false
  const handle = openSync(file, 'r')
  try {
    let at = 0
    for (const piece of pieces) {
      const found = Buffer.alloc(piece.length)
      const length = readSync(handle, found, 0, piece.length, at)
      if (length < piece.length || !found.equals(piece)) return false
      at += piece.length
    }
    return at === size
  } finally {
    closeSync(handle)
  }
}
