import { existsSync } from 'node:fs'
import { withCache } from '../../app/cache-of.ts'
import { type Context, selectionOf } from '../../app/context.ts'
import { inContext } from '../../app/open-context.ts'
import type { Args } from '../../app/options.ts'
import { printList } from '../../app/print.ts'
import { plainKinds, syncSelection } from '../../app/ready.ts'
import { type ExitCode, exitCodes } from '../../errors.ts'
import type { Io } from '../../io.ts'
import type { JsonObject } from '../../model.ts'
import { sanitise } from '../../output/sanitise.ts'
import { checkRun, checkText } from '../../query/check-saved.ts'
import type { SavedFile } from '../../query/saved.ts'
import type { QueryProblem, SavedQuery } from '../../query/saved-text.ts'
import { readLedger } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'

const columns = ['Query', 'Result', 'Rows', 'Line', 'Column', 'Problem', 'File']

/**
 * Checks saved queries: what their files say, and what they give over the cache, which is not changed; with --demo,
 * over the demo fleet. Prints a row for each problem, and one for each query without any.
 */
export async function checkQueries(files: readonly SavedFile[], args: Args, io: Io): Promise<ExitCode> {
  return inContext(args, io, async (context) => {
    const kinds = new Set(files.flatMap(({ query }) => (query ? kindsOf(query) : [])))
    const check = async (store: Store | null): Promise<ExitCode> => {
      const checks = await io.hold(() => files.map((file) => checkFile(file, store, io)))
      await printList('Checks', columns, checks.flatMap(rowsOf), args, io)
      reportUnrun(checks, context)
      return reportSum(checks, io)
    }
    // A cache that does not exist is not made; the demo's is made and filled.
    if (!context.demo && !existsSync(context.cacheFile)) return check(null)
    return withCache(context, async (store) => {
      if (context.demo)
        await syncSelection(context, args, store, selectionOf(args), plainKinds([...kinds]), 'when-due')
      return check(store)
    })
  })
}

interface QueryCheck {
  readonly file: SavedFile
  readonly problems: readonly QueryProblem[]
  /** Null if it was not run. */
  readonly rows: number | null
}

function checkFile(file: SavedFile, store: Store | null, io: Io): QueryCheck {
  const problems = checkText(file)
  const { query } = file
  const lines = store && query ? findLinesWithRows(store, query) : []
  if (problems.length > 0 || !store || !query || lines.length === 0) return { file, problems, rows: null }
  const run = checkRun(query, store, lines, io.now())
  return typeof run === 'number' ? { file, problems, rows: run } : { file, problems: [run], rows: null }
}

/** The scopes that have rows of a query's kinds; none if they have none of its first one. */
function findLinesWithRows(store: Store, query: SavedQuery) {
  const kinds = kindsOf(query)
  const lines = readLedger(store, kinds).filter(({ rows }) => rows > 0)
  return lines.some(({ scope }) => scope.kind === query.kind) ? lines : []
}

function kindsOf({ kind, otherKinds }: SavedQuery): readonly string[] {
  return [kind, ...otherKinds]
}

function rowsOf({ file: { name, file }, problems, rows }: QueryCheck): readonly JsonObject[] {
  if (problems.length === 0)
    return [{ Query: name, Result: rows === null ? 'not run' : 'ok', Rows: rows, File: file }]
  return problems.map(({ line, column, what }) => ({
    Query: name,
    Result: 'problem',
    Line: line,
    Column: column,
    Problem: what.endsWith('?') ? what : `${what}.`,
    File: file,
  }))
}

function reportUnrun(checks: readonly QueryCheck[], { io, cacheFile }: Context): void {
  const unrun = checks.filter(({ problems, rows }) => problems.length === 0 && rows === null)
  const kinds = [...new Set(unrun.map(({ file }) => file.query?.kind))].join(' and no ')
  if (unrun.length === 0) return
  io.err(
    `The cache ${sanitise(cacheFile)} holds no ${kinds}: ${unrun.length} ${unrun.length === 1 ? 'query was' : 'queries were'} checked and not run. Run \`muster sync\` first, or give --demo.\n`,
  )
}

function reportSum(checks: readonly QueryCheck[], io: Io): ExitCode {
  const problems = checks.reduce((total, each) => total + each.problems.length, 0)
  const wrong = checks.filter((each) => each.problems.length > 0).length
  io.err(
    `${checks.length} ${checks.length === 1 ? 'query' : 'queries'} checked, ${problems === 0 ? 'no problem' : `${problems} problem${problems === 1 ? '' : 's'} in ${wrong} of them`}\n`,
  )
  return problems === 0 ? exitCodes.done : exitCodes.usage
}
