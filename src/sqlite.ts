import { createRequire } from 'node:module'
import type Sqlite from 'better-sqlite3'
import { passPausePoint } from './pause-points.ts'

/** Opens a database. SQLite is loaded with the first one: help and usage errors work without it. */
export function openDatabase(file: string, options: Sqlite.Options): Sqlite.Database {
  const Library = createRequire(import.meta.url)('better-sqlite3') as typeof Sqlite
  const db = new Library(file, options)
  db.function('pause_point', { deterministic: false }, () => {
    passPausePoint('inside')
    return 1
  })
  return db
}

/**
 * Runs work that reads the database as it is at one moment, whatever other processes write. Within a transaction it reads
 * what that one does. For a transaction of its own, better-sqlite3 prepares nine statements first.
 */
export function atOneMoment<T>(db: Sqlite.Database, work: () => T): T {
  if (db.inTransaction) return work()
  // `exec` would refuse while rows of another statement are read.
  db.prepare('BEGIN').run()
  try {
    return work()
  } finally {
    // An error of SQLite's may have ended it.
    if (db.inTransaction) db.prepare('COMMIT').run()
  }
}

/**
 * A condition that holds, of a row `r`: statements that visit all rows of many scopes before they give one have pause
 * points by it. To call JavaScript takes 0.2 µs: it is called every few thousand rows.
 */
export const goesOn = '((r._row & 4095) <> 0 OR pause_point())'
