import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { usageError } from '../errors.ts'
import { type QueryProblem, readSavedText, type SavedQuery, type SavedText } from './saved-text.ts'

export interface QueryFolders {
  readonly shipped: string
  readonly own: string
}

/** A file among the saved queries. */
export interface SavedFile extends SavedText {
  readonly name: string
  readonly file: string
  readonly own: boolean
  /** The text as it is; null if it cannot be read. */
  readonly text: string | null
}

/** Every saved query by name, with everything that is wrong in its file. The user's own win. */
export function readSavedFiles(folders: QueryFolders): readonly SavedFile[] {
  return readQueryNames(folders).flatMap((name) => readSavedFile(name, folders) ?? [])
}

/** The names of all saved queries, whatever their files hold. */
export function readQueryNames(folders: QueryFolders): readonly string[] {
  return [...new Set([...readNames(folders.own), ...readNames(folders.shipped)])].sort()
}

/** The queries of the files that are well formed: a malformed file does not hide the others. */
export function selectUsableQueries(files: readonly SavedFile[]): readonly SavedQuery[] {
  return files.flatMap(({ query, problems }) => (query && problems.length === 0 ? [query] : []))
}

/** Where a saved query of the user's own of that name stands, or would. */
export function ownFileOf(name: string, folders: QueryFolders): string {
  return join(folders.own, `${name}${ending}`)
}

/** The file of the saved query of that name; null if there is none. */
export function readSavedFile(name: string, folders: QueryFolders): SavedFile | null {
  if (!isBareWord(name)) return null
  for (const own of [true, false]) {
    const file = join(own ? folders.own : folders.shipped, `${name}${ending}`)
    const text = readText(file)
    if (text === undefined) continue
    if (text !== null) return { name, file, own, text, ...readSavedText(text, name, file, own) }
    const what = 'the file cannot be read: make it readable, or move it away'
    return { name, file, own, text, query: null, problems: [{ file, line: 1, column: 1, what }] }
  }
  return null
}

/** The saved query of that name, or null. Reads only that file. If it is malformed, a usage error names the line. */
export function findQuery(name: string, folders: QueryFolders): SavedQuery | null {
  const found = readSavedFile(name, folders)
  return found && requireWellFormed(found)
}

/** Reads a saved query's text. If something is wrong, a usage error names the line. */
export function parseSavedQuery(text: string, name: string, file: string, own: boolean): SavedQuery {
  return requireWellFormed(readSavedText(text, name, file, own))
}

/** `file:line: what is wrong.` */
export function formatProblem({ file, line, what }: QueryProblem): string {
  return `${file}:${line}: ${what}.`
}

/** Whether a word can only be a saved query's name: letters, digits and dashes. */
export function isBareWord(word: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]*$/.test(word)
}

const ending = '.jmespath'

function requireWellFormed({ query, problems: [problem] }: SavedText): SavedQuery {
  if (problem) throw usageError(formatProblem(problem))
  if (!query) throw new Error('a file without an expression has a problem')
  return query
}

function readNames(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(ending))
    return names.map((name) => name.slice(0, -ending.length)).filter(isBareWord)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Undefined if there is no such file, null if it cannot be read. */
function readText(file: string): string | null | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    return isMissing(error) ? undefined : null
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
