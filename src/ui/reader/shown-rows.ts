import { scopeTimes } from '../../app/scope-rows.ts'
import { findKind, typeOfColumn } from '../../kinds.ts'
import type { Kind, ScopeStatus, View } from '../../model.ts'
import { formatCell, measureWidth } from '../../output/cell.ts'
import { coverageOf, groupFaults } from '../../query/coverage.ts'
import { countColumn, sumColumn } from '../../query/groups.ts'
import type { ListedRow, Listing } from '../../query/listing.ts'
import type { CoverageSummary, ListedColumn, ShownRow, TableRequest } from '../threads/messages.ts'
import { summariseCause } from './fault-report.ts'

/** The column of the table of scopes that holds a state. */
const scopeState = 'State'
/** Rows by which columns are measured before any is shown. A window measures its own. */
const measuredRows = 1000
/** The same where each row is a document to read. */
const measuredDocuments = 200
/** Characters of a table that may be copied: a megabyte is a file. What the terminal takes is less. */
const longestCopy = 1_000_000
/** Longer text fits on no screen: a policy in a tag must not be sent to the thread that paints. */
const maxCellLength = 400

/** A row as harmless text. */
export function toShownRow(row: ListedRow | null): ShownRow | null {
  if (!row) return null
  return {
    key: row.key,
    seenAt: row.seenAt,
    mark: row.mark ?? null,
    cells: row.cells.map((cell) => {
      const text = cell === null ? '' : formatCell(cell)
      return text.length > maxCellLength ? text.slice(0, maxCellLength) : text
    }),
  }
}

/**
 * Columns of a table as lines of harmless text with a tab between two cells; null if no clipboard takes so much. Yields now
 * and then, so that the caller can do other work meanwhile.
 */
export function* formatTableText(
  listing: Listing,
  columns: readonly string[],
): Generator<void, string | null> {
  const places = columns.map((name) => listing.columns.indexOf(name)).filter((place) => place >= 0)
  const lines = [places.map((place) => formatCell(listing.columns[place] ?? '')).join('\t')]
  let size = 0
  for (let from = 0; from < listing.total; from += measuredRows) {
    for (const row of listing.readRows(from, Math.min(measuredRows, listing.total - from))) {
      const cells = toShownRow(row)?.cells ?? []
      const line = places.map((place) => cells[place] ?? '').join('\t')
      size += line.length + 1
      if (size > longestCopy) return null
      lines.push(line)
    }
    yield
  }
  return `${lines.join('\n')}\n`
}

/** The widths of a table's columns, as wide as these rows need them, and no narrower than they were. */
export function widenBy(
  rows: readonly (ShownRow | null)[],
  widths: readonly number[],
  columns: number,
): readonly number[] {
  const widened = Array.from({ length: columns }, (_, index) => widths[index] ?? 0)
  for (const row of rows) {
    for (const [index, cell] of row?.cells.entries() ?? []) {
      // No character takes more than two cells: most texts need no closer look.
      if (cell.length * 2 <= (widened[index] ?? 0)) continue
      widened[index] = Math.max(widened[index] ?? 0, measureWidth(cell))
    }
  }
  return widened
}

/** The columns of a listing with their types and widths. */
export function toListedColumns(
  listing: Listing,
  { type, view }: TableRequest,
  accounts: readonly string[] = [],
): readonly ListedColumn[] {
  const extras = new Set(listing.extras ?? [])
  const beginning = findCommonBeginning(accounts)
  const kind = type === 'view' ? findKind(view.kind) : null
  const sample = listing.readRows(0, listing.isFromDocuments ? measuredDocuments : measuredRows)
  return listing.columns.map((name, index) => {
    let widest = 0
    let numbers = 0
    let filled = 0
    for (const row of sample) {
      const cell = row?.cells[index] ?? null
      if (cell === null) continue
      filled += 1
      if (typeof cell === 'number') numbers += 1
      widest = Math.max(widest, measureWidth(formatCell(cell).slice(0, maxCellLength)))
    }
    return {
      name,
      width: widest,
      type: typeOf(name, kind, filled > 0 && filled === numbers),
      ...(extras.has(name) ? { extra: true } : {}),
      ...(type === 'scopes' && saysNothing(sample, index) ? { saysNothing: true } : {}),
      ...(name === 'AccountName' && beginning !== '' ? { beginning } : {}),
      ...(name === barColumnOf(view) ? { most: findMost(listing, index) } : {}),
    }
  })
}

/** Whether a column has one value in all rows, or each row's value of a column before it: a profile named as its account. */
function saysNothing(rows: readonly (ListedRow | null)[], place: number): boolean {
  const [first] = rows
  if (rows.length < 2) return false
  const isSame = rows.every((row) => row?.cells[place] === first?.cells[place])
  const before = Array.from({ length: place }, (_, each) => each)
  return isSame || before.some((each) => rows.every((row) => row?.cells[place] === row?.cells[each]))
}

/** Of groups: the column whose numbers are shown by bars, too. */
function barColumnOf({ group, sum }: View): string | null {
  return group === null ? null : sum === null ? countColumn : sumColumn
}

function findMost(listing: Listing, place: number): number {
  let most = 0
  for (const row of listing.readRows(0, listing.total)) {
    const cell = row?.cells[place]
    if (typeof cell === 'number' && cell > most) most = cell
  }
  return most
}

/** What all names begin with up to a sign between words, if there are several and something is left of each. */
export function findCommonBeginning(names: readonly string[]): string {
  const [first = '', ...others] = new Set(names)
  if (others.length === 0) return ''
  let size = first.length - 1
  for (const other of others) {
    while (size > 0 && (other.length <= size || !other.startsWith(first.slice(0, size)))) size -= 1
  }
  return /^.*[-_./ ]/.exec(first.slice(0, size))?.[0] ?? ''
}

/** What the scopes cover, summed up. */
export function summariseCoverage(statuses: readonly ScopeStatus[]): CoverageSummary {
  const coverage = coverageOf(statuses)
  const readable = statuses.filter(({ state }) => state !== 'skipped')
  const accounts = new Set(readable.map(({ scope }) => scope.account ?? `profile ${scope.profile}`))
  const regions = new Set(readable.map(({ scope }) => scope.region).filter((region) => region !== null))
  const { covered, older, missing, elsewhere, unread, accepted, notCovered, skipped, oldest } = coverage
  // The screen shows one kind: if AWS refuses it, nothing else was asked for.
  const failed = [...unread, ...notCovered].filter(({ fault }) => fault !== null)
  const [worst] = groupFaults(failed)
  return {
    accounts: accounts.size,
    regions: regions.size,
    scopes: statuses.length - skipped,
    covered,
    stale: statuses.filter(({ state }) => state === 'stale').length,
    older: older.length,
    missing: missing.length,
    elsewhere: elsewhere.length,
    failed: failed.length,
    accepted: accepted.length,
    skipped,
    oldest,
    worst: worst ? { cause: summariseCause(worst), byLogin: worst.byLogin } : null,
  }
}

/** `kind`: null for the table of scopes. */
function typeOf(name: string, kind: Kind | null, numbers: boolean): ListedColumn['type'] {
  if (name === (kind ? kind.state?.column : scopeState)) return 'state'
  const known = kind ? typeOfColumn(name, kind) : scopeTimes.includes(name) ? 'time' : null
  if (known === 'time') return 'time'
  return known === 'number' || numbers ? 'number' : 'text'
}
