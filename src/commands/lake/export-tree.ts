import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { withCache } from '../../app/cache-of.ts'
import { selectionOf } from '../../app/context.ts'
import { openCoverageFile } from '../../app/coverage-file.ts'
import { inContext } from '../../app/open-context.ts'
import { type Args, flagOf, isGiven, optionGroups } from '../../app/options.ts'
import { callsOf, plainKinds, syncSelection } from '../../app/ready.ts'
import { reportCoverage } from '../../app/report.ts'
import { type WritingIo, writeBytes } from '../../app/write-file.ts'
import { selectKinds } from '../../config/kind-words.ts'
import { type ExitCode, usageError } from '../../errors.ts'
import { makeHeapHolder } from '../../hold-heap.ts'
import type { Io } from '../../io.ts'
import { findKind } from '../../kinds.ts'
import type { Kind } from '../../model.ts'
import { joinPieces } from '../../output/join-pieces.ts'
import { writeParquet } from '../../output/parquet.ts'
import { sanitise } from '../../output/sanitise.ts'
import type { Cell } from '../../output/typed-rows.ts'
import { isResolved, type LedgerLine, scopeKey } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'
import { runInSnapshot } from '../../store/scan.ts'
import { scanDocuments } from '../../store/scan-rows.ts'
import { documentColumn, type LakeColumn, lakeColumnsOf, makeLakeRows } from './lake-columns.ts'
import { type LakeCoverage, openLakeCoverage, type Written } from './lake-coverage.ts'
import { type LakeFormat, lakeFormats, partitionPath } from './lake-paths.ts'
import { isSame } from './same-file.ts'

/** The one value of --partition: a scope is read, fresh or failed as a whole, and so it is one file. */
const partitionKeys = 'date,account,region'

/**
 * Writes the scopes that a selection covers into a tree, each into a file of its own, whole or not at all; a file that
 * would not change is left alone. Beside the kinds, `coverage` says where every scope stands, those without a file among
 * them. Each account has files of its own, so that several collectors may write into one tree.
 */
export async function exportTree(args: Args, io: Io): Promise<ExitCode> {
  const { to, partition } = args
  if (partition !== partitionKeys)
    throw usageError(
      `--partition takes ${partitionKeys}: each of them is one file, as it is read as a whole.`,
    )
  refuseShape(args)
  if (to === null || to === '-') throw usageError('Give the folder of the tree with --to FOLDER/.')
  const format = formatOfTree(args)
  const folder = resolve(io.cwd, to)
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw usageError(`${folder} is no folder: give one for the tree with --to FOLDER/.`)
  const coverage = openCoverageFile(args, io)
  return inContext(args, io, async (context) => {
    const kinds = args.kind.length > 0 ? selectKinds(args.kind) : [findKind(context.settings.kind)]
    const names = kinds.map(({ name }) => name)
    return withCache(context, async (store) => {
      const selection = selectionOf(args)
      const { lines, statuses } = await syncSelection(
        context,
        args,
        store,
        selection,
        plainKinds(names),
        callsOf(args),
      )
      await context.close()
      const date = new Date(io.now()).toISOString().slice(0, 10)
      const tree: Tree = { folder, date, format, store, io, left: new Map() }
      const lakeCoverage = await openLakeCoverage(statuses, names, tree)
      const written = new Map<string, Written>()
      for (const kind of kinds) {
        for (const line of lines.filter(({ scope }) => scope.kind === kind.name)) {
          io.signal.throwIfAborted()
          const file = await writePartition(kind, line, tree, lakeCoverage)
          if (file) written.set(scopeKey(line.scope), file)
        }
      }
      const notes = await lakeCoverage.finish(written)
      const all = [...written.values()]
      const changed = all.filter(({ isChanged }) => isChanged)
      const bytes = changed.reduce((sum, each) => sum + each.bytes, 0)
      for (const [column, count] of tree.left)
        io.err(
          `${sanitise(column)}: ${count} values are of another type, and stand in ${documentColumn} alone.\n`,
        )
      io.err(
        `wrote ${changed.length} files of ${all.length} (${bytes} bytes) and ${notes} of coverage to ${sanitise(folder)}; the others are as they were\n`,
      )
      await coverage.write(statuses)
      return reportCoverage(io, statuses)
    })
  })
}

