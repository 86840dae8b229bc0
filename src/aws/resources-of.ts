import { isObject } from '../json-object.ts'
import { makeItemId } from '../kinds/identity.ts'
import { makeWithholder } from '../kinds/withheld.ts'
import type { JsonObject, Kind, Resource } from '../model.ts'
import type { DescribeAnswer } from './describe.ts'
import { malformedError } from './faults.ts'
import { toPlain } from './plain.ts'

/** How many equal resources have come, by their id: only for kinds whose resources no member identifies. */
export type ItemNumbers = Map<string, number>

/**
 * Makes the function that takes the resources out of the answers to a kind's operation, as the AWS CLI prints them, but
 * for what is sensitive. An answer without its list is an error, never an empty page, and so are two different resources
 * under one id. A resource that does not say its parent gets it from `parent`.
 */
export function makeResourceReader(
  kind: Kind,
  numbers: ItemNumbers,
): (answer: DescribeAnswer, parent: JsonObject) => readonly Resource[] {
  const withhold = makeWithholder(kind.operation, kind.list)
  return (answer, parent) => {
    const outer = objectsIn(answer[kind.list], kind.operation, kind.list)
    if (withhold) for (const item of outer) withhold(item)
    const resources = resourcesIn(outer, kind, parent, numbers)
    if (kind.identity !== 'item') refuseTwins(resources, kind)
    return resources
  }
}

function resourcesIn(
  outer: readonly JsonObject[],
  kind: Kind,
  parent: JsonObject,
  numbers: ItemNumbers,
): readonly Resource[] {
  const { nested } = kind
  if (!nested) {
    return outer.map((own) => {
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
    const group = { id: textOf(holder, nested.id, kind), fields }
    const bodies = objectsIn(inner, kind.operation, nested.list)
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
function refuseTwins(resources: readonly Resource[], { operation, id: member }: Kind): void {
  const seen = new Map<string, Resource>()
  for (const resource of resources) {
    const before = seen.get(resource.id)
    seen.set(resource.id, resource)
    if (before && JSON.stringify(before.body) !== JSON.stringify(resource.body))
      throw malformedError(
        `The answer to ${operation} holds two different items with the ${member} ${resource.id}.`,
      )
  }
}

function objectsIn(value: unknown, operation: string, list: string): readonly JsonObject[] {
  if (!Array.isArray(value)) throw malformedError(`The answer to ${operation} holds no ${list}.`)
  return value.map((item: unknown) => {
    const plain = toPlain(item)
    if (isObject(plain)) return plain
    throw malformedError(`The answer to ${operation} holds an item in ${list} that is not an object.`)
  })
}

function textOf(body: JsonObject, member: string, kind: Kind): string {
  const id = body[member]
  if (typeof id === 'string' && id) return id
  throw malformedError(`The answer to ${kind.operation} holds an item without ${member}.`)
}
