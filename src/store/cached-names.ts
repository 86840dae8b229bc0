import type { Database } from 'better-sqlite3'
import { tagListNames } from '../kinds/tag-list.ts'
import { rowRangeOf } from './row-keys.ts'
import { openDatabase } from './sqlite.ts'

/** Names that a cache knows, to choose from while a command is typed. */
export interface CachedNames {
  readonly profiles: readonly string[]
  readonly accounts: readonly { readonly id: string; readonly name: string | null }[]
  readonly regions: readonly string[]
}

/** How long a cache that is locked may hold up the person who types, in ms. */
const patience = 50

/** The names in a cache file as it is. Nothing is made or brought up to date for them. Throws if it cannot be read. */
export function readCachedNames(file: string): CachedNames {
  return reading(file, (db) => ({
    profiles: db.prepare('SELECT profile FROM profile ORDER BY 1').pluck().all() as string[],
    accounts: db
      .prepare('SELECT account AS id, name FROM account ORDER BY 1')
      .all() as CachedNames['accounts'],
    regions: db
      .prepare("SELECT DISTINCT region FROM scope WHERE region <> '' ORDER BY 1")
      .pluck()
      .all() as string[],
  }))
}

/** Keys of tags that some resources of a kind have: of a few in each of a few scopes, as all would take too long. */
export function readSomeTagKeys(file: string, kind: string): readonly string[] {
  return reading(file, (db) => {
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
  return reading(file, (db) => {
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

function reading<T>(file: string, work: (db: Database) => T): T {
  const db = openDatabase(file, { readonly: true, fileMustExist: true, timeout: patience })
  try {
    return work(db)
  } finally {
    db.close()
  }
}
