import { createHash } from 'node:crypto'
import { isObject } from '../json-object.ts'
import type { Json, JsonObject, Kind } from '../model.ts'

/** The member that names the account that owns a resource: others may see it when it is shared. */
export const ownerMember = 'OwnerId'

/**
 * The id under which a resource of a kind is stored whose resources no member identifies: the member that people look
 * for first, a hash of the whole resource, and for the second of two equal ones its number, from 2.
 */
export function makeItemId(kind: Kind, body: JsonObject, number: number): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(sortMembers(body)))
    .digest('base64url')
    .slice(0, 16)
  return `${shownId(kind, body)}/${hash}${number > 1 ? `/${number}` : ''}`
}

/** Whether a resource may be stored under an id: the id is its own. */
export function isIdOf(kind: Kind, body: JsonObject, id: string): boolean {
  if (kind.identity !== 'item') return body[kind.id] === id
  const own = makeItemId(kind, body, 1)
  return id === own || (id.startsWith(`${own}/`) && /^\/\d+$/.test(id.slice(own.length)))
}

function shownId(kind: Kind, body: JsonObject): string {
  const value = body[kind.id]
  return typeof value === 'string' ? value : ''
}

/** EC2 promises no order of the members. */
function sortMembers(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortMembers)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sortMembers(member)]),
  )
}
