import { isObject } from '../json-object.ts'
import { makeItemId } from '../kinds/identity.ts'
import { makeWithholder } from '../kinds/withheld.ts'
import type { JsonObject, Kind, Resource } from '../model.ts'
import type { KnownRow, Page, ResourceDocument } from '../pages.ts'
import { badValuesOf, knownOf, textsOf } from './answer-protocol.ts'
import { type BadItems, findBadItems } from './bad-items.ts'
import type { DescribeAnswer } from './describe.ts'
import { malformedError } from './faults.ts'
import { toPlain } from './plain.ts'
import type { BadValue } from './read-answer.ts'
import type { AnswerItems } from './read-known-answer.ts'

/** How many equal resources have come, by their id: only for kinds whose resources no member identifies. */
export type ItemNumbers = Map<string, number>

/**
 * Makes the function that takes the resources out of the answers to a kind's operation, as the AWS CLI prints them, but
 * for what is sensitive. An answer without its list is an error, never an empty page, and so are two different resources
 * under one id. A resource that does not say its parent gets it from `parent`. Resources with a bad value are left out.
 */
export function makeResourceReader(
  kind: Kind,
  numbers: ItemNumbers,
): (answer: DescribeAnswer, parent: JsonObject) => Omit<Page, 'nextToken'> {
  const withhold = makeWithholder(kind.operation, kind.list)
  const take = (answer: DescribeAnswer, values: readonly BadValue[], parent: JsonObject) => {
    const bad = findBadItems(values, kind)
    const outer = objectsIn(answer[kind.list], kind.operation, kind.list)
    if (withhold) for (const item of outer) withhold(item)
    const resources = resourcesIn(outer, kind, { parent, numbers, bad })
    if (kind.identity !== 'item') refuseTwins(resources, kind)
    return { resources, bad: [...bad.values()] }
  }
  return (answer, parent) => {
    const texts = textsOf(answer)
    if (texts) {
      refuseTwins(texts, kind)
      const { mac } = knownOf(answer)
      return { resources: [], items: texts, bad: [], ...(mac === undefined ? {} : { mac }) }
    }
    const values = badValuesOf(answer)
    if (values === null) toPlain(answer)
    const taken = take(answer, values ?? [], parent)
    const { items: known, mac, same } = knownOf(answer)
    if (same) return { ...taken, same }
    if (!known) return taken
    const items = inOrder(known, taken.resources)
    const ofPage = mac === undefined || taken.bad.length > 0 ? {} : { mac }
    if (items) return { ...taken, resources: items.filter((item) => 'body' in item), items, ...ofPage }
    const whole = known.readWhole()
    return take(whole.answer, whole.bad, parent)
  }
}

/** Null if a resource has the id of a row that is known: only the whole answer says whether they are twins. */
function inOrder(
  { order, texts }: AnswerItems,
  resources: readonly Resource[],
): NonNullable<Page['items']> | null {
  const byBody = new Map<object, Resource>(resources.map((resource) => [resource.body, resource]))
  const ids = new Set(resources.map(({ id }) => id))
  const items: (Resource | KnownRow)[] = []
  for (const each of order) {
    if ('known' in each) {
      if (ids.has(each.known.id)) return null
      items.push(each.known)
      continue
    }
    const resource = byBody.get(each.read)
    const text = texts.get(each.read)
    // One that cannot be read was left out.
    if (resource) items.push(text === undefined ? resource : { ...resource, text })
  }
  return items
}

/** A copy that does not keep the whole answer in memory, as V8 does for a part of it: ids and tokens outlive their page. */
export function copyText(text: string): string {
  return Buffer.from(text).toString()
}

interface Around {
  readonly parent: JsonObject
  readonly numbers: ItemNumbers
  readonly bad: BadItems
}

function resourcesIn(
  outer: readonly JsonObject[],
  kind: Kind,
  { parent, numbers, bad }: Around,
): readonly Resource[] {
  const { nested } = kind
  if (!nested) {
    return outer
      .filter((own) => !bad.has(own))
      .map((own) => {
        const body = kind.parent ? { ...own, ...missingIn(own, parent) } : own
        return {
          id: kind.identity === 'item' ? itemId(kind, body, numbers) : textOf(body, kind.id, kind),
          group: null,
          body,
        }
      })
  }
  return outer.flatMap((holder) => {
    const { [nested.list]: inner, ...fields } = holder
    const all = objectsIn(inner, kind.operation, nested.list)
    const bodies = all.filter((body) => !bad.has(body))
    if (bodies.length < all.length && bodies.length === 0) return []
    const group = { id: textOf(holder, nested.id, kind), fields }
    return bodies.map((body) => ({ id: textOf(body, kind.id, kind), group, body }))
  })
}

function missingIn(own: JsonObject, parent: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(parent).filter(([name]) => own[name] === undefined))
}

function itemId(kind: Kind, body: JsonObject, numbers: ItemNumbers): string {
  const first = makeItemId(kind, body, 1)
  const number = (numbers.get(first) ?? 0) + 1
  numbers.set(first, number)
  return number === 1 ? first : makeItemId(kind, body, number)
}

/** Pages may overlap while resources change. On one page, two resources of one id mean that the id is not one. */
function refuseTwins(
  resources: readonly (Resource | ResourceDocument)[],
  { operation, id: member }: Kind,
): void {
  const seen = new Map<string, Resource | ResourceDocument>()
  for (const resource of resources) {
    const before = seen.get(resource.id)
    seen.set(resource.id, resource)
    if (before && !documentOf(before).equals(documentOf(resource)))
      throw malformedError(
        `The answer to ${operation} holds two different items with the ${member} ${resource.id}.`,
      )
  }
}

function documentOf(resource: Resource | ResourceDocument): Buffer {
  return Buffer.from('document' in resource ? resource.document : JSON.stringify(resource.body))
}

function objectsIn(value: unknown, operation: string, list: string): readonly JsonObject[] {
  if (!Array.isArray(value)) throw malformedError(`The answer to ${operation} holds no ${list}.`)
  return value.map((item: unknown) => {
    if (isObject(item)) return item
    throw malformedError(`The answer to ${operation} holds an item in ${list} that is not an object.`)
  })
}

function textOf(body: JsonObject, member: string, kind: Kind): string {
  const id = body[member]
  if (typeof id === 'string' && id) return copyText(id)
  throw malformedError(`The answer to ${kind.operation} holds an item without ${member}.`)
}
