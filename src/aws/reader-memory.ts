import { isUtf8 } from 'node:buffer'
import { contentOf, headerLength, jsonbTypes, putHeader, sizeOf } from '../jsonb-elements.ts'
import { startWordReader } from '../kinds/json-words.ts'
import { hasRoom, type ModuleMemory, makeModuleMemory, pageSize, startModule } from '../web-assembly.ts'
import { answerReader } from './answer-reader.ts'
import type { ScalarPlan, StructurePlan } from './answer-schema.ts'
import { NotXml, openRoot, openText } from './answer-text.ts'
import { convert, decodeEntities, isLineOfSpace, storedForm } from './answer-values.ts'
import { layOutPlan, layOutTag, type PlanLayout, planBegin } from './plan-layout.ts'

/** What is thrown when an answer is not written as EC2 writes it: then the reader that knows all of XML reads it. */
export const notPlain = new Error('the answer is not plain')

/**
 * The reader of .tools/answer-reader, and its memory: there stand the plan of an answer, the answer, and what is written
 * of it. Places are bytes of that memory. It is the same from answer to answer: memory for each would be asked of the
 * system and given back a hundred times in a sync.
 */
export interface ReaderMemory {
  readonly code: ReaderCode
  readonly memory: ModuleMemory
  /** The memory as it is now: another object when it has grown. */
  bytes: Buffer
  results: Uint32Array
  layout: PlanLayout | null
  /** What texts are hashed with. */
  hashKey: Buffer | null
}

/** What its items.ts exports. */
interface ReaderCode {
  begin(from: number, to: number): void
  placeRead(): number
  placeWritten(): number
  openNext(list: number, tag: number): number
  readNext(list: number, tag: number, id: number): number
  forgetMembers(plan: number): void
  openAround(plan: number): number
  readAround(plan: number, tag: number, frame: number, inner: number): number
  writeAround(plan: number, frame: number, id: number): void
  hashText(from: number, to: number): void
}

/** An answer in the memory of the reader, of which the root is open. */
export interface PlacedAnswer {
  readonly code: ReaderCode
  readonly layout: PlanLayout
  readonly memory: ReaderMemory
  /** Where the answer begins, and ends; where what is written of it begins. */
  readonly begin: number
  readonly end: number
  readonly written: number
  readonly rootTag: number
}

/** The memory that no answer is in. */
const idle: { memory: ReaderMemory | null } = { memory: null }

/** Bytes. No thread keeps more than that for the next answer: EC2's longest take a sixth of it. */
const mostKept = 64 * 2 ** 20

/** Bytes. Longer ones are left to the other reader. */
const longestAnswer = 2 ** 28

/**
 * Reads an answer that is written as EC2 writes it; null for one that is not. The answer is in memory that the next one
 * gets: what `read` gives may hold no part of it.
 */
export function readInMemory<T>(
  plan: StructurePlan,
  pieces: readonly Buffer[],
  read: (answer: PlacedAnswer) => T,
): T | null {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const memory = length > longestAnswer ? null : (idle.memory ?? makeMemory())
  if (memory === null) return null
  idle.memory = null
  try {
    const answer = placeAnswer(memory, plan, pieces, length)
    return answer && read(answer)
  } catch (error) {
    if (error === notPlain || error instanceof NotXml) return null
    throw error
  } finally {
    if (memory.memory.buffer.byteLength <= mostKept) idle.memory = memory
  }
}

/** Lends the reader's memory, between two answers, to `work`; it gets null where there is no WebAssembly. */
export function withMemory<T>(work: (memory: ReaderMemory | null) => T): T {
  const memory = idle.memory ?? makeMemory()
  idle.memory = memory
  return work(memory)
}

/** Null where there is no WebAssembly. */
function makeMemory(): ReaderMemory | null {
  const memory = makeModuleMemory()
  const words = memory && startWordReader(memory)
  if (!memory || !words) return null
  const made: { memory: ReaderMemory | null } = { memory: null }
  const imports = {
    leave() {
      throw notPlain
    },
    writeOther: (plan: number, begin: number, end: number, to: number) =>
      writeOther(made.memory as ReaderMemory, plan, [begin, end], to),
    hashWords: words.hashElement,
  }
  const code = startModule(answerReader, memory, { memory: imports, scalars: imports, items: imports })
  if (!code) return null
  made.memory = {
    code: code as ReaderCode,
    memory,
    bytes: Buffer.alloc(0),
    results: new Uint32Array(),
    layout: null,
    hashKey: null,
  }
  return made.memory
}

