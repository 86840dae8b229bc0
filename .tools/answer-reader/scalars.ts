import { copyBytes, isSame, putHeader } from './bytes'
import { at, makeRoom, moveTo, top, writeTo } from './memory'
import { closeTag, isEmpty } from './tags'

/** Writes the value of an unusual text, of the plan of this number, to a place. Gives where it ends. */
declare function writeOther(plan: i32, begin: usize, end: usize, to: usize): usize

// The types of plans, and of elements of JSONB.
const ofText: u32 = 0
const ofNumber: u32 = 1
const ofBoolean: u32 = 2
const ofTime: u32 = 3
const trueElement: u32 = 1
const falseElement: u32 = 2
const integer: u32 = 3
const text: u32 = 7

/** Where the last time stands that was as EC2 writes times: most stand in an item several times. */
let usualTime: usize = 0

export function forgetTimes(): void {
  usualTime = 0
}

/** Reads what an element holds that has no elements inside, and passes over its end. */
export function readScalar(plan: usize, type: u32, tag: usize): void {
  if (isEmpty) {
    if (type === ofText) putShort(text, 0, i64x2.splat(0))
    else writeUnusual(plan, at, at)
    return
  }
  if (type === ofText) readText(plan)
  else readOther(plan, type)
  closeTag(tag)
}

/** Writes an element of up to sixteen bytes, those that are given. */
// inline
function putShort(type: u32, length: usize, bytes: v128): void {
  makeRoom(20)
  const to = putHeader(top, type, length)
  v128.store(to, bytes)
  writeTo(to + length)
}

/** Where in sixteen bytes a tag begins: a bit for each. */
// inline
function tagsIn(bytes: v128): i32 {
  return i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0x3c)))
}

/** Which bytes JSON or XML writes in another way: quotation marks, backslashes, control characters, ampersands. */
// inline
function oddIn(bytes: v128): i32 {
  const quoted = v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c)))
  const other = v128.or(i8x16.lt_u(bytes, i8x16.splat(0x20)), i8x16.eq(bytes, i8x16.splat(0x26)))
  return i8x16.bitmask(v128.or(quoted, other))
}

// inline
function readText(plan: usize): void {
  const begin = at
  const bytes = v128.load(begin)
  const tags = tagsIn(bytes)
  if (tags === 0) {
    readLongText(plan, begin, oddIn(bytes) !== 0)
    return
  }
  const length = <usize>ctz(tags)
  moveTo(begin + length)
  if ((oddIn(bytes) & ((1 << (<i32>length)) - 1)) === 0) putShort(text, length, bytes)
  else writeUnusual(plan, begin, begin + length)
}

function readLongText(plan: usize, begin: usize, isFirstOdd: bool): void {
  let end = begin + 16
  let isOdd = isFirstOdd
  let bytes = v128.load(end)
  let tags = tagsIn(bytes)
  while (tags === 0) {
    isOdd = isOdd || oddIn(bytes) !== 0
    end += 16
    bytes = v128.load(end)
    tags = tagsIn(bytes)
  }
  const length = ctz(tags)
  isOdd = isOdd || (oddIn(bytes) & ((1 << length) - 1)) !== 0
  end += <usize>length
  moveTo(end)
  if (isOdd) {
    writeUnusual(plan, begin, end)
    return
  }
  const size = end - begin
  makeRoom(size + 8)
  const to = putHeader(top, text, size)
  copyBytes(to, begin, size)
  writeTo(to + size)
}

function readOther(plan: usize, type: u32): void {
  if (type === ofNumber && readNumber()) return
  if (type === ofBoolean && readBoolean()) return
  if (type === ofTime && readTime()) return
  const begin = at
  let end = begin
  while (load<u8>(end) !== 0x3c) end += 1
  moveTo(end)
  writeUnusual(plan, begin, end)
}

/** Reads a number that JSON writes as the answer does. */
function readNumber(): bool {
  const begin = at
  const bytes = v128.load(begin)
  const tags = tagsIn(bytes)
  if (tags === 0) return false
  const length = <usize>ctz(tags)
  const digits = i8x16.bitmask(i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10)))
  if (length === 0 || (~digits & ((1 << (<i32>length)) - 1)) !== 0) return false
  if (length > 1 && load<u8>(begin) === 0x30) return false
  moveTo(begin + length)
  putShort(integer, length, bytes)
  return true
}

function readBoolean(): bool {
  const word = load<u32>(at)
  // "true<", and "false<"
  const isTrue = word === 0x65757274 && load<u8>(at, 4) === 0x3c
  if (!isTrue && (word !== 0x736c6166 || load<u16>(at, 4) !== 0x3c65)) return false
  moveTo(at + (isTrue ? 4 : 5))
  makeRoom(1)
  store<u8>(top, isTrue ? trueElement : falseElement)
  writeTo(top + 1)
  return true
}

/** Reads a time as EC2 writes it, 2026-01-31T12:00:00.000Z, and writes it as it is stored, 2026-01-31T12:00:00+00:00. */
function readTime(): bool {
  const begin = at
  // ".000", and "Z<"
  if (load<u32>(begin, 19) !== 0x3030302e || load<u16>(begin, 23) !== 0x3c5a) return false
  if (usualTime === 0 || !isSame(begin, usualTime, 19)) {
    if (!doesExist(begin)) return false
    usualTime = begin
  }
  makeRoom(40)
  const to = putHeader(top, text, 25)
  copyBytes(to, begin, 19)
  // "+00:", and "00"
  store<u32>(to, 0x3a30302b, 19)
  store<u16>(to, 0x3030, 23)
  writeTo(to + 25)
  moveTo(begin + 24)
  return true
}

function doesExist(time: usize): bool {
  const year = 100 * digitsAt(time) + digitsAt(time + 2)
  const month = digitsAt(time + 5)
  const day = digitsAt(time + 8)
  const isDay = year > 0 && year < 10000 && month > 0 && month < 13 && day > 0 && day <= daysIn(year, month)
  const isTime = digitsAt(time + 11) < 24 && digitsAt(time + 14) < 60 && digitsAt(time + 17) < 60
  const isDashed = load<u8>(time, 4) === 0x2d && load<u8>(time, 7) === 0x2d && load<u8>(time, 10) === 0x54
  return isDay && isTime && isDashed && load<u8>(time, 13) === 0x3a && load<u8>(time, 16) === 0x3a
}

/** What two digits stand for; a number that is too great for anything if they are not digits. */
function digitsAt(place: usize): u32 {
  const ten = <u32>load<u8>(place) - 0x30
  const one = <u32>load<u8>(place, 1) - 0x30
  return ten > 9 || one > 9 ? 100_000 : 10 * ten + one
}

function daysIn(year: u32, month: u32): u32 {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function writeUnusual(plan: usize, begin: usize, end: usize): void {
  // A byte becomes at most six: \u0001. Even of nothing a word is made: false.
  makeRoom(6 * (end - begin) + 64)
  writeTo(writeOther(load<i32>(plan, 8), begin, end, top))
}
