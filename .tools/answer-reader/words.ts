import { contentOf, sizeOf } from './bytes'

// The hashes of the words in a document: those that `hashWord` gives of what `listWords` lists of its texts, each once.
// Both stand in src/kinds/word-forms.ts, and say what is a word: here is seen at once what most texts are.

/**
 * Writes the hashes of the words of a text, as JSON writes it, to a place. Gives where they end: they take no more room
 * than the text and its quotation marks do.
 */
declare function hashClosely(begin: usize, end: usize, to: usize): usize

/** Where the hashes of the document begin, and where the next one will stand. */
let first: usize = 0
let top: usize = 0

/** Writes the hashes for an element of JSONB to a multiple of four. Gives where they end: they are no longer than it is. */
export function hashElement(element: usize, to: usize): usize {
  first = to
  top = to
  addElements(element, contentOf(element) + sizeOf(element), false)
  return top
}

/** The same for JSON as JSON.stringify writes it. */
export function hashJson(begin: usize, end: usize, to: usize): usize {
  first = to
  top = to
  let open = findQuote(begin, end)
  while (open < end) {
    const content = open + 1
    let close = findQuote(content, end)
    while (close < end && isEscaped(content, close)) close = findQuote(close + 1, end)
    const isName = close + 1 < end && <u32>load<u8>(close, 1) === colon
    if (!isName) addText(content, close)
    open = findQuote(close + 1, end)
  }
  return top
}

// The types of elements of JSONB.
const text: u32 = 7
const escapedText: u32 = 8
const array: u32 = 11
const object: u32 = 12

const quote: u32 = 0x22
const hyphen: u32 = 0x2d
const dot: u32 = 0x2e
const colon: u32 = 0x3a
const backslash: u32 = 0x5c
const smallA: u32 = 0x61

/** Bytes. A longer text is no word as a whole, but for an ARN: there, more than one may stand for a character. */
const longestWord: usize = 2048

function findQuote(begin: usize, end: usize): usize {
  for (let place = begin; place < end; place += 16) {
    const quotes = i8x16.bitmask(equals(v128.load(place), quote))
    if (quotes === 0) continue
    const found = place + <usize>ctz(quotes)
    return found < end ? found : end
  }
  return end
}

/** Whether backslashes before a quotation mark make it a part of the text. */
function isEscaped(begin: usize, place: usize): bool {
  let before = place
  while (before > begin && <u32>load<u8>(before - 1) === backslash) before -= 1
  return ((place - before) & 1) === 1
}

function addElements(begin: usize, end: usize, areMembers: bool): void {
  let element = begin
  while (element < end) {
    if (areMembers) element = endOf(element)
    const head = <u32>load<u8>(element)
    const next = endOf(element)
    const type = head & 15
    if (type === text || type === escapedText) {
      // A shorter one is no word, and one of less than twelve bytes has them behind the first.
      if (head >= 0xc0) addText(contentOf(element), next)
      else if (head >= 0x30) addText(element + 1, next)
    } else if (type >= array) addElements(contentOf(element), next, type === object)
    element = next
  }
}

/** Where an element ends. */
// inline
function endOf(element: usize): usize {
  const size = <usize>load<u8>(element) >> 4
  if (size < 12) return element + 1 + size
  if (size === 12) return element + 2 + <usize>load<u8>(element, 1)
  return contentOf(element) + sizeOf(element)
}

function addText(begin: usize, end: usize): void {
  const length = end - begin
  const bytes = v128.load(begin)
  if (length > 16) {
    if (!isTime(begin, length)) addLongText(begin, end, bytes)
    return
  }
  // Most texts have no hyphen, dot or colon: nothing of that is a word.
  const leading = v128.or(isFrom(bytes, hyphen, 2), equals(bytes, colon))
  if ((i8x16.bitmask(leading) & ((1 << (<i32>length)) - 1)) === 0) return
  const inside = bytesInside(length)
  const isDot = v128.and(inside, equals(bytes, dot))
  const isLetter = v128.and(inside, lettersIn(bytes))
  addKnown(begin, end, isDot, isLetter, v128.andnot(inside, knownIn(bytes, isDot, isLetter)))
}

