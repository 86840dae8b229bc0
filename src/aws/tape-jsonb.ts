import { headerLength, jsonbTypes, putHeader } from '../jsonb-elements.ts'
import { makeShaped } from './answer-shape.ts'
import {
  convert,
  decodeEntities,
  isLineOfSpace,
  isUsualTime as isUsualTimeText,
  storedForm,
} from './answer-values.ts'
import type { BytePlan, ListBytes, ScalarBytes, StructureBytes } from './byte-plan.ts'
import { isOdd, notPlain, type Tape } from './tape.ts'
import { copyWords, makePaddedWords, putPaddedWords, readBytesOf } from './words.ts'

/** JSONB as it is written: the bytes, and how many there are. */
export interface JsonbBytes {
  bytes: Buffer
  view: DataView
  length: number
  top: number
  /** Where in the answer the last time stands that was as EC2 writes times; -1 for none. */
  usualTime: number
}

/** `room`: bytes; if they do not do, there will be more. */
export function makeJsonbBytes(room: number): JsonbBytes {
  const bytes = Buffer.allocUnsafeSlow(room)
  return { bytes, ...readBytesOf(bytes), top: 0, usualTime: -1 }
}

/** What a value is, as an object or a list. */
export function makeValue(tape: Tape, plan: BytePlan, value: number): unknown {
  const { cells } = tape
  if (plan.type === 'structure') {
    const { members } = plan
    const { shape, names } = plan.plan
    const values = new Array<unknown>(members.length)
    for (let place = 0; place < members.length; place += 1) {
      const each = cells[value + place] as number
      if (each !== 0) values[place] = makeValue(tape, members[place] as BytePlan, each)
    }
    return makeShaped(shape, names, values)
  }
  if (plan.type === 'list') {
    const made: unknown[] = []
    for (let pair = cells[value] as number; pair !== 0; pair = cells[pair + 1] as number)
      made.push(makeValue(tape, plan.item, cells[pair] as number))
    return made
  }
  return readScalar(tape, plan, value)
}

/** The value of an element without elements inside. */
export function readScalar(tape: Tape, { plan }: ScalarBytes, value: number): unknown {
  const { cells, bytes } = tape
  const [begin, end, holds] = [cells[value] as number, cells[value + 1] as number, cells[value + 2] as number]
  const raw = holds === 0 ? bytes.toString('latin1', begin, end) : bytes.toString('utf8', begin, end)
  const hasOdd = (holds & isOdd) !== 0
  if (hasOdd && raw.includes('\r')) throw notPlain
  const text = hasOdd ? decodeEntities(raw) : raw
  const read = text === undefined ? undefined : convert(isLineOfSpace(text) ? '' : text, plan, storedForm)
  if (read === undefined) throw notPlain
  return read
}

function writeValue(jsonb: JsonbBytes, tape: Tape, plan: BytePlan, value: number): void {
  if (plan.type === 'structure') writeStructure(jsonb, tape, plan, value)
  else if (plan.type === 'list') writeList(jsonb, tape, plan, value)
  else writeScalar(jsonb, tape, plan, value)
}

function writeStructure(jsonb: JsonbBytes, tape: Tape, plan: StructureBytes, value: number): void {
  const { cells } = tape
  const { members, header } = plan
  const begin = openElement(jsonb, header)
  for (let place = 0; place < members.length; place += 1) {
    const each = cells[value + place] as number
    if (each !== 0) addMember(jsonb, tape, plan, place, each)
  }
  plan.header = closeElement(jsonb, jsonbTypes.object, begin, header)
}

/** Adds the name and the value of the member at a place of a structure. */
export function addMember(
  jsonb: JsonbBytes,
  tape: Tape,
  { keys, members }: StructureBytes,
  place: number,
  value: number,
): void {
  const key = keys[place] as StructureBytes['keys'][number]
  makeRoom(jsonb, key.length)
  jsonb.top = putPaddedWords(jsonb.view, key, jsonb.top)
  writeValue(jsonb, tape, members[place] as BytePlan, value)
}

/** Adds once more what stands from one place to another. */
export function copyElement(jsonb: JsonbBytes, begin: number, end: number): void {
  makeRoom(jsonb, end - begin)
  jsonb.top = copyWords(jsonb.view, jsonb.top, jsonb, begin, end)
}

function writeList(jsonb: JsonbBytes, tape: Tape, plan: ListBytes, value: number): void {
  const { cells } = tape
  const { header } = plan
  const begin = openElement(jsonb, header)
  for (let pair = cells[value] as number; pair !== 0; pair = cells[pair + 1] as number)
    writeValue(jsonb, tape, plan.item, cells[pair] as number)
  plan.header = closeElement(jsonb, jsonbTypes.array, begin, header)
}

/** Leaves room for a header as long as that of the last element of the same plan that was not empty. Gives where its content begins. */
export function openElement(jsonb: JsonbBytes, header: number): number {
  makeRoom(jsonb, header)
  jsonb.top += header
  return jsonb.top
}

