/** A 32-bit hash of numbers (after MurmurHash3's mixer): the same numbers give the same hash, always. */
export function hash(...parts: readonly number[]): number {
  let h = start
  for (const part of parts) h = mix(h, part)
  return h >>> 0
}

/** The same for a text. */
export function hashText(text: string): number {
  let h = start
  for (const character of text) h = mix(h, character.charCodeAt(0))
  return h >>> 0
}

const start = 0x9e3779b9

function mix(before: number, part: number): number {
  let h = Math.imul(before ^ part, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** The member of a list that a hash chooses. The list must not be empty. */
export function pick<T>(list: readonly T[], h: number): T {
  const chosen = list[h % list.length]
  if (chosen === undefined) throw new Error('pick from an empty list')
  return chosen
}

/** 17 lower-case hex digits, as at the end of an EC2 id: `0` and 16 digits of the hash. */
export function hexId(...parts: readonly number[]): string {
  return `0${toHex(hash(...parts, 1))}${toHex(hash(...parts, 2))}`
}

/** Upper-case letters and digits 2–7, as in an access key id. */
export function keyLetters(length: number, ...parts: readonly number[]): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return Array.from({ length }, (_, i) => letters[hash(...parts, i) & 31]).join('')
}

function toHex(h: number): string {
  return ((h >>> 16) | 0x10000).toString(16).slice(1) + ((h & 0xffff) | 0x10000).toString(16).slice(1)
}
