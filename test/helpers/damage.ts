import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'

/** A bit that was turned round: a place in the file, and which of the byte's eight. */
export interface FlippedBit {
  readonly offset: number
  readonly bit: number
}

/**
 * Flips bits of a file in place, the same ones for the same seed and size. `from` and `to` are the stretch that may be
 * hit; default: all of it, the header too.
 */
export function flipBits(
  file: string,
  seed: number,
  count = 8,
  { from = 0, to = statSync(file).size }: { readonly from?: number; readonly to?: number } = {},
): readonly FlippedBit[] {
  const bytes = readFileSync(file)
  const random = numbers(seed)
  const flipped = Array.from({ length: count }, () => ({
    offset: from + Math.floor(random() * (to - from)),
    bit: Math.floor(random() * 8),
  }))
  for (const { offset, bit } of flipped) bytes.writeUInt8(bytes.readUInt8(offset) ^ (1 << bit), offset)
  writeFileSync(file, bytes)
  return flipped
}

/** Overwrites a stretch with zeros, as a sector that a disk has lost. Gives where it begins. */
export function loseSector(file: string, seed: number, size = 512): number {
  const bytes = readFileSync(file)
  const offset = Math.floor((numbers(seed)() * bytes.length) / size) * size
  writeFileSync(file, bytes.fill(0, offset, offset + size))
  return offset
}

/** Cuts the end off, as a copy that was interrupted. Gives the size that is left. */
export function cutOff(file: string, seed: number): number {
  const size = Math.floor(numbers(seed)() * statSync(file).size)
  truncateSync(file, size)
  return size
}

/** The first place of some text in a file, or of the one after so many; throws where it is not found. */
export function placeOf(file: string, text: string | Buffer, after = 0): number {
  const place = readFileSync(file).indexOf(text, after)
  if (place < 0) throw new Error(`${file} does not hold ${text}`)
  return place
}

/** Numbers from 0 to 1 that are the same for the same seed: Marsaglia's xorshift of 32 bits, its first ones skipped. */
function numbers(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 32
  }
  for (let skipped = 0; skipped < 8; skipped += 1) next()
  return next
}
