import { isAscii } from 'node:buffer'

/** A place in the text of an answer, and what the tag before it was. */
export interface Cursor {
  /**
   * A character for each byte: of UTF-8, only tags and what is ASCII can be read from it, and `readSlice` reads the rest.
   * V8 holds it in half the memory of a text with one character beyond Latin-1, and its parts are read twice as fast.
   */
  readonly text: string
  /** The bytes behind the text. */
  readonly bytes: Buffer
  /** Where the next byte stands that is not ASCII, as seen from what was last read; without one, the end. */
  beyond: number
  at: number
  /** The name of the tag that was opened last. */
  tag: string
  /** It closed itself: `<tagSet/>`. */
  isEmpty: boolean
  isNil: boolean
  hasAttributes: boolean
}

/** An answer that is cut off, or not XML. */
export class NotXml extends Error {}

/** Line ends become \n, as XML says. A byte order mark is passed over, as boto3 does. */
export function openText(body: Buffer, made?: string): Cursor {
  const bytes = body.includes('\r') ? Buffer.from(body.toString('utf8').replace(/\r\n?/g, '\n')) : body
  const at = bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0
  const beyond = isAscii(bytes) ? bytes.length : at
  const tag = { tag: '', isEmpty: false, isNil: false, hasAttributes: false }
  const text = bytes === body && made !== undefined ? made : bytes.toString('latin1')
  return { text, bytes, beyond, at, ...tag }
}

/** The characters between two places. Places are to be asked for in the order of the text. */
export function readSlice(cursor: Cursor, from: number, to: number): string {
  if (cursor.beyond < from) cursor.beyond = findBeyond(cursor.bytes, from)
  return cursor.beyond >= to ? cursor.text.slice(from, to) : cursor.bytes.toString('utf8', from, to)
}

/** Opens the element that holds the whole answer. */
export function openRoot(cursor: Cursor): void {
  const { text } = cursor
  for (;;) {
    skipSpace(cursor)
    if (/^<(\?|!--)/.test(text.slice(cursor.at, cursor.at + 4))) cursor.at = endOfMarkup(text, cursor.at)
    else if (/^<!doctype/i.test(text.slice(cursor.at, cursor.at + 9))) skipDoctype(cursor)
    else break
  }
  if (text[cursor.at] !== '<') throw new NotXml('no element')
  openTag(cursor, cursor.at)
}

/** After the root only what says nothing may follow. */
export function closeText(cursor: Cursor): void {
  const { text } = cursor
  for (;;) {
    skipSpace(cursor)
    if (cursor.at >= text.length) return
    if (/^<(\?|!--)/.test(text.slice(cursor.at, cursor.at + 4))) cursor.at = endOfMarkup(text, cursor.at)
    else throw new NotXml('something after the end')
  }
}

/** Where the next tag begins. Text, comments and instructions before it are passed over. */
export function findTag({ text, at }: Cursor): number {
  if (text.charCodeAt(at) === less) {
    const next = text.charCodeAt(at + 1)
    if (next !== exclamation && next !== question) return at
  }
  let from = at
  for (;;) {
    const found = text.indexOf('<', from)
    if (found === -1) throw new NotXml('the end is missing')
    const next = text.charCodeAt(found + 1)
    if (next !== exclamation && next !== question) return found
    from = endOfMarkup(text, found)
  }
}

export function isClosingTag({ text }: Cursor, begin: number): boolean {
  return text.charCodeAt(begin + 1) === slash
}

/** Passes over the tag that closes `tag`. */
export function closeTag(cursor: Cursor, begin: number, tag: string): void {
  const { text } = cursor
  const after = begin + 2 + tag.length
  if (text.charCodeAt(after) === greater && text.startsWith(tag, begin + 2)) {
    cursor.at = after + 1
    return
  }
  const end = endOf(text, '>', begin)
  if (text.slice(begin + 2, end - 1).replace(/[ \n\t]+$/, '') !== tag)
    throw new NotXml(`a tag that does not close ${tag}`)
  cursor.at = end
}

/** Reads the opening tag at `begin` with its attributes. */
export function openTag(cursor: Cursor, begin: number): void {
  const { text } = cursor
  let at = begin + 1
  while (isNameCharacter(text.charCodeAt(at))) at += 1
  if (at === begin + 1) throw new NotXml('a tag without a name')
  cursor.tag = text.slice(begin + 1, at)
  cursor.at = at
  cursor.isNil = false
  cursor.hasAttributes = false
  if (text.charCodeAt(at) !== greater) readAttributes(cursor)
  cursor.isEmpty = text.charCodeAt(cursor.at) === slash
  if (cursor.isEmpty) cursor.at += 1
  if (text.charCodeAt(cursor.at) !== greater) throw new NotXml('a tag without an end')
  cursor.at += 1
}