/** The bytes of the memory, and what the last call gave: when it grows, V8 makes another buffer of it. */
export function viewOf(memory: ReaderMemory): Pick<ReaderMemory, 'bytes' | 'results'> {
  const { buffer } = memory.memory
  if (memory.bytes.buffer !== buffer) {
    memory.bytes = Buffer.from(buffer)
    memory.results = new Uint32Array(buffer, resultsBegin, 8)
  }
  return memory
}

/** As memory.ts of the reader says. */
const resultsBegin = 1024

/** Longer than all that stands before the first element. */
const longestHead = 2000
/** Room for the tag of the root, which opens and closes. */
const rootRoom = 3 * longestHead
/** Room behind an answer: sixteen bytes are read at once, and sometimes those behind them. */
const roomBehind = 64

const layouts = new WeakMap<StructurePlan, PlanLayout>()

function placeAnswer(
  memory: ReaderMemory,
  plan: StructurePlan,
  pieces: readonly Buffer[],
  length: number,
): PlacedAnswer | null {
  const { code } = memory
  const layout = layouts.get(plan) ?? layOutPlan(plan)
  layouts.set(plan, layout)
  const rootTag = planBegin + layout.bytes.length
  const begin = rootTag + rootRoom
  const end = begin + length
  // The hashes of words, behind each item, stand at multiples of four.
  const written = (end + roomBehind) & ~3
  // The JSONB of an item is about 0.6 times as long as its text.
  if (!hasRoom(memory.memory, written + Math.ceil(0.7 * length) + pageSize)) return null
  const { bytes } = viewOf(memory)
  if (memory.layout !== layout) bytes.set(layout.bytes, planBegin)
  memory.layout = layout
  let at = begin
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  // No tag is so: nothing that is looked for goes on behind the end.
  bytes.fill(0, end, written)
  bytes[end] = less
  if (!isUtf8(bytes.subarray(begin, end))) return null
  const head = openText(bytes.subarray(begin, Math.min(end, begin + longestHead)))
  openRoot(head)
  if (head.isEmpty || head.bytes.includes('\r')) return null
  bytes.set(layOutTag(head.tag, rootTag), rootTag)
  code.begin(begin + head.at, written)
  return { code, layout, memory, begin, end, written, rootTag }
}

/** Writes what an unusual text is a value of: one with entities, a time of another form, bytes in base64. */
function writeOther(
  memory: ReaderMemory,
  plan: number,
  [begin, end]: readonly [number, number],
  to: number,
): number {
  const { bytes } = viewOf(memory)
  const raw = bytes.toString('utf8', begin, end)
  if (raw.includes('\r')) throw notPlain
  const text = decodeEntities(raw)
  const scalar = memory.layout?.scalars[plan] as ScalarPlan
  const value = text === undefined ? undefined : convert(isLineOfSpace(text) ? '' : text, scalar, storedForm)
  if (value === undefined) throw notPlain
  const json = JSON.stringify(value)
  if (typeof value === 'string') {
    const type = json.includes('\\') ? jsonbTypes.escapedText : jsonbTypes.text
    return putElement(bytes, to, type, json.slice(1, -1))
  }
  if (json === 'true' || json === 'false' || json === 'null')
    return putElement(bytes, to, jsonbTypes[json], '')
  return putElement(bytes, to, /^-?\d+$/.test(json) ? jsonbTypes.integer : jsonbTypes.float, json)
}

function putElement(bytes: Buffer, to: number, type: number, content: string): number {
  const size = Buffer.byteLength(content)
  const at = putHeader(bytes, to, type, size, headerLength(size))
  return at + bytes.write(content, at, 'utf8')
}

/** The text that an element of JSONB is; throws if it is not one, or empty. */
export function textAt({ memory }: PlacedAnswer, element: number): string {
  const { bytes } = viewOf(memory)
  const content = contentOf(bytes, element)
  const end = content + sizeOf(bytes, element, content)
  const type = (bytes[element] as number) & 15
  if (content === end || (type !== jsonbTypes.text && type !== jsonbTypes.escapedText)) throw notPlain
  const text = bytes.toString('utf8', content, end)
  return type === jsonbTypes.text ? text : (JSON.parse(`"${text}"`) as string)
}

const less = 0x3c
