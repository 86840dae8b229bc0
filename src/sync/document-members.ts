import { contentOf, jsonbTypes, sizeOf } from '../jsonb-elements.ts'
import { readText } from '../known-texts.ts'
import type { Json, JsonObject } from '../model.ts'
import {
  type MemberForm,
  makeForm,
  memberAt,
  type ObjectForm,
  type Reading,
  readingOf,
} from './member-forms.ts'

/**
 * Makes the function that reads members of a document by their paths, null for all of them, as JSON.parse gives them of
 * its JSON. A path goes on into an object, and into those of a list. A
 * document is JSONB as muster writes it of an answer: its names are those of the SDK's schema. Most members are those that
 * came behind the same ones before, and most texts have come before: they are not made again.
 */
export function makeMemberReader(
  paths: readonly (readonly string[])[] | null,
): (document: Uint8Array) => JsonObject {
  const root = makeForm(paths?.map((path) => ({ path, slot: null })) ?? null)
  let reading = readingOf(new ArrayBuffer(0))
  return ({ buffer, byteOffset, length }) => {
    // The documents of a page lie in one piece of memory.
    if (reading.bytes.buffer !== buffer) reading = readingOf(buffer)
    const end = byteOffset + length
    return readObject(reading, contentOf(reading.bytes, byteOffset), end, root)
  }
}

/** Reads the element that stands at a place, with what its form wants of it. */
export function readElement(reading: Reading, at: number, form: ObjectForm): Json {
  const content = contentOf(reading.bytes, at)
  return readValue(reading, at, content, content + sizeOf(reading.bytes, at, content), form)
}

function readObject(reading: Reading, from: number, end: number, form: ObjectForm): JsonObject {
  const { bytes } = reading
  const made: Record<string, Json> = {}
  let last: MemberForm | null = null
  let left = form.count
  for (let at = from; at < end && left > 0; ) {
    const member: MemberForm = memberAt(reading, at, form, last)
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