/** Passes over the element that was opened last, however deep it is. */
export function skipElement(cursor: Cursor): void {
  if (cursor.isEmpty) return
  const open = [cursor.tag]
  for (let tag = open.at(-1); tag !== undefined; tag = open.at(-1)) {
    const begin = findTag(cursor)
    if (isClosingTag(cursor, begin)) {
      closeTag(cursor, begin, tag)
      open.pop()
    } else {
      openTag(cursor, begin)
      if (!cursor.isEmpty) open.push(cursor.tag)
    }
  }
}

/** A piece of the text of an element; `isMarkup`: it may hold entities. */
export interface Piece {
  readonly text: string
  readonly isMarkup: boolean
}

/** The pieces of text in an element with comments, instructions or CDATA; null if there are elements inside. */
export function readPieces(cursor: Cursor, tag: string): readonly Piece[] | null {
  const { text } = cursor
  const pieces: Piece[] = []
  let hasElements = false
  for (;;) {
    const begin = text.indexOf('<', cursor.at)
    if (begin === -1) throw new NotXml('the end is missing')
    if (begin > cursor.at) pieces.push({ text: readSlice(cursor, cursor.at, begin), isMarkup: true })
    if (isClosingTag(cursor, begin)) {
      closeTag(cursor, begin, tag)
      return hasElements ? null : pieces
    }
    const next = text.charCodeAt(begin + 1)
    if (next === exclamation || next === question) {
      cursor.at = endOfMarkup(text, begin)
      if (text.startsWith(cdata, begin)) {
        const inside = readSlice(cursor, begin + cdata.length, cursor.at - 3)
        pieces.push({ text: inside, isMarkup: false })
      }
    } else {
      hasElements = true
      openTag(cursor, begin)
      skipElement(cursor)
    }
  }
}

const byteOrderMark = Buffer.from('\ufeff')

/** The first byte that is not ASCII; whole pieces without one are passed over at once. */
function findBeyond(bytes: Buffer, from: number): number {
  const piece = 1024
  for (let begin = from; begin < bytes.length; begin += piece) {
    const end = Math.min(begin + piece, bytes.length)
    if (isAscii(bytes.subarray(begin, end))) continue
    for (let at = begin; at < end; at += 1) if ((bytes[at] as number) > 0x7f) return at
  }
  return bytes.length
}

const exclamation = 0x21
const question = 0x3f
const slash = 0x2f
const less = 0x3c
const greater = 0x3e
const equals = 0x3d
const cdata = '<![CDATA['

function endOfMarkup(text: string, begin: number): number {
  if (text.startsWith('<!--', begin)) return endOf(text, '-->', begin + 4)
  if (text.startsWith(cdata, begin)) return endOf(text, ']]>', begin + cdata.length)
  if (/^<\?[^\s?>]/.test(text.slice(begin, begin + 3))) return endOf(text, '?>', begin + 2)
  throw new NotXml('a declaration inside the answer')
}

function endOf(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from)
  if (found === -1) throw new NotXml(`${end} is missing`)
  return found + end.length
}

function readAttributes(cursor: Cursor): void {
  const { text } = cursor
  for (;;) {
    skipSpace(cursor)
    const begin = cursor.at
    const next = text.charCodeAt(begin)
    if (next === slash || next === greater) return
    while (isNameCharacter(text.charCodeAt(cursor.at))) cursor.at += 1
    const name = text.slice(begin, cursor.at)
    skipSpace(cursor)
    if (name === '' || text.charCodeAt(cursor.at) !== equals) throw new NotXml('an attribute without a value')
    cursor.at += 1
    skipSpace(cursor)
    const quote = text[cursor.at]
    if (quote !== '"' && quote !== "'") throw new NotXml('an attribute without quotes')
    const end = endOf(text, quote, cursor.at + 1)
    if (/^(\w+:)?nil$/.test(name)) cursor.isNil = /^(true|1)$/.test(text.slice(cursor.at + 1, end - 1))
    cursor.hasAttributes = true
    cursor.at = end
  }
}

/** Entities that a document declares are not read: the text that uses them is a bad value. */
function skipDoctype(cursor: Cursor): void {
  const { text } = cursor
  let depth = 0
  for (let at = cursor.at + 9; at < text.length; at += 1) {
    const character = text[at]
    if (character === '[') depth += 1
    else if (character === ']') depth -= 1
    else if (character === '>' && depth === 0) {
      cursor.at = at + 1
      return
    }
  }
  throw new NotXml('a declaration without an end')
}

function skipSpace(cursor: Cursor): void {
  while (isSpace(cursor.text.charCodeAt(cursor.at))) cursor.at += 1
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09
}

/** NaN, behind the end of the text, is no character of a name. */
function isNameCharacter(code: number): boolean {
  return code > 0x20 && code !== greater && code !== slash && code !== equals && code !== less
}
