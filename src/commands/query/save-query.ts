import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findQueryFolders } from '../../app/context.ts'
import { type Args, flagOf, isGiven, type OptionName } from '../../app/options.ts'
import { reportHints } from '../../app/report.ts'
import { makeView } from '../../app/view.ts'
import { readSettings } from '../../config/settings.ts'
import { type ExitCode, exitCodes, hasCode, MusterError, usageError } from '../../errors.ts'
import type { Io } from '../../io.ts'
import { sanitise } from '../../output/sanitise.ts'
import { columnWord } from '../../query/column-list.ts'
import { findQuery, isBareWord, ownFileOf, readSavedFile } from '../../query/saved.ts'
import { formatSavedQuery } from '../../query/saved-format.ts'
import { writeWhole } from '../../whole-file.ts'

/** Writes what is asked as a saved query of the user's own, and answers nothing. One that exists stays, unless --force is given. */
export async function saveQuery(name: string, args: Args, io: Io): Promise<ExitCode> {
  if (!isBareWord(name)) throw usageError(`--save takes a name of letters, digits and dashes, not '${name}'.`)
  const stray = unsaved.find((each) => isGiven(args, each))
  if (stray !== undefined)
    throw usageError(
      `A saved query asks the resources of the cache, by muster's own engine: leave ${flagOf(stray)} out.`,
    )
  const folders = findQueryFolders(io)
  const { view, hints } = makeView(args, io, readSettings(io))
  const base = view.query === null ? null : findQuery(view.query, folders)
  const text = formatSavedQuery(view, base, shownColumns(args, view.columns, base?.show ?? null))
  const file = ownFileOf(name, folders)
  write(file, text, args.force)
  reportHints(io, hints)
  const ships = readSavedFile(name, { ...folders, own: join(folders.own, 'none') }) !== null
  const instead = ships ? ', in place of the one of that name that ships' : ''
  io.err(`saved ${sanitise(file)}: \`muster query ${name}\` answers it${instead}\n`)
  const left = besides.filter((each) => isGiven(args, each)).map(flagOf)
  if (left.length > 0) {
    const [are, them] = left.length === 1 ? ['is', 'it'] : ['are', 'them']
    io.err(`${left.join(', ')} ${are} not part of it: give ${them} with the query.\n`)
  }
  return exitCodes.done
}

/** The columns as they are written, so that `*` and `+NAME` keep their meaning; of several lists, what they come to. */
function shownColumns(
  { columns: [first, ...more] }: Args,
  columns: readonly string[] | null,
  saved: string | null,
): string | null {
  if (columns === null) return null
  if (first === undefined) return saved
  return more.length === 0 ? first.trim() : columns.map(columnWord).join(', ')
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

/** Options without which the saved query would answer something else. */
const unsaved: readonly OptionName[] = ['input', 'engine', 'noOrigin', 'live', 'maxItems', 'startingToken']

/** Options that stand beside a query. */
const besides: readonly OptionName[] = [
  'profile',
  'region',
  'account',
  'role',
  'output',
  'noHeaders',
  'exitCode',
  'raw',
  'bom',
  'coverage',
  'fresh',
  'offline',
  'sync',
]
