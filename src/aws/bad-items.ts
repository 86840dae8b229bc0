import { isObject } from '../json-object.ts'
import type { BadItem, JsonObject, Kind } from '../model.ts'
import { cleanText } from '../redact.ts'
import { FaultError, malformedError } from './faults.ts'
import type { BadValue } from './read-answer.ts'

/** Items of an answer by what they are worth: their objects in the answer, and why they must be left out. */
export type BadItems = ReadonlyMap<object, BadItem>

/**
 * The resources of an answer that hold bad values. Those of a reservation's own fields are all its instances. A bad value
 * outside the resources, as NextToken, is an error: nobody knows what is missing.
 */
export function findBadItems(
  values: readonly BadValue[],
  { operation, list, nested, id }: Pick<Kind, 'operation' | 'list' | 'nested' | 'id'>,
): BadItems {
  const found = new Map<object, BadItem>()
  for (const { member, what, within } of values) {
    const holder = within.at(-2)
    const outer = `${list}[].`
    if (!holder || !member.startsWith(outer))
      throw malformedError(cleanText(`The answer to ${operation} has a bad value in ${member}: ${what}.`))
    const inner = nested && `${outer}${nested.list}[].`
    const add = (item: unknown, path: string) => {
      if (isObject(item)) found.set(item, { id: idOf(item, id), member: path, what })
    }
    if (!nested || !inner) add(holder, member.slice(outer.length))
    else if (member.startsWith(inner)) add(within.at(-3), member.slice(inner.length))
    else {
      const items = (holder as JsonObject)[nested.list]
      for (const item of Array.isArray(items) ? items : []) add(item, member.slice(outer.length))
    }
  }
  return found
}

/** The fault of a scope in which resources were left out: the others are stored, and it is incomplete. */
export function badItemsError(operation: string, items: readonly BadItem[]): Error {
  const [count, what] =
    items.length === 1
      ? ['one item that cannot be read', 'It is']
      : [`${items.length} items that cannot be read`, 'They are']
  const names = items.slice(0, 3).map(({ id, member, what }) => `${id} (${member}: ${what})`)
  const more = items.length > names.length ? ` and ${items.length - names.length} more` : ''
  const message = `The answer to ${operation} holds ${count}. ${what} left out: ${names.join(', ')}${more}.`
  const next =
    'Sync again; if it stays, ask for them with the AWS CLI, and look for a proxy that changes answers.'
  return new FaultError({ class: 'malformed', code: 'MalformedAnswer', message: cleanText(message), next })
}

function idOf(item: JsonObject, member: string): string {
  const id = item[member]
  return typeof id === 'string' && id !== '' ? id : `an item without ${member}`
}
