import type { BodyPieces } from './body-pieces.ts'
import { type ItemKey, longHash, makeTextHasher } from './item-hash.ts'
import { type ReaderMemory, withMemory } from './reader-memory.ts'

/** The names of the elements that hold an answer's items, as they stand in its text. */
export interface ItemTags {
  readonly list: string
  /** Of the list inside of each item, for a kind that nests. */
  readonly nested: string | null
}

/** An answer as the texts of its items. */
export interface CutAnswer {
  /** Hashes of the items' texts, and of the groups that they stand in, in the order of the answer. */
  readonly hashes: readonly string[]
  /** Where the list stands. */
  readonly list: Stretch
  /** The answer without the items whose hashes are known. A group of which nothing is left goes, too. */
  readonly leaveOut: (isKnown: (hash: string) => boolean) => Buffer
}

/** From where to where something stands. */
export type Stretch = readonly [begin: number, end: number]

interface Group {
  readonly whole: Stretch
  readonly items: readonly Stretch[]
}

/**
 * Cuts an answer into its items without reading them. Null if its text is not of the form that EC2 writes: then it must
 * be read to know where an item ends. `text`: a character for each byte.
 */
export function cutAnswer(body: Buffer, text: string, tags: ItemTags, key: ItemKey): CutAnswer | null {
  const found = cutGroups(text, tags)
  if (!found) return null
  const { groups, list } = found
  const hashes = withMemory((memory) => {
    const { ofItem, inGroup } = makeItemHasher(memory, body, key, null)
    return groups.flatMap(({ whole, items }) => {
      const [first, last] = [items[0], items.at(-1)]
      const isAlone = tags.nested === null || !first || !last
      return items.map(isAlone ? ofItem : inGroup(whole, [first[0], last[1]], items.length))
    })
  })
  const leaveOut = (isKnown: (hash: string) => boolean): Buffer => {
    const parts: Stretch[] = []
    let at = 0
    let next = 0
    for (const { whole, items } of groups) {
      const known = items.map(() => isKnown(hashes[next++] as string))
      const gone = known.every(Boolean) ? [whole] : items.filter((_, place) => known[place])
      for (const [begin, end] of gone) {
        parts.push([at, begin])
        at = end
      }
    }
    if (at === 0) return body
    return Buffer.concat(
      [...parts, [at, body.length] as Stretch].map(([from, to]) => body.subarray(from, to)),
    )
  }
  return { hashes, list, leaveOut }
}

/** How far from the ends of an answer its list begins and ends: nothing but tokens and names stands there. */
const mostAround = 16_384

/** Where the list of an answer seems to stand, from its tag to its end; null if it is not where EC2 writes it. */
export function findList(body: BodyPieces, list: string): Stretch | null {
  const begin = body.slice(0, mostAround).indexOf(`<${list}>`)
  const from = Math.max(0, body.length - mostAround)
  const end = body.slice(from).lastIndexOf(`</${list}>`)
  return begin === -1 || from + end < begin || end === -1 ? null : [begin, from + end + list.length + 3]
}

/** An answer without the items of its list; null if something unusual stands behind it. */
export function leaveOutList(body: BodyPieces, list: string, [begin, end]: Stretch): Buffer | null {
  const behind = body.slice(end)
  if (!isPlain(behind.toString('latin1'), 0)) return null
  const empty = Buffer.from(`<${list}></${list}>`)
  return Buffer.concat([body.slice(0, begin), empty, behind])
}

function cutGroups(
  text: string,
  { list, nested }: ItemTags,
): { readonly groups: readonly Group[]; readonly list: Stretch } | null {
  const begin = text.indexOf(`<${list}>`)
  if (begin === -1 || !isPlain(text, begin)) return null
  const groups: Group[] = []
  let at = skipSpace(text, begin + list.length + 2)
  while (text.startsWith('<item>', at)) {
    const group = nested === null ? cutItem(text, at) : cutGroup(text, at, nested)
    if (!group) return null
    groups.push(group)
    at = skipSpace(text, group.whole[1])
  }
  return text.startsWith(`</${list}>`, at) ? { groups, list: [begin, at + list.length + 3] } : null
}

