import { type NamedFunction, row, typeError } from './signatures.ts'
import { holdsReference, isArray, typeName, type Value } from './values.ts'

/** Functions of one string, one number or one value of any type. */
export const textFunctions: readonly NamedFunction[] = [
  row('abs', ['number'], ([value]) => Math.abs(Number(value))),
  row('ceil', ['number'], ([value]) => Math.ceil(Number(value)) + 0),
  row('floor', ['number'], ([value]) => Math.floor(Number(value)) + 0),
  row('starts_with', ['string', 'string'], ([text, start]) => String(text).startsWith(String(start))),
  row('ends_with', ['string', 'string'], ([text, end]) => String(text).endsWith(String(end))),
  row('join', ['string', 'strings'], ([glue, texts]) => (texts as readonly string[]).join(String(glue))),
  row('type', ['any'], ([value = null]) => (typeof value === 'function' ? null : typeName(value))),
  row('to_array', ['any'], ([value = null]) => (isArray(value) ? value : [value])),
  row('to_string', ['any'], ([value = null], site) => {
    if (typeof value === 'string') return value
    if (holdsReference(value)) throw typeError(site, 'cannot write an expression such as &Name as a string')
    return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escaped)
  }),
  row('to_number', ['any'], ([value = null], site) => {
    if (typeof value === 'function')
      throw typeError(site, 'cannot make a number of an expression such as &Name')
    return typeof value === 'string' ? numberIn(value) : typeof value === 'number' ? value : null
  }),
]

/** Python's json.dumps writes ASCII only. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

const plainNumber = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i
const special = /^[+-]?(?:inf|infinity|nan)$/i

/** What Python's int() and float() read: signs, underscores between digits, `inf` and space around it. */
function numberIn(text: string): Value {
  const trimmed = text.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, '')
  if (plainNumber.test(trimmed)) return Number(trimmed.replaceAll('_', '')) + 0
  if (!special.test(trimmed)) return null
  if (/nan$/i.test(trimmed)) return Number.NaN
  return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}
