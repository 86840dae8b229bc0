import { isObject } from '../json-object.ts'
import type { Answer, Json, JsonObject, Piece } from '../model.ts'
import { textOfItems } from '../ready-items.ts'
import { isScalar } from './python-repr.ts'
import { formatRowItems, writeJson } from './row-json.ts'
import { escapeForTerminal } from './sanitise.ts'
import { isEmptyObject } from './value-columns.ts'

/**
 * Four spaces, `[]` and `{}`, non-ASCII kept: the AWS CLI's json. A list is written item by item. An answer that
 * is an empty object prints nothing at all, as there.
 */
export function* formatJson(answer: Answer, terminal: boolean): Generator<Piece> {
  const ready = answer.type === 'value' ? answer.text : textOfItems(answer.items)?.text
  if (!ready && isEmptyObject(answer)) return
  for (const piece of ready?.() ?? formatAnswerText(answer))
    yield terminal ? escapeForTerminal(textOf(piece)) : piece
  yield '\n'
}

function textOf(piece: Piece): string {
  return typeof piece === 'string'
    ? piece
    : Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString()
}

/** One compact JSON text per line. */
export function* formatNdjson(answer: Answer, terminal: boolean): Generator<string> {
  const ready = answer.type === 'list' ? textOfItems(answer.items)?.lines() : null
  for (const text of ready ?? formatRowItems(answer, 'compact') ?? formatItems(answer))
    yield `${terminal ? escapeForTerminal(text) : text}\n`
}

function* formatItems(answer: Answer): Generator<string> {
  const items = answer.type === 'value' ? [answer.value] : answer.items
  for (const item of items) yield JSON.stringify(item)
}

function formatAnswerText(answer: Answer): Iterable<string> {
  if (answer.type === 'value') return formatValue(answer.value, '', 0)
  const rows = formatRowItems(answer, 'indented')
  return rows ? joinTexts(rows) : formatList(answer.items, '', 0)
}

/** A list at the left of elements that are texts. */
function* joinTexts(texts: Iterable<string>): Generator<string> {
  let before = '['
  for (const text of texts) {
    yield `${before}\n${step}${text}`
    before = ','
  }
  yield before === '[' ? '[]' : '\n]'
}

/** Lists and objects this deep are printed member by member: no string holds more than a resource or so. */
const streamedDepth = 4
const step = '    '

function* formatValue(value: Json, indent: string, depth: number): Generator<string> {
  const text = writeAtOnce(value, indent, depth, (key) => writeName(key, indent))
  if (text !== null) yield text
  else if (Array.isArray(value)) yield* formatList(value as readonly Json[], indent, depth)
  else {
    let before = '{'
    for (const [key, member] of Object.entries(value as JsonObject)) {
      yield before + writeName(key, indent)
      yield* formatValue(member, indent + step, depth + 1)
      before = ','
    }
    yield before === '{' ? '{}' : `\n${indent}}`
  }
}

/** A value that is printed at once: a scalar, and most rows, which are objects or short lists of scalars. Null for another. */
function writeAtOnce(value: Json, indent: string, depth: number, names: Names): string | null {
  if (isScalar(value)) return writeJson(value)
  const flat = isObject(value) ? writeFlat(value, indent, names) : null
  if (flat !== null) return flat
  const isShort = Array.isArray(value) && value.length <= shortList && value.every(isScalar)
  if (depth < streamedDepth && !isShort) return null
  return JSON.stringify(value, null, 4).replaceAll('\n', `\n${indent}`)
}

/** An object of scalars, in half of the time that JSON.stringify and a look at its lines take. Null for another. */
function writeFlat(value: JsonObject, indent: string, names: Names): string | null {
  let text = ''
  for (const key of Object.keys(value)) {
    const member = value[key] as Json
    if (!isScalar(member)) return null
    text += text === '' ? '{' : ','
    text += names(key)
    text += writeJson(member)
  }
  return text === '' ? '{}' : `${text}\n${indent}}`
}

/** Gives the line of a member, up to its value. */
type Names = (key: string) => string

function writeName(key: string, indent: string): string {
  return `\n${indent}${step}${writeJson(key)}: `
}

/** The objects of a list mostly have the same members: the lines of so many are kept. */
const mostNames = 256

function makeNames(indent: string): Names {
  const known = new Map<string, string>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found
    const line = writeName(key, indent)
    if (known.size < mostNames) known.set(key, line)
    return line
  }
}

const shortList = 100

function* formatList(items: Iterable<Json>, indent: string, depth: number): Generator<string> {
  const inside = indent + step
  const names = makeNames(inside)
  let before = '['
  for (const item of items) {
    const start = `${before}\n${inside}`
    const text = writeAtOnce(item, inside, depth + 1, names)
    if (text !== null) yield start + text
    else {
      yield start
      yield* formatValue(item, inside, depth + 1)
    }
    before = ','
  }
  yield before === '[' ? '[]' : `\n${indent}]`
}
