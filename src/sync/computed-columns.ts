import { compile } from '../jmespath/compile.ts'
import { contentOf, jsonbTypes, sizeOf } from '../jsonb-elements.ts'
import type { Json } from '../model.ts'
import { readElement } from './document-members.ts'
import { type MemberForm, makeForm, memberAt, type ObjectForm, type Reading } from './member-forms.ts'

/** What a column gave, and the bytes of it if all of its characters are of ASCII. */
export interface Computed {
  readonly value: Json
  readonly ascii: Uint8Array | null
}

/** A member that a column looks at, and what of it. */
interface Input {
  readonly name: string
  readonly slot: number
  readonly form: ObjectForm
}

/**
 * Makes the function that evaluates a column over the members that it looks at, which stand at the places in `slots`, 0
 * for one that is missing. Most columns look at little, which has mostly come before: that is not evaluated again.
 */
export function makeComputed(
  expression: string,
  paths: readonly (readonly string[])[],
  slotOf: (name: string) => number,
): (reading: Reading, slots: Int32Array) => Computed {
  const { search } = compile(expression)
  const inputs = [...new Set(paths.map(([name = '']) => name))].map((name): Input => {
    const below = paths.filter(([first]) => first === name).map(([, ...path]) => ({ path, slot: null }))
    return { name, slot: slotOf(name), form: makeForm(below) }
  })
  const evaluate = (reading: Reading, slots: Int32Array): Computed => {
    const members: Record<string, Json> = {}
    for (const { name, slot, form } of inputs)
      if (slots[slot] !== 0) members[name] = readElement(reading, slots[slot] as number, form)
    const value = search(members)
    const text = value === null || typeof value === 'object' ? '' : String(value)
    return { value, ascii: isAscii.test(text) ? Buffer.from(text, 'latin1') : null }
  }
  let known: KnownResults | null = null
  return (reading, slots) => {
    known ??= makeKnownResults()
    key.length = 0
    for (const { slot, form } of inputs) {
      const at = slots[slot] as number
      if (at === 0) putByte(missing)
      else addElement(reading, at, form)
    }
    if (key.length > longestKey) return evaluate(reading, slots)
    const slot = slotOfKey()
    const found = known.results[slot] as Computed | null
    if (found !== null && known.lengths[slot] === key.length && isKnown(known.keys, slot * longestKey))
      return found
    const made = evaluate(reading, slots)
    known.results[slot] = made
    known.lengths[slot] = key.length
    for (let place = 0; place < key.length; place += 1)
      known.keys[slot * longestKey + place] = key.bytes[place] as number
    return made
  }
}

/** SQLite's GLOB would end at a NUL character: such a text is written in another way. */
const isAscii = /^[\x01-\x7f]*$/

/** Results that came before, each in the one slot that it can have. */
interface KnownResults {
  readonly results: (Computed | null)[]
  readonly lengths: Uint8Array
  /** What was looked at: `longestKey` bytes for each. */
  readonly keys: Uint8Array
}

/** A power of two. */
const knownResults = 256
const longestKey = 120

function makeKnownResults(): KnownResults {
  return {
    results: Array<Computed | null>(knownResults).fill(null),
    lengths: new Uint8Array(knownResults),
    keys: new Uint8Array(knownResults * longestKey),
  }
}

/** What a column looks at in a document, one after the other. It is too long if its length is more than `longestKey`. */
const key = { bytes: new Uint8Array(longestKey), length: 0 }

/** No element of JSONB that muster writes begins with one of these. */
const missing = 0xff
const objectBegins = 0xfe
const listBegins = 0xfd
const ends = 0xfc

/** Adds what a form wants of an element. */
function addElement(reading: Reading, at: number, form: ObjectForm): void {
  const { bytes } = reading
  const content = contentOf(bytes, at)
  const end = content + sizeOf(bytes, at, content)
  const type = (bytes[at] as number) & 15
  if (form.wanted === null || (type !== jsonbTypes.object && type !== jsonbTypes.array)) {
    if (!(end - at <= longestKey - key.length)) {
      key.length = longestKey + 1
      return
    }
    for (let place = at; place < end; place += 1) key.bytes[key.length++] = bytes[place] as number
    return
  }
  putByte(type === jsonbTypes.object ? objectBegins : listBegins)
  if (type === jsonbTypes.object) addMembers(reading, content, end, form)
  else {
    for (let inner = content; inner < end && key.length <= longestKey; ) {
      addElement(reading, inner, form)
      const begin = contentOf(bytes, inner)
      inner = begin + sizeOf(bytes, inner, begin)
    }
  }
  putByte(ends)
}

function addMembers(reading: Reading, from: number, end: number, form: ObjectForm): void {
  const { bytes } = reading
  let last: MemberForm | null = null
  let left = form.count
  for (let at = from; at < end && left > 0 && key.length <= longestKey; ) {
    const member: MemberForm = memberAt(reading, at, form, last)
    last = member
    const value = at + member.size
    const content = contentOf(bytes, value)
    at = content + sizeOf(bytes, value, content)
    if (!member.isWanted) continue
    // More members than a byte can say are not in any schema.
    if (member.place >= ends) key.length = longestKey + 1
    else putByte(member.place)
    addElement(reading, value, member.below)
    left -= 1
  }
}

function putByte(byte: number): void {
  if (key.length < longestKey) key.bytes[key.length] = byte
  key.length += 1
}

function slotOfKey(): number {
  let hash = 0x811c9dc5
  for (let place = 0; place < key.length; place += 1)
    hash = Math.imul(hash ^ (key.bytes[place] as number), 0x01000193)
  return (hash ^ (hash >>> 16)) & (knownResults - 1)
}

function isKnown(keys: Uint8Array, from: number): boolean {
  for (let place = 0; place < key.length; place += 1)
    if (keys[from + place] !== key.bytes[place]) return false
  return true
}
