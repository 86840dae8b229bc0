import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { usageError } from '../errors.ts'
import { kinds } from '../kinds.ts'
import type { Sort } from '../model.ts'

/** A query kept in a file: `#` header lines and a JMESPath expression. */
export interface SavedQuery {
  readonly name: string
  readonly title: string
  readonly kind: string
  /** Names of the result's columns; for a list of lists, of its places. */
  readonly columns: readonly string[] | null
  readonly sort: Sort | null
  readonly group: string | null
  readonly expression: string
  readonly file: string
  /** From the user's own folder, not from those that ship. */
  readonly own: boolean
}

export interface QueryFolders {
  readonly shipped: string
  readonly own: string
}

/** Every saved query by name; the user's own win. A file that is malformed is a usage error naming its line. */
export function listQueries(folders: QueryFolders): readonly SavedQuery[] {
  const names = new Set([...namesIn(folders.own), ...namesIn(folders.shipped)])
  return [...names].sort().flatMap((name) => findQuery(name, folders) ?? [])
}

/** The saved query of that name, or null. Reads that file alone. */
export function findQuery(name: string, folders: QueryFolders): SavedQuery | null {
  if (!isBareWord(name)) return null
  for (const own of [true, false]) {
    const file = join(own ? folders.own : folders.shipped, `${name}${ending}`)
    const text = textOf(file)
    if (text !== null) return parseSavedQuery(text, name, file, own)
  }
  return null
}

/** Whether a word can only be a saved query's name: letters, digits and dashes. */
export function isBareWord(word: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]*$/.test(word)
}

/** Reads a saved query's text. Header keys: kind, columns, sort, count-by; the first other line is the title. */
export function parseSavedQuery(text: string, name: string, file: string, own: boolean): SavedQuery {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const header = lines.findIndex((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  const end = header < 0 ? lines.length : header
  let title = ''
  const keys = new Map<string, string>()
  lines.slice(0, end).forEach((line, index) => {
    const words = line.replace(/^\s*#\s*/, '').trim()
    const pair = /^([a-z][a-z_-]*)\s*:(?!\/\/)\s*(.*)$/i.exec(words)
    if (!pair) {
      title ||= words
      return
    }
    const [, key = '', value = ''] = pair
    if (!headerKeys.includes(key))
      throw malformed(file, index, `'${key}' is no header; there are ${headerKeys.join(', ')}`)
    if (keys.has(key)) throw malformed(file, index, `'${key}' is said twice; keep one`)
    if (value === '') throw malformed(file, index, `'${key}' says nothing`)
    if (key === 'columns' && value.split(',').some((column) => column.trim() === '')) {
      throw malformed(file, index, `'${value}' leaves a column without a name`)
    }
    if (key === 'sort' && /^-?$|^(asc|desc)$|\s(ascending|descending)$/i.test(value)) {
      throw malformed(file, index, `'${value}' is no sort; write it as 'LaunchTime' or 'LaunchTime desc'`)
    }
    if (key === 'kind' && !kinds.some((kind) => kind.name === value)) {
      throw malformed(
        file,
        index,
        `there is no kind '${value}'; choose one of ${kinds.map((kind) => kind.name).join(', ')}`,
      )
    }
    keys.set(key, value)
  })
  const expression = lines.slice(end).join('\n').trim()
  if (expression === '') throw malformed(file, lines.length - 1, 'the expression is missing')
  const sort = keys.get('sort')
  return {
    name,
    title: title || name,
    kind: keys.get('kind') ?? 'instances',
    columns:
      keys
        .get('columns')
        ?.split(',')
        .map((column) => column.trim()) ?? null,
    sort: sort === undefined ? null : parseSort(sort),
    group: keys.get('count-by') ?? null,
    expression,
    file,
    own,
  }
}

/** Reads `LaunchTime`, `LaunchTime desc`, `LaunchTime:desc` or `-LaunchTime`. */
export function parseSort(text: string): Sort {
  const words = text.trim()
  const [, column = '', direction = 'asc'] = /^(.+?)(?:[\s:]+(asc|desc))?$/i.exec(words) ?? []
  const minus = column.startsWith('-') && column.length > 1
  const name = minus ? column.slice(1) : column
  if (name === '' || name === '-')
    throw usageError("--sort takes a column, as 'LaunchTime' or 'LaunchTime desc'.")
  return { column: name, descending: minus || direction.toLowerCase() === 'desc' }
}

const ending = '.jmespath'
const headerKeys = ['kind', 'columns', 'sort', 'count-by']

function namesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(ending))
    return names.map((name) => name.slice(0, -ending.length)).filter(isBareWord)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return null
    throw usageError(`The saved query ${file} cannot be read: make it readable, or move it away.`, error)
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

function malformed(file: string, index: number, what: string): Error {
  return usageError(`${file}:${index + 1}: ${what}.`)
}
