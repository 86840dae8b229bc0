import type { BytePlan, ListBytes, StructureBytes, Tag } from './byte-plan.ts'
import { isAt, type ReadBytes, readBytesOf } from './words.ts'

/**
 * Where the values of an element stand in the bytes of an answer, as numbers in one long array: making objects and texts
 * of all of them costs three times as much. A value is the place of its cells:
 *
 * - of a structure one for each member of its plan: the member's value, or 0;
 * - of a list one, its first item, or 0: a pair of the item's value and the next such pair;
 * - of anything else three: where its text begins and ends, and what it holds (`isOdd`, `isWide`).
 */
export interface Tape {
  readonly bytes: Buffer
  readonly read: ReadBytes
  /** Where the last tag begins. */
  readonly lastTag: number
  /** What is to be read next. */
  at: number
  /** The tag that was opened last closed itself: `<tagSet/>`. */
  isEmpty: boolean
  cells: Int32Array
  top: number
}

/** What is thrown when an answer is not written as EC2 writes it: then the reader that knows all of XML reads it. */
export const notPlain = new Error('the answer is not plain')

/** The text holds an entity, or what JSON writes in another way. */
export const isOdd = 1
/** The text holds more than ASCII. */
const isWide = 2

export function makeTape(bytes: Buffer, at: number): Tape {
  const lastTag = bytes.lastIndexOf(less)
  return {
    bytes,
    read: readBytesOf(bytes),
    lastTag,
    at,
    isEmpty: false,
    cells: new Int32Array(16_384),
    top: 1,
  }
}

/** Forgets the values that were read since the tape was so long. */
export function cutTape(tape: Tape, top: number): void {
  tape.cells.fill(0, top, tape.top)
  tape.top = top
}

/** So many cells, which are 0. */
export function takeCells(tape: Tape, count: number): number {
  const begin = tape.top
  tape.top += count
  if (tape.top > tape.cells.length) {
    const more = new Int32Array(2 * tape.top)
    more.set(tape.cells)
    tape.cells = more
  }
  return begin
}

/** Reads the value of the element that was opened last to the end of it. */
export function readCells(tape: Tape, plan: BytePlan, tag: Tag, depth = 0): number {
  if (plan.type === 'structure') return readStructure(tape, plan, tag, depth)
  return plan.type === 'list' ? readList(tape, plan, tag, depth) : readText(tape, tag)
}

/** Whether a tag follows that opens; if not, passes over the one that closes `tag`. */
export function isOpening(tape: Tape, tag: Tag): boolean {
  const { bytes } = tape
  let { at } = tape
  while (isSpace(bytes[at] as number)) at += 1
  tape.at = at
  if (bytes[at] !== less) throw notPlain
  if (bytes[at + 1] !== slash) return true
  closeTag(tape, tag)
  return false
}

/** Passes over the tag that follows if it is this one. */
function openTag(tape: Tape, { open, empty }: Tag): boolean {
  const { read, at } = tape
  const isOpen = isAt(read, open, at)
  if (!isOpen && !isAt(read, empty, at)) return false
  tape.at = at + (isOpen ? open.length : empty.length)
  tape.isEmpty = !isOpen
  return true
}

/** Passes over the tag that opens a member, and gives its place. One that the plan does not know is passed over, for -1. */
export function openMember(tape: Tape, { tags, plan, followers }: StructureBytes, last: number): number {
  const first = followers[2 * last] as number
  if (first >= 0 && openTag(tape, tags[first] as Tag)) return first
  const second = followers[2 * last + 1] as number
  if (second >= 0 && openTag(tape, tags[second] as Tag)) return second
  const name = openAnyTag(tape)
  const place = plan.places.get(name)
  if (place === undefined) {
    skipElement(tape, name)
    return -1
  }
  followers[first < 0 ? 2 * last : 2 * last + 1] = place
  return place
}

