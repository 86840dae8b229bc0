import { isUtf8 } from 'node:buffer'
import type { ListPlan, Plan, ScalarPlan, StructurePlan } from './answer-schema.ts'
import { addMembers, makeShaped } from './answer-shape.ts'
import {
  type Cursor,
  closeTag,
  closeText,
  findTag,
  isClosingTag,
  NotXml,
  openRoot,
  openTag,
  openText,
  readPieces,
  readSlice,
  skipElement,
} from './answer-text.ts'
import { convert, decodeEntities, isLineOfSpace, storedForm, type ValueForm } from './answer-values.ts'

/** A value that is not what the schema says. The member is left out of what was read. */
export interface BadValue {
  /** As a path from the answer: `Reservations[].Instances[].LaunchTime`. */
  readonly member: string
  /** What is wrong with it: its text in quotes, unless that is sensitive, or words. */
  readonly what: string
  /** The structures that hold it, the innermost first. */
  readonly within: readonly object[]
}

export interface ReadAnswer {
  readonly answer: Readonly<Record<string, unknown>>
  readonly bad: readonly BadValue[]
}

/**
 * Reads the body of an answer by the plan of its schema: members in the schema's order, times and bytes as `form` says.
 * Unknown elements are passed over. `text`: of the body, a character for each byte, if it is made. Throws NotXml for a body that is cut off or not XML.
 */
export function readAnswer(
  plan: StructurePlan,
  body: Buffer,
  form: ValueForm = storedForm,
  text?: string,
): ReadAnswer {
  const cursor = openText(body, text)
  const reading: Reading = {
    cursor,
    form,
    bad: [],
    entity: cursor.text.indexOf('&'),
    isDamaged: !isUtf8(body),
    depth: 0,
  }
  openRoot(cursor)
  const answer = readStructure(reading, plan, `</${cursor.tag}>`)
  closeText(cursor)
  return { answer, bad: reading.bad.map(({ path, what, within }) => ({ member: path, what, within })) }
}

interface Reading {
  readonly cursor: Cursor
  readonly form: ValueForm
  readonly bad: FoundBad[]
  /** Where the next entity begins, as seen from what was last read; without one, -1. */
  entity: number
  /** Not every byte is UTF-8: a replacement character may stand for what was lost. */
  readonly isDamaged: boolean
  depth: number
}

interface FoundBad {
  path: string
  readonly what: string
  readonly within: object[]
}

/** A schema may hold itself. Python, and so boto3, gives up at about as many levels. */
const mostLevels = 300

/** Reads the structure whose tag was opened last. */
function readStructure(reading: Reading, plan: StructurePlan, close: string): Record<string, unknown> {
  const { cursor } = reading
  if (cursor.isEmpty) return {}
  // Whoever names a bad value names the object that is without it.
  let made: Record<string, unknown> | null = null
  const { text } = cursor
  const { names, opens, closes, plans, followers } = plan
  const values = new Array<unknown>(names.length)
  reading.depth += 1
  if (reading.depth > mostLevels) throw new NotXml('too many levels')
  let last = names.length
  for (;;) {
    const begin = findTag(cursor)
    const guess = followers[last] ?? -1
    let place: number
    if (guess >= 0 && text.startsWith(opens[guess] as string, begin)) {
      place = guess
      cursor.at = begin + (opens[guess] as string).length
      cursor.isEmpty = false
      cursor.isNil = false
      cursor.hasAttributes = false
    } else if (text.startsWith(close, begin)) {
      cursor.at = begin + close.length
      break
    } else if (isClosingTag(cursor, begin)) {
      closeTag(cursor, begin, close.slice(2, -1))
      break
    } else {
      openTag(cursor, begin)
      place = plan.places.get(cursor.tag) ?? -1
      if (place < 0) {
        skipElement(cursor)
        continue
      }
      followers[last] = place
    }
    last = place
    const count = reading.bad.length
    const value = readValue(reading, plans[place] as Plan, closes[place] as string)
    if (values[place] !== undefined) addBad(reading, 'given twice')
    values[place] = value
    if (reading.bad.length > count) {
      made ??= {}
      nameBad(reading, count, names[place] as string, made)
    }
  }
  reading.depth -= 1
  if (!made) return makeShaped(plan.shape, names, values)
  addMembers(made, names, values)
  return made
}

