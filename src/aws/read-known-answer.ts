import { createCipheriv } from 'node:crypto'
import { isObject } from '../json-object.ts'
import type { KnownPage, KnownPages, KnownRow, KnownRows, ResourceDocument } from '../pages.ts'
import { fingerprintOf, type StructurePlan } from './answer-schema.ts'
import { storedForm } from './answer-values.ts'
import type { BodyPieces } from './body-pieces.ts'
import { cutAnswer, findList, type ItemTags, leaveOutList, type Stretch } from './cut-answer.ts'
import { itemKeyOf } from './item-hash.ts'
import { type PlainRequest, readPlainAnswer } from './plain-answer.ts'
import { type ReadAnswer, readAnswer } from './read-answer.ts'
import type { HoldRoom } from './whole-body.ts'

/** What is known of a scope whose pages come. */
export interface KnownItems {
  readonly key: KnownPages['key']
  /** The page that the next answer is if nothing has changed; null if none is known. */
  readonly nextPage: () => KnownPage | null
  /** The rows of the scope: only asked for if an answer is not the next page. */
  readonly rows: () => Promise<KnownRows>
}

/** What is known of the items of an answer. */
export interface KnownReading {
  readonly list: string
  readonly nested: string | null
  /** What decides how the kind's items are stored, beside the schema. */
  readonly salt: string
  readonly known: KnownItems
  /** Holds the room of answers until what was made of them is stored. */
  readonly hold?: HoldRoom
  /** What an item is to be read as a document with; left out if objects are needed. */
  readonly plain?: Pick<PlainRequest, 'id' | 'groupId' | 'onFirst'>
}

/** The items of an answer in its order. */
export interface AnswerItems {
  readonly order: readonly ({ readonly known: KnownRow } | { readonly read: object })[]
  /** The hashes of the texts of what was read. */
  readonly texts: ReadonlyMap<object, string>
  /** Reads the whole answer, those that are known too. */
  readonly readWhole: () => ReadAnswer
}

/** An answer, and its items one by one or as a page. */
export interface KnownAnswer extends ReadAnswer {
  readonly items?: AnswerItems
  /** The items that were read as documents, and are not in the answer. */
  readonly texts?: readonly ResourceDocument[]
  /** Names the text of its items; left out if that is not of the usual form. */
  readonly mac?: string
  /** The page that it is known to be. Its items were not read. */
  readonly same?: KnownPage
}

/** Grows by one when muster stores something else for the same text. */
const edition = 1

/**
 * Reads of an answer what is not known. Without `items` and `same` the answer was read as a whole: its text is not of the
 * form that EC2 writes, or does not hold what it seems to.
 */
export async function readKnownAnswer(
  plan: StructurePlan,
  pieces: BodyPieces,
  { list, nested, salt: ofKind, known, plain }: KnownReading,
): Promise<KnownAnswer> {
  const tags = tagsOf(plan, list, nested)
  const salt = `${edition} ${fingerprintOf(plan)} ${ofKind}`
  const place = tags && findList(pieces, tags.list)
  const mac = place && known.key && macOf(known.key, salt, pieces.parts(...place))
  const next = known.nextPage()
  if (tags && place && next !== null && mac === next.mac) {
    const around = leaveOutList(pieces, tags.list, place)
    const read = around && readAnswer(plan, around)
    if (read?.bad.length === 0) {
      pieces.drop()
      return { ...read, mac, same: next }
    }
  }
  const rows = await known.rows()
  const named = (at: Stretch) => (mac && isSame(place, at) ? { mac } : {})
  const key = itemKeyOf(known.key, salt)
  const request = plain && rows.size === 0 && { ...plain, list, nested, key }
  const read = request && readPlainAnswer(plan, pieces.parts(0, pieces.length), request)
  if (read) {
    pieces.drop()
    return { answer: { NextToken: read.nextToken }, bad: [], texts: read.items, ...named(read.list) }
  }
  const body = pieces.whole()
  // It may be five million characters long: it is made once.
  const text = body.toString('latin1')
  const cut = tags && cutAnswer(body, text, tags, key)
  const readWhole = () => readAnswer(plan, body, storedForm, text)
  if (!cut) return readWhole()
  const rest = cut.leaveOut((hash) => rows.has(hash))
  const rested = rest === body ? readWhole() : readAnswer(plan, rest)
  const objects = objectsIn(rested.answer, list, nested)
  const unknown = cut.hashes.filter((hash) => !rows.has(hash))
  if (objects.length !== unknown.length) return readWhole()
  let unread = 0
  const order = cut.hashes.map((hash) => {
    const row = rows.get(hash)
    return row ? { known: row } : { read: objects[unread++] as object }
  })
  const texts = new Map(unknown.map((hash, place) => [objects[place] as object, hash]))
  const items = { order, texts, readWhole: () => readAnswer(plan, body) }
  return { ...rested, items, ...named(cut.list) }
}

/**
 * Names a text by GMAC (NIST SP 800-38D), under a key that nobody but the owner of the cache knows: who can write tags
 * cannot look for two texts of one name. 5 MB take 0.2 ms where a processor has instructions for it, SHA-256 2.8. As no
 * name is ever shown, one nonce serves for all.
 */
function macOf(key: Uint8Array, salt: string, text: readonly Buffer[]): string {
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12))
  const head = Buffer.from(salt)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  for (const part of [length, head, ...text]) cipher.setAAD(part)
  cipher.final()
  return cipher.getAuthTag().toString('base64url')
}

function isSame(one: Stretch | null, other: Stretch): boolean {
  return one?.[0] === other[0] && one[1] === other[1]
}

function objectsIn(answer: ReadAnswer['answer'], list: string, nested: string | null): readonly object[] {
  const outer = listIn(answer, list)
  return nested === null ? outer : outer.flatMap((group) => listIn(group, nested))
}

function listIn(holder: object, name: string): readonly object[] {
  const list = (holder as Record<string, unknown>)[name]
  return Array.isArray(list) ? list.filter(isObject) : []
}

function tagsOf(plan: StructurePlan, list: string, nested: string | null): ItemTags | null {
  const outer = tagOf(plan, [list])
  const inner = nested === null ? null : tagOf(plan, [list, nested])
  return outer === null || (nested !== null && inner === null) ? null : { list: outer, nested: inner }
}

/** The element that holds a member's list; null if the schema has no such list. */
function tagOf(plan: StructurePlan, [name, ...inside]: readonly string[]): string | null {
  const place = plan.names.indexOf(name ?? '')
  const member = plan.plans[place]
  if (member?.type !== 'list' || member.tag !== 'item' || member.item.type !== 'structure') return null
  return inside.length > 0 ? tagOf(member.item, inside) : (plan.opens[place] ?? '').slice(1, -1)
}