/** The last sixteen bytes are looked at with those before them, of which some are among them. */
function addLongText(begin: usize, end: usize, first: v128): void {
  let dots = equals(first, dot)
  let letters = lettersIn(first)
  let known = knownIn(first, dots, letters)
  const last = end - 16
  for (let place = begin + 16; place < last + 16; place += 16) {
    const bytes = v128.load(min<usize>(place, last))
    const isDot = equals(bytes, dot)
    const isLetter = lettersIn(bytes)
    dots = v128.or(dots, isDot)
    letters = v128.or(letters, isLetter)
    known = v128.and(known, knownIn(bytes, isDot, isLetter))
  }
  if (end - begin > longestWord) {
    if (isArn(begin) || hasIdInside(begin, end)) addClosely(begin, end)
  } else addKnown(begin, end, dots, letters, v128.not(known))
}

/** Which of sixteen bytes are small letters or hyphens. */
// inline
function lettersIn(bytes: v128): v128 {
  return v128.or(equals(bytes, hyphen), isFrom(bytes, smallA, 26))
}

/** Which of sixteen bytes stand in ids, addresses and names. */
// inline
function knownIn(bytes: v128, dots: v128, letters: v128): v128 {
  return v128.or(v128.or(dots, letters), isFrom(bytes, 0x30, 10))
}

/** Adds the words of a text of which is known where it has dots, small letters or hyphens, and anything but these and digits. */
// inline
function addKnown(begin: usize, end: usize, dots: v128, letters: v128, others: v128): void {
  if (v128.any_true(others)) addOther(begin, end)
  else if (!v128.any_true(dots)) addId(begin, end)
  else if (v128.any_true(letters)) addName(begin, end)
  else if (isAddress(begin, end)) addWord(begin, end)
}

/** Which of sixteen bytes belong to a text that has so many more. */
// inline
function bytesInside(rest: usize): v128 {
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  return i8x16.lt_u(lanes, i8x16.splat(<i8>(rest > 16 ? 16 : rest)))
}

// inline
function equals(bytes: v128, byte: u32): v128 {
  return i8x16.eq(bytes, i8x16.splat(<i8>byte))
}

// inline
function isFrom(bytes: v128, from: u32, count: u32): v128 {
  return i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(<i8>from)), i8x16.splat(<i8>count))
}

/** Which of sixteen bytes are digits of an id: a bit for each. */
// inline
function hexIn(bytes: v128): u32 {
  return <u32>i8x16.bitmask(v128.or(isFrom(bytes, 0x30, 10), isFrom(bytes, smallA, 6)))
}

/** Adds a text that is a word. */
function addWord(begin: usize, end: usize): void {
  let hash: u32 = 0x811c9dc5
  for (let place = begin; place < end; place += 1) hash = (hash ^ <u32>load<u8>(place)) * 0x01000193
  add(hash)
}

// inline
function add(hash: u32): void {
  const wanted = i32x4.splat(hash)
  for (let place = first; place < top; place += 16) {
    const found = i32x4.bitmask(i32x4.eq(v128.load(place), wanted))
    // What stands behind the last hash says nothing.
    if (found !== 0 && place + ((<usize>ctz(found)) << 2) < top) return
  }
  store<u32>(top, hash)
  top += 4
}

function addClosely(begin: usize, end: usize): void {
  const from = top
  const to = hashClosely(begin, end, from)
  for (let place = from; place < to; place += 4) add(load<u32>(place))
}

/** Adds small letters, digits and hyphens if they are an id: no part of them is one then. */
function addId(begin: usize, end: usize): void {
  if (isId(begin, end)) addWord(begin, end)
}