/** Passes over the tag that opens an item of a list. An element of another name is passed over whole, for false. */
export function openItem(tape: Tape, tag: Tag): boolean {
  if (openTag(tape, tag)) return true
  const name = openAnyTag(tape)
  if (name === tag.name) return true
  skipElement(tape, name)
  return false
}

/** Passes over the element that was opened last, however deep it is. */
function skipElement(tape: Tape, name: string): void {
  if (tape.isEmpty) return
  const { bytes } = tape
  const open = [name]
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const begin = bytes.indexOf(less, tape.at)
    if (begin === -1) throw notPlain
    tape.at = begin
    if (bytes[begin + 1] === slash) {
      const end = begin + 2 + last.length
      if (bytes[end] !== greater || bytes.toString('latin1', begin + 2, end) !== last) throw notPlain
      tape.at = end + 1
      open.pop()
    } else {
      const inner = openAnyTag(tape)
      if (!tape.isEmpty) open.push(inner)
    }
  }
}

/** The name of the tag that opens here. */
function openAnyTag(tape: Tape): string {
  const { bytes, at } = tape
  let end = at + 1
  if (bytes[end] === exclamation || bytes[end] === question) throw notPlain
  while (isNameByte(bytes[end] as number)) end += 1
  tape.isEmpty = bytes[end] === slash
  const close = tape.isEmpty ? end + 1 : end
  if (end === at + 1 || bytes[close] !== greater) throw notPlain
  tape.at = close + 1
  return bytes.toString('latin1', at + 1, end)
}

/** From a real schema no value is so deep. */
const mostLevels = 100

function readStructure(tape: Tape, plan: StructureBytes, tag: Tag, depth: number): number {
  const { tags, members } = plan
  const made = takeCells(tape, tags.length)
  if (tape.isEmpty) return made
  if (depth > mostLevels) throw notPlain
  let last = tags.length
  while (isOpening(tape, tag)) {
    const place = openMember(tape, plan, last)
    if (place < 0) continue
    last = place
    const value = readCells(tape, members[place] as BytePlan, tags[place] as Tag, depth + 1)
    const { cells } = tape
    if (cells[made + place] !== 0) throw notPlain
    cells[made + place] = value
  }
  return made
}

function readList(tape: Tape, { tag: itemTag, item }: ListBytes, tag: Tag, depth: number): number {
  const made = takeCells(tape, 1)
  if (tape.isEmpty) return made
  let before = made
  while (isOpening(tape, tag)) {
    if (!openItem(tape, itemTag)) continue
    const value = readCells(tape, item, itemTag, depth + 1)
    const pair = takeCells(tape, 2)
    tape.cells[pair] = value
    tape.cells[before] = pair
    before = pair + 1
  }
  return made
}

function readText(tape: Tape, tag: Tag): number {
  const { bytes } = tape
  const begin = tape.at
  let end = begin
  let holds = 0
  if (!tape.isEmpty) {
    if (begin > tape.lastTag) throw notPlain
    for (let byte = bytes[end] as number; byte !== less; byte = bytes[end] as number) {
      holds |= classes[byte] as number
      end += 1
    }
    tape.at = end
    closeTag(tape, tag)
  }
  const made = takeCells(tape, 3)
  const { cells } = tape
  cells[made] = begin
  cells[made + 1] = end
  cells[made + 2] = holds
  return made
}

function closeTag(tape: Tape, { close }: Tag): void {
  if (!isAt(tape.read, close, tape.at)) throw notPlain
  tape.at += close.length
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x09
}

/** Undefined, behind the end, is no byte of a name. */
function isNameByte(byte: number): boolean {
  return byte > 0x20 && byte !== greater && byte !== slash && byte !== equals && byte !== less
}

const exclamation = 0x21
const question = 0x3f
const less = 0x3c
const slash = 0x2f
const greater = 0x3e
const equals = 0x3d

/** Of each byte what it makes of a text. */
const classes = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte > 0x7f) return isWide
  return byte < 0x20 || '"\\&'.includes(String.fromCharCode(byte)) ? isOdd : 0
})
