import type { Command } from '../../app/command.ts'
import { findQueryFolders } from '../../app/context.ts'
import type { Args } from '../../app/options.ts'
import { printList } from '../../app/print.ts'
import { type ExitCode, exitCodes, usageError } from '../../errors.ts'
import type { Io } from '../../io.ts'
import { findNearest } from '../../nearest.ts'
import { sanitise } from '../../output/sanitise.ts'
import { describeSaved } from '../../query/describe-saved.ts'
import { formatParameters } from '../../query/parameters.ts'
import {
  formatProblem,
  type QueryFolders,
  readQueryNames,
  readSavedFile,
  readSavedFiles,
  type SavedFile,
  selectUsableQueries,
} from '../../query/saved.ts'
import { checkQueries } from './check-queries.ts'
import { editQuery, removeQuery } from './own-queries.ts'

export const queries: Command = {
  summary: 'list the saved queries, show, check, edit or remove one',
  usage: 'queries [list | show NAME | check [NAME…] | edit NAME | rm NAME] [OPTIONS]',
  about:
    'Lists the saved queries, those that ship and your own (which win by name), or shows one. `check` reads them\nwhole, runs each over the cache (never calls AWS; with --demo over the demo fleet) and names every problem\nwith its line and column; it exits 2 if there are any. `edit` opens one of your own in $VISUAL or $EDITOR and checks\nit then; `rm` removes one. `muster query … --save NAME` makes one.',
  options: ['output'],
  examples: [
    'muster queries',
    'muster queries show running',
    'muster queries check',
    'muster queries edit mine',
    'muster queries check by-tag --demo --output json',
  ],
  async run(args, io) {
    const [verb = 'list', ...names] = args.words
    const folders = findQueryFolders(io)
    const [name, ...more] = names
    if (verb === 'list' && name === undefined) return listQueries(folders, args, io)
    if (verb === 'show' && name !== undefined && more.length === 0)
      return showQuery(requireSavedFile(name, folders), io)
    if (verb === 'check') {
      const files =
        names.length > 0 ? names.map((each) => requireSavedFile(each, folders)) : readSavedFiles(folders)
      return checkQueries(files, args, io)
    }
    if (verb === 'edit' && name !== undefined && more.length === 0) return editQuery(name, folders, io)
    if (verb === 'rm' && name !== undefined && more.length === 0) return removeQuery(name, folders, io)
    throw usageError('Say `muster queries`, or `muster queries` with show NAME, check, edit NAME or rm NAME.')
  },
}

/** Names malformed files, and lists the others. */
async function listQueries(folders: QueryFolders, args: Args, io: Io): Promise<ExitCode> {
  const files = readSavedFiles(folders)
  const items = selectUsableQueries(files).map((query) => ({
    Name: query.name,
    Title: describeSaved(query),
    Kind: [query.kind, ...query.otherKinds].join(', '),
    Parameters: formatParameters(query.parameters) || null,
    From: query.own ? query.file : 'muster',
  }))
  await printList('Queries', ['Name', 'Title', 'Kind', 'Parameters', 'From'], items, args, io)
  const malformed = files.flatMap(({ problems }) => problems.slice(0, 1))
  for (const problem of malformed) io.err(`not listed: ${sanitise(formatProblem(problem))}\n`)
  if (malformed.length === 0) return exitCodes.done
  io.err('  -> `muster queries check` names everything that is wrong.\n')
  return exitCodes.incomplete
}

async function showQuery({ text, problems }: SavedFile, io: Io): Promise<ExitCode> {
  const [problem] = problems
  if (text === null) throw usageError(problem ? formatProblem(problem) : 'The file cannot be read.')
  await io.out(io.columns === null ? text : text.split('\n').map(sanitise).join('\n'))
  return exitCodes.done
}

function requireSavedFile(name: string, folders: QueryFolders): SavedFile {
  const found = readSavedFile(name, folders)
  if (found) return found
  const near = findNearest(name, readQueryNames(folders))
  throw usageError(
    `There is no saved query '${name}'${near ? `; did you mean '${near}'?` : '.'} See muster queries.`,
  )
}