/** Whether they are a prefix, and 8 or 17 hexadecimal digits or a UUID, or a UUID alone. */
function isId(begin: usize, end: usize): bool {
  const length = end - begin
  const digits = hexIn(v128.load(end - 16))
  if (digits === 0xffff) {
    const isLong = length > 18 && (hexIn(v128.load(end - 17)) & 1) === 1
    return isLong && isPrefix(begin, end - 18)
  }
  if (digits >>> 8 !== 0xff || length < 10) return false
  if (isPrefix(begin, end - 9)) return true
  return length >= 36 && isUuid(end - 36) && (length === 36 || isPrefix(begin, end - 37))
}

/** Whether each part of a prefix begins with a letter, and a hyphen ends it. */
function isPrefix(begin: usize, end: usize): bool {
  if (end <= begin || <u32>load<u8>(end) !== hyphen) return false
  let isFirst: bool = true
  for (let place = begin; place < end; place += 1) {
    const byte = <u32>load<u8>(place)
    if (isFirst && byte < smallA) return false
    isFirst = byte === hyphen
  }
  return !isFirst
}

/** Whether the next 36 bytes are four times a hyphen where one belongs, and digits else. */
function isUuid(begin: usize): bool {
  const marks = v128.load(begin)
  const more = v128.load(begin + 16)
  // Hyphens are the ninth, the fourteenth, the nineteenth and the twenty-fourth.
  if (i8x16.bitmask(equals(marks, hyphen)) !== 0x2100 || hexIn(marks) !== 0xdeff) return false
  if (i8x16.bitmask(equals(more, hyphen)) !== 0x84 || hexIn(more) !== 0xff7b) return false
  return hexIn(v128.load(begin + 20)) >>> 12 === 15
}

/** Whether digits and dots are four numbers of three digits at most. */
function isAddress(begin: usize, end: usize): bool {
  const length = <u32>(end - begin)
  if (length > 15) return false
  let dots = <u32>i8x16.bitmask(equals(v128.load(begin), dot)) & ((1 << length) - 1)
  if (popcnt(dots) !== 3) return false
  let before: u32 = 0
  // The end of the text, too, ends a number.
  dots |= 1 << length
  while (dots !== 0) {
    const place = ctz(dots)
    if (place === before || place > before + 3) return false
    before = place + 1
    dots &= dots - 1
  }
  return true
}

/** Adds small letters, digits, hyphens and dots if they are a DNS name, and no instance type. */
function addName(begin: usize, end: usize): void {
  const part = lastPart(begin, end)
  const isName = part !== 0 && end - part > 1 && isLetter(part) && isLetter(end - 1)
  if (isName && !maybeSize(part, end)) addWord(begin, end)
  else if (
    <u32>load<u8>(end - 1) === dot ||
    (isName && <u32>load<u8>(part, 5) === hyphen) ||
    hasIdInside(begin, end)
  )
    addClosely(begin, end)
}

/** Where the last part of a name begins; 0 if one of those before it is empty. */
function lastPart(begin: usize, end: usize): usize {
  let part = begin
  for (let place = begin; place < end; place += 1) {
    if (<u32>load<u8>(place) !== dot) continue
    if (place === part) return 0
    part = place + 1
  }
  return part
}

// inline
function isLetter(place: usize): bool {
  return <u32>load<u8>(place) - smallA < 26
}

/** Whether the last part of a name is a size of instances, or begins as one: `metal-24xl`. */
function maybeSize(part: usize, end: usize): bool {
  const length = end - part
  if (length < 4) return false
  const four = load<u32>(part)
  // nano; micro, small, large; medium, xlarge; metal
  if (length === 4) return four === 0x6f6e616e
  const fifth = <u32>load<u8>(part, 4)
  if (four === 0x6174656d && fifth === 0x6c) return length === 5 || <u32>load<u8>(part, 5) === hyphen
  if (length === 5) {
    if (four === 0x7263696d) return fifth === 0x6f
    if (four === 0x6c616d73) return fifth === 0x6c
    return four === 0x6772616c && fifth === 0x65
  }
  const last = <u32>load<u16>(part, 4)
  return length === 6 && (four === 0x6964656d ? last === 0x6d75 : four === 0x72616c78 && last === 0x6567)
}

