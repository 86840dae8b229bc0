import { isSame } from './bytes'
import { at, dropNotes, fail, moveTo, pushNote, stack } from './memory'

// A tag: the length of `<name`, where `</name>` stands, and its length; from the sixteenth byte on `<name`.

const less: u32 = 0x3c
const greater: u32 = 0x3e
const slash: u32 = 0x2f

/** The tag that was opened last closed itself: `<tagSet/>`. */
export let isEmpty: bool = false
let nameBegin: usize = 0

/** Whether a tag follows that opens; if not, passes over the one that closes `tag`. */
// inline
export function isOpening(tag: usize): bool {
  let place = at
  let byte = <u32>load<u8>(place)
  while (byte === 0x20 || byte === 0x0a || byte === 0x09) byte = <u32>load<u8>(++place)
  if (byte !== less) fail()
  moveTo(place)
  if (<u32>load<u8>(place, 1) !== slash) return true
  closeTag(tag)
  return false
}

// inline
export function closeTag(tag: usize): void {
  const length = <usize>load<u32>(tag, 8)
  if (!isSame(at, <usize>load<u32>(tag, 4), length)) fail()
  moveTo(at + length)
}

/** Passes over the tag that opens here if it is this one. */
// inline
function openTag(tag: usize): bool {
  const length = <usize>load<u32>(tag)
  if (!isSame(at, tag + 16, length)) return false
  const next = <u32>load<u16>(at + length)
  isEmpty = next === 0x3e2f
  if (!isEmpty && (next & 0xff) !== greater) return false
  moveTo(at + length + (isEmpty ? 2 : 1))
  return true
}

/** Passes over the tag that opens here, whatever its name. Gives the end of the name, which begins at `nameBegin`. */
function openAnyTag(): usize {
  let end = at + 1
  nameBegin = end
  let byte = <u32>load<u8>(end)
  if (byte === 0x21 || byte === 0x3f) fail()
  while (byte > 0x20 && byte !== greater && byte !== slash && byte !== 0x3d && byte !== less)
    byte = <u32>load<u8>(++end)
  isEmpty = byte === slash
  const close = isEmpty ? end + 1 : end
  if (end === nameBegin || <u32>load<u8>(close) !== greater) fail()
  moveTo(close + 1)
  return end
}

function isNamed(tag: usize, nameEnd: usize): bool {
  const length = nameEnd - nameBegin
  return length + 1 === <usize>load<u32>(tag) && isSame(nameBegin, tag + 17, length)
}

/** Passes over the element that was opened last, however deep it is. */
function skipElement(nameEnd: usize): void {
  if (isEmpty) return
  const bottom = stack
  pushNote(nameBegin, nameEnd)
  while (stack !== bottom) {
    let place = at
    while (<u32>load<u8>(place) !== less) place += 1
    moveTo(place)
    if (<u32>load<u8>(place, 1) === slash) {
      const begin = <usize>load<u32>(stack - 8)
      const length = <usize>load<u32>(stack - 4) - begin
      if (!isSame(place + 2, begin, length) || <u32>load<u8>(place + 2 + length) !== greater) fail()
      moveTo(place + length + 3)
      dropNotes(stack - 8)
    } else {
      const end = openAnyTag()
      if (!isEmpty) pushNote(nameBegin, end)
    }
  }
}

// A member of a structure takes 32 bytes, and begins with where its tag stands.

/**
 * Passes over the tag that opens a member, and gives its place. One that the plan does not know is passed over, for -1.
 * `followers`: two places that came after the last one; -1 for one that is not known yet. Most members come always or never.
 */
// inline
export function openMember(plan: usize, members: usize, followers: usize): i32 {
  const first = load<i32>(followers)
  if (first >= 0 && openTag(<usize>load<u32>(members + ((<usize>first) << 5)))) return first
  return openOtherMember(plan, members, followers)
}

function openOtherMember(plan: usize, members: usize, followers: usize): i32 {
  const second = load<i32>(followers, 4)
  if (second >= 0 && openTag(<usize>load<u32>(members + ((<usize>second) << 5)))) return second
  const end = openAnyTag()
  const count = load<i32>(plan, 8)
  for (let place = 0; place < count; place += 1) {
    if (!isNamed(<usize>load<u32>(members + ((<usize>place) << 5)), end)) continue
    if (load<i32>(followers) < 0) store<i32>(followers, place)
    else store<i32>(followers, place, 4)
    return place
  }
  skipElement(end)
  return -1
}

/** Passes over the tag that opens an item of a list. An element of another name is passed over whole, for false. */
// inline
export function openItem(tag: usize): bool {
  if (openTag(tag)) return true
  const end = openAnyTag()
  if (isNamed(tag, end)) return true
  skipElement(end)
  return false
}
