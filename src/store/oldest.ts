import { kindNamed, tableOf } from './kind-tables.ts'
import { markedStretchReader } from './known-pages.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import { rowRangeOf } from './row-keys.ts'
import { withStoreErrors } from './store-errors.ts'

/**
 * When AWS last gave the oldest row that a scope holds, in ms since 1970; null if it holds no row. The rows of a scope
 * that was read to its end are as old as the beginning of that reading, if it took several pages. Those of one that was cut off are of several readings, and are
 * looked through: about 0.1 s for a million of them, once for each attempt of a process, as an attempt brings no older
 * ones.
 */
export function oldestRowAt(store: Store, line: LedgerLine): number | null {
  const { state, syncedAt, rows, scopeId, attemptedAt } = line
  if (rows === 0 || state === 'skipped') return syncedAt
  if (state === 'complete') return line.pages > 1 ? earlier(line.startedAt, syncedAt) : syncedAt
  const known = found.get(store) ?? new Map<string, number>()
  found.set(store, known)
  const key = `${scopeId} ${attemptedAt} ${syncedAt}`
  const oldest = known.get(key) ?? readOldestRow(store, line)
  if (oldest !== null) known.set(key, oldest)
  return oldest ?? syncedAt
}

/** A clock that is set back meanwhile makes the beginning the later of both. */
function earlier(startedAt: number | null, syncedAt: number | null): number | null {
  return startedAt === null || syncedAt === null ? syncedAt : Math.min(startedAt, syncedAt)
}

const found = new WeakMap<Store, Map<string, number>>()

function readOldestRow({ db, file, kinds }: Store, { scope, scopeId }: LedgerLine): number | null {
  const kind = kindNamed(kinds, scope.kind)
  if (!kind) return null
  const oldest = db.prepare(`SELECT min(_seen_at) FROM ${tableOf(kind)} WHERE _row BETWEEN ? AND ?`).pluck()
  const read = (first: number, last: number) => oldest.get(first, last) as number | null
  return withStoreErrors(file, () => {
    const times: (number | null)[] = []
    let [next, end] = rowRangeOf(scopeId)
    for (const [first, last, , at] of markedStretchReader(db)(scopeId)) {
      times.push(first > next ? read(next, first - 1) : null, at)
      next = last + 1
    }
    times.push(read(next, end))
    const known = times.filter((time) => time !== null)
    return known.length === 0 ? null : known.reduce((least, time) => Math.min(least, time))
  })
}
