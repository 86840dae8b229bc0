import { type Args, flagOf, isGiven, type OptionName } from '../../app/options.ts'
import { reportHints } from '../../app/report.ts'
import { makeView } from '../../app/view.ts'
import { checkQueryName, isShipped, writeSavedQuery } from '../../app/write-saved-query.ts'
import { readSettings } from '../../config/settings.ts'
import { type ExitCode, exitCodes, usageError } from '../../errors.ts'
import type { Io } from '../../io.ts'
import { sanitise } from '../../output/sanitise.ts'
import { columnWord } from '../../query/column-list.ts'

/** Writes what is asked as a saved query of the user's own, and answers nothing. One that exists stays, unless --force is given. */
export async function saveQuery(name: string, args: Args, io: Io): Promise<ExitCode> {
  checkQueryName(name, '--save')
  const stray = unsaved.find((each) => isGiven(args, each))
  if (stray !== undefined)
    throw usageError(
      `A saved query asks the resources of the cache, by muster's own engine: leave ${flagOf(stray)} out.`,
    )
  const { view, hints } = makeView(args, io, readSettings(io))
  const file = writeSavedQuery(name, view, (saved) => shownColumns(args, view.columns, saved), args.force, io)
  reportHints(io, hints)
  const instead = isShipped(name, io) ? ', in place of the one of that name that ships' : ''
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
