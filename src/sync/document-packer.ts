import { compile } from '../jmespath/compile.ts'
import { contentOf, jsonbTypes, sizeOf } from '../jsonb-elements.ts'
import { tagListNames } from '../kinds/tag-list.ts'
import type { RowMaking, TextPack } from '../pages.ts'
import { makeRoom, nothing, number } from '../store/packed-texts.ts'
import { type Source, sourcesOf } from './column-sources.ts'
import { type Computed, makeComputed } from './computed-columns.ts'
import {
  type MemberForm,
  makeForm,
  memberAt,
  type ObjectForm,
  type Reading,
  readingOf,
} from './member-forms.ts'

/** The expression of a column, and the members that it looks at. */
export interface PackedColumn {
  readonly expression: string
  readonly paths: readonly (readonly string[])[]
}

/**
 * Makes the function that packs the row of a document, as it would be packed if its members were read and the columns
 * evaluated over them: most cells are texts that stand in the document, and are copied from there. Documents with
 * characters beyond ASCII, with escaped texts in a column or a tag, and with objects, lists or fractions as values of
 * columns are left to the other way.
 */
export function makeDocumentPacker(columns: readonly PackedColumn[]): RowMaking['packDocument'] {
  const paths: string[][] = []
  const slotOf = (path: readonly string[]): number => {
    const found = paths.findIndex((each) => each.join('\0') === path.join('\0'))
    return found >= 0 ? found : paths.push([...path]) - 1
  }
  const tagSlots = tagListNames.map((name) => slotOf([name]))
  const cells = columns.map(({ expression, paths }): Cell => {
    const sources = sourcesOf(compile(expression).ast)
    if (!sources) return { compute: makeComputed(expression, paths, (name) => slotOf([name])), sources: [] }
    return { compute: null, sources: sources.map((source) => placeSource(source, slotOf)) }
  })
  const form = makeForm(paths.map((path, slot) => ({ path, slot })))
  const row: Row = {
    reading: readingOf(new ArrayBuffer(0)),
    slots: new Int32Array(paths.length),
    tags: new Int32Array(2 * mostTags),
    tagList: -1,
    tagCount: 0,
  }
  return (document, to) => {
    const { buffer, byteOffset, length } = document
    // The documents of a page lie in one piece of memory.
    if (row.reading.bytes.buffer !== buffer) row.reading = readingOf(buffer)
    const { bytes } = row.reading
    const begin = { end: to.end, searchEnd: to.searchEnd, count: to.count, numbers: to.numbers.length }
    row.slots.fill(0)
    to.seen = 0
    const isPacked =
      findPlaces(row.reading, contentOf(bytes, byteOffset), byteOffset + length, form, row.slots) &&
      findTags(row, tagSlots) &&
      putCells(row, cells, to) &&
      putTags(row, to) &&
      to.seen < 0x80
    if (!isPacked) {
      to.end = begin.end
      to.searchEnd = begin.searchEnd
      to.count = begin.count
      to.numbers.length = begin.numbers
      return false
    }
    // Each piece ends with a newline.
    if (to.searchEnd > begin.searchEnd) to.searchEnd -= 1
    to.lengths[to.count++] = to.searchEnd - begin.searchEnd
    return true
  }
}

interface Cell {
  /** Null for a column that has one of its sources. */
  readonly compute: ((reading: Reading, slots: Int32Array) => Computed) | null
  readonly sources: readonly PlacedSource[]
}

/** Of a tag its list and its key, of a path its place, of a text the text. */
interface PlacedSource {
  readonly type: Source['type']
  readonly slot: number
  readonly text: Uint8Array
}

/** A document of which the row is made. */
interface Row {
  reading: Reading
  /** Where the elements stand that are looked at; 0 for one that is missing. */
  readonly slots: Int32Array
  /** Where the key and the value of each tag stand. */
  readonly tags: Int32Array
  /** The slot of the list that they are of. */
  tagList: number
  tagCount: number
}

/** EC2 allows 50; more are left to the other way. */
const mostTags = 100

function placeSource(source: Source, slotOf: (path: readonly string[]) => number): PlacedSource {
  const { type } = source
  if (type === 'path') return { type, slot: slotOf(source.path), text: none }
  if (type === 'tag') return { type, slot: slotOf([source.list]), text: Buffer.from(source.key) }
  return { type, slot: -1, text: Buffer.from(source.text) }
}

