import { isExact } from '../exact-number.ts'
import type { Json } from '../model.ts'

/** A value as Python's str() shows it: text as it is, anything else as its repr(). */
export function formatPythonText(value: Json): string {
  return typeof value === 'string' ? value : formatPythonRepr(value)
}

export function isScalar(value: Json): boolean {
  return value === null || typeof value !== 'object' || isExact(value)
}

/**
 * A value as Python's repr() shows it. The AWS CLI's text does so with a list or object in a place that is a
 * scalar in another row (awscli/text.py: the keys of a list's rows are those that are scalar in any of them).
 */
function formatPythonRepr(value: Json): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (isExact(value)) return String(value)
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'string') return quoteText(value)
  if (Array.isArray(value)) return `[${value.map(formatPythonRepr).join(', ')}]`
  const members = Object.entries(value).map(
    ([key, member]) => `${quoteText(key)}: ${formatPythonRepr(member)}`,
  )
  return `{${members.join(', ')}}`
}

/** Fractions below 0.0001 have an exponent, of two digits at least; JavaScript begins at 0.000001. */
function formatNumber(value: number): string {
  const small = value !== 0 && Math.abs(value) < 1e-4
  return (small ? value.toExponential() : String(value)).replace(/e([+-])(\d)$/, 'e$10$2')
}

/** Single quotes, unless there are single and no double ones inside. */
function quoteText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  // The backslash, quotes, and what is not printable to str.isprintable(): Unicode's Other and Separator, except the space.
  // V8 reads Unicode's tables for it, so it is made here, and not at each start.
  const special = /[\\'"]|(?! )[\p{C}\p{Z}]/gu
  return quote + text.replace(special, (found) => escapeCharacter(found, quote)) + quote
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }

function escapeCharacter(found: string, quote: string): string {
  if (found === "'" || found === '"') return found === quote ? `\\${found}` : found
  const code = found.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code <= 0xff) return short[found] ?? `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
