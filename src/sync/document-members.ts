import { isAt, makeWords, type ReadBytes, readBytesOf, type Words } from '../aws/words.ts'
import { contentOf, jsonbTypes, sizeOf } from '../jsonb-elements.ts'
import { readText } from '../known-texts.ts'
import type { Json, JsonObject } from '../model.ts'

/**
 * Makes the function that reads members of a document by their paths, null for all of them, as JSON.parse gives them of
 * its JSON. A path goes on into an object, and into those of a list. A
 * document is JSONB as muster writes it of an answer: its names are those of the SDK's schema. Most members are those that
 * came behind the same ones before, and most texts have come before: they are not made again.
 */
export function makeMemberReader(
  paths: readonly (readonly string[])[] | null,
): (document: Uint8Array) => JsonObject {
  const root = makeForm(paths)
  let reading = readingOf(new ArrayBuffer(0))
  return ({ buffer, byteOffset, length }) => {
    // The documents of a page lie in one piece of memory.
    if (reading.bytes.buffer !== buffer) reading = readingOf(buffer)
    const end = byteOffset + length
    return readObject(reading, contentOf(reading.bytes, byteOffset), end, root)
  }
}

interface Reading {
  readonly bytes: Buffer
  readonly read: ReadBytes
}

function readingOf(buffer: ArrayBufferLike): Reading {
  const bytes = Buffer.from(buffer)
  return { bytes, read: readBytesOf(bytes) }
}

/** What is known of the objects at one path. */
interface ObjectForm {
  /** What is wanted of it; null for all. */
  readonly paths: readonly (readonly string[])[] | null
  /** How many of its members are wanted. */
  readonly wanted: number
  readonly members: MemberForm[]
  first: MemberForm | null
}

interface MemberForm {
  readonly name: string
  /** The name as an element of JSONB. */
  readonly key: Words
  /** Bytes of that. */
  readonly size: number
  readonly isWanted: boolean
  /** Of an object that is its value, or of those in a list. */
  readonly below: ObjectForm
  /** The member that came behind it last. */
  next: MemberForm | null
}

function makeForm(paths: ObjectForm['paths']): ObjectForm {
  const isAll = paths === null || paths.some(({ length }) => length === 0)
  const wanted = isAll ? Number.POSITIVE_INFINITY : new Set(paths.map(([name]) => name)).size
  return { paths: isAll ? null : paths, wanted, members: [], first: null }
}

function readObject(reading: Reading, from: number, end: number, form: ObjectForm): JsonObject {
  const { bytes, read } = reading
  const made: Record<string, Json> = {}
  let last: MemberForm | null = null
  let left = form.wanted
  for (let at = from; at < end && left > 0; ) {
    const guess: MemberForm | null = last === null ? form.first : last.next
    let member: MemberForm | null = guess
    // Members that this one lacks are passed over: it has those behind them, as others do.
    for (let passed = 0; member !== null && !isAt(read, member.key, at); passed += 1)
      member = passed < mostPassed ? member.next : null
    if (member === null) {
      member = findMember(reading, at, form)
      if (last === null) form.first = member
      else last.next = member
    }
    last = member
    const value = at + member.size
    const content = contentOf(bytes, value)
    at = content + sizeOf(bytes, value, content)
    if (!member.isWanted) continue
    made[member.name] = readValue(reading, value, content, at, member.below)
    left -= 1
  }
  return made
}

/** Most members come always or never: so many in a row are seldom missing. */
const mostPassed = 3

/** Names of one or two letters take less than the four bytes that are looked for at once. */
function findMember({ bytes, read }: Reading, at: number, { members, paths }: ObjectForm): MemberForm {
  for (const member of members) if (isAt(read, member.key, at)) return member
  const content = contentOf(bytes, at)
  const end = content + sizeOf(bytes, at, content)
  const name = bytes.toString('utf8', content, end)
  const known = members.find((each) => each.name === name)
  if (known) return known
  const key = makeWords(bytes.subarray(at, end))
  const below = paths?.filter(([first]) => first === name).map(([, ...rest]) => rest) ?? null
  const isWanted = below === null || below.length > 0
  const member = { name, key, size: end - at, isWanted, below: makeForm(below), next: null }
  members.push(member)
  return member
}

function readValue(reading: Reading, at: number, content: number, end: number, below: ObjectForm): Json {
  const { bytes } = reading
  switch ((bytes[at] as number) & 15) {
    case jsonbTypes.text:
      return readText(bytes, content, end)
    case jsonbTypes.object:
      return readObject(reading, content, end, below)
    case jsonbTypes.array:
      return readList(reading, content, end, below)
    case jsonbTypes.true:
      return true
    case jsonbTypes.false:
      return false
    case jsonbTypes.null:
      return null
    case jsonbTypes.escapedText:
      return JSON.parse(`"${bytes.toString('utf8', content, end)}"`) as string
    default:
      return Number(bytes.toString('latin1', content, end))
  }
}

function readList(reading: Reading, from: number, end: number, below: ObjectForm): Json {
  const { bytes } = reading
  const list: Json[] = []
  for (let at = from; at < end; ) {
    const content = contentOf(bytes, at)
    const next = content + sizeOf(bytes, at, content)
    list.push(readValue(reading, at, content, next, below))
    at = next
  }
  return list
}
