import type { Database } from 'better-sqlite3'
import { readWith } from './cached-names.ts'

/** The columns that a kind's rows are known by. */
export interface KnownBy {
  readonly kind: string
  /** Whether ids of the kind may begin so. */
  readonly hasIds: boolean
  /** The column of names; null if the kind has none. */
  readonly nameColumn: string | null
}

/** Words of the cache that begin as somebody types, each with what it is. */
export interface CachedWords {
  /** Ids with their names, then names with their kinds. */
  readonly words: readonly { readonly word: string; readonly about: string }[]
  /** Whether these are all: a cache is not searched for longer than a person notices. */
  readonly isAll: boolean
}

/** The names of the kinds of which a cache has something. Throws if it cannot be read. */
export function readHeldKindNames(file: string): readonly string[] {
  return readWith(file, (db) => db.prepare('SELECT kind FROM kind ORDER BY 1').pluck().all() as string[])
}

/** How much is looked at, however large the cache is. */
export interface WordLimits {
  /** Words of each sort: more than a person chooses from. */
  readonly words: number
  /** Scopes in which ids are looked for, by an index: 10 µs each. */
  readonly scopes: number
  /** Rows that are read for their names, which have no index: 1 µs each. */
  readonly rows: number
}

const usualLimits: WordLimits = { words: 100, scopes: 2000, rows: 20_000 }

/**
 * Ids and names that begin with a text, in upper and lower case alike. Ids are found in an index that parts them by scopes,
 * names by reading the first rows of each kind: both to a limit that does not depend on the size of the cache.
 */
export function readCachedWords(
  file: string,
  beginning: string,
  kinds: readonly KnownBy[],
  limits: WordLimits = usualLimits,
): CachedWords {
  return readWith(file, (db) => {
    const held = new Set(db.prepare('SELECT kind FROM kind').pluck().all() as string[])
    const own = kinds.filter(({ kind }) => held.has(kind))
    const ids = findIds(db, beginning, own, limits)
    const names = findNames(db, beginning, own, limits)
    return { words: [...ids.words, ...names.words], isAll: ids.isAll && names.isAll }
  })
}

function findIds(
  db: Database,
  beginning: string,
  kinds: readonly KnownBy[],
  limits: WordLimits,
): CachedWords {
  const words: CachedWords['words'][number][] = []
  // Of every text that begins so the largest: no character comes after this one.
  const range = [beginning, `${beginning}\u{10ffff}`]
  let scopes = 0
  for (const { kind, nameColumn } of kinds.filter(({ hasIds }) => hasIds)) {
    const table = quote(`row_${kind}`)
    const next = db.prepare(`SELECT min(_scope) FROM ${table} WHERE _scope > ?`).pluck()
    const find = db
      .prepare(
        `SELECT _id, ${nameColumn === null ? 'NULL' : quote(nameColumn)} FROM ${table}
         WHERE _scope = ? AND _id BETWEEN ? AND ? LIMIT ${limits.words + 1}`,
      )
      .raw()
    for (let scope = next.get(0); scope !== null; scope = next.get(scope)) {
      const found = find.all(scope, ...range) as [string, unknown][]
      scopes += 1
      for (const [word, name] of found)
        words.push({ word, about: typeof name === 'string' && name !== '' ? name : kind })
      if (words.length > limits.words || scopes >= limits.scopes)
        return { words: words.slice(0, limits.words), isAll: false }
    }
  }
  return { words, isAll: true }
}

function findNames(
  db: Database,
  beginning: string,
  kinds: readonly KnownBy[],
  limits: WordLimits,
): CachedWords {
  const words: CachedWords['words'][number][] = []
  const named = kinds.filter(({ nameColumn }) => nameColumn !== null)
  const rows = Math.floor(limits.rows / Math.max(1, named.length))
  const pattern = `${beginning.replaceAll(/[\\%_]/g, '\\$&')}%`
  let isAll = true
  for (const { kind, nameColumn } of named) {
    const table = quote(`row_${kind}`)
    const found = db
      .prepare(
        `SELECT DISTINCT name FROM (SELECT ${quote(nameColumn ?? '')} AS name FROM ${table} LIMIT ${rows})
         WHERE name LIKE ? ESCAPE '\\' LIMIT ${limits.words + 1}`,
      )
      .pluck()
      .all(pattern)
    for (const word of found) if (typeof word === 'string') words.push({ word, about: kind })
    if (found.length > limits.words || hasMore(db, table, rows)) isAll = false
    if (words.length > limits.words) return { words: words.slice(0, limits.words), isAll: false }
  }
  return { words, isAll }
}

function hasMore(db: Database, table: string, rows: number): boolean {
  return db.prepare(`SELECT 1 FROM ${table} LIMIT 1 OFFSET ${rows}`).get() !== undefined
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
