import { existsSync, statSync } from 'node:fs'
import { withCache } from '../app/cache-of.ts'
import type { Command } from '../app/command.ts'
import type { Context } from '../app/context.ts'
import { inContext } from '../app/open-context.ts'
import type { Args } from '../app/options.ts'
import { formatOf, printList } from '../app/print.ts'
import { type ExitCode, exitCodes, MusterError, usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import { kinds } from '../kinds.ts'
import type { Json } from '../model.ts'
import { sanitise } from '../output/sanitise.ts'
import { type CacheCheck, checkAll, checkPages } from '../store/check-cache.ts'
import { checkLines } from '../store/examine.ts'
import { type LedgerLine, readLedger } from '../store/ledger.ts'
import { markDamaged } from '../store/mark.ts'
import type { Store } from '../store/open-store.ts'
import { rebuildCache } from '../store/rebuild.ts'
import { rowMaker } from '../sync/row-maker.ts'

const shownColumns = ['File', 'Bytes', 'WalBytes', 'Schema', 'Scopes', 'Rows', 'Integrity', 'Problems']
const rebuiltColumns = ['File', 'Old', 'Scopes', 'Rows', 'Damaged', 'Lost']

export const cache: Command = {
  summary: 'the cache file: size, rows, damage; `check`, `rebuild`',
  usage: 'cache [check | rebuild] [OPTIONS]',
  about:
    'The cache file: size, schema, rows of each kind, and whether its pages are sound. `check` looks at every index\nand document too, and marks damaged scopes so that the next sync reads them again. `rebuild` makes a new file of\nall that can be read, and keeps the old one beside it. Exits 1 if the file is damaged.',
  options: ['output'],
  examples: ['muster cache', 'muster cache check --output json', 'muster cache rebuild'],
  async run(args, io) {
    const [verb = 'show', ...more] = args.words
    if (!['show', 'check', 'rebuild'].includes(verb) || more.length > 0)
      throw usageError('Say `muster cache`, `muster cache check` or `muster cache rebuild`.')
    return inContext(args, io, async (context) => {
      if (verb === 'rebuild') return await rebuild(context, args)
      if (!existsSync(context.cacheFile))
        throw new MusterError(`There is no cache ${context.cacheFile}: run \`muster sync\`.`)
      return await show(context, args, verb === 'check')
    })
  },
}

/** One row about the file; what is wrong with it follows on standard error. */
async function show(context: Context, args: Args, thorough: boolean): Promise<ExitCode> {
  return withCache(context, async (store) => {
    const checkSignal = () => context.io.signal.throwIfAborted()
    const check = thorough ? checkAll(store, rowMaker, checkSignal) : checkPages(store)
    const problems = checkLines(check)
    const sound = problems.length === 0
    const integrity = sound ? (thorough ? 'sound' : 'pages sound') : 'damaged'
    const known = describeCache(store)
    const rows = formatOf(args) === 'table' && known.Rows ? { Rows: formatCounts(known.Rows) } : {}
    const item = { ...known, ...rows, Integrity: integrity, Problems: problems.length }
    await printList('Cache', shownColumns, [item], args, context.io)
    for (const problem of problems) context.io.err(`${sanitise(problem)}\n`)
    if (sound) return exitCodes.done
    context.io.err(`${nextStep(check, store, context.io)}\n`)
    return exitCodes.failed
  })
}

function describeCache(store: Store): CacheItem {
  const readSize = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const item: CacheItem = {
    File: store.file,
    Bytes: readSize(store.file),
    WalBytes: readSize(`${store.file}-wal`),
  }
  try {
    item.Schema = store.db.pragma('user_version', { simple: true }) as number
    const lines = readLedger(store)
    item.Scopes = lines.length
    item.Rows = countByKind(lines)
  } catch (error) {
    // The check names what cannot be read.
    if (!(error instanceof Error)) throw error
  }
  return item
}

interface CacheItem {
  readonly [column: string]: Json
  Schema?: number
  Scopes?: number
  Rows?: Counts
}

/** How many rows there are of each kind of which the cache holds any, the most first. */
type Counts = Readonly<Record<string, number>>

function countByKind(lines: readonly LedgerLine[]): Counts {
  const counts = new Map<string, number>()
  for (const { scope, rows } of lines)
    if (rows > 0) counts.set(scope.kind, (counts.get(scope.kind) ?? 0) + rows)
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a))
}

/** `677 volumes, 400 instances and 12 more kinds`, as a cell of a table has room for it. */
function formatCounts(counts: Counts): string {
  const texts = Object.entries(counts).map(([kind, rows]) => `${rows} ${kind}`)
  return texts.length <= 4
    ? texts.join(', ')
    : `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more kinds`
}

function nextStep({ file, scopes }: CacheCheck, store: Store, io: Pick<Io, 'now'>): string {
  if (file.length > 0)
    return 'Run `muster cache rebuild`: it keeps what can be read, and the old file beside the new one.'
  return markDamaged(store, scopes, io.now())
    ? 'The next sync reads these scopes again: run `muster sync` for them.'
    : 'The file cannot be written: copy it, and give the copy with --cache FILE.'
}

async function rebuild({ cacheFile, io }: Context, args: Args): Promise<ExitCode> {
  const { old, scopes, rows, damaged, lost } = rebuildCache(cacheFile, kinds, rowMaker, () =>
    io.signal.throwIfAborted(),
  )
  const item = {
    File: cacheFile,
    Old: old,
    Scopes: scopes,
    Rows: rows,
    Damaged: damaged.length,
    Lost: lost.length,
  }
  await printList('Cache', rebuiltColumns, [item], args, io)
  for (const name of damaged) io.err(`${sanitise(name)}: some of its rows were damaged\n`)
  for (const what of lost) io.err(`lost: ${sanitise(what)}\n`)
  if (damaged.length > 0 || lost.length > 0)
    io.err('Run `muster sync` with the profiles and regions that you use: it reads what is missing.\n')
  io.err(`The old file is ${sanitise(old)}: delete it when you no longer need it.\n`)
  return exitCodes.done
}
