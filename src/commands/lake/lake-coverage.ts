import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type WritingIo, writeBytes } from '../../app/write-file.ts'
import type { Scope, ScopeStatus } from '../../model.ts'
import { readRememberedProfiles, scopeKey } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'
import { coveragePath } from './lake-paths.ts'
import { isSame } from './same-file.ts'

/** What became of the file of a scope. */
export interface Written {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly isChanged: boolean
}

/** The coverage of a tree while its files are written. */
export interface LakeCoverage {
  /** To be called before the file of a scope is replaced: from then on no line calls it complete. */
  beforeWriting(scope: Scope): Promise<void>
  /** Writes where every scope stands, by the files that were written. Returns how many files of coverage changed in all. */
  finish(written: ReadonlyMap<string, Written>): Promise<number>
}

/**
 * Says in a tree what an export is about to write there. A process can end at any time, and a file of this run must not
 * stand beside a line of an earlier one that calls it complete, nor without any line. So scopes that did not stand like
 * this before are incomplete until `finish`; those that could not be read say why at once.
 */
export async function openLakeCoverage(
  statuses: readonly ScopeStatus[],
  kinds: readonly string[],
  tree: CoverageTree,
): Promise<LakeCoverage> {
  const changed = new Set<string>()
  const byFile = Map.groupBy(statuses, ({ scope }) => coveragePath(scope, tree.date))
  const readBefore = (path: string) => readRows(join(tree.folder, path))
  const write = async (path: string, rows: readonly CoverageRow[], before = readBefore(path)) => {
    const places = new Set(rows.map(placeOf))
    const others = before.filter(
      (row) => !places.has(placeOf(row)) && (row.region !== null || !kinds.includes(row.kind)),
    )
    if (await writeRows(path, [...others, ...rows], tree)) changed.add(path)
  }
  const keptFiles = new Set<string>()
  for (const [path, here] of byFile) {
    const all = readBefore(path)
    const earlier = new Map(all.map((row) => [placeOf(row), row]))
    const rows = here.map((status) => {
      const row = toCoverageRow(status, null)
      const before = earlier.get(placeOf(row))
      if (!before || !isSameStanding(before, row)) return toUnwritten(row)
      keptFiles.add(path)
      return before
    })
    await write(path, rows, all)
  }
  return {
    async beforeWriting(scope) {
      const path = coveragePath(scope, tree.date)
      if (!keptFiles.delete(path)) return
      const here = byFile.get(path) ?? []
      await write(
        path,
        here.map((status) => toUnwritten(toCoverageRow(status, null))),
      )
    },
    async finish(written) {
      for (const [path, here] of byFile) {
        const rows = here.map((status) => toCoverageRow(status, written.get(scopeKey(status.scope)) ?? null))
        await write(path, rows)
      }
      for (const path of findOutlived(statuses, byFile, tree)) await write(path, [])
      return changed.size
    },
  }
}

/** Where the coverage is written. */
export interface CoverageTree {
  readonly folder: string
  /** The day in UTC: 2026-11-25. */
  readonly date: string
  readonly store: Store
  readonly io: WritingIo
}

/** A line of the coverage: where a scope stood when its file was written. Times are as AWS writes them. */
type CoverageRow = ReturnType<typeof toCoverageRow>

function toCoverageRow(
  { scope, accountName, state, syncedAt, rows, readBy, fault, accepted }: ScopeStatus,
  written: Written | null,
) {
  return {
    kind: scope.kind,
    account: scope.account,
    region: scope.region,
    profile: scope.profile,
    account_name: accountName,
    state: state as ScopeStatus['state'] | 'unwritten',
    is_complete: state === 'fresh' || state === 'stale',
    synced_at: syncedAt === null ? null : new Date(syncedAt).toISOString(),
    row_count: rows,
    read_by: readBy,
    fault_class: fault?.class ?? null,
    fault_code: fault?.code ?? null,
    fault: fault?.message ?? null,
    next_step: fault?.next ?? null,
    is_accepted: accepted,
    file: written?.path ?? null,
    bytes: written?.bytes ?? null,
    sha256: written?.sha256 ?? null,
  }
}

/** The same until its file is written. */
function toUnwritten(row: CoverageRow): CoverageRow {
  if (!row.is_complete) return row
  return {
    ...row,
    state: 'unwritten',
    is_complete: false,
    fault: 'An export did not come to its end: the file may be missing, or hold more or less than was read.',
    next_step: 'Run the same export again.',
  }
}

/** Whether a line says the same of a scope, apart from the file that holds it. */
function isSameStanding(before: CoverageRow, row: CoverageRow): boolean {
  const { file, bytes, sha256 } = row
  return JSON.stringify({ ...before, file, bytes, sha256 }) === JSON.stringify(row)
}

function placeOf({ kind, region }: Pick<CoverageRow, 'kind' | 'region'>): string {
  return `${kind}/${region ?? ''}`
}

/**
 * Files of profiles whose account was not known earlier that day, and now is among those that are exported: what they
 * say of these kinds is no longer true.
 */
function findOutlived(
  statuses: readonly ScopeStatus[],
  byFile: ReadonlyMap<string, unknown>,
  { folder, date, store }: CoverageTree,
): readonly string[] {
  const accounts = new Set(statuses.map(({ scope }) => scope.account))
  return [...readRememberedProfiles(store)]
    .filter(([, { account }]) => accounts.has(account))
    .map(([profile]) => coveragePath({ profile, account: null, region: null, kind: '' }, date))
    .filter((path) => !byFile.has(path) && existsSync(join(folder, path)))
}

/** Returns whether the file changed. */
async function writeRows(
  path: string,
  rows: readonly CoverageRow[],
  { folder, io }: CoverageTree,
): Promise<boolean> {
  const file = join(folder, path)
  const sorted = rows.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
  const pieces = [gzipSync(sorted.map((row) => `${JSON.stringify(row)}\n`).join(''))]
  if (isSame(file, pieces)) return false
  mkdirSync(dirname(file), { recursive: true })
  await writeBytes(file, pieces, true, io)
  return true
}

/** The rows of an earlier run; none if they cannot be read. */
function readRows(file: string): readonly CoverageRow[] {
  try {
    const lines = gunzipSync(readFileSync(file))
      .toString()
      .split('\n')
      .filter((line) => line !== '')
    return lines.map((line) => JSON.parse(line) as CoverageRow)
  } catch {
    return []
  }
}
