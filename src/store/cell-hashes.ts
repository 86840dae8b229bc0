/** What stands between texts that are hashed together, and for null. A cell that holds one is looked at by itself. */
export const separator = 1
export const nullMark = 2

/**
 * FNV-1a, of which no two texts that differ in one character have the same. A number is its text; another type than these
 * can only come of damage.
 */
export function hashCell(value: unknown): number {
  if (value === null) return ofNull
  if (typeof value !== 'string' && typeof value !== 'number') return 0
  const text = String(value)
  let hash = offset
  let bits = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    bits |= code
    hash = Math.imul(hash ^ code, factor)
  }
  // SQLite keeps text as UTF-8: without surrogates, as which `bits` may look, there is nothing that it cannot keep.
  return bits < 0xd800 || text.isWellFormed() ? hash : hashCell(text.toWellFormed())
}

/** The same of a text whose characters stand in bytes, each in one. A sync makes two dozen for every row. */
export function hashBytes(bytes: Uint8Array, begin: number, end: number): number {
  let hash = offset
  for (let at = begin; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), factor)
  return hash
}

/** The sum over the texts of a column that stand in one, each but the last with the separator behind it. */
export function sumTexts(texts: string): number {
  let [sum, hash] = [0, offset]
  for (let at = 0; at < texts.length; at += 1) {
    const code = texts.charCodeAt(at)
    if (code === separator) {
      sum = (sum + hash) | 0
      hash = offset
    } else hash = Math.imul(hash ^ code, factor)
  }
  return (sum + hash) | 0
}

const offset = 0x811c9dc5 | 0
const factor = 0x01000193
const ofNull = Math.imul(offset ^ nullMark, factor)