interface Tree {
  readonly folder: string
  readonly date: string
  readonly format: LakeFormat
  readonly store: Store
  readonly io: WritingIo
  /** How many values a column could not hold, by its name. */
  readonly left: Map<string, number>
}

/** The file holds the kind's columns and the whole resource: nothing can be asked of it here. */
function refuseShape(args: Args): void {
  const own = ['output', 'noHeaders', 'raw', 'bom', 'exitCode'] as const
  const shaping = optionGroups.shape.filter((name) => !own.some((each) => each === name))
  const given = [...shaping, 'noHeaders', 'raw', 'bom', 'exitCode', 'force' as const].find((name) =>
    isGiven(args, name as (typeof shaping)[number]),
  )
  if (given === undefined && args.words.length === 0) return
  const what = given === undefined ? `'${args.words.join(' ')}'` : flagOf(given as (typeof shaping)[number])
  throw usageError(`--partition writes all resources of --kind with all columns: leave ${what} out.`)
}

function formatOfTree({ output }: Args): LakeFormat {
  const format = lakeFormats.find((each) => each === (output ?? lakeFormats[0]))
  if (format !== undefined) return format
  throw usageError(`--partition writes parquet (the default) or ndjson, not '${output}'.`)
}

/** Null for a scope without rows that has no file: a file that it has becomes empty, so that a copy of it does, too. */
async function writePartition(
  kind: Kind,
  line: LedgerLine,
  tree: Tree,
  lakeCoverage: LakeCoverage,
): Promise<Written | null> {
  const { scope } = line
  if (!isResolved(scope)) return null
  const path = partitionPath(scope, tree.date, tree.format)
  const file = join(tree.folder, path)
  if (line.rows === 0 && !existsSync(file)) return null
  const left = new Map<string, number>()
  const isChanged = !isSame(file, piecesOf(kind, line, tree, left))
  if (isChanged) {
    left.clear()
    await lakeCoverage.beforeWriting(scope)
    mkdirSync(dirname(file), { recursive: true })
    await writeBytes(file, piecesOf(kind, line, tree, left), true, tree.io)
  }
  for (const [column, count] of left) {
    const name = `${kind.name} ${column}`
    tree.left.set(name, (tree.left.get(name) ?? 0) + count)
  }
  return { path, ...sumOf(file), isChanged }
}

function* piecesOf(
  kind: Kind,
  line: LedgerLine,
  { store, format }: Tree,
  left: Map<string, number>,
): Generator<Uint8Array> {
  const toRow = makeLakeRows(kind, (column) => left.set(column, (left.get(column) ?? 0) + 1))
  const rows = function* () {
    const holdHeap = makeHeapHolder()
    for (const chunk of runInSnapshot(store, () => scanDocuments(store, [line], kind))) {
      holdHeap()
      for (const found of chunk) yield toRow(found.line, found.body)
    }
  }
  const columns = lakeColumnsOf(kind)
  if (format === 'parquet') yield* writeParquet(columns, rows(), { 'muster.kind': kind.name })
  // A piece for each row would be a million buffers, which V8 frees late, and turns of the event loop.
  else for (const piece of joinPieces(linesOf(columns, rows()))) yield Buffer.from(piece)
}

function* linesOf(columns: readonly LakeColumn[], rows: Iterable<readonly Cell[]>): Generator<string> {
  for (const row of rows) {
    const members = columns.map(({ name, type }, place) => {
      const cell = row[place] ?? null
      return `${JSON.stringify(name)}:${type === 'json' ? String(cell) : JSON.stringify(cell)}`
    })
    yield `{${members.join(',')}}\n`
  }
}

function sumOf(file: string): Pick<Written, 'bytes' | 'sha256'> {
  const hash = createHash('sha256')
  const handle = openSync(file, 'r')
  try {
    const buffer = Buffer.alloc(1 << 20)
    let bytes = 0
    for (;;) {
      const length = readSync(handle, buffer, 0, buffer.length, bytes)
      if (length === 0) return { bytes, sha256: hash.digest('hex') }
      hash.update(buffer.subarray(0, length))
      bytes += length
    }
  } finally {
    closeSync(handle)
  }
}
