import { contentOf, jsonbTypes, sizeOf } from '../jsonb-elements.ts'
import { readText } from '../known-texts.ts'
import type { Json } from '../model.ts'

/** Which members of an object are wanted, and what of each: null for all of it. A list is gone through, element by element. */
export interface MemberTree {
  readonly members: readonly WantedMember[]
}

interface WantedMember {
  readonly name: string
  /** As it stands in a document. */
  readonly bytes: Buffer
  readonly tree: MemberTree | null
}

/** The tree of some paths; null if one of them ends where they begin. */
export function memberTreeOf(paths: readonly (readonly string[])[]): MemberTree | null {
  if (paths.some(({ length }) => length === 0)) return null
  const names = [...new Set(paths.map(([name = '']) => name))]
  // It cannot be set as a member: an object with all of its members has it.
  if (names.includes('__proto__')) return null
  return {
    members: names.map((name) => {
      const below = paths.filter(([first]) => first === name).map(([, ...rest]) => rest)
      return { name, bytes: Buffer.from(name), tree: memberTreeOf(below) }
    }),
  }
}

/** Thrown for what SQLite must read instead: an element of another form than it and muster write, or no JSONB at all. */
export class UnusualElement extends Error {}

/** Where the element ends that stands at a place. Throws an UnusualElement if that is behind the bytes. */
export function endOfElement(bytes: Buffer, at: number): number {
  return endOf(bytes, at, contentOf(bytes, at), bytes.length)
}

/**
 * What is wanted of the element that takes these bytes, as JSON.parse gives it. An object has all wanted members: what it
 * lacks is null. Throws an UnusualElement.
 */
export function readMembers(bytes: Buffer, at: number, end: number, tree: MemberTree | null): Json {
  return readElement(bytes, at, contentOf(bytes, at), end, tree)
}

function readElement(bytes: Buffer, at: number, content: number, end: number, tree: MemberTree | null): Json {
  const type = (bytes[at] as number) & 15
  if (type === jsonbTypes.object) {
    return tree ? readWanted(bytes, content, end, tree) : readObject(bytes, content, end)
  }
  if (type === jsonbTypes.array) return readList(bytes, content, end, tree)
  return readScalar(bytes, type, content, end)
}

function readScalar(bytes: Buffer, type: number, content: number, end: number): Json {
  switch (type) {
    case jsonbTypes.null:
      return null
    case jsonbTypes.true:
      return true
    case jsonbTypes.false:
      return false
    case jsonbTypes.integer:
    case jsonbTypes.float:
      return Number(bytes.toString('latin1', content, end))
    case jsonbTypes.text:
      return readText(bytes, content, end)
    case jsonbTypes.escapedText:
      return readEscapes(bytes.toString('utf8', content, end))
    default:
      throw new UnusualElement()
  }
}

function readEscapes(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    throw new UnusualElement()
  }
}

function readList(bytes: Buffer, from: number, end: number, tree: MemberTree | null): Json {
  const list: Json[] = []
  for (let at = from; at < end; ) {
    const content = contentOf(bytes, at)
    const next = endOf(bytes, at, content, end)
    list.push(readElement(bytes, at, content, next, tree))
    at = next
  }
  return list
}

function readObject(bytes: Buffer, from: number, end: number): Json {
  const members: [string, Json][] = []
  for (let at = from; at < end; ) {
    const name = contentOf(bytes, at)
    const value = endOf(bytes, at, name, end)
    const key = readScalar(bytes, (bytes[at] as number) & 15, name, value)
    if (typeof key !== 'string' || value >= end) throw new UnusualElement()
    const content = contentOf(bytes, value)
    const next = endOf(bytes, value, content, end)
    members.push([key, readElement(bytes, value, content, next, null)])
    at = next
  }
  return Object.fromEntries(members)
}

/** The members that are wanted, up to the last of them. The values of others are passed over. */
function readWanted(bytes: Buffer, from: number, end: number, { members }: MemberTree): Json {
  const object: Record<string, Json> = {}
  for (const { name } of members) object[name] = null
  let left = members.length
  for (let at = from; at < end && left > 0; ) {
    const name = contentOf(bytes, at)
    const value = endOf(bytes, at, name, end)
    const type = (bytes[at] as number) & 15
    // A name with escapes could be one of those that are wanted.
    if (type !== jsonbTypes.text || value >= end) throw new UnusualElement()
    const content = contentOf(bytes, value)
    const next = endOf(bytes, value, content, end)
    const wanted = findWanted(bytes, name, value - name, members)
    if (wanted) {
      object[wanted.name] = readElement(bytes, value, content, next, wanted.tree)
      left -= 1
    }
    at = next
  }
  return object
}

function findWanted(
  bytes: Buffer,
  from: number,
  length: number,
  members: readonly WantedMember[],
): WantedMember | null {
  for (const member of members) {
    const wanted = member.bytes
    if (wanted.length !== length) continue
    let place = 0
    while (place < length && wanted[place] === bytes[from + place]) place += 1
    if (place === length) return member
  }
  return null
}

/** Where an element ends that stands in another one. */
function endOf(bytes: Buffer, at: number, content: number, end: number): number {
  const next = content + sizeOf(bytes, at, content)
  // No number if the header itself goes on behind the bytes.
  if (!(next <= end)) throw new UnusualElement()
  return next
}
