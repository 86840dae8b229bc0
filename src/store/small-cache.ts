import type { Database } from 'better-sqlite3'

/**
 * Reads with so many KB of pages in memory. A scan reads each page once, or a few times shortly after one another: the
 * usual 64 MB would only be memory.
 */
export function* withSmallCache<T>(db: Database, size: number, read: () => Iterable<T>): Generator<T> {
  const usual = db.pragma('cache_size', { simple: true })
  db.pragma(`cache_size = -${size}`)
  try {
    yield* read()
  } finally {
    db.pragma(`cache_size = ${usual}`)
  }
}
