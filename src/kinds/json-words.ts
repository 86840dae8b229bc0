import { contentOf, jsonbTypes, sizeOf } from '../jsonb-elements.ts'
import { hashWord, listWords } from './word-forms.ts'

/**
 * Makes the function that gives the hashes of the words in a resource, as SQLite's JSONB or as JSON.stringify writes it:
 * those that `listWords` gives of its texts, each once. What it gives is overwritten by the next call. Takes some 3 µs for
 * an instance in JSONB.
 */
export function makeWordHasher(): (document: string | Uint8Array) => Uint32Array {
  const found: Hashes = { all: new Uint32Array(1024), count: 0, ofTexts: new Map() }
  return (document) => {
    found.count = 0
    if (typeof document === 'string') addJson(Buffer.from(document), found)
    else addElement(Buffer.from(document.buffer, document.byteOffset, document.length), 0, found)
    return found.all.subarray(0, found.count)
  }
}

interface Hashes {
  all: Uint32Array
  count: number
  /** Of texts that were looked at closely: of an instance's most are an instance type, an ARN or a tag's key as many others. */
  readonly ofTexts: Map<string, readonly number[]>
}

/** Texts whose words are remembered, and characters of the longest: 0.5 MB. */
const mostTexts = 2000
const longestText = 150

/** Adds the words of the texts in an element of JSONB, but for those of its names. Gives where it ends. */
function addElement(bytes: Buffer, at: number, found: Hashes): number {
  const type = (bytes[at] as number) & 15
  const begin = contentOf(bytes, at)
  const end = begin + sizeOf(bytes, at, begin)
  if (type === jsonbTypes.text || type === jsonbTypes.escapedText) addText(bytes, begin, end, found)
  else if (type === jsonbTypes.array) {
    for (let inner = begin; inner < end; ) inner = addElement(bytes, inner, found)
  } else if (type === jsonbTypes.object) {
    for (let inner = begin; inner < end; ) {
      const name = contentOf(bytes, inner)
      inner = addElement(bytes, name + sizeOf(bytes, inner, name), found)
    }
  }
  return end
}

/** Adds the words of the texts in JSON, but for those of its names. */
function addJson(bytes: Buffer, found: Hashes): void {
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== quote) continue
    const begin = at + 1
    for (at = begin; bytes[at] !== quote; at += 1) if (bytes[at] === backslash) at += 1
    if (bytes[at + 1] !== colon) addText(bytes, begin, at, found)
  }
}

function addText(bytes: Buffer, begin: number, end: number, found: Hashes): void {
  let seen = 0
  for (let at = begin; at < end; at += 1) seen |= traits[bytes[at] as number] as number
  if ((seen & leading) !== 0) addWords(bytes, begin, end, seen, found)
}

function add(hash: number, found: Hashes): void {
  const { all, count } = found
  for (let at = count - 1; at >= 0; at -= 1) if (all[at] === hash) return
  if (count === all.length) {
    found.all = new Uint32Array(2 * count)
    found.all.set(all)
  }
  found.all[count] = hash
  found.count += 1
}

/** Adds the words of a text that stands in the bytes. Most are seen at once to be one word, or none. */
function addWords(bytes: Buffer, begin: number, end: number, seen: number, found: Hashes): void {
  const length = end - begin
  if ((seen & ~ofId) === 0) {
    // Whatever has no other characters is an id as a whole, or no word.
    if (isId(bytes, begin, end)) add(hashBytes(bytes, begin, end), found)
  } else if ((seen & ~ofAddress) === 0) {
    if (isAddress(bytes, begin, end)) add(hashBytes(bytes, begin, end), found)
  } else if ((seen & ~ofName) === 0) {
    const isWhole = !endsAsSize(bytes, end) && isName(bytes, begin, end)
    if (isWhole) add(hashBytes(bytes, begin, end), found)
    else if (endsAsSize(bytes, end) || hasIdInside(bytes, begin, end))
      addSlowly(bytes, begin, end, seen, found)
  } else if (bytes[begin + 4] === hyphen && bytes[begin + 10] === letterT && length === timeLength) return
  else if (bytes[begin + 2] === colon && bytes[begin + 14] === colon && length === macLength) return
  else if (hasIdInside(bytes, begin, end) || mayBeWord(bytes, begin, end, seen))
    addSlowly(bytes, begin, end, seen, found)
}

function addSlowly(bytes: Buffer, begin: number, end: number, seen: number, found: Hashes): void {
  if (end - begin > longestText) {
    for (const hash of hashesOf(bytes, begin, end, seen)) add(hash, found)
    return
  }
  const { ofTexts } = found
  // A character for each byte: no two texts have the same.
  const text = bytes.toString('latin1', begin, end)
  let hashes = ofTexts.get(text)
  if (!hashes) {
    if (ofTexts.size === mostTexts) ofTexts.clear()
    hashes = hashesOf(bytes, begin, end, seen)
    ofTexts.set(text, hashes)
  }
  for (let at = 0; at < hashes.length; at += 1) add(hashes[at] as number, found)
}

function hashesOf(bytes: Buffer, begin: number, end: number, seen: number): readonly number[] {
  const raw = bytes.toString('utf8', begin, end)
  const text = (seen & isEscape) === 0 ? raw : (JSON.parse(`"${raw}"`) as string)
  return listWords(text).map(hashWord)
}

/** Whether a text is an id: a prefix, and 8 or 17 hexadecimal digits or a UUID, or a UUID alone. */
function isId(bytes: Uint8Array, begin: number, end: number): boolean {
  if (bytes[end - 13] === hyphen && end - begin >= uuidLength) return isUuid(bytes, begin, end)
  const size = bytes[end - 18] === hyphen && end - 18 > begin ? 17 : 8
  return areHex(bytes, end - size, end) && isPrefix(bytes, begin, end - size - 1)
}

