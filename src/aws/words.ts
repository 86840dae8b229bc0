/**
 * Bytes that are compared and copied again and again, by four at once: in JavaScript three times as fast as one by one.
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

/** Whether the bytes from `begin` to `end` stand at another place, too. Fewer than four never do. */
export function isRepeated({ view, length }: ReadBytes, at: number, begin: number, end: number): boolean {
  const last = end - begin - 4
  if (last < 0 || at + last + 4 > length) return false
  for (let place = 0; place < last; place += 4)
    if (view.getInt32(at + place, true) !== view.getInt32(begin + place, true)) return false
  return view.getInt32(at + last, true) === view.getInt32(begin + last, true)
}

/** Bytes that are written by four at once; up to three more behind them are of no use. */
export interface PaddedWords {
  readonly length: number
  readonly words: Int32Array
}

export function makePaddedWords(text: string | Uint8Array): PaddedWords {
  const bytes = Buffer.from(text)
  const padded = Buffer.alloc(4 * Math.ceil(bytes.length / 4))
  padded.set(bytes)
  const words = Int32Array.from({ length: padded.length / 4 }, (_, place) => padded.readInt32LE(4 * place))
  return { length: bytes.length, words }
}

/** Writes the bytes at a place, where there must be room for three more than those. Gives where they end. */
export function putPaddedWords(view: DataView, { length, words }: PaddedWords, at: number): number {
  for (let place = 0; place < words.length; place += 1)
    view.setInt32(at + 4 * place, words[place] as number, true)
  return at + length
}

/** Copies bytes to a place, where there must be room for three more than those. Gives where they end. */
export function copyWords(
  to: DataView,
  at: number,
  { view, length: size }: ReadBytes,
  begin: number,
  end: number,
): number {
  const length = end - begin
  // Near the end of what is read, no four bytes are left.
  if (end + 4 > size) {
    for (let place = 0; place < length; place += 1) to.setUint8(at + place, view.getUint8(begin + place))
  } else {
    for (let place = 0; place < length; place += 4)
      to.setInt32(at + place, view.getInt32(begin + place, true), true)
  }
  return at + length
}
