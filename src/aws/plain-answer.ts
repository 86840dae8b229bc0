import { wordsBehind } from '../kinds/words-behind.ts'
import type { ResourceDocument } from '../pages.ts'
import type { ListPlan, StructurePlan } from './answer-schema.ts'
import { makeItemHasher, type Stretch } from './cut-answer.ts'
import type { ItemKey } from './item-hash.ts'
import { notPlain, type PlacedAnswer, readInMemory, textAt, viewOf } from './reader-memory.ts'

/** How the items of an answer are to be read. */
export interface PlainRequest {
  /** The members that hold the list, and the list inside of each of its items, for a kind that nests. */
  readonly list: string
  readonly nested: string | null
  /** The members that identify an item, and its group. */
  readonly id: string
  readonly groupId: string | null
  /** What the texts of items are hashed with. */
  readonly key: ItemKey
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
 * six times as long. Null for one that is not: with comments, attributes, bad values, or an item without its id. A body
 * may come in pieces.
 */
export function readPlainAnswer(
  plan: StructurePlan,
  body: Buffer | readonly Buffer[],
  request: PlainRequest,
): PlainAnswer | null {
  return readInMemory(plan, Buffer.isBuffer(body) ? [body] : body, (answer) =>
    readRoot(answer, plan, request),
  )
}

/** `body`: the bytes of the answer, wherever they stand at the time. */
interface Reading extends PlacedAnswer {
  readonly request: PlainRequest
  readonly body: Pick<Buffer, 'subarray'>
}

/** A member that is a list of structures. */
interface ListMember {
  readonly place: number
  readonly tag: string
  readonly list: ListPlan
  readonly item: StructurePlan
}

function readRoot(answer: PlacedAnswer, plan: StructurePlan, request: PlainRequest): PlainAnswer {
  const { code, memory, begin, end, rootTag } = answer
  const body = {
    subarray: (from = 0, to = end - begin) => viewOf(memory).bytes.subarray(begin + from, begin + to),
  }
  const reading = { ...answer, request, body }
  const member = listIn(plan, request.list)
  const found: FoundItem[] = []
  let list: Stretch | null = null
  const frame = readAround(reading, plan, rootTag, member.place, () => {
    const from = code.placeRead() - begin - `<${member.tag}>`.length
    if (request.nested === null) readItems(reading, member, found)
    else readGroups(reading, member, found)
    list = [from, code.placeRead() - begin]
  })
  if (list === null) throw notPlain
  const documents = code.placeWritten()
  // Whatever else there is must be good, too.
  const rest = JSON.parse(writeAround(reading, plan, frame, '').json) as { readonly NextToken?: unknown }
  const behind = body.subarray(code.placeRead() - begin).toString('latin1')
  if (behind.trim() !== '') throw notPlain
  const nextToken = typeof rest.NextToken === 'string' && rest.NextToken ? rest.NextToken : null
  return { list, items: documentsOf(reading, found, documents), nextToken }
}

function listIn({ names, opens, plans }: StructurePlan, name: string): ListMember {
  const place = names.indexOf(name)
  const list = plans[place]
  if (list?.type !== 'list' || list.item.type !== 'structure') throw notPlain
  return { place, tag: (opens[place] as string).slice(1, -1), list, item: list.item }
}

/** Reads a structure but for the member at a place, which `readInner` reads. Gives where the notes of it stand. */
function readAround(
  { code, layout }: Reading,
  plan: StructurePlan,
  tag: number,
  inner: number,
  readInner: () => void,
): number {
  const place = layout.plans.get(plan) as number
  const frame = code.openAround(place)
  while (code.readAround(place, tag, frame, inner)) readInner()
  return frame
}

/** The JSON of what was read around a member, and the member of a name, '' for none. */
function writeAround(reading: Reading, plan: StructurePlan, frame: number, idName: string | null) {
  const { code, layout, memory } = reading
  const idPlace = idName === '' ? -1 : placeOfText(plan, idName)
  code.writeAround(layout.plans.get(plan) as number, frame, idPlace)
  const { bytes, results } = viewOf(memory)
  const id = idPlace < 0 ? '' : textAt(reading, results[4] as number)
  return { json: bytes.toString('utf8', results[0], results[1]), id }
}

function placeOfText({ names, plans }: StructurePlan, name: string | null): number {
  const place = names.indexOf(name ?? '')
  if (plans[place]?.type !== 'text') throw notPlain
  return place
}

/**
 * `text`, `jsonb`: where it stands in the answer, and in what was written of it. `words`: how many hashes of words stand
 * behind that.
 */
interface Item {
  readonly id: string
  readonly text: Stretch
  readonly jsonb: Stretch
  readonly words: number
}

/** With the hash of its text, and of what stands around it in its group. */
type FoundItem = Pick<Item, 'id' | 'jsonb' | 'words'> &
  Pick<ResourceDocument, 'group'> & { readonly hash: string }

/** The items, with their documents in memory of their own. `end`: where what was written of them ends. */
function documentsOf(
  { memory, written }: Reading,
  items: readonly FoundItem[],
  end: number,
): readonly ResourceDocument[] {
  const bytes = Buffer.allocUnsafeSlow(end - written)
  viewOf(memory).bytes.copy(bytes, 0, written, end)
  return items.map(({ id, hash, jsonb: [from, to], words, group }) => ({
    id,
    group,
    document: bytes.subarray(from - written, to - written),
    text: hash,
    words,
  }))
}

function readItems(reading: Reading, member: ListMember, found: FoundItem[]): void {
  const { code, layout, memory, begin, body, request } = reading
  const hashes = makeItemHasher(memory, body, request.key, begin)
  code.forgetMembers(layout.plans.get(member.item) as number)
  readList(reading, member, (item) => {
    found.push(addGroup(item, hashes.ofItem(item.text), null))
    if (found.length === firstItems) request.onFirst?.(documentsOf(reading, found, code.placeWritten()))
  })
}

function readGroups(reading: Reading, { tag, list, item: plan }: ListMember, found: FoundItem[]): void {
  const { code, layout, memory, begin, body, request } = reading
  const nested = listIn(plan, request.nested as string)
  const hashes = makeItemHasher(memory, body, request.key, begin)
  code.forgetMembers(layout.plans.get(nested.item) as number)
  const [listPlace, listTag] = [layout.plans.get(list) as number, layout.tags.get(tag) as number]
  const itemTag = layout.tags.get(list.tag) as number
  let { onFirst } = request
  while (code.openNext(listPlace, listTag)) {
    const from = (viewOf(memory).results[0] as number) - begin
    const items: Item[] = []
    const frame = readAround(reading, plan, itemTag, nested.place, () =>
      readList(reading, nested, (item) => items.push(item)),
    )
    const [first, last] = [items[0], items.at(-1)]
    if (!first || !last) throw notPlain
    const inner: Stretch = [first.text[0], last.text[1]]
    const hashOf = hashes.inGroup([from, code.placeRead() - begin], inner, items.length)
    const { id, json } = writeAround(reading, plan, frame, request.groupId)
    const group = { id, fields: json }
    for (const item of items) found.push(addGroup(item, hashOf(item.text), group))
    if (onFirst && found.length >= firstItems) {
      onFirst(documentsOf(reading, found, code.placeWritten()))
      onFirst = undefined
    }
  }
}

/** Several times as fast as `...` for each. */
function addGroup({ id, jsonb, words }: Item, hash: string, group: FoundItem['group']): FoundItem {
  return { id, hash, jsonb, words, group }
}

function readList(reading: Reading, { tag, list, item }: ListMember, onItem: (item: Item) => void): void {
  const { code, layout, memory, begin, request } = reading
  const [listPlace, listTag] = [layout.plans.get(list) as number, layout.tags.get(tag) as number]
  const idPlace = placeOfText(item, request.id)
  while (code.readNext(listPlace, listTag, idPlace)) {
    const { results } = viewOf(memory)
    onItem({
      id: textAt(reading, results[4] as number),
      text: [(results[0] as number) - begin, (results[1] as number) - begin],
      jsonb: [results[2] as number, results[3] as number],
      words: ((results[6] as number) - wordsBehind(results[3] as number)) / 4,
    })
  }
}