function isUuid(bytes: Uint8Array, begin: number, end: number): boolean {
  const first = end - uuidLength
  for (const [from, to] of uuidParts) if (!areHex(bytes, first + from, first + to)) return false
  const hyphens = bytes[first + 8] === hyphen && bytes[first + 13] === hyphen && bytes[first + 18] === hyphen
  return hyphens && (first === begin || isPrefix(bytes, begin, first - 1))
}

function areHex(bytes: Uint8Array, begin: number, end: number): boolean {
  for (let at = begin; at < end; at += 1) if (hex[bytes[at] as number] !== 1) return false
  return true
}

/** Whether each part of a prefix begins with a letter, and a hyphen ends it. */
function isPrefix(bytes: Uint8Array, begin: number, end: number): boolean {
  if (end <= begin || bytes[end] !== hyphen) return false
  let isFirst = true
  for (let at = begin; at < end; at += 1) {
    const byte = bytes[at] as number
    if (isFirst && byte < letterA) return false
    isFirst = byte === hyphen
  }
  return !isFirst
}

/** Whether digits and dots are four numbers of three digits at most. */
function isAddress(bytes: Uint8Array, begin: number, end: number): boolean {
  let numbers = 1
  let size = 0
  for (let at = begin; at < end; at += 1) {
    if (bytes[at] === dot) {
      if (size === 0) return false
      numbers += 1
      size = 0
    } else size += 1
    if (size > 3) return false
  }
  return numbers === 4 && size > 0
}

/** Whether small letters, digits, hyphens and dots are a DNS name: its last part begins and ends with a letter. */
function isName(bytes: Uint8Array, begin: number, end: number): boolean {
  let part = begin
  for (let at = begin; at < end; at += 1) {
    if (bytes[at] !== dot) continue
    if (at === part) return false
    part = at + 1
  }
  // What ends with a dot is looked at more closely.
  return (
    part > begin && end - part > 1 && isLetter(bytes[part] as number) && isLetter(bytes[end - 1] as number)
  )
}

function isLetter(byte: number): boolean {
  return byte >= letterA && byte <= letterZ
}

/** Whether the last letters are those of a size of instances, as of m5.24xlarge, or a dot: such a text is looked at more closely. */
function endsAsSize(bytes: Uint8Array, end: number): boolean {
  const last = bytes[end - 1] as number
  return (
    last === dot ||
    sizeEnds.has((bytes[end - 3] as number) * 65_536 + (bytes[end - 2] as number) * 256 + last)
  )
}

/** Whether something stands in a text that looks as the end of an id. */
function hasIdInside(bytes: Uint8Array, begin: number, end: number): boolean {
  let digits = -1
  for (let at = begin; at < end; at += 1) {
    const byte = bytes[at] as number
    if (byte === hyphen) digits = 0
    else if (digits >= 0) {
      digits = hex[byte] === 1 ? digits + 1 : -1
      if (digits === 8) return true
    }
  }
  return false
}

/** Whether a text with other characters may be a word as a whole: an ARN, a DNS name in capitals, IPv6, a range. */
function mayBeWord(bytes: Uint8Array, begin: number, end: number, seen: number): boolean {
  if ((seen & isColon) === 0)
    return (seen & isDot) !== 0 && ((seen & isOther) === 0 || (bytes[begin] as number) < colon)
  if (bytes[begin] === letterA && bytes[begin + 3] === colon) return true
  for (let at = begin; at < end; at += 1) if (ofIpv6[bytes[at] as number] !== 1) return false
  return true
}

/** As `hashWord` hashes the text. */
function hashBytes(bytes: Uint8Array, begin: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = begin; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
  return hash >>> 0
}

const quote = 0x22
const hyphen = 0x2d
const dot = 0x2e
const colon = 0x3a
const backslash = 0x5c
const letterT = 0x54
const letterA = 0x61
const letterZ = 0x7a

/** What is known of a text by its characters. */
const isHyphen = 1
const isDot = 2
const isColon = 4
const isDigit = 8
const isSmallLetter = 16
const isCapital = 32
const isOther = 64
const isEscape = 128
const leading = isHyphen | isDot | isColon
const ofId = isHyphen | isDigit | isSmallLetter
const ofAddress = isDot | isDigit
const ofName = isDot | ofId

const timeLength = '2026-01-31T12:00:00+00:00'.length
const macLength = '0a:1b:2c:3d:4e:5f'.length
const uuidLength = 36
const uuidParts = [
  [0, 8],
  [9, 13],
  [14, 18],
  [19, 23],
  [24, 36],
] as const

const sizeEnds = new Set(
  ['ano', 'cro', 'all', 'ium', 'rge', 'tal', ...[...'0123456789'].map((digit) => `${digit}xl`)].map((text) =>
    Buffer.from(text).readUIntBE(0, 3),
  ),
)

const traits = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  if (character === '\\') return isEscape
  if (character === '-') return isHyphen
  if (character === '.') return isDot
  if (character === ':') return isColon
  if (/[0-9]/.test(character)) return isDigit
  if (/[a-z]/.test(character)) return isSmallLetter
  return /[A-Z_*]/.test(character) ? isCapital : isOther
})
const hex = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[0-9a-f]/.test(String.fromCharCode(byte)) ? 1 : 0,
)
const ofIpv6 = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[0-9a-fA-F:./]/.test(String.fromCharCode(byte)) ? 1 : 0,
)
