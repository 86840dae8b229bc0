import { copyBytes, headerLength, putHeader } from './bytes'
import { dropNotes, fail, makeRoom, results, takeNotes, top, writeTo } from './memory'
import { readScalar } from './scalars'
import { isEmpty, isOpening, openItem, openMember } from './tags'

// A plan: its type; how long the header of the last value was, as most are as long; then
//  - of a list the tag of its items, and their plan;
//  - of a structure the number of its members, where they stand, and two followers of each and of none;
//  - of anything else its number.
// A member: its tag; its name as an element of JSONB, and the length of that; its plan; from where to where it last stood
// in the text, and with its name in what is written (of the items of an answer only).

const list: u32 = 5
const structure: u32 = 6
const array: u32 = 11
const object: u32 = 12

/** From a real schema no value is so deep. */
const mostLevels = 100

/** Reads the value of the element that was opened last to the end of it, and writes it as SQLite's `jsonb` does. */
export function readValue(plan: usize, tag: usize, depth: i32): void {
  const type = load<u32>(plan)
  if (type === structure) readStructure(plan, tag, depth)
  else if (type === list) readList(plan, tag, depth)
  else readScalar(plan, type, tag)
}

function readList(plan: usize, tag: usize, depth: i32): void {
  if (isEmpty) {
    putEmpty(array)
    return
  }
  const left = <usize>load<u32>(plan, 4)
  makeRoom(left)
  const begin = top
  writeTo(begin + left)
  const itemTag = <usize>load<u32>(plan, 8)
  const item = <usize>load<u32>(plan, 12)
  while (isOpening(tag)) if (openItem(itemTag)) readValue(item, itemTag, depth + 1)
  closeElement(plan, array, begin, left)
}

function putEmpty(type: u32): void {
  makeRoom(1)
  store<u8>(top, type)
  writeTo(top + 1)
}

/** Writes the header of an element whose content is there, behind the room that was left, and moves that if need be. */
function closeElement(plan: usize, type: u32, begin: usize, left: usize): void {
  const size = top - begin - left
  writeTo(begin)
  if (size === 0) {
    putEmpty(type)
    return
  }
  const length = headerLength(size)
  if (length !== left) {
    makeRoom(size + 8)
    memory.copy(begin + length, begin + left, size)
    store<u32>(plan, <u32>length, 4)
  }
  writeTo(putHeader(begin, type, size) + size)
}

function readStructure(plan: usize, tag: usize, depth: i32): void {
  if (isEmpty) {
    putEmpty(object)
    return
  }
  if (depth > mostLevels) fail()
  const left = <usize>load<u32>(plan, 4)
  makeRoom(left)
  const begin = top
  writeTo(begin + left)
  const count = load<i32>(plan, 8)
  const members = <usize>load<u32>(plan, 12)
  const followers = <usize>load<u32>(plan, 16)
  const notes = takeNotes(count)
  let last = count
  let most = -1
  let isOrdered: bool = true
  while (isOpening(tag)) {
    const place = openMember(plan, members, followers + ((<usize>last) << 3))
    if (place < 0) continue
    last = place
    readMember(members + ((<usize>place) << 5), notes + ((<usize>place) << 3), depth)
    if (place < most) isOrdered = false
    else most = place
  }
  dropNotes(notes)
  if (isOrdered) closeElement(plan, object, begin, left)
  else gather(plan, notes, begin, -1, false)
}

/** Writes the name and the value of the member that was opened last, and notes from where to where they stand. */
export function readMember(member: usize, note: usize, depth: i32): void {
  if (load<u32>(note) !== 0) fail()
  const length = <usize>load<u32>(member, 8)
  makeRoom(length)
  const from = top
  copyBytes(from, <usize>load<u32>(member, 4), length)
  writeTo(from + length)
  readValue(<usize>load<u32>(member, 12), <usize>load<u32>(member), depth + 1)
  store<u32>(note, <u32>from)
  store<u32>(note, <u32>top, 4)
}

/**
 * Writes the object of the members that are noted, in the order of the plan, to a place before what is written, and
 * forgets what stands behind that. The fifth and the sixth result say where the value of the member at the place `id`
 * stands then. `isItem`: notes with each member where it is.
 */
export function gather(plan: usize, notes: usize, begin: usize, id: i32, isItem: bool): void {
  const count = load<i32>(plan, 8)
  const end = notes + ((<usize>count) << 3)
  let size: usize = 0
  for (let note = notes; note < end; note += 8) size += <usize>(load<u32>(note, 4) - load<u32>(note))
  makeRoom(size + 16)
  // Up to here, nothing that is copied is written over.
  const room = top
  const shift = begin + headerLength(size) - room
  let to = room
  let member = <usize>load<u32>(plan, 12)
  const idNote = notes + ((<usize>id) << 3)
  for (let note = notes; note < end; note += 8, member += 32) {
    const from = <usize>load<u32>(note)
    if (from === 0) continue
    const length = <usize>load<u32>(note, 4) - from
    copyBytes(to, from, length)
    if (isItem) {
      store<u32>(member, <u32>(to + shift), 24)
      store<u32>(member, <u32>(to + shift + length), 28)
    }
    if (note === idNote) {
      store<u32>(results, <u32>(to + shift + <usize>load<u32>(member, 8)), 16)
      store<u32>(results, <u32>(to + shift + length), 20)
    }
    to += length
  }
  const content = putHeader(begin, object, size)
  memory.copy(content, room, size)
  writeTo(content + size)
}