/** Writes the header of an element whose content is there, and moves that if need be. Gives the length of the header. */
export function closeElement(jsonb: JsonbBytes, type: number, begin: number, left: number): number {
  const size = jsonb.top - begin
  if (size === 0) {
    jsonb.bytes[begin - left] = type
    jsonb.top = begin - left + 1
    return left
  }
  const length = headerLength(size)
  if (length !== left) {
    makeRoom(jsonb, length)
    jsonb.bytes.copyWithin(begin - left + length, begin, jsonb.top)
    jsonb.top += length - left
  }
  putHeader(jsonb.bytes, begin - left, type, size, length)
  return length
}

function writeScalar(jsonb: JsonbBytes, tape: Tape, plan: ScalarBytes, value: number): void {
  const { cells, bytes, read } = tape
  const begin = cells[value] as number
  const end = cells[value + 1] as number
  const size = end - begin
  const isPlain = ((cells[value + 2] as number) & isOdd) === 0
  makeRoom(jsonb, size + longestHeader + zone.length)
  if (isPlain && plan.type === 'text') {
    const at = putHeader(jsonb.bytes, jsonb.top, jsonbTypes.text, size, headerLength(size))
    jsonb.top = copyWords(jsonb.view, at, read, begin, end)
  } else if (plan.type === 'time' && isUsualTime(jsonb, bytes, begin, end)) {
    const at = putHeader(jsonb.bytes, jsonb.top, jsonbTypes.text, storedTimeLength, 2)
    jsonb.top = putPaddedWords(jsonb.view, zone, copyWords(jsonb.view, at, read, begin, begin + withoutZone))
  } else if (plan.type === 'boolean' && isWord(bytes, begin, end, trueWord))
    jsonb.bytes[jsonb.top++] = jsonbTypes.true
  else if (plan.type === 'boolean' && isWord(bytes, begin, end, falseWord))
    jsonb.bytes[jsonb.top++] = jsonbTypes.false
  else if (isPlain && plan.type === 'number' && isUsualNumber(bytes, begin, end)) {
    const at = putHeader(jsonb.bytes, jsonb.top, jsonbTypes.integer, size, headerLength(size))
    jsonb.top = copyWords(jsonb.view, at, read, begin, end)
  } else writeOther(jsonb, readScalar(tape, plan, value))
}

/**
 * Whether it is a time as EC2 writes it, which does exist. Most stand in an item several times, so that it is looked for
 * in the one before.
 */
function isUsualTime(jsonb: JsonbBytes, bytes: Buffer, begin: number, end: number): boolean {
  if (end - begin !== usualTimeLength) return false
  if (jsonb.usualTime >= 0) {
    let same = 0
    while (same < usualTimeLength && bytes[begin + same] === bytes[jsonb.usualTime + same]) same += 1
    if (same === usualTimeLength) return true
  }
  if (!isUsualTimeText(bytes.toString('latin1', begin, end))) return false
  jsonb.usualTime = begin
  return true
}

function writeOther(jsonb: JsonbBytes, value: unknown): void {
  const json = JSON.stringify(value)
  if (typeof value === 'string')
    putElement(jsonb, json.includes('\\') ? jsonbTypes.escapedText : jsonbTypes.text, json.slice(1, -1))
  else if (json === 'true' || json === 'false' || json === 'null') putElement(jsonb, jsonbTypes[json], '')
  else putElement(jsonb, /^-?\d+$/.test(json) ? jsonbTypes.integer : jsonbTypes.float, json)
}

function putElement(jsonb: JsonbBytes, type: number, content: string): void {
  const size = Buffer.byteLength(content)
  makeRoom(jsonb, size + longestHeader)
  const at = putHeader(jsonb.bytes, jsonb.top, type, size, headerLength(size))
  jsonb.top = at + jsonb.bytes.write(content, at, 'utf8')
}

/** For so many bytes more, and the three behind them that are written with the last of them. */
function makeRoom(jsonb: JsonbBytes, count: number): void {
  if (jsonb.top + count + 3 <= jsonb.length) return
  const { bytes, view, length } = makeJsonbBytes(2 * (jsonb.top + count) + 3)
  bytes.set(jsonb.bytes.subarray(0, jsonb.top))
  jsonb.bytes = bytes
  jsonb.view = view
  jsonb.length = length
}

/** Whether JSON writes a number as the answer does. */
function isUsualNumber(bytes: Uint8Array, begin: number, end: number): boolean {
  if (end === begin || end - begin > 15) return false
  for (let at = begin; at < end; at += 1) if (!isDigit(bytes[at] as number)) return false
  return end - begin === 1 || bytes[begin] !== zero
}

function isWord(bytes: Uint8Array, begin: number, end: number, word: Uint8Array): boolean {
  if (end - begin !== word.length) return false
  for (let at = 0; at < word.length; at += 1) if (bytes[begin + at] !== word[at]) return false
  return true
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= zero + 9
}

/** Of 2026-01-31T12:00:00.000Z, without its end, and as it is stored. */
const usualTimeLength = 24
const withoutZone = 19
const zone = makePaddedWords('+00:00')
const storedTimeLength = withoutZone + zone.length
const longestHeader = 5
const zero = 0x30
const trueWord = Buffer.from('true')
const falseWord = Buffer.from('false')