const none = new Uint8Array()

/** Finds where the values stand for which a form has slots. False if the document is damaged. */
function findPlaces(
  reading: Reading,
  from: number,
  end: number,
  form: ObjectForm,
  slots: Int32Array,
): boolean {
  const { bytes } = reading
  let last: MemberForm | null = null
  let left = form.count
  let at = from
  while (at < end && left > 0) {
    const member: MemberForm = memberAt(reading, at, form, last)
    last = member
    const value = at + member.size
    const content = contentOf(bytes, value)
    at = content + sizeOf(bytes, value, content)
    if (!member.isWanted) continue
    left -= 1
    if (member.slot !== null) slots[member.slot] = value
    if (member.below.count === 0 || ((bytes[value] as number) & 15) !== jsonbTypes.object) continue
    if (!findPlaces(reading, content, at, member.below, slots)) return false
  }
  return at <= end
}

/** False for tags that are written in an unusual way. */
function findTags(row: Row, lists: readonly number[]): boolean {
  const { reading, slots, tags } = row
  const { bytes } = reading
  row.tagCount = 0
  row.tagList = -1
  for (const list of lists) {
    const at = slots[list] as number
    if (at === 0) continue
    if (row.tagList >= 0 || ((bytes[at] as number) & 15) !== jsonbTypes.array) return false
    row.tagList = list
    const content = contentOf(bytes, at)
    const end = content + sizeOf(bytes, at, content)
    for (let next = content; next < end; ) {
      const begin = contentOf(bytes, next)
      const behind = begin + sizeOf(bytes, next, begin)
      const isObject = ((bytes[next] as number) & 15) === jsonbTypes.object
      if (!isObject || row.tagCount === mostTags || !(behind <= end)) return false
      tagPlaces.fill(0)
      if (!findPlaces(reading, begin, behind, tagForm, tagPlaces)) return false
      for (let place = 0; place < 2; place += 1) {
        const found = tagPlaces[place] as number
        if (found !== 0 && ((bytes[found] as number) & 15) !== jsonbTypes.text) return false
        tags[2 * row.tagCount + place] = found
      }
      row.tagCount += 1
      next = behind
    }
  }
  return true
}

const tagForm = makeForm(['Key', 'Value'].map((name, slot) => ({ path: [name], slot })))
const tagPlaces = new Int32Array(2)

function putCells(row: Row, cells: readonly Cell[], to: TextPack): boolean {
  for (let column = 0; column < cells.length; column += 1) {
    const { compute, sources } = cells[column] as Cell
    const isPut = compute ? putComputed(compute(row.reading, row.slots), to) : putFirst(row, sources, to)
    if (!isPut) return false
  }
  return true
}

/** Puts the first of the sources that is true, or the last. */
function putFirst(row: Row, sources: readonly PlacedSource[], to: TextPack): boolean {
  const { bytes } = row.reading
  for (let place = 0; place < sources.length; place += 1) {
    const source = sources[place] as PlacedSource
    const isLast = place === sources.length - 1
    if (source.type === 'text') {
      if (source.text.length > 0 || isLast) return putText(source.text, 0, source.text.length, to)
      continue
    }
    const at = source.type === 'tag' ? findTag(row, source) : (row.slots[source.slot] as number)
    if (isLast || (at !== 0 && isTrue(bytes, at))) return putElement(bytes, at, to)
  }
  return false
}

/** The place of the value of the first tag that has this key and a value; 0 if no tag has both. */
function findTag({ reading: { bytes }, tags, tagList, tagCount }: Row, { slot, text }: PlacedSource): number {
  if (slot !== tagList) return 0
  const size = text.length
  for (let tag = 0; tag < tagCount; tag += 1) {
    const [key, value] = [tags[2 * tag] as number, tags[2 * tag + 1] as number]
    if (key === 0 || value === 0) continue
    const content = contentOf(bytes, key)
    if (sizeOf(bytes, key, content) !== size) continue
    let same = 0
    while (same < size && bytes[content + same] === text[same]) same += 1
    if (same === size) return value
  }
  return 0
}

