import { withCache } from '../app/cache-of.ts'
import type { Command } from '../app/command.ts'
import { openCoverageFile } from '../app/coverage-file.ts'
import { openInventory } from '../app/inventory.ts'
import { lookupOptions } from '../app/lookup-options.ts'
import { inContext } from '../app/open-context.ts'
import type { Args } from '../app/options.ts'
import { formatOf, formatOptionsOf, writeAnswer } from '../app/print.ts'
import { reportCoverage } from '../app/report.ts'
import { listUnreadKinds, nameSome } from '../app/unread-kinds.ts'
import { type ExitCode, exitCodes, usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import { defaultKind, kinds } from '../kinds.ts'
import { type Finding, find as findWords } from '../mentions/find.ts'
import type { Json, ScopeStatus } from '../model.ts'
import { sanitise } from '../output/sanitise.ts'
import { makeItemRows } from '../ready-items.ts'
import { runInSnapshot } from '../store/scan.ts'
import { withSmallCache } from '../store/small-cache.ts'

/** The columns of the rows, in order. */
const columns = [
  'Word',
  'Kind',
  'Id',
  'Name',
  'AccountId',
  'AccountName',
  'Region',
  'Where',
  'SyncedAt',
  'SeenFrom',
] as const

export const find: Command = {
  summary: 'look up an id, an address, a name or a tag in every kind and account',
  usage: 'find WORD… [OPTIONS]',
  about:
    'Looks words up in every kind and account of the cache: an id, an address (also in the ranges of networks), a\nDNS name, an ARN, a name, a tag value. A row for each resource that is it, then for each that mentions it. With -, or\nwithout a word when standard input is not a terminal, the words are the lines of standard input. Calls AWS only with\n--fresh or --sync. Looks into all profiles and regions unless --profile, --account or --region say otherwise.',
  options: lookupOptions,
  examples: [
    'muster find 10.0.24.7',
    'muster find payments-db --kind network --output csv',
    'muster find - --output csv < words.txt',
    'muster find vol-0123456789abcdef0 --fresh 15m',
  ],
  async run(args, io) {
    const format = formatOf(args)
    const options = formatOptionsOf(args, format, io)
    const words = await wordsOf(args.words, io)
    const coverage = openCoverageFile(args, io)
    return inContext(args, io, (context) =>
      withCache(context, async (store) => {
        const { inventory, statuses } = await openInventory(context, args, store, words)
        await context.close()
        const missing: string[] = []
        function* readRows(): Generator<readonly Json[]> {
          for (const { word, count, findings } of findWords(inventory, words)) {
            if (count === 0) missing.push(word)
            for (const finding of findings) yield cellsOf(finding)
          }
        }
        await io.hold(() => {
          const rows = runInSnapshot(store, () => withSmallCache(store.db, pagesKept, readRows))
          const items = makeItemRows(columns, rows)
          const answer = { type: 'list', title: 'Find', columns, items } as const
          return writeAnswer(answer, format, options, io)
        })
        await coverage.write(statuses)
        return reportFound(missing, statuses, args, io)
      }),
    )
  },
}

/** Says what was not found, and what that may be worth, and gives the exit code that says the same. */
export function reportFound(
  missing: readonly string[],
  statuses: readonly ScopeStatus[],
  args: Args,
  io: Io,
): ExitCode {
  const code = reportCoverage(io, statuses, 'rows', sayForLookups)
  if (missing.length === 0) return exitCodes.done
  const some = missing.slice(0, mostNamed).map(sanitise).join(', ')
  const more = missing.length > mostNamed ? ` and ${missing.length - mostNamed} more` : ''
  const unread = listUnreadKinds(statuses)
  const where = unread.length > 0 ? `; not read: ${unread.join('; ')} (--fresh 15m reads them first)` : ''
  io.err(`not found: ${some}${more}${sanitise(where || describeSearched(statuses, args))}\n`)
  return code === exitCodes.done ? exitCodes.notFound : code
}

/** A command that looks things up reads nothing by itself, with or without --offline. */
function sayForLookups(line: string): string {
  return line.replace(
    /\b([Rr])un `muster sync`( for them)?, or the same command without --offline/,
    (_, run: string) => `${run === 'R' ? 'Give' : 'give'} the same command with --fresh 15m`,
  )
}

/** The kinds that were looked into, if nothing was missing of them and they are not all that there are. */
function describeSearched(statuses: readonly ScopeStatus[], { kind: given }: Args): string {
  const searched = new Set(statuses.map(({ scope }) => scope.kind))
  if (given.length > 0 || kinds.every(({ name }) => searched.has(name))) return ''
  return ` among ${nameSome([...searched], 'kinds')}, the kinds of which the cache has something`
}

/** In KB. */
const pagesKept = 8192

/** How many words that were not found are named. */
const mostNamed = 10

function cellsOf({ word, where, resource }: Finding): readonly Json[] {
  const { kind, id, name, accountId, accountName, region, syncedAt, seenFrom } = resource
  const at = syncedAt === null ? null : new Date(syncedAt).toISOString()
  const others = seenFrom.length === 0 ? null : seenFrom.join(' ')
  return [word, kind, id, name, accountId, accountName, region, where, at, others]
}

/** The words of the command line, or the lines of standard input; each once. */
async function wordsOf(given: readonly string[], io: Io): Promise<readonly string[]> {
  const isInput = given.length === 0 || given.includes('-')
  if (isInput && given.length > 1)
    throw usageError('- stands for the words of standard input: give it alone.')
  const words = isInput ? await readLines(given.length === 0, io) : given
  const found = [...new Set(words.map((word) => word.trim()).filter((word) => word !== ''))]
  if (found.length > 0) return found
  throw usageError(`Give a word to look for, as muster find 10.0.24.7 or an ${defaultKind.id}.`)
}

async function readLines(isGuessed: boolean, io: Io): Promise<readonly string[]> {
  const input = io.stdin()
  if (isGuessed && 'isTTY' in input && input.isTTY) return []
  const chunks: Uint8Array[] = []
  for await (const chunk of input) {
    io.signal.throwIfAborted()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8').split(/\r?\n/)
}