/** Whether something stands in a text that looks as the end of an id. */
function hasIdInside(begin: usize, end: usize): bool {
  for (let place = begin; place < end; place += 16) {
    let hyphens = <u32>i8x16.bitmask(equals(v128.load(place), hyphen))
    while (hyphens !== 0) {
      const digits = place + <usize>ctz(hyphens) + 1
      if (digits + 8 > end) return false
      if ((hexIn(v128.load(digits)) & 0xff) === 0xff) return true
      hyphens &= hyphens - 1
    }
  }
  return false
}

/** Adds the words of a text with other characters, many of which are a hardware address. */
function addOther(begin: usize, end: usize): void {
  if (isHardware(begin, end)) return
  let colons = i64x2.splat(0)
  let dots = i64x2.splat(0)
  let notNames = i64x2.splat(0)
  let notAddresses = i64x2.splat(0)
  let escapes = i64x2.splat(0)
  for (let place = begin; place < end; place += 16) {
    const bytes = v128.load(place)
    const inside = bytesInside(end - place)
    const isDot = equals(bytes, dot)
    const isColon = equals(bytes, colon)
    const isDigit = isFrom(bytes, 0x30, 10)
    // Capitals as small letters.
    const folded = v128.or(bytes, i8x16.splat(0x20))
    const isMark = v128.or(equals(bytes, 0x5f), v128.or(equals(bytes, 0x2a), equals(bytes, hyphen)))
    const ofName = v128.or(v128.or(isDot, isMark), v128.or(isDigit, isFrom(folded, smallA, 26)))
    const isHex = v128.or(isDigit, isFrom(folded, smallA, 6))
    const ofAddress = v128.or(v128.or(isDot, isColon), v128.or(isHex, equals(bytes, 0x2f)))
    colons = v128.or(colons, v128.and(inside, isColon))
    dots = v128.or(dots, v128.and(inside, isDot))
    notNames = v128.or(notNames, v128.andnot(inside, ofName))
    notAddresses = v128.or(notAddresses, v128.andnot(inside, ofAddress))
    escapes = v128.or(escapes, v128.and(inside, equals(bytes, backslash)))
  }
  if (hasIdInside(begin, end)) addClosely(begin, end)
  else if (v128.any_true(colons) && isArn(begin)) {
    if (v128.any_true(escapes)) addClosely(begin, end)
    else addWord(begin, end)
  } else {
    // A name with capitals, or a range of addresses; an IPv6 address.
    const isName = v128.any_true(dots) && !v128.any_true(notNames)
    if (isName || !v128.any_true(notAddresses)) addClosely(begin, end)
  }
}

/** 2026-01-31T12:00:00+00:00: between its marks is no room for a word. */
// inline
function isTime(begin: usize, length: usize): bool {
  if (length !== 25 || <u32>load<u8>(begin, 10) !== 0x54 || <u32>load<u8>(begin) - 0x30 > 9) return false
  return (
    <u32>load<u8>(begin, 13) === colon &&
    <u32>load<u8>(begin, 16) === colon &&
    <u32>load<u8>(begin, 19) === 0x2b
  )
}

// inline
function isArn(begin: usize): bool {
  return load<u32>(begin) === 0x3a6e7261
}

/** 0a:1b:2c:3d:4e:5f: an IPv6 address has more colons, or two side by side. */
function isHardware(begin: usize, end: usize): bool {
  if (end - begin !== 17 || <u32>load<u8>(begin, 16) === colon) return false
  return i8x16.bitmask(equals(v128.load(begin), colon)) === 0x4924
}
