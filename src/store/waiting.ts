import { setTimeout as pause } from 'node:timers/promises'
import { hasCode } from '../errors.ts'
import type { Store } from './open-store.ts'
import { lockTimeout } from './store-errors.ts'

/** How long one try may hold the thread, in ms: meanwhile the thread does nothing else. */
export const brief = 100

/**
 * Does work on the cache, again and again while another process has it locked: SQLite's own wait would hold the thread
 * for all that time. Throws what the work throws, and the signal's reason.
 */
export async function whenFree<T>(signal: AbortSignal, work: () => T): Promise<T> {
  let until: number | null = null
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error)) throw error
      // Node loads its clock when it is first asked for, and a cache is mostly free.
      until ??= performance.now() + lockTimeout
      if (performance.now() > until) throw error
    }
    signal.throwIfAborted()
    await pause(20 + Math.random() * 30)
    signal.throwIfAborted()
  }
}

/** Has all that a connection does give up soon if another process has the lock. */
export function waitBriefly({ db }: Store): void {
  db.pragma(`busy_timeout = ${brief}`)
}

/** Does a transaction that gives up soon if another process has the lock. */
export function withBriefWait<T>(store: Store, work: () => T): T {
  const { db } = store
  waitBriefly(store)
  try {
    return work()
  } finally {
    db.pragma(`busy_timeout = ${lockTimeout}`)
  }
}

export function isBusy(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return hasCode(cause, 'SQLITE_BUSY', 'SQLITE_BUSY_RECOVERY', 'SQLITE_LOCKED')
}
