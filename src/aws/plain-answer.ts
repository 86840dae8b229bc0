import { isUtf8 } from 'node:buffer'
import type { ResourceDocument } from '../pages.ts'
import type { StructurePlan } from './answer-schema.ts'
import { NotXml, openRoot, openText } from './answer-text.ts'
import {
  type BytePlan,
  type ListBytes,
  makeTag,
  planBytes,
  type StructureBytes,
  type Tag,
} from './byte-plan.ts'
import { makeItemHasher, type Stretch } from './cut-answer.ts'
import { addItem, type MembersBefore, makeMembersBefore, readItem } from './same-members.ts'
import {
  cutTape,
  isOpening,
  makeTape,
  notPlain,
  openItem,
  openMember,
  readCells,
  type Tape,
  takeCells,
} from './tape.ts'
import { type JsonbBytes, makeJsonbBytes, makeValue, readScalar } from './tape-jsonb.ts'

/** How the items of an answer are to be read. */
export interface PlainRequest {
  /** The members that hold the list, and the list inside of each of its items, for a kind that nests. */
  readonly list: string
  readonly nested: string | null
  /** The members that identify an item, and its group. */
  readonly id: string
  readonly groupId: string | null
  /** What decides how an item is stored. */
  readonly salt: string
  /** Gets the first items of a long answer while the others are read. */
  readonly onFirst?: ((items: readonly ResourceDocument[]) => void) | undefined
}

/** Items that are handed over before the others are read: as many as a terminal of 24 lines shows. */
const firstItems = 20

export interface PlainAnswer {
  /** Where the list stands, from its tag to its end. */
  readonly list: Stretch
  readonly items: readonly ResourceDocument[]
  readonly nextToken: string | null
}

/**
 * Reads an answer that is written as EC2 writes it, in one pass: what `readAnswer` and JSON.stringify make of it takes
 * three times as long. Null for one that is not: with comments, attributes, bad values, or an item without its id.
 */
export function readPlainAnswer(
  plan: StructurePlan,
  body: Buffer,
  request: PlainRequest,
): PlainAnswer | null {
  try {
    return isUtf8(body) ? readRoot(plan, body, request) : null
  } catch (error) {
    if (error === notPlain || error instanceof NotXml) return null
    throw error
  }
}

/** Longer than all that stands before the first element. */
const longestHead = 2000

interface Reading {
  readonly tape: Tape
  /** Of all items. */
  readonly jsonb: JsonbBytes
  readonly body: Buffer
  readonly request: PlainRequest
}

function readRoot(plan: StructurePlan, body: Buffer, request: PlainRequest): PlainAnswer {
  const head = openText(body.subarray(0, longestHead))
  openRoot(head)
  if (head.isEmpty || head.bytes.includes('\r')) throw notPlain
  const root = planBytes(plan)
  const tape = makeTape(body, head.at)
  // The JSONB of an item is about 0.6 times as long as its text.
  const jsonb = makeJsonbBytes(Math.ceil(body.length * 0.7))
  const reading = { tape, jsonb, body, request }
  const place = root.plan.names.indexOf(request.list)
  const list = root.members[place]
  if (list?.type !== 'list' || list.item.type !== 'structure') throw notPlain
  let found: FoundItem[] | null = null
  let [begin, end] = [0, 0]
  const cells = readAround(tape, root, makeTag(head.tag), place, (tag) => {
    begin = tape.at - tag.open.length
    found = request.nested === null ? readItems(reading, list, tag) : readGroups(reading, list, tag)
    end = tape.at
  })
  if (found === null || body.subarray(tape.at).toString('latin1').trim() !== '') throw notPlain
  const nextToken = readToken(reading, root, cells)
  // Whatever else there is must be good, too.
  makeValue(tape, root, cells)
  return { list: [begin, end], items: (found as FoundItem[]).map(makeText(jsonb)), nextToken }
}

function readToken({ tape }: Reading, root: StructureBytes, cells: number): string | null {
  const place = root.plan.names.indexOf('NextToken')
  const value = place < 0 ? 0 : (tape.cells[cells + place] as number)
  const member = root.members[place]
  if (value === 0 || member?.type !== 'text') return null
  return String(readScalar(tape, member, value)) || null
}

function makeText({ bytes }: JsonbBytes): (item: FoundItem) => ResourceDocument {
  return ({ id, hash, jsonb: [begin, end], group }) => ({
    id,
    group,
    document: bytes.subarray(begin, end),
    text: hash,
  })
}

