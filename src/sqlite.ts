import { createRequire } from 'node:module'
import type Sqlite from 'better-sqlite3'

/** Opens a database. SQLite is loaded with the first one: help and usage errors work without it. */
export function openDatabase(file: string, options: Sqlite.Options): Sqlite.Database {
  const Library = createRequire(import.meta.url)('better-sqlite3') as typeof Sqlite
  return new Library(file, options)
}
