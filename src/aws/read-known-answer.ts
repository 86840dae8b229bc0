import { isObject } from '../json-object.ts'
import type { KnownRow, KnownRows, ResourceText } from '../model.ts'
import { fingerprintOf, type StructurePlan } from './answer-schema.ts'
import { storedForm } from './answer-values.ts'
import { cutAnswer, type ItemTags } from './cut-answer.ts'
import { type PlainRequest, readPlainAnswer } from './plain-answer.ts'
import { type ReadAnswer, readAnswer } from './read-answer.ts'

/** What is known of the items of an answer. */
export interface KnownReading {
  readonly list: string
  readonly nested: string | null
  /** What decides how the kind's items are stored, beside the schema. */
  readonly salt: string
  readonly rows: KnownRows
  /** What an item is to be read as a text with; left out if objects are needed. */
  readonly plain?: Pick<PlainRequest, 'id' | 'groupId' | 'members'>
}

/** The items of an answer in its order. */
export interface AnswerItems {
  readonly order: readonly ({ readonly known: KnownRow } | { readonly read: object })[]
  /** The hashes of the texts of what was read. */
  readonly texts: ReadonlyMap<object, string>
  /** Reads the whole answer, those that are known too. */
  readonly readWhole: () => ReadAnswer
}

/** Grows by one when muster stores something else for the same text. */
const edition = 1

/**
 * Reads of an answer what is not known. Without `items` the answer was read as a whole: its text is not of the form
 * that EC2 writes, or does not hold what it seems to.
 */
export function readKnownAnswer(
  plan: StructurePlan,
  body: Buffer,
  { list, nested, salt: kindSalt, rows, plain }: KnownReading,
): ReadAnswer & { readonly items?: AnswerItems; readonly texts?: readonly ResourceText[] } {
  const salt = `${edition} ${fingerprintOf(plan)} ${kindSalt}`
  const read = plain && rows.size === 0 ? readPlainAnswer(plan, body, { ...plain, list, nested, salt }) : null
  if (read) return { answer: { NextToken: read.nextToken }, bad: [], texts: read.items }
  const tags = tagsOf(plan, list, nested)
  // It may be five million characters long: it is made once.
  const text = body.toString('latin1')
  const cut = tags && cutAnswer(body, text, tags, salt)
  const readWhole = () => readAnswer(plan, body, storedForm, text)
  if (!cut) return readWhole()
  const rest = cut.leaveOut((hash) => rows.has(hash))
  const rested = rest === body ? readWhole() : readAnswer(plan, rest)
  const objects = objectsIn(rested.answer, list, nested)
  const unknown = cut.hashes.filter((hash) => !rows.has(hash))
  if (objects.length !== unknown.length) return readWhole()
  let next = 0
  const order = cut.hashes.map((hash) => {
    const known = rows.get(hash)
    return known ? { known } : { read: objects[next++] as object }
  })
  const texts = new Map(unknown.map((hash, place) => [objects[place] as object, hash]))
  return { ...rested, items: { order, texts, readWhole: () => readAnswer(plan, body) } }
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