/** Reads a structure but for the member at a place, which `readInner` reads. */
function readAround(
  tape: Tape,
  plan: StructureBytes,
  tag: Tag,
  inner: number,
  readInner: (tag: Tag) => void,
): number {
  const made = takeCells(tape, plan.tags.length)
  let hasInner = false
  let last = plan.tags.length
  while (isOpening(tape, tag)) {
    const place = openMember(tape, plan, last)
    if (place < 0) continue
    last = place
    const memberTag = plan.tags[place] as Tag
    if (place === inner) {
      if (hasInner || tape.isEmpty) throw notPlain
      hasInner = true
      readInner(memberTag)
      continue
    }
    const value = readCells(tape, plan.members[place] as BytePlan, memberTag)
    if (tape.cells[made + place] !== 0) throw notPlain
    tape.cells[made + place] = value
  }
  return made
}

interface Item {
  readonly id: string
  /** In the answer, and of what was written of it. */
  readonly text: Stretch
  readonly jsonb: Stretch
}

/** With the hash of its text, and of what stands around it in its group. */
type FoundItem = Item & { readonly hash: string } & Pick<ResourceDocument, 'group'>

function readItems(reading: Reading, list: ListBytes, tag: Tag): FoundItem[] {
  const { jsonb, body, request } = reading
  const hashes = makeItemHasher(body, request.salt)
  const before = makeMembersBefore(list.item as StructureBytes)
  const found = (items: readonly Item[]) =>
    items.map((item) => addGroup(item, hashes.ofItem(item.text, hashes.ofNoGroup), null))
  const { items } = readList(reading, list, tag, before, (first) => {
    if (first.length === firstItems) request.onFirst?.(found(first).map(makeText(jsonb)))
  })
  return found(items)
}

function readGroups(reading: Reading, list: ListBytes, tag: Tag): FoundItem[] {
  const { tape, jsonb, body, request } = reading
  const plan = list.item as StructureBytes
  const place = plan.plan.names.indexOf(request.nested as string)
  const nested = plan.members[place]
  if (nested?.type !== 'list' || nested.item.type !== 'structure') throw notPlain
  const hashes = makeItemHasher(body, request.salt)
  const before = makeMembersBefore(nested.item)
  const made: FoundItem[] = []
  let { onFirst } = request
  for (let begin = tape.at; isOpening(tape, tag); begin = tape.at) {
    begin = tape.at
    if (!openItem(tape, list.tag) || tape.isEmpty) throw notPlain
    const top = tape.top
    let inner: ReturnType<typeof readList> | null = null
    const cells = readAround(tape, plan, list.tag, place, (nestedTag) => {
      inner = readList(reading, nested, nestedTag, before)
    })
    const { items = [], from = 0, to = 0 } = (inner ?? {}) as Partial<ReturnType<typeof readList>>
    if (items.length === 0) throw notPlain
    const hashOf = hashes.inGroup([begin, tape.at], [from, to], items.length)
    const id = readId(tape, plan, cells, request.groupId)
    const group = { id, fields: JSON.stringify(makeValue(tape, plan, cells)) }
    cutTape(tape, top)
    for (const item of items) made.push(addGroup(item, hashOf(item.text), group))
    if (onFirst && made.length >= firstItems) {
      onFirst(made.map(makeText(jsonb)))
      onFirst = undefined
    }
  }
  return made
}

/** Several times as fast as `...` for each. */
function addGroup({ id, text, jsonb }: Item, hash: string, group: FoundItem['group']): FoundItem {
  return { id, text, hash, jsonb, group }
}

/** Items, and from where to where they stand. `onItem` sees those so far. */
function readList(
  reading: Reading,
  { item, tag: itemTag }: ListBytes,
  tag: Tag,
  before: MembersBefore,
  onItem?: (items: readonly Item[]) => void,
) {
  const { tape } = reading
  const plan = item as StructureBytes
  const idPlace = plan.plan.names.indexOf(reading.request.id)
  const items: Item[] = []
  let [from, to] = [tape.at, tape.at]
  while (isOpening(tape, tag)) {
    const begin = tape.at
    if (!openItem(tape, itemTag) || tape.isEmpty) throw notPlain
    const { top } = tape
    const cells = readItem(tape, plan, itemTag, before, idPlace)
    if (items.length === 0) from = begin
    to = tape.at
    const id = readId(tape, plan, cells, reading.request.id)
    items.push({ id, text: [begin, to], jsonb: addItem(reading.jsonb, tape, plan, cells, before) })
    cutTape(tape, top)
    onItem?.(items)
  }
  return { items, from, to }
}

function readId(tape: Tape, { plan, members }: StructureBytes, cells: number, name: string | null): string {
  const place = plan.names.indexOf(name ?? '')
  const member = members[place]
  const value = place < 0 ? 0 : (tape.cells[cells + place] as number)
  const id = value === 0 || member?.type !== 'text' ? '' : readScalar(tape, member, value)
  if (typeof id !== 'string' || id === '') throw notPlain
  return id
}