/** Whether JMESPath takes an element for true: only what is null, false or empty is not. */
function isTrue(bytes: Uint8Array, at: number): boolean {
  const type = (bytes[at] as number) & 15
  if (type === jsonbTypes.null || type === jsonbTypes.false) return false
  return type === jsonbTypes.true || sizeOf(bytes, at, contentOf(bytes, at)) > 0
}

function putElement(bytes: Uint8Array, at: number, to: TextPack): boolean {
  const type = at === 0 ? jsonbTypes.null : (bytes[at] as number) & 15
  if (type === jsonbTypes.null) {
    to.lengths[to.count++] = nothing
    return true
  }
  if (type === jsonbTypes.true) return putText(trueText, 0, trueText.length, to)
  if (type === jsonbTypes.false) return putText(falseText, 0, falseText.length, to)
  const content = contentOf(bytes, at)
  const end = content + sizeOf(bytes, at, content)
  if (type === jsonbTypes.text) return putText(bytes, content, end, to)
  return type === jsonbTypes.integer && putInteger(bytes, content, end, to)
}

const trueText = Buffer.from('true')
const falseText = Buffer.from('false')

/** Of a number that JavaScript writes with the same digits. */
function putInteger(bytes: Uint8Array, begin: number, end: number, to: TextPack): boolean {
  if (end - begin > mostDigits || (bytes[begin] === zero && end - begin > 1)) return false
  let value = 0
  for (let at = begin; at < end; at += 1) {
    const digit = (bytes[at] as number) - zero
    if (digit < 0 || digit > 9) return false
    value = 10 * value + digit
  }
  to.numbers.push(value)
  to.lengths[to.count++] = number
  putSearch(bytes, begin, end, to)
  putByte(newline, to)
  return end > begin
}

const mostDigits = 15

function putComputed({ value, ascii }: Computed, to: TextPack): boolean {
  if (ascii === null || (typeof value === 'object' && value !== null)) return false
  if (value === null) {
    to.lengths[to.count++] = nothing
    return true
  }
  if (typeof value !== 'number') return putText(ascii, 0, ascii.length, to)
  to.numbers.push(value)
  to.lengths[to.count++] = number
  putSearch(ascii, 0, ascii.length, to)
  putByte(newline, to)
  return true
}

/** Puts a text into a cell, and into the search text. */
function putText(bytes: Uint8Array, begin: number, end: number, to: TextPack): boolean {
  makeRoom(to, end - begin + 1)
  const { texts, search } = to
  let { end: at, searchEnd } = to
  let seen = 0
  for (let from = begin; from < end; from += 1) {
    const byte = bytes[from] as number
    seen |= byte
    texts[at++] = byte
    search[searchEnd++] = lower[byte] as number
  }
  search[searchEnd++] = newline
  to.end = at
  to.searchEnd = searchEnd
  to.seen |= seen
  to.lengths[to.count++] = end - begin
  return true
}

function putTags({ reading: { bytes }, tags, tagCount }: Row, to: TextPack): boolean {
  for (let tag = 0; tag < tagCount; tag += 1) {
    putTagPart(bytes, tags[2 * tag] as number, to)
    putByte(equals, to)
    putTagPart(bytes, tags[2 * tag + 1] as number, to)
    putByte(newline, to)
  }
  return true
}

function putTagPart(bytes: Uint8Array, at: number, to: TextPack): void {
  if (at === 0) return
  const content = contentOf(bytes, at)
  putSearch(bytes, content, content + sizeOf(bytes, at, content), to)
}

/** Puts a text into the search text alone. */
function putSearch(bytes: Uint8Array, begin: number, end: number, to: TextPack): void {
  makeRoom(to, end - begin)
  const { search } = to
  let at = to.searchEnd
  let seen = 0
  for (let from = begin; from < end; from += 1) {
    const byte = bytes[from] as number
    seen |= byte
    search[at++] = lower[byte] as number
  }
  to.searchEnd = at
  to.seen |= seen
}

function putByte(byte: number, to: TextPack): void {
  makeRoom(to, 1)
  to.search[to.searchEnd++] = byte
}

const newline = 0x0a
const zero = 0x30
const equals = 0x3d

/** The small letter of each letter of ASCII, and all other bytes as they are. */
const lower = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte))
