import type { ResolvedScope } from '../model.ts'
import { type LedgerLine, scopeKey } from '../store/ledger.ts'
import type { Rank } from './limits.ts'

/** What the order of an account's scopes rests on. */
export interface ScopeOrder {
  /** The ledger when the sync began, by the key of its scopes. */
  readonly lines: ReadonlyMap<string, LedgerLine>
  /** The kind that people wait for: the screen shows it, or the answer is made of it. */
  readonly shown: string | undefined
  /** The region that the profile names for itself; null for none. */
  readonly home: string | null
}

export interface RankedScope {
  readonly scope: ResolvedScope
  readonly rank: Rank
}

/**
 * The scopes of one account in the order in which they are read. First those of the kind that is shown and those that
 * were cut off, whose page tokens EC2 does not keep for long; of these and then of the others what was never read to its
 * end or failed, then what is oldest, then what held most, as it takes longest, then as given. One of them opens: all
 * accounts are opened before the first is gone through, so that each has rows early. That is the first one, or, in an
 * account without any rows, the one in the profile's own region, where there are most likely some.
 */
export function orderScopes(
  scopes: readonly ResolvedScope[],
  { lines, shown, home }: ScopeOrder,
): readonly RankedScope[] {
  const all = scopes.map((scope) => ({
    scope,
    standing: standingOf(scope, lines.get(scopeKey(scope)), shown),
  }))
  const sorted = all.toSorted((a, b) => compare(a.standing, b.standing))
  const isEmpty = sorted.every(({ standing }) => standing.rows === 0)
  const atHome = sorted.find(({ scope }) => scope.region === home && scope.kind === shown)
  const first = (isEmpty ? atHome : undefined) ?? sorted[0]
  if (!first) return []
  const others = sorted.filter((each) => each !== first)
  return [
    { scope: first.scope, rank: 'opening' },
    ...others.map(({ scope, standing }) => ({ scope, rank: standing.rank })),
  ]
}

interface Standing {
  readonly rank: 'shown' | 'rest'
  /** When it was read, in steps of `oneReading`; 0 if it was not, or failed since. */
  readonly readAt: number
  readonly rows: number
}

/** Scopes that were read within so many ms are of one age: one sync read them. */
const oneReading = 600_000

function standingOf(scope: ResolvedScope, line: LedgerLine | undefined, shown: string | undefined): Standing {
  const rank = scope.kind === shown || line?.state === 'running' ? 'shown' : 'rest'
  const isRead = line?.state === 'complete' || line?.state === 'skipped'
  const at = (isRead ? (line.syncedAt ?? line.attemptedAt) : null) ?? 0
  return { rank, readAt: Math.floor(at / oneReading), rows: line?.rows ?? 0 }
}

function compare(a: Standing, b: Standing): number {
  if (a.rank !== b.rank) return a.rank === 'shown' ? -1 : 1
  return a.readAt - b.readAt || b.rows - a.rows
}
