import { columnType, kindNamed } from '../../kinds.ts'
import type { Kind, ScopeStatus } from '../../model.ts'
import { cellText, width } from '../../output/cell.ts'
import { coverageOf, type FaultGroup, faultGroups, passedOver, scopeName } from '../../query/coverage.ts'
import type { ListedRow, Listing } from '../../query/listing.ts'
import type {
  Ask,
  CoverageSummary,
  FaultLines,
  FaultReport,
  ListedColumn,
  ShownRow,
} from '../threads/messages.ts'

/** The column of the table of scopes that holds a state. */
const scopeState = 'State'
/** Rows that columns are measured by: later ones that are wider are cut. */
const measured = 1000
/** Text that no screen shows whole: a policy in a tag must not travel to the thread that paints. */
const longest = 400

/** A row as harmless text. */
export function shownRow(row: ListedRow | null): ShownRow | null {
  if (!row) return null
  return {
    key: row.key,
    seenAt: row.seenAt,
    cells: row.cells.map((cell) => {
      const text = cell === null ? '' : cellText(cell)
      return text.length > longest ? text.slice(0, longest) : text
    }),
  }
}

/** The columns of a listing with their types and widths. */
export function shownColumns(listing: Listing, { type, view }: Ask): readonly ListedColumn[] {
  const kind = type === 'scopes' ? null : kindNamed(view.kind)
  const sample = listing.rows(0, measured)
  return listing.columns.map((name, index) => {
    let widest = 0
    let numbers = 0
    let told = 0
    for (const row of sample) {
      const cell = row?.cells[index] ?? null
      if (cell === null) continue
      told += 1
      if (typeof cell === 'number') numbers += 1
      widest = Math.max(widest, width(cellText(cell).slice(0, longest)))
    }
    return { name, width: widest, type: typeOf(name, kind, told > 0 && told === numbers) }
  })
}

/** What the scopes cover, summed up. */
export function summarised(statuses: readonly ScopeStatus[]): CoverageSummary {
  const coverage = coverageOf(statuses)
  const asked = statuses.filter(({ state }) => state !== 'skipped')
  const accounts = new Set(asked.map(({ scope }) => scope.account ?? `profile ${scope.profile}`))
  const regions = new Set(asked.map(({ scope }) => scope.region).filter((region) => region !== null))
  const { covered, older, missing, unread, accepted, skipped, oldest } = coverage
  const [worst] = faultGroups(unread.filter(({ fault }) => fault !== null))
  return {
    accounts: accounts.size,
    regions: regions.size,
    scopes: statuses.length - skipped,
    covered,
    stale: statuses.filter(({ state }) => state === 'stale').length,
    older: older.length,
    missing: missing.length,
    failed: unread.filter(({ fault }) => fault !== null).length,
    accepted: accepted.length,
    skipped,
    oldest,
    worst: worst ? { cause: screenCause(worst), byLogin: worst.byLogin } : null,
  }
}

/** A group as the screen tells it: what one login mends has a key there. */
function screenCause({ cause, byLogin }: FaultGroup): string {
  return byLogin ? `${cause}; press L` : cause
}

/** Everything that was not read, by its cause. */
export function reported(statuses: readonly ScopeStatus[]): FaultReport {
  const { unread, accepted, skipped } = coverageOf(statuses)
  const others = passedOver(statuses).map(({ cause, next, scopes }) => ({
    cause: cellText(cause),
    next: cellText(next),
    failed: true,
    scopes: scopes.map(({ scope }) => cellText(scopeName(scope))),
  }))
  return { missing: groupsOf(unread), accepted: groupsOf(accepted), others, skipped }
}

function groupsOf(statuses: readonly ScopeStatus[]): readonly FaultLines[] {
  return faultGroups(statuses).map((group) => ({
    cause: cellText(screenCause(group)),
    next: cellText(group.next),
    failed: group.scopes[0]?.fault != null,
    scopes: group.scopes.map(({ scope }) => cellText(scopeName(scope))),
  }))
}

/** `kind`: null for the table of scopes. */
function typeOf(name: string, kind: Kind | null, numbers: boolean): ListedColumn['type'] {
  if (numbers) return 'number'
  if (name === (kind ? kind.state?.column : scopeState)) return 'state'
  return kind && columnType(name, kind) === 'time' ? 'time' : 'text'
}