function cutItem(text: string, begin: number): Group | null {
  const end = endOfItem(text, begin, 0)
  return end === -1 ? null : { whole: [begin, end], items: [[begin, end]] }
}

function cutGroup(text: string, begin: number, nested: string): Group | null {
  const found = text.indexOf(`<${nested}>`, begin)
  // Lists before it have items, too; a group without the list ends before it.
  if (found === -1 || depthAt(text, begin, found) !== 1) return null
  let at = skipSpace(text, found + nested.length + 2)
  const items: Stretch[] = []
  while (text.startsWith('<item>', at)) {
    const end = endOfItem(text, at, 0)
    if (end === -1) return null
    items.push([at, end])
    at = skipSpace(text, end)
  }
  if (items.length === 0 || !text.startsWith(`</${nested}>`, at)) return null
  const end = endOfItem(text, at, 1)
  return end === -1 ? null : { whole: [begin, end], items }
}

/** Where the item ends that is open, `depth` items deep, at a place; -1 if it does not. */
function endOfItem(text: string, from: number, depth: number): number {
  let open = depth
  let at = from
  for (;;) {
    const found = text.indexOf('item>', at)
    if (found === -1) return -1
    at = found + 5
    open += stepAt(text, found)
    if (open === 0 && isClose(text, found)) return at
  }
}

/** How many items are open between two places; -1 if the first has ended. */
function depthAt(text: string, from: number, to: number): number {
  let open = 0
  let at = text.indexOf('item>', from)
  while (at !== -1 && at < to) {
    open += stepAt(text, at)
    if (open === 0) return -1
    at = text.indexOf('item>', at + 5)
  }
  return open
}

/** What `item>` at a place is: 1 for a tag that opens, -1 for one that closes, 0 for the end of another name. */
function stepAt(text: string, at: number): number {
  return text.charCodeAt(at - 1) === less ? 1 : isClose(text, at) ? -1 : 0
}

function isClose(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) === slash && text.charCodeAt(at - 2) === less
}

/** Whether, from a place on, every item's tag is bare, and there is neither a comment, nor CDATA or an instruction. */
function isPlain(text: string, from: number): boolean {
  const hasNone = (sign: string) => {
    for (let at = text.indexOf(sign, from); at !== -1; at = text.indexOf(sign, at + 1))
      if (text.charCodeAt(at - 1) === less) return false
    return true
  }
  return hasNone('!') && hasNone('?') && !/<\/?item\s/.test(text)
}

/** The place of the next tag behind white space. */
function skipSpace(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x0a) at += 1
  return at
}

/**
 * Makes the functions that give the hash of an item: of its text (item-hash.ts), and then 66 bits of what stands around the
 * items of its group. `place`: where the body stands in the memory of the reader; null if it does not.
 */
export function makeItemHasher(
  memory: ReaderMemory | null,
  body: Pick<Buffer, 'subarray'>,
  key: ItemKey,
  place: number | null,
) {
  const hashText = makeTextHasher(memory, body, key, place)
  const ofItem = ([begin, end]: Stretch) => hashText(begin, end)
  return {
    ofItem,
    /** Most groups have one item: then the text of the group is hashed at once. `inner`: from its first item to its last. */
    inGroup(group: Stretch, inner: Stretch, count: number): (item: Stretch) => string {
      if (count === 1) return () => ofItem(group)
      const [before, behind] = [body.subarray(group[0], inner[0]), body.subarray(inner[1], group[1])]
      const ofGroup = longHash(key, [before, Buffer.of(0), behind]).slice(0, 11)
      return (item) => ofItem(item) + ofGroup
    },
  }
}

const less = 0x3c
const slash = 0x2f
