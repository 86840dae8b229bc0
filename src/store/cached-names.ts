import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { tagListNames } from '../kinds/tag-list.ts'
import { openDatabase } from '../sqlite.ts'
import { rowRangeOf } from './row-keys.ts'

/** How long a cache that is locked may hold up the person who types, in ms. */
const patience = 50

/** The profiles in a cache file as it is. Nothing is made or brought up to date for them. Throws if it cannot be read. */
export function readCachedProfiles(file: string): readonly string[] {
  return readWith(
    file,
    (db) => db.prepare('SELECT profile FROM profile ORDER BY 1').pluck().all() as string[],
  )
}

/** The accounts likewise, with their names. */
export function readCachedAccounts(file: string): readonly (readonly [id: string, name: string | null])[] {
  return readWith(
    file,
    (db) =>
      db.prepare('SELECT account, name FROM account ORDER BY 1').raw().all() as [string, string | null][],
  )
}

/** The regions of the first scopes: accounts have the same ones, and all of 100,000 scopes would take 30 ms. */
export function readCachedRegions(file: string): readonly string[] {
  return readWith(
    file,
    (db) =>
      db
        .prepare(
          "SELECT DISTINCT region FROM (SELECT region FROM scope LIMIT 5000) WHERE region <> '' ORDER BY 1",
        )
        .pluck()
        .all() as string[],
  )
}

/** Keys of tags that some resources of a kind have: of a few in each of a few scopes, as all would take too long. */
export function readSomeTagKeys(file: string, kind: string): readonly string[] {
  return readWith(file, (db) => {
    const scopes = db.prepare('SELECT scope_id FROM scope WHERE kind = ? LIMIT 20').pluck().all(kind)
    const statements = tagListNames.map((list) =>
      db
        .prepare(
          `SELECT DISTINCT tag.value ->> 'Key'
           FROM (SELECT body FROM document WHERE resource_id BETWEEN ? AND ? LIMIT 20) d, json_each(d.body, '$.${list}') tag
           WHERE tag.type = 'object'`,
        )
        .pluck(),
    )
    const keys = scopes.flatMap((scope) =>
      statements.flatMap((statement) => statement.all(...rowRangeOf(Number(scope)))),
    )
    return [...new Set(keys.filter((key) => typeof key === 'string'))].sort()
  })
}

/** How much a cache holds, without any name. */
export interface CacheFacts {
  readonly migrations: number
  readonly accounts: number
  readonly regions: number
  readonly kinds: number
  readonly scopes: number
  readonly rows: number
}

export function readCacheFacts(file: string): CacheFacts {
  return readWith(file, (db) => {
    const facts = db
      .prepare(
        `SELECT count(DISTINCT account) AS accounts, count(DISTINCT region) AS regions, count(DISTINCT kind) AS kinds,
           count(*) AS scopes, coalesce(sum(rows), 0) AS rows FROM scope`,
      )
      .get() as Omit<CacheFacts, 'migrations'>
    return { migrations: Number(db.pragma('user_version', { simple: true })), ...facts }
  })
}

/** The version of SQLite that muster brings. */
export function readSqliteVersion(): string {
  const db = openDatabase(':memory:', {})
  try {
    return String(db.prepare('SELECT sqlite_version()').pluck().get())
  } finally {
    db.close()
  }
}

/** Reads a cache file as it is: nothing is made or brought up to date. */
export function readWith<T>(file: string, work: (db: Database) => T): T {
  // Whoever opens a pipe waits for somebody who writes.
  if (!statSync(file).isFile()) throw new Error('The cache is not a file.')
  const db = openDatabase(file, { readonly: true, fileMustExist: true, timeout: patience })
  try {
    return work(db)
  } finally {
    db.close()
  }
}
