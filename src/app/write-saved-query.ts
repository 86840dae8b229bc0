import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exitCodes, hasCode, MusterError, usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { View } from '../model.ts'
import { findQuery, isBareWord, ownFileOf, readSavedFile } from '../query/saved.ts'
import { formatSavedQuery } from '../query/saved-format.ts'
import { writeWhole } from '../whole-file.ts'
import { findQueryFolders } from './context.ts'

/**
 * Writes a view as a saved query of the user's own, and returns its file. `showOf`: the columns that are shown, as they
 * are written; it gets those of the saved query that the view is made from. Without `force` one that exists is a usage
 * error.
 */
export function writeSavedQuery(
  name: string,
  view: View,
  showOf: (saved: string | null) => string | null,
  force: boolean,
  io: Io,
): string {
  const folders = findQueryFolders(io)
  const base = view.query === null ? null : findQuery(view.query, folders)
  const text = formatSavedQuery(view, base, showOf(base?.show ?? null))
  const file = ownFileOf(name, folders)
  write(file, text, force)
  return file
}

/** A usage error if a saved query cannot have this name. */
export function checkQueryName(name: string, whatTakesIt: string): void {
  if (!isBareWord(name))
    throw usageError(`${whatTakesIt} takes a name of letters, digits and dashes, not '${name}'.`)
}

/** Whether a saved query of that name ships with muster. */
export function isShipped(name: string, io: Io): boolean {
  const folders = findQueryFolders(io)
  return readSavedFile(name, { ...folders, own: join(folders.own, 'none') }) !== null
}

function write(file: string, text: string, force: boolean): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeWhole(file, text, { existing: force ? 'replace' : 'refuse' })
  } catch (error) {
    if (hasCode(error, 'EEXIST'))
      throw usageError(
        `${file} exists: \`muster queries edit\` changes it; give another name, or --force to replace it.`,
        error,
      )
    const code = error instanceof Error && 'code' in error ? String(error.code) : null
    if (code === null) throw error
    throw new MusterError(
      `${file} cannot be written (${code}): make its folder writable.`,
      exitCodes.failed,
      {
        cause: error,
      },
    )
  }
}
