import { dirname, join } from 'node:path'
import { ownFolder } from '../folders.ts'
import type { Io } from '../io.ts'
import { isObject } from '../json-object.ts'
import type { Json } from '../model.ts'
import { writePrivately } from '../whole-file.ts'
import { readTextFile } from './aws-files.ts'

/** What was chosen on the screen for the table of a kind. */
export interface KindColumns {
  /** In order; null for the kind's own. */
  readonly columns: readonly string[] | null
  /** Cells of columns that have another width than their values need. */
  readonly widths: Readonly<Record<string, number>>
}

/** The columns by kind, and what is wrong with the file; null if nothing is. */
export interface RememberedColumns {
  readonly kinds: Readonly<Record<string, KindColumns>>
  readonly problem: string | null
}

/** What a column may be as wide as, in cells. */
export const columnWidths = { least: 1, most: 400 } as const

/** `$XDG_STATE_HOME/muster/columns.json`, or the same in ~/.local/state. */
export function columnsFile(io: Pick<Io, 'env' | 'home'>): string {
  return join(ownFolder('state', io), 'columns.json')
}

/** The columns that were chosen. What cannot be read is named, and the kind's own columns are shown. */
export function readColumns(io: Pick<Io, 'env' | 'home' | 'debug'>): RememberedColumns {
  const file = columnsFile(io)
  try {
    const { value, isWhole } = readValue(file, io)
    const found = Object.entries(value).map(([kind, entry]) => [kind, readEntry(entry)] as const)
    const kinds = Object.fromEntries(found.flatMap(([kind, entry]) => (entry ? [[kind, entry]] : [])))
    const wrong = found.filter(([, entry]) => entry === null).map(([kind]) => kind)
    if (!isWhole) return { kinds, problem: `${file} is not what muster wrote: it is ignored, and stays.` }
    if (wrong.length === 0) return { kinds, problem: null }
    return { kinds, problem: `${file} is wrong about ${wrong.join(', ')}: that is ignored, and stays.` }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { kinds: {}, problem: reason }
  }
}

/**
 * Keeps what was chosen for a kind; null forgets it. What the file says of other kinds stays. A file that is not what
 * muster wrote is kept beside it first, as `columns.json.damaged`: its new name, or null. Throws what the file system refuses.
 */
export function rememberColumns(
  io: Pick<Io, 'env' | 'home'>,
  kind: string,
  columns: KindColumns | null,
): string | null {
  const file = columnsFile(io)
  const { value, isWhole, text } = readValue(file)
  const isDamaged = !isWhole || Object.values(value).some((entry) => readEntry(entry) === null)
  const keptAs = isDamaged && text !== null ? keepDamaged(file, text) : null
  const { [kind]: _, ...others } = value
  const next = columns === null ? others : { ...others, [kind]: columns }
  writePrivately(file, `${JSON.stringify(next, null, 4)}\n`)
  return keptAs
}

function keepDamaged(file: string, text: string): string {
  for (let number = 1; ; number += 1) {
    const name = join(dirname(file), `columns.json.damaged${number === 1 ? '' : `-${number}`}`)
    const there = readTextFile(name)
    if (there === null) writePrivately(name, text)
    if (there === null || there === text) return name
  }
}

function readValue(file: string, io: Pick<Io, 'debug'> = {}) {
  const text = readTextFile(file, io)
  const value = text === null ? {} : parse(text)
  return isObject(value) ? { value, isWhole: true, text } : { value: {}, isWhole: false, text }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}

function readEntry(entry: Json): KindColumns | null {
  if (!isObject(entry)) return null
  const { columns = null, widths = {} } = entry
  const isList = Array.isArray(columns) && columns.length > 0 && columns.every(isName)
  if ((columns !== null && !isList) || !isObject(widths)) return null
  if (!Object.values(widths).every(isWidth)) return null
  return { columns: columns as readonly string[] | null, widths: widths as Record<string, number> }
}

function isName(value: Json): boolean {
  return typeof value === 'string' && value !== ''
}

function isWidth(value: Json): boolean {
  const { least, most } = columnWidths
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most
}
