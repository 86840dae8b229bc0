import { freeMemory } from '../free-memory.ts'

/** The body of an answer as it came: 5 MB are not copied for the sake of what is looked for in them. */
export interface BodyPieces {
  readonly length: number
  /** The bytes from one place to another: a copy only if they lie in several pieces. */
  readonly slice: (from: number, to?: number) => Buffer
  /** The same as they lie. */
  readonly parts: (from: number, to: number) => readonly Buffer[]
  /** All of it in one piece: what was cut out before is empty then, if it was not a copy. */
  readonly whole: () => Buffer
  /** Nothing of it is needed any more. */
  readonly drop: () => void
}

export function makeBodyPieces(pieces: readonly Buffer[]): BodyPieces {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  let held = pieces
  const parts = (from: number, to: number): readonly Buffer[] => {
    const found: Buffer[] = []
    let at = 0
    for (const piece of held) {
      const [begin, end] = [Math.max(from - at, 0), Math.min(to - at, piece.length)]
      if (begin < end) found.push(piece.subarray(begin, end))
      at += piece.length
    }
    return found
  }
  const slice = (from: number, to = length): Buffer => {
    const found = parts(from, to)
    return found.length === 1 ? (found[0] as Buffer) : Buffer.concat(found)
  }
  return {
    length,
    slice,
    parts,
    whole() {
      const whole = slice(0)
      if (held.length > 1) free(held)
      held = [whole]
      return whole
    },
    drop() {
      free(held)
      held = []
    },
  }
}

/** Small pieces share their memory with others. */
function free(pieces: readonly Buffer[]): void {
  for (const { buffer, byteOffset, length } of pieces) {
    if (byteOffset === 0 && length === buffer.byteLength) freeMemory(buffer as ArrayBuffer)
  }
}
