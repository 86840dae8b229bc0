import { usageError } from '../errors.ts'
import { toPlainNumber } from '../exact-number.ts'
import { isObject } from '../json-object.ts'
import type { Json, JsonObject } from '../model.ts'
import { compareCodePoints } from './code-points.ts'
import { formatPythonText, isScalar } from './python-repr.ts'

/** One box of the AWS CLI's table. */
export interface TableSection {
  /** Null for the further objects of a list inside a list. */
  readonly title: string | null
  /** 0 for the answer itself, one more for each member inside. */
  readonly level: number
  readonly headers: readonly string[] | null
  /** Headers that later ones replaced: the AWS CLI still makes room for them. */
  readonly replaced: readonly (readonly string[])[]
  /** All of one length; none if the box has only a title. */
  readonly rows: readonly (readonly string[])[]
}

/**
 * The boxes that the AWS CLI draws for a value, in their order, as found by trying it (2.9.19): none for a value that
 * is false in Python, a title alone for a scalar. A usage error for a value that makes the AWS CLI fail.
 */
export function sectionsOf(title: string, value: Json): readonly TableSection[] {
  const sections: SectionDraft[] = []
  addSection(sections, title, 0, value)
  return sections
}

interface SectionDraft extends TableSection {
  headers: readonly string[] | null
  readonly replaced: (readonly string[])[]
  readonly rows: (readonly string[])[]
}

function addSection(sections: SectionDraft[], title: string, level: number, value: Json): void {
  if (isEmpty(value)) return
  sections.push({ title, level, headers: null, replaced: [], rows: [] })
  fillFromValue(sections, title, level, value)
}

function fillFromValue(sections: SectionDraft[], title: string | null, level: number, value: Json): void {
  if (isObject(value)) fillFromObject(sections, level, value)
  else if (!Array.isArray(value)) return
  else if (isObject(value[0])) fillFromObjects(sections, title, level, value)
  else fillFromList(sections, value)
}

/** An object with one scalar member has it as a row of name and value. */
function fillFromObject(sections: SectionDraft[], level: number, value: JsonObject): void {
  const names = Object.keys(value).sort(compareCodePoints)
  const scalars = names.filter((name) => isScalar(value[name] ?? null))
  const cells = scalars.map((name) => formatPythonText(value[name] ?? null))
  if (scalars.length === 1) addRow(sections, [...scalars, ...cells])
  else if (scalars.length > 1) addRow(sections, cells, scalars)
  addMembers(
    sections,
    level,
    value,
    names.filter((name) => !scalars.includes(name)),
  )
}

/** Rows under shared headers. If any object has lists or objects of its own, each object gets a box. */
function fillFromObjects(
  sections: SectionDraft[],
  title: string | null,
  level: number,
  items: readonly Json[],
): void {
  const objects = items.filter(isObject)
  const headers = namesOf(objects, isScalar)
  const members = namesOf(objects, (value) => !isScalar(value))
  items.forEach((item, index) => {
    // The AWS CLI treats an empty text or list as an empty object, but only if there is nothing to look up.
    const row = isObject(item) ? item : headers.length === 0 && (item === '' || isEmptyList(item)) ? {} : null
    if (row === null) throw unshowableError('a list of objects with something else in it')
    if (members.length > 0 && index > 0)
      sections.push({ title, level, headers: null, replaced: [], rows: [] })
    const cells = headers.map((name) => (Object.hasOwn(row, name) ? formatPythonText(row[name] ?? null) : ''))
    addRow(sections, cells, headers)
    addMembers(sections, level, row, members)
  })
}

/**
 * A scalar is a row, and so is a list of scalars; of an object in such a list the AWS CLI shows the names. What
 * nests deeper is drawn as if it were the answer itself, without a title.
 */
function fillFromList(sections: SectionDraft[], items: readonly Json[]): void {
  for (const item of items) {
    if (isScalar(item)) addRow(sections, [formatPythonText(item)])
    else if (isObject(item)) addRow(sections, Object.keys(item))
    else if (Array.isArray(item) && item.every(isScalar)) addRow(sections, item.map(formatPythonText))
    else fillFromValue(sections, null, 0, item)
  }
}

function addMembers(
  sections: SectionDraft[],
  level: number,
  value: JsonObject,
  names: readonly string[],
): void {
  for (const name of names) {
    addSection(sections, name, level + 1, Object.hasOwn(value, name) ? (value[name] ?? null) : null)
  }
}

/** Adds to the box that was begun last. */
function addRow(
  sections: SectionDraft[],
  cells: readonly string[],
  headers: readonly string[] | null = null,
): void {
  const section = sections.at(-1)
  if (!section) return
  if (section.rows[0] && section.rows[0].length !== cells.length)
    throw unshowableError('a list whose rows differ in length')
  if (headers && section.headers && headers !== section.headers) section.replaced.push(section.headers)
  if (headers) section.headers = headers
  section.rows.push(cells)
}

function namesOf(objects: readonly JsonObject[], wanted: (value: Json) => boolean): readonly string[] {
  const names = new Set<string>()
  for (const item of objects) {
    for (const [name, value] of Object.entries(item)) if (wanted(value)) names.add(name)
  }
  return [...names].sort(compareCodePoints)
}

function isEmpty(value: Json): boolean {
  if (isObject(value)) return Object.keys(value).length === 0
  return Array.isArray(value) ? value.length === 0 : !toPlainNumber(value)
}

function unshowableError(what: string) {
  return usageError(`The AWS CLI's table cannot show ${what}: use --output table, json or text.`)
}
function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0
}
