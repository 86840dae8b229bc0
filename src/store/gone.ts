import type { Database } from 'better-sqlite3'

/** How long and how many of the resources that AWS no longer gives are kept. */
export interface GoneLimits {
  /** In ms. */
  readonly keep: number
  /** Size of their documents. */
  readonly bytes: number
}

/** The statements about resources that are gone. */
export function prepareGoneStatements(db: Database, limits: GoneLimits) {
  const any = db.prepare('SELECT 1 FROM gone WHERE scope_id = ? LIMIT 1').pluck()
  const take = db.prepare('DELETE FROM gone WHERE scope_id = ? AND id = ? RETURNING first_seen').pluck()
  const old = db.prepare('DELETE FROM gone WHERE gone_at <= ?')
  const size = db.prepare('SELECT coalesce(sum(bytes), 0) FROM gone').pluck()
  const many = db.prepare(
    `DELETE FROM gone WHERE rowid IN (
       SELECT rowid FROM (
         SELECT rowid, sum(bytes) OVER (ORDER BY gone_at DESC, rowid DESC) AS newer FROM gone
       ) WHERE newer > ?)`,
  )
  return {
    /** Whether anything of a scope is gone. */
    hasGone: (scopeId: number) => any.get(scopeId) === 1,

    /** When a resource that is back was first seen, in ms since 1970; null if it was not gone. */
    takeBack: (scopeId: number, id: string) => (take.get(scopeId, id) as number | undefined) ?? null,

    /** Removes what is older than the limits allow, and the oldest beyond their size. */
    prune(now: number): void {
      old.run(now - limits.keep)
      if ((size.get() as number) > limits.bytes) many.run(limits.bytes)
    },
  }
}
