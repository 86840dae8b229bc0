/**
 * The text that takes these bytes of a document, as UTF-8. Of ten texts of an instance, eight are a state, a zone, a tag's
 * key or a group's name as many others: these are not made again.
 */
export function readText(bytes: Buffer, begin: number, end: number): string {
  const length = end - begin
  if (length === 0 || length > longestText) return bytes.toString('utf8', begin, end)
  const slot = slotOf(bytes, begin, end)
  const from = slot * longestText
  let same = known.lengths[slot] === length ? 0 : -1
  while (same >= 0 && same < length) same = known.bytes[from + same] === bytes[begin + same] ? same + 1 : -1
  if (same === length) return known.texts[slot] as string
  const text = bytes.toString('utf8', begin, end)
  known.texts[slot] = text
  known.lengths[slot] = length
  for (let place = 0; place < length; place += 1) known.bytes[from + place] = bytes[begin + place] as number
  return text
}

/** Texts that came before, each in the one slot that it can have. */
interface KnownTexts {
  readonly texts: string[]
  readonly lengths: Uint8Array
  /** `longestText` for each slot. */
  readonly bytes: Uint8Array
}

/** A power of two: all of them take 0.1 MB. */
const slots = 1024
const longestText = 64

const known: KnownTexts = {
  texts: Array<string>(slots).fill(''),
  lengths: new Uint8Array(slots),
  bytes: new Uint8Array(slots * longestText),
}

function slotOf(bytes: Buffer, begin: number, end: number): number {
  const middle = bytes[(begin + end) >> 1] as number
  const last = bytes[end - 1] as number
  return (end - begin + 7 * (bytes[begin] as number) + 31 * middle + 131 * last) & (slots - 1)
}
