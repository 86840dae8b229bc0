export { hashText } from './hash'

import { isSame } from './bytes'
import { putJson } from './json'
import { at, dropNotes, fail, makeRoom, moveTo, results, start, takeNotes, top, writeTo } from './memory'
import { forgetTimes } from './scalars'
import { isEmpty, isOpening, openItem, openMember } from './tags'
import { gather, readMember } from './values'

/** `hashElement` of words.ts, which is a module of its own: src/kinds/json-words.ts needs it without this one. */
declare function hashWords(element: usize, to: usize): usize

/** Begins with an answer, of which the root is open: what is to be read next, and where is to be written. */
export function begin(from: usize, to: usize): void {
  start(from, to)
  forgetTimes()
}

/** Where what is to be read next stands. */
export function placeRead(): usize {
  return at
}

/** Where what was written ends. */
export function placeWritten(): usize {
  return top
}

/** Opens the next item of a list; false if the list ends. The first result: where the item begins. */
export function openNext(list: usize, tag: usize): bool {
  if (!isOpening(tag)) return false
  store<u32>(results, <u32>at)
  if (!openItem(<usize>load<u32>(list, 8)) || isEmpty) fail()
  return true
}

/**
 * Reads the next item of a list; false if the list ends. The results: from where to where it stands in the text, and in
 * what is written, where the value of its member at the place `id` stands there, and where the hashes of its words end:
 * they begin behind it, at the next multiple of four.
 */
export function readNext(list: usize, tag: usize, id: i32): bool {
  if (!openNext(list, tag)) return false
  readItem(<usize>load<u32>(list, 12), <usize>load<u32>(list, 8), id)
  store<u32>(results, <u32>at, 4)
  return true
}

/**
 * Half of an instance's members are, byte for byte, those of an instance before it: they are neither read nor written
 * anew, but copied. The one at the place `id` is read in any case.
 */
function readItem(plan: usize, tag: usize, id: i32): void {
  const count = load<i32>(plan, 8)
  const members = <usize>load<u32>(plan, 12)
  const followers = <usize>load<u32>(plan, 16)
  const notes = takeNotes(count)
  const begin = top
  writeTo(begin + 8)
  let last = count
  while (isOpening(tag)) {
    const from = at
    const follower = followers + ((<usize>last) << 3)
    let place = load<i32>(follower)
    if (place === id || !copyMember(members, notes, place)) {
      place = openMember(plan, members, follower)
      if (place < 0) continue
      readMember(members + ((<usize>place) << 5), notes + ((<usize>place) << 3), 1)
    }
    last = place
    const member = members + ((<usize>place) << 5)
    store<u32>(member, <u32>from, 16)
    store<u32>(member, <u32>at, 20)
  }
  dropNotes(notes)
  if (id < 0 || load<u32>(notes + ((<usize>id) << 3)) === 0) fail()
  gather(plan, notes, begin, id, true)
  const end = top
  makeRoom(end - begin + 4)
  writeTo(hashWords(begin, (end + 3) & ~3))
  store<u32>(results, <u32>begin, 8)
  store<u32>(results, <u32>end, 12)
  store<u32>(results, <u32>top, 24)
}

/** Passes over a member and notes where it is written, if it stands here as it last came. */
// inline
function copyMember(members: usize, notes: usize, place: i32): bool {
  if (place < 0) return false
  const member = members + ((<usize>place) << 5)
  const before = <usize>load<u32>(member, 16)
  const length = <usize>load<u32>(member, 20) - before
  if (before === 0 || !isSame(at, before, length)) return false
  const note = notes + ((<usize>place) << 3)
  if (load<u32>(note) !== 0) fail()
  store<u64>(note, load<u64>(member, 24))
  moveTo(at + length)
  return true
}

/** Forgets how the members of an item last came. */
export function forgetMembers(plan: usize): void {
  const count = load<i32>(plan, 8)
  const members = <usize>load<u32>(plan, 12)
  for (let place = 0; place < count; place += 1)
    v128.store(members + ((<usize>place) << 5), i64x2.splat(0), 16)
}

// A structure that is read around one of its members: before its notes stand its last member, and whether that one came.

/** Begins to read a structure, whose tag was opened last, around a member. */
export function openAround(plan: usize): usize {
  const frame = takeNotes(1 + load<i32>(plan, 8))
  store<i32>(frame, load<i32>(plan, 8))
  return frame
}

/** Reads on: true where the member at the place `inner` is open, false where the structure has ended. */
export function readAround(plan: usize, tag: usize, frame: usize, inner: i32): bool {
  const members = <usize>load<u32>(plan, 12)
  const followers = <usize>load<u32>(plan, 16)
  while (isOpening(tag)) {
    const place = openMember(plan, members, followers + ((<usize>load<i32>(frame)) << 3))
    if (place < 0) continue
    store<i32>(frame, place)
    if (place !== inner) {
      readMember(members + ((<usize>place) << 5), frame + 8 + ((<usize>place) << 3), 0)
      continue
    }
    if (load<u32>(frame, 4) !== 0 || isEmpty) fail()
    store<u32>(frame, 1, 4)
    return true
  }
  dropNotes(frame)
  return false
}

/**
 * Writes the JSON of what was read around a member, and forgets it where it stands. The results: from where to where
 * the JSON stands, and, from the fifth on, the value of the member at the place `id`: both until something is written.
 */
export function writeAround(plan: usize, frame: usize, id: i32): void {
  const begin = top
  store<u64>(results, 0, 16)
  writeTo(begin + 8)
  gather(plan, frame + 8, begin, id, false)
  const end = top
  putJson(begin, end)
  store<u32>(results, <u32>end)
  store<u32>(results, <u32>top, 4)
  writeTo(begin)
}
