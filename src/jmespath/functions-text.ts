import { JmespathError } from './jmespath-errors.ts'
import { spendText } from './memory.ts'
import { type CallSite, defineFunction, type NamedFunction, typeError } from './signatures.ts'
import { holdsReference, isArray, isObject, typeName, type Value, writePythonNumber } from './values.ts'

/** Functions of one string, one number or one value of any type. */
export const textFunctions: readonly NamedFunction[] = [
  defineFunction('abs', ['number'], ([value]) => Math.abs(Number(value))),
  defineFunction('ceil', ['number'], ([value], site) => Math.ceil(requireFinite(value, site)) + 0),
  defineFunction('floor', ['number'], ([value], site) => Math.floor(requireFinite(value, site)) + 0),
  defineFunction('starts_with', ['string', 'string'], ([text, start]) =>
    String(text).startsWith(String(start)),
  ),
  defineFunction('ends_with', ['string', 'string'], ([text, end]) => String(text).endsWith(String(end))),
  defineFunction('join', ['string', 'strings'], ([glue, texts]) =>
    joinTexts(texts as readonly string[], String(glue)),
  ),
  defineFunction('type', ['any'], ([value = null]) => (typeof value === 'function' ? null : typeName(value))),
  defineFunction('to_array', ['any'], ([value = null]) => (isArray(value) ? value : [value])),
  defineFunction('to_string', ['any'], ([value = null], site) => {
    if (typeof value === 'string') return value
    if (holdsReference(value)) throw typeError(site, 'cannot write an expression such as &Name as a string')
    return writeJson(value)
  }),
  defineFunction('to_number', ['any'], ([value = null], site) => {
    if (typeof value === 'function')
      throw typeError(site, 'cannot make a number of an expression such as &Name')
    return typeof value === 'string' ? parseNumber(value) : typeName(value) === 'number' ? value : null
  }),
]

function joinTexts(texts: readonly string[], glue: string): string {
  let length = glue.length * texts.length
  for (const text of texts) length += text.length
  spendText(length)
  return texts.join(glue)
}

/** Python's int has no infinity and no NaN. */
function requireFinite(value: Value | undefined, site: CallSite): number {
  if (Number.isFinite(Number(value))) return Number(value)
  throw new JmespathError('value', `${site.name}() cannot make an integer of ${value}.`, site.position)
}

/** What Python's `json.dumps(value, separators=(',', ':'))` writes. */
function writeJson(value: Value): string {
  if (typeof value === 'string') return writeAsciiString(value)
  if (typeof value === 'number') return writePythonNumber(value)
  if (isArray(value)) return `[${joinTexts(value.map(writeJson), ',')}]`
  if (!isObject(value)) return String(value)
  const members = Object.keys(value).map((key) => `${writeAsciiString(key)}:${writeJson(value[key] ?? null)}`)
  return `{${joinTexts(members, ',')}}`
}

function writeAsciiString(text: string): string {
  const escapeUnit = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  spendText(text.length)
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, escapeUnit)
}

const plainNumber = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i
const special = /^[+-]?(?:inf|infinity|nan)$/i

/** What Python's int() and float() read: signs, underscores between digits, `inf` and space around it. */
function parseNumber(text: string): Value {
  const trimmed = toAsciiDigits(text).replace(/^[ \t-\r]+|[ \t-\r]+$/g, '')
  if (plainNumber.test(trimmed)) return Number(trimmed.replaceAll('_', '')) + 0
  if (!special.test(trimmed)) return null
  if (/nan$/i.test(trimmed)) return Number.NaN
  return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** In a text that is not ASCII, Python takes the digits and the spaces of every script. */
function toAsciiDigits(text: string): string {
  return text.replace(/(?![\0-\x7f\ufeff])[\s\x85]/g, ' ').replace(/\p{Nd}/gu, decimalDigit)
}

/** Unicode's decimal digits stand in rows of ten. */
function decimalDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0
  let first = point
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1
  return String((point - first) % 10)
}
