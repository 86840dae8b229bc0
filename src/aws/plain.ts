import type { Json } from '../model.ts'

/**
 * The SDK's value as the AWS CLI v2 prints it: times with an offset, undefined members left out. Lists and objects are
 * changed in place, not copied: a page holds a hundred thousand of them, and nobody else uses them.
 */
export function toPlain(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (value === null || value === undefined) return null
  if (typeof value !== 'object') return String(value)
  if (value instanceof Date) return timeOf(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  const members = value as Record<string, unknown>
  for (const key in members) {
    const member = members[key]
    if (member === undefined) delete members[key]
    else if (typeof member === 'object') members[key] = toPlain(member)
  }
  return value as Json
}

/** Python's isoformat: microseconds only if there are any. */
function timeOf(date: Date): string {
  const text = date.toISOString()
  return text.endsWith('.000Z') ? `${text.slice(0, 19)}+00:00` : `${text.slice(0, 23)}000+00:00`
}
