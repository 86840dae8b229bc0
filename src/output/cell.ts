import stringWidth from 'string-width'
import type { Json } from '../model.ts'
import { sanitise } from './sanitise.ts'

const ascii = /^[\u0020-\u007e]*$/

/** A value as a table shows it: one line of harmless text, `-` for null, JSON for lists and objects. */
export function formatCell(value: Json): string {
  if (value === null) return '-'
  return sanitise(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

/** Cells that text takes on a terminal. */
export function measureWidth(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text)
}

/** Cuts text that is wider than `size` cells, with `…` in the last; never through a wide character. */
export function cut(text: string, size: number): string {
  if (size <= 0) return ''
  if (ascii.test(text)) return text.length <= size ? text : `${text.slice(0, size - 1)}…`
  if (measureWidth(text) <= size) return text
  let part = ''
  let used = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const next = measureWidth(segment)
    if (used + next > size - 1) break
    part += segment
    used += next
  }
  return `${part}…${' '.repeat(size - 1 - used)}`
}

/**
 * Cuts names inside: `acme-prod-web` and `acme-prod-payments` mostly differ at their ends. `tail`: the share of the
 * cells that the end gets.
 */
export function cutInside(text: string, size: number, tail: number): string {
  if (!ascii.test(text) || text.length <= size || size < 5) return cut(text, size)
  const end = Math.max(1, Math.floor((size - 1) * tail))
  return `${text.slice(0, size - 1 - end)}…${text.slice(-end)}`
}

/** Text in exactly `size` cells: cut, or filled with spaces on its right (or left). */
export function fitText(text: string, size: number, right = false): string {
  const cutText = cut(text, size)
  const blank = ' '.repeat(Math.max(0, size - measureWidth(cutText)))
  return right ? blank + cutText : cutText + blank
}
