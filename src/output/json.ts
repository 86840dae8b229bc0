import { isObject } from '../json-object.ts'
import type { Answer, Json, Piece } from '../model.ts'
import { textOfItems } from '../ready-items.ts'
import { isScalar } from './python-repr.ts'
import { formatRowItems } from './row-json.ts'
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
  if (depth >= streamedDepth || value === null || isScalar(value) || isFlat(value)) {
    yield JSON.stringify(value, null, 4).replaceAll('\n', `\n${indent}`)
  } else if (Array.isArray(value)) {
    yield* formatList(value as readonly Json[], indent, depth)
  } else {
    let before = '{'
    for (const [key, member] of Object.entries(value)) {
      yield `${before}\n${indent}${step}${JSON.stringify(key)}: `
      yield* formatValue(member, indent + step, depth + 1)
      before = ','
    }
    yield before === '{' ? '{}' : `\n${indent}}`
  }
}

/** Most rows: an object or a short list without lists or objects in it is printed at once. */
function isFlat(value: Json): boolean {
  if (Array.isArray(value)) return value.length <= shortList && value.every(isScalar)
  return isObject(value) && Object.values(value).every(isScalar)
}

const shortList = 100

function* formatList(items: Iterable<Json>, indent: string, depth: number): Generator<string> {
  let before = '['
  for (const item of items) {
    yield `${before}\n${indent}${step}`
    yield* formatValue(item, indent + step, depth + 1)
    before = ','
  }
  yield before === '[' ? '[]' : `\n${indent}]`
}
