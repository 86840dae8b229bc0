/**
 * Bytes that are looked for again and again, by four at once: in JavaScript three times as fast as one by one.
 */
export interface Words {
  readonly length: number
  /** From the beginning on; the last four begin so that they end with the bytes. */
  readonly words: Int32Array
  readonly last: number
}

/** Fewer than four bytes are never found: whoever looks for them must have another way. */
export function makeWords(text: string | Uint8Array): Words {
  const bytes = Buffer.from(text)
  if (bytes.length < 4) return { length: Number.MAX_SAFE_INTEGER, words: new Int32Array(), last: 0 }
  const words = Int32Array.from({ length: (bytes.length - 1) >> 2 }, (_, place) =>
    bytes.readInt32LE(4 * place),
  )
  return { length: bytes.length, words, last: bytes.readInt32LE(bytes.length - 4) }
}

/** Bytes that are read by four at once. `length` stands beside the view: to ask a view for its own is a call of V8's. */
export interface ReadBytes {
  readonly view: DataView
  readonly length: number
}

export function readBytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): ReadBytes {
  return { view: new DataView(buffer, byteOffset, byteLength), length: byteLength }
}

/** Whether the bytes stand at a place. */
export function isAt({ view, length: size }: ReadBytes, { length, words, last }: Words, at: number): boolean {
  const end = at + length
  if (end > size || view.getInt32(end - 4, true) !== last) return false
  for (let place = 0; place < words.length; place += 1)
    if (view.getInt32(at + 4 * place, true) !== words[place]) return false
  return true
}
