import type { Database } from 'better-sqlite3'
import type { KnownPage, KnownPages } from '../pages.ts'
import { DamagedScope } from './damage.ts'
import type { KindWriter } from './kind-writer.ts'
import type { Store } from './open-store.ts'
import { rowRangeOf } from './row-keys.ts'

/** A page that has come again: when, by the counter and in ms since 1970. */
export interface PageMark {
  readonly seen: number
  readonly at: number
}

/**
 * When AWS last gave the row `r`, as it is written in SQL: a page that came again as it was says so for all of its rows,
 * until one comes that did not.
 */
export const seenAtOfRow = `coalesce(
  (SELECT p.seen_at FROM page_rows g JOIN page p ON p.scope_id = r._row >> 32 AND p.number = g.number
   WHERE g.first_row = (SELECT max(first_row) FROM page_rows WHERE first_row <= r._row) AND g.last_row >= r._row),
  r._seen_at)`

/** Rows that a page speaks for: from the first to the last, and when it last came. */
type MarkedStretch = readonly [first: number, last: number, seen: number, at: number]

/** Makes the function that gives the rows of a scope that pages speak for, by their numbers. */
export function markedStretchReader(db: Database): (scopeId: number) => readonly MarkedStretch[] {
  const marked = db
    .prepare(
      `SELECT g.first_row, g.last_row, p.seen, p.seen_at FROM page_rows g
         JOIN page p ON p.scope_id = ? AND p.number = g.number
       WHERE g.first_row BETWEEN ? AND ? AND p.seen IS NOT NULL ORDER BY g.first_row`,
    )
    .raw()
  return (scopeId) => marked.all(scopeId, ...rowRangeOf(scopeId)) as MarkedStretch[]
}

/** The statements about pages that may come again as they were. */
export function prepareKnownPages({ db, file }: Store) {
  let key: KnownPages['key'] | undefined
  const findKey = db.prepare('SELECT key FROM page_key').pluck()
  const list = db.prepare('SELECT number, mac, rows FROM page WHERE scope_id = ? ORDER BY number')
  const add = db.prepare('INSERT INTO page (scope_id, number, mac, rows) VALUES (?, ?, ?, ?)')
  const addRows = db.prepare('INSERT INTO page_rows VALUES (?, ?, ?)')
  const before = db
    .prepare('SELECT last_row FROM page_rows WHERE first_row <= ? ORDER BY first_row DESC LIMIT 1')
    .pluck()
  const mark = db.prepare('UPDATE page SET seen = ?, seen_at = ? WHERE scope_id = ? AND number = ?')
  const any = db.prepare('SELECT 1 FROM page WHERE scope_id = ? AND number >= ? LIMIT 1').pluck()
  const drop = db.prepare('DELETE FROM page WHERE scope_id = ? AND number >= ?')
  const dropRows = db.prepare('DELETE FROM page_rows WHERE first_row BETWEEN ? AND ? AND number >= ?')
  const readMarked = markedStretchReader(db)
  const forgetMarks = db.prepare('UPDATE page SET seen = NULL, seen_at = NULL WHERE scope_id = ?')
  const sum = db.prepare(
    `SELECT count(*) AS pages, coalesce(sum(rows), 0) AS rows, coalesce(sum(seen >= ?), 0) AS seen FROM page
     WHERE scope_id = ?`,
  )
  const forget = (scopeId: number, from: number): void => {
    drop.run(scopeId, from)
    dropRows.run(...rowRangeOf(scopeId), from)
  }
  const readKey = (): KnownPages['key'] => {
    const found = findKey.get()
    return found instanceof Uint8Array && found.length === 32 ? found : null
  }
  const handOver = (scopeId: number, writer: KindWriter, began: number): void => {
    const stretches = readMarked(scopeId)
    if (stretches.length === 0) return
    for (const [first, last, seen, at] of stretches) {
      const found = writer.markStretch(first, last, seen, at)
      if (seen >= began && found !== last - first + 1)
        throw new DamagedScope(file, scopeId, 'rows are missing')
    }
    forgetMarks.run(scopeId)
  }
  return {
    /** The key that pages are named with; null if the cache has lost it. */
    readKey(): KnownPages['key'] {
      key ??= readKey()
      return key
    },

    /** The pages of a scope from the first on. None if rows are not theirs, or have been lost: then all is looked at. */
    list(scopeId: number, writer: KindWriter): readonly KnownPage[] {
      const found = list.all(scopeId) as (KnownPage & { readonly number: number })[]
      const rows = found.reduce((sum, page) => sum + page.rows, 0)
      const isWhole = found.every(({ number }, index) => number === index + 1)
      return isWhole && found.length > 0 && writer.countRows(scopeId) === rows ? found : []
    },

    /** Notes which rows a page brought. If one of them is of another page too, none is known any more. */
    add(scopeId: number, number: number, mac: string, rows: readonly number[]): void {
      const stretches = stretchesOf(rows)
      const isTaken = stretches.some(([first, last]) => {
        const end = before.get(last) as number | undefined
        return end !== undefined && end >= first
      })
      if (isTaken) {
        forget(scopeId, 1)
        return
      }
      add.run(scopeId, number, mac, new Set(rows).size)
      for (const [first, last] of stretches) addRows.run(first, last, number)
    },

    /** Notes that a page came again as it was. False if it is not known. */
    mark: (scopeId: number, number: number, { seen, at }: PageMark): boolean =>
      mark.run(seen, at, scopeId, number).changes === 1,

    /**
     * Forgets the pages of a scope from a number on, in a pass that began at the counter `began`: what they say of their
     * rows is handed over.
     */
    leave(scopeId: number, writer: KindWriter, from: number, began: number): void {
      if (any.get(scopeId, from) === undefined) return
      handOver(scopeId, writer, began)
      forget(scopeId, from)
    },

    /** How many pages of a scope are known, how many rows they have, and how many came again since the counter `began`. */
    sum: (scopeId: number, began: number) =>
      sum.get(began, scopeId) as { readonly pages: number; readonly rows: number; readonly seen: number },

    /**
     * Writes into the rows when they last came, where only their page says so. Throws a DamagedScope if one is missing
     * whose page came since the counter `began`.
     */
    handOver,
  }
}

/** Rows with numbers that follow each other, as stretches. */
function stretchesOf(rows: readonly number[]): readonly (readonly [first: number, last: number])[] {
  const stretches: [number, number][] = []
  for (const row of [...new Set(rows)].sort((a, b) => a - b)) {
    const stretch = stretches.at(-1)
    if (stretch && stretch[1] + 1 === row) stretch[1] = row
    else stretches.push([row, row])
  }
  return stretches
}
