import type { Json } from '../model.ts'

/**
 * A value as Python's repr() shows it. The AWS CLI's text does so with a list or object in a place that is a
 * scalar in another row (awscli/text.py: the keys of a list's rows are those that are scalar in any of them).
 */
export function pythonRepr(value: Json): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`
  const members = Object.entries(value).map(([key, member]) => `${quoted(key)}: ${pythonRepr(member)}`)
  return `{${members.join(', ')}}`
}

/** Single quotes, unless there are single and no double ones inside. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  return quote + text.replace(special, (found) => escaped(found, quote)) + quote
}

/** What str.isprintable() denies (Unicode's Other and Separator, but for the space), the backslash and quotes. */
const special = /[\\'"]|(?! )[\p{C}\p{Z}]/gu
const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }

function escaped(found: string, quote: string): string {
  if (found === "'" || found === '"') return found === quote ? `\\${found}` : found
  const code = found.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code <= 0xff) return short[found] ?? `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
