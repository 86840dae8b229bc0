import type { Json } from '../model.ts'

/** The SDK's value as the AWS CLI v2 prints it: times with an offset, undefined members left out. */
export function toPlain(value: unknown): Json {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (value instanceof Date) return timeOf(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(toPlain)
  if (typeof value !== 'object') return String(value)
  const plain: Record<string, Json> = {}
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) plain[key] = toPlain(member)
  }
  return plain
}

/** Python's isoformat: microseconds only where there are any. */
function timeOf(date: Date): string {
  const [seconds, fraction] = date.toISOString().slice(0, -1).split('.')
  return `${seconds}${fraction === '000' ? '' : `.${fraction}000`}+00:00`
}
