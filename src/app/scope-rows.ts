import type { Changes, ScopeStatus } from '../model.ts'
import { formatAge } from '../output/age.ts'
import { type LedgerLine, scopeKey } from '../store/ledger.ts'

/** The columns of the ledger's table. */
export const scopeColumns = [
  'Account',
  'AccountName',
  'Region',
  'Kind',
  'Profile',
  'State',
  'Age',
  'Rows',
  'Pages',
  'Changes',
  'Attempts',
  'Throttles',
  'Fault',
  'Next',
  'Started',
  'Finished',
  'Complete',
]

/** Those of its columns that hold a time on the screen, where it is shown as an age that grows. */
export const scopeTimes: readonly string[] = ['Age', 'Started', 'Finished', 'Complete']

/**
 * Where each scope stands, as rows of the ledger's table. `lines`: those of the ledger that the scopes have; `throttled`:
 * how often AWS has throttled the next page of each scope that waits for it right now, by its key, as far as this process
 * knows: the ledger counts that when the page is there.
 */
export function makeScopeRows(
  statuses: readonly ScopeStatus[],
  lines: readonly LedgerLine[],
  now: number,
  throttled: ReadonlyMap<string, number> = new Map(),
) {
  const byKey = new Map(lines.map((line) => [scopeKey(line.scope), line]))
  return statuses.map((status) => {
    const key = scopeKey(status.scope)
    const row = makeScopeRow(status, byKey.get(key), now)
    const times = throttled.get(key)
    if (times === undefined) return row
    return { ...row, State: 'throttled', Throttles: (row.Throttles ?? 0) + times }
  })
}

/** The last pass over a scope's pages stands in its line; a scope that was never tried has none. */
function makeScopeRow(status: ScopeStatus, line: LedgerLine | undefined, now: number) {
  const { scope, fault, syncedAt } = status
  // An older muster has read it, and did not count.
  const uncounted = syncedAt !== null && line?.startedAt === null
  return {
    Account: scope.account,
    AccountName: status.accountName,
    Region: scope.region,
    Kind: scope.kind,
    Profile: scope.profile,
    State: formatState(status),
    Age: syncedAt === null || syncedAt > now ? null : formatAge(now - syncedAt),
    Rows: status.rows,
    Pages: uncounted ? null : (line?.pages ?? 0),
    Changes: formatChanges(line?.changes ?? null),
    Attempts: uncounted ? null : (line?.attempts ?? 0),
    Throttles: uncounted ? null : (line?.throttles ?? 0),
    Fault: fault ? `${fault.code}: ${fault.message}` : null,
    Next: fault?.next ?? null,
    Started: formatTime(line?.startedAt ?? null),
    Finished: formatTime(line?.finishedAt ?? null),
    Complete: formatTime(syncedAt),
  }
}

function formatState({ state, accepted, elsewhere }: ScopeStatus): string {
  if (accepted) return `${state} (accepted)`
  return elsewhere ? `${state} elsewhere` : state
}

/** `12 new, 3 changed, 1 gone`; `none` if a pass has changed nothing, null if no pass was complete. */
function formatChanges(changes: Changes | null): string | null {
  if (!changes) return null
  const { added, changed, gone } = changes
  const parts = [
    [added, 'new'],
    [changed, 'changed'],
    [gone, 'gone'],
  ] as const
  const texts = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  return texts.length === 0 ? 'none' : texts.join(', ')
}

function formatTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
