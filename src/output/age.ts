import { usageError } from '../errors.ts'
import { parseSpan } from '../time-span.ts'

/** A time span for people, at most two units: `42s`, `4m`, `3h12m`, `12d`, `2y30d`. Takes milliseconds. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  if (minutes < 1) return `${seconds}s`
  if (hours < 1) return `${minutes}m`
  if (days < 1) return `${hours}h${minutes % 60 === 0 ? '' : `${minutes % 60}m`}`
  if (days < 365) return `${days}d`
  return `${Math.floor(days / 365)}y${days % 365 === 0 ? '' : `${days % 365}d`}`
}

/** Reads `90s`, `15m`, `1d12h` or `0` as milliseconds; anything else is a usage error. */
export function parseDuration(text: string): number {
  const span = text === '0' ? 0 : parseSpan(text)
  if (span === null) throw usageError(`'${text}' is not a time span: write it as 90s, 15m, 2h or 1d12h.`)
  return span
}
