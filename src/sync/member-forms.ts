import { isAt, makeWords, type ReadBytes, readBytesOf, type Words } from '../aws/words.ts'
import { contentOf, sizeOf } from '../jsonb-elements.ts'

/** Memory in which documents lie. */
export interface Reading {
  readonly bytes: Buffer
  readonly read: ReadBytes
}

export function readingOf(buffer: ArrayBufferLike): Reading {
  const bytes = Buffer.from(buffer)
  return { bytes, read: readBytesOf(bytes) }
}

/**
 * A member that is wanted, by its path: with all that is in it, or only where its value stands, for which it has a slot.
 * A path goes on into an object, and into those of a list.
 */
export interface Wanted {
  readonly path: readonly string[]
  readonly slot: number | null
}

/** What is known of the objects at one path. Most members are those that came behind the same ones before. */
export interface ObjectForm {
  /** What is wanted of it; null for all. */
  readonly wanted: readonly Wanted[] | null
  /** How many of its members that are. */
  readonly count: number
  readonly members: MemberForm[]
  first: MemberForm | null
}

export interface MemberForm {
  readonly name: string
  /** Its place in the members that have come. */
  readonly place: number
  /** The name as an element of JSONB. */
  readonly key: Words
  /** Bytes of that. */
  readonly size: number
  readonly isWanted: boolean
  readonly slot: number | null
  /** Of an object that is its value, or of those in a list. */
  readonly below: ObjectForm
  /** The member that came behind it last. */
  next: MemberForm | null
}

export function makeForm(wanted: readonly Wanted[] | null): ObjectForm {
  const isAll = wanted === null || wanted.some(({ path, slot }) => path.length === 0 && slot === null)
  const inside = isAll ? null : wanted.filter(({ path }) => path.length > 0)
  const count = new Set(inside?.map(({ path: [name] }) => name)).size
  return { wanted: inside, count: inside ? count : Number.POSITIVE_INFINITY, members: [], first: null }
}

/** The member that stands at a place, behind another or none. */
export function memberAt(
  reading: Reading,
  at: number,
  form: ObjectForm,
  last: MemberForm | null,
): MemberForm {
  let member: MemberForm | null = last === null ? form.first : last.next
  // Members that this one lacks are passed over: it has those behind them, as others do.
  for (let passed = 0; member !== null && !isAt(reading.read, member.key, at); passed += 1)
    member = passed < mostPassed ? member.next : null
  if (member !== null) return member
  const found = findMember(reading, at, form)
  if (last === null) form.first = found
  else last.next = found
  return found
}

/** Most members come always or never: so many in a row are seldom missing. */
const mostPassed = 3

/** Names of one or two letters take less than the four bytes that are looked for at once. */
function findMember({ bytes, read }: Reading, at: number, { members, wanted }: ObjectForm): MemberForm {
  for (const member of members) if (isAt(read, member.key, at)) return member
  const content = contentOf(bytes, at)
  const end = content + sizeOf(bytes, at, content)
  const name = bytes.toString('utf8', content, end)
  const known = members.find((each) => each.name === name)
  if (known) return known
  const below = wanted
    ?.filter(({ path: [first] }) => first === name)
    .map(({ path: [, ...path], slot }) => ({ path, slot }))
  const member = {
    name,
    place: members.length,
    key: makeWords(bytes.subarray(at, end)),
    size: end - at,
    isWanted: below === undefined || below.length > 0,
    slot: below?.find(({ path }) => path.length === 0)?.slot ?? null,
    below: makeForm(below ?? null),
    next: null,
  }
  members.push(member)
  return member
}