function readList(reading: Reading, plan: ListPlan, close: string): unknown[] {
  const { cursor } = reading
  const made: unknown[] = []
  if (cursor.isEmpty) return made
  const { text } = cursor
  for (;;) {
    const begin = findTag(cursor)
    if (text.startsWith(plan.open, begin)) {
      cursor.at = begin + plan.open.length
      cursor.isEmpty = false
      cursor.isNil = false
      cursor.hasAttributes = false
    } else if (isClosingTag(cursor, begin)) {
      closeTag(cursor, begin, close.slice(2, -1))
      return made
    } else {
      openTag(cursor, begin)
      if (cursor.tag !== plan.tag) {
        skipElement(cursor)
        continue
      }
    }
    const count = reading.bad.length
    const value = readValue(reading, plan.item, plan.close)
    if (value !== undefined) made.push(value)
    if (reading.bad.length > count) nameBad(reading, count, '[]', null)
  }
}

/** The value of the element that was opened last; undefined if it is bad, or has none. */
function readValue(reading: Reading, plan: Plan, close: string): unknown {
  if (plan.type === 'structure') return readStructure(reading, plan, close)
  if (plan.type === 'list') return readList(reading, plan, close)
  const { isNil } = reading.cursor
  const text = readText(reading, plan, close)
  if (text === undefined || (isNil && text === '' && hasNoNil(plan))) return undefined
  const value = convert(text, plan, reading.form)
  if (value === undefined) addBadText(reading, plan, text)
  return value
}

/** Of nothing, boto3 makes an empty text and false, but neither a number nor a time. */
function hasNoNil({ type }: ScalarPlan): boolean {
  return type === 'number' || type === 'time'
}

/** The text of a scalar, as the SDK gives it; undefined if it is bad. */
function readText(reading: Reading, plan: ScalarPlan, close: string): string | undefined {
  const { cursor } = reading
  if (cursor.isEmpty) return ''
  const { text, at, hasAttributes } = cursor
  const end = text.indexOf('<', at)
  if (end !== -1 && text.startsWith(close, end)) {
    cursor.at = end + close.length
    const raw = readSlice(cursor, at, end)
    const decoded = hasEntity(reading, at, end) ? decodeEntities(raw) : raw
    return decoded === undefined ? addBadText(reading, plan, raw) : checkText(reading, plan, decoded)
  }
  const pieces = readPieces(cursor, close.slice(2, -1))
  if (!pieces) return addBad(reading, 'elements in place of text')
  const decoded = pieces.map((piece) => (piece.isMarkup ? decodeEntities(piece.text) : piece.text))
  const bad = decoded.indexOf(undefined)
  if (bad !== -1) return addBadText(reading, plan, pieces[bad]?.text ?? '')
  const parts = hasAttributes ? decoded.filter((piece) => !isLineOfSpace(piece ?? '')) : decoded
  return checkText(reading, plan, parts.join(''))
}

function hasEntity(reading: Reading, from: number, to: number): boolean {
  if (reading.entity !== -1 && reading.entity < from) reading.entity = reading.cursor.text.indexOf('&', from)
  return reading.entity !== -1 && reading.entity < to
}

function checkText(reading: Reading, plan: ScalarPlan, text: string): string | undefined {
  if (reading.isDamaged && text.includes('\ufffd')) return addBadText(reading, plan, text)
  return isLineOfSpace(text) ? '' : text
}

function addBadText(reading: Reading, { isSensitive }: ScalarPlan, text: string): undefined {
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text
  addBad(reading, isSensitive ? 'a sensitive value' : `"${short}"`)
}

function addBad({ bad }: Reading, what: string): undefined {
  bad.push({ path: '', what, within: [] })
}

/** Puts the name of a member before the paths of the bad values that were found in it. */
function nameBad({ bad }: Reading, from: number, name: string, holder: object | null): void {
  for (const each of bad.slice(from)) {
    const { path } = each
    each.path = path === '' || path.startsWith('[') ? `${name}${path}` : `${name}.${path}`
    if (holder) each.within.push(holder)
  }
}
