import { contentOf, jsonbTypes, sizeOf } from '../jsonb-elements.ts'
import { hasRoom, type ModuleMemory, makeModuleMemory, startModule } from '../web-assembly.ts'
import { hashWord, listWords } from './word-forms.ts'
import { wordReader } from './word-reader.ts'

/** A resource as SQLite's JSONB, or as JSON.stringify writes it. */
type WordDocument = string | Uint8Array

/** What words.ts of .tools/answer-reader exports: it looks at documents in a memory, and writes hashes there. */
export interface WordReader {
  hashElement(element: number, to: number): number
  hashJson(begin: number, end: number, to: number): number
}

/**
 * Makes the function that gives the hashes of the words in a resource: those that `listWords` gives of its texts, each
 * once. What it gives may be overwritten by the next call.
 */
export function makeWordHasher(): (document: WordDocument) => Uint32Array {
  return (document) => hashQuickly(document) ?? hashSlowly(document)
}

/** The reader of words over a memory; null where there is no WebAssembly. */
export function startWordReader(memory: ModuleMemory): WordReader | null {
  let bytes = Buffer.alloc(0)
  const hashesOf = makeSlowHasher()
  const hashClosely = (begin: number, end: number, to: number): number => {
    if (bytes.buffer !== memory.buffer) bytes = Buffer.from(memory.buffer)
    let at = to
    for (const hash of hashesOf(bytes, begin, end)) at = bytes.writeUInt32LE(hash, at)
    return at
  }
  return startModule(wordReader, memory, { words: { hashClosely } }) as WordReader | null
}

/** Of this thread; made when the first words are looked for. */
const own: { memory: ModuleMemory | null; reader: WordReader | null; isMade: boolean } = {
  memory: null,
  reader: null,
  isMade: false,
}

/** Where a document is put: before it and behind it, some bytes more are read. */
const documentBegin = 1024
const roomBehind = 64

/** Null where there is no WebAssembly, or not so much memory. */
function hashQuickly(document: WordDocument): Uint32Array | null {
  if (!own.isMade) {
    own.isMade = true
    own.memory = makeModuleMemory()
    own.reader = own.memory && startWordReader(own.memory)
  }
  const { memory, reader } = own
  const isText = typeof document === 'string'
  const most = isText ? 3 * document.length : document.length
  // The hashes take no more room than the document.
  if (!memory || !reader || !hasRoom(memory, documentBegin + 2 * (most + roomBehind))) return null
  const bytes = Buffer.from(memory.buffer)
  const length = isText ? bytes.write(document, documentBegin, 'utf8') : document.length
  if (!isText) bytes.set(document, documentBegin)
  const end = documentBegin + length
  const to = (end + roomBehind) & ~3
  const last = isText ? reader.hashJson(documentBegin, end, to) : reader.hashElement(documentBegin, to)
  return new Uint32Array(memory.buffer, to, (last - to) / 4)
}

/** By the definition alone. */
function hashSlowly(document: WordDocument): Uint32Array {
  const hashes = new Set<number>()
  const add = (text: string) => {
    for (const word of listWords(text)) hashes.add(hashWord(word))
  }
  if (typeof document !== 'string') addElement(Buffer.from(document), 0, add)
  else
    JSON.parse(document, (_, value: unknown) => {
      if (typeof value === 'string') add(value)
      return value
    })
  return Uint32Array.from(hashes)
}

/** Adds the texts in an element of JSONB, but for those of its names. Gives where it ends. */
function addElement(bytes: Buffer, at: number, add: (text: string) => void): number {
  const type = (bytes[at] as number) & 15
  const begin = contentOf(bytes, at)
  const end = begin + sizeOf(bytes, at, begin)
  if (type === jsonbTypes.text || type === jsonbTypes.escapedText) add(textIn(bytes, begin, end))
  else if (type === jsonbTypes.array) {
    for (let inner = begin; inner < end; ) inner = addElement(bytes, inner, add)
  } else if (type === jsonbTypes.object) {
    for (let inner = begin; inner < end; ) {
      const name = contentOf(bytes, inner)
      inner = addElement(bytes, name + sizeOf(bytes, inner, name), add)
    }
  }
  return end
}

/** The text that stands in some bytes as JSON writes it. */
function textIn(bytes: Buffer, begin: number, end: number): string {
  const raw = bytes.toString('utf8', begin, end)
  return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw
}

/** Texts whose words are remembered, and bytes of the longest: 0.5 MB. */
const mostTexts = 2000
const longestText = 150

/** Makes what looks at texts closely: many are a range of addresses or a name with capitals as many others. */
function makeSlowHasher(): (bytes: Buffer, begin: number, end: number) => readonly number[] {
  const ofTexts = new Map<string, readonly number[]>()
  return (bytes, begin, end) => {
    if (end - begin > longestText) return listWords(textIn(bytes, begin, end)).map(hashWord)
    // A character for each byte: no two texts have the same.
    const key = bytes.toString('latin1', begin, end)
    const known = ofTexts.get(key)
    if (known) return known
    if (ofTexts.size === mostTexts) ofTexts.clear()
    const hashes = listWords(textIn(bytes, begin, end)).map(hashWord)
    ofTexts.set(key, hashes)
    return hashes
  }
}
