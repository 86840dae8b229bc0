/**
 * The elements of SQLite's binary JSON (https://sqlite.org/jsonb.html). The lower half of an element's first byte is its
 * type; the upper half is its size, or says how many bytes behind it the size takes, which may be more than it needs.
 */
export const jsonbTypes = {
  null: 0,
  true: 1,
  false: 2,
  integer: 3,
  float: 5,
  /** A text that JSON writes as it is. */
  text: 7,
  /** A text as JSON writes it, with escapes. */
  escapedText: 8,
  array: 11,
  object: 12,
} as const

/** How many bytes the header of an element takes, as SQLite writes it: no more than its size needs. */
export function headerLength(size: number): number {
  return size < 12 ? 1 : size < 256 ? 2 : size < 65_536 ? 3 : 5
}

/** Writes a header of so many bytes, 1, 2, 3 or 5. Gives where it ends. */
export function putHeader(bytes: Uint8Array, at: number, type: number, size: number, length: number): number {
  if (length === 1) bytes[at] = (size << 4) | type
  else if (length === 2) {
    bytes[at] = 0xc0 | type
    bytes[at + 1] = size
  } else {
    bytes[at] = (length === 3 ? 0xd0 : 0xe0) | type
    for (let place = length - 1, rest = size; place > 0; place -= 1, rest >>>= 8) bytes[at + place] = rest
  }
  return at + length
}

/** Where the content of the element begins that stands at a place. */
export function contentOf(bytes: Uint8Array, at: number): number {
  const size = (bytes[at] as number) >> 4
  return size < 12 ? at + 1 : at + 1 + (1 << (size - 12))
}

/** How long the content is that begins at `content`, of the element that stands at a place. */
export function sizeOf(bytes: Uint8Array, at: number, content: number): number {
  let size = 0
  if (content === at + 1) return (bytes[at] as number) >> 4
  for (let place = at + 1; place < content; place += 1) size = size * 256 + (bytes[place] as number)
  return size
}
