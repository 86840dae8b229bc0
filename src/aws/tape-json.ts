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
import { copyWords, makeWords, putWords, type Words } from './words.ts'

/** JSON as it is written: the bytes, and how many there are. */
export interface JsonBytes {
  bytes: Buffer
  view: DataView
  top: number
  /** Where in the answer the last time stands that was as EC2 writes times; -1 for none. */
  usualTime: number
}

/** `room`: bytes; if they do not do, there will be more. */
export function makeJsonBytes(room: number): JsonBytes {
  const bytes = Buffer.allocUnsafeSlow(room)
  return { bytes, view: new DataView(bytes.buffer), top: 0, usualTime: -1 }
}

/** Adds the JSON of a value, as JSON.stringify writes what it is. Gives where that begins and ends. */
export function addJson(
  json: JsonBytes,
  tape: Tape,
  plan: BytePlan,
  value: number,
): readonly [begin: number, end: number] {
  const begin = json.top
  writeValue(json, tape, plan, value)
  return [begin, json.top]
}

/** What a value is, as an object or a list. `text`: the answer, a character for each byte. */
export function makeValue(tape: Tape, plan: BytePlan, value: number, text: string): unknown {
  const { cells } = tape
  if (plan.type === 'structure') {
    const { members } = plan
    const { shape, names } = plan.plan
    const values = new Array<unknown>(members.length)
    for (let place = 0; place < members.length; place += 1) {
      const each = cells[value + place] as number
      if (each !== 0) values[place] = makeValue(tape, members[place] as BytePlan, each, text)
    }
    return makeShaped(shape, names, values)
  }
  if (plan.type === 'list') {
    const made: unknown[] = []
    for (let pair = cells[value] as number; pair !== 0; pair = cells[pair + 1] as number)
      made.push(makeValue(tape, plan.item, cells[pair] as number, text))
    return made
  }
  const isSimple = plan.type === 'text' && cells[value + 2] === 0
  return isSimple ? text.slice(cells[value], cells[value + 1]) : readScalar(tape, plan, value)
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

function writeValue(json: JsonBytes, tape: Tape, plan: BytePlan, value: number): void {
  if (plan.type === 'structure') writeStructure(json, tape, plan, value)
  else if (plan.type === 'list') writeList(json, tape, plan, value)
  else writeScalar(json, tape, plan, value)
}

function writeStructure(json: JsonBytes, tape: Tape, { keys, members }: StructureBytes, value: number): void {
  const { cells } = tape
  let before = braceOpen
  for (let place = 0; place < members.length; place += 1) {
    const each = cells[value + place] as number
    if (each === 0) continue
    const key = keys[place] as Words
    makeRoom(json, key.length + 1)
    json.bytes[json.top] = before
    json.top = putWords(json.view, key, json.top + 1)
    before = comma
    writeValue(json, tape, members[place] as BytePlan, each)
  }
  if (before === braceOpen) put(json, braceOpen)
  put(json, braceClose)
}

function writeList(json: JsonBytes, tape: Tape, { item }: ListBytes, value: number): void {
  const { cells } = tape
  put(json, bracketOpen)
  const first = cells[value] as number
  for (let pair = first; pair !== 0; pair = cells[pair + 1] as number) {
    if (pair !== first) put(json, comma)
    writeValue(json, tape, item, cells[pair] as number)
  }
  put(json, bracketClose)
}

function writeScalar(json: JsonBytes, tape: Tape, plan: ScalarBytes, value: number): void {
  const { cells, bytes, view } = tape
  const begin = cells[value] as number
  const end = cells[value + 1] as number
  const isPlain = ((cells[value + 2] as number) & isOdd) === 0
  makeRoom(json, end - begin + 10)
  if (isPlain && plan.type === 'text') {
    json.bytes[json.top] = quote
    const top = copyWords(json.view, json.top + 1, view, begin, end)
    json.bytes[top] = quote
    json.top = top + 1
  } else if (plan.type === 'time' && isUsualTime(json, bytes, begin, end)) {
    json.bytes[json.top] = quote
    json.top = putWords(json.view, zone, copyWords(json.view, json.top + 1, view, begin, begin + withoutZone))
  } else if (isPlain && isLiteral(bytes, plan.type, begin, end))
    json.top = copyWords(json.view, json.top, view, begin, end)
  else writeOther(json, tape, plan, value)
}

/**
 * Whether it is a time as EC2 writes it, which does exist. Most stand in an item several times, so that it is looked for
 * in the one before.
 */
function isUsualTime(json: JsonBytes, bytes: Buffer, begin: number, end: number): boolean {
  if (end - begin !== usualTimeLength) return false
  if (json.usualTime >= 0) {
    let same = 0
    while (same < usualTimeLength && bytes[begin + same] === bytes[json.usualTime + same]) same += 1
    if (same === usualTimeLength) return true
  }
  if (!isUsualTimeText(bytes.toString('latin1', begin, end))) return false
  json.usualTime = begin
  return true
}

function writeOther(json: JsonBytes, tape: Tape, plan: ScalarBytes, value: number): void {
  const text = JSON.stringify(readScalar(tape, plan, value))
  makeRoom(json, 3 * text.length)
  json.top += json.bytes.write(text, json.top, 'utf8')
}

function put(json: JsonBytes, byte: number): void {
  makeRoom(json, 1)
  json.bytes[json.top++] = byte
}

/** For so many bytes more, and the three behind them that are written with the last of them. */
function makeRoom(json: JsonBytes, count: number): void {
  if (json.top + count + 3 <= json.bytes.length) return
  const { bytes, view } = makeJsonBytes(2 * (json.top + count) + 3)
  bytes.set(json.bytes.subarray(0, json.top))
  json.bytes = bytes
  json.view = view
}

/** Whether JSON writes a number or a boolean as the answer does. */
function isLiteral(bytes: Uint8Array, type: ScalarBytes['type'], begin: number, end: number): boolean {
  if (type === 'boolean') return isWord(bytes, begin, end, trueWord) || isWord(bytes, begin, end, falseWord)
  if (type !== 'number' || end === begin || end - begin > 15) return false
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

/** Of 2026-01-31T12:00:00.000Z, and without its end. */
const usualTimeLength = 24
const withoutZone = 19
const zone = makeWords('+00:00"')
const braceOpen = 0x7b
const braceClose = 0x7d
const bracketOpen = 0x5b
const bracketClose = 0x5d
const comma = 0x2c
const quote = 0x22
const zero = 0x30
const trueWord = Buffer.from('true')
const falseWord = Buffer.from('false')
