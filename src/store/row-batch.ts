import type { Database } from 'better-sqlite3'

/** Rows that one statement writes: more save nothing. */
const rowsOfBatch = 16

/**
 * Puts rows into a table, many with one statement: to call SQLite takes longer than to write a short row. Inside a
 * transaction; what was added is there when `flush` has been called. `width`: columns of the table.
 */
export function prepareBatch(db: Database, table: string, width: number) {
  const row = `(${Array<string>(width).fill('?').join()})`
  const put = (rows: number) =>
    db.prepare(`INSERT OR REPLACE INTO ${table} VALUES ${Array<string>(rows).fill(row).join()}`)
  const [one, many] = [put(1), put(rowsOfBatch)]
  const waiting: unknown[] = []
  return {
    add(...cells: readonly unknown[]): void {
      for (const cell of cells) waiting.push(cell)
      if (waiting.length < rowsOfBatch * width) return
      // SQLite's binding takes arguments faster than the elements of a list.
      many.run(...waiting)
      waiting.length = 0
    },

    flush(): void {
      for (let at = 0; at < waiting.length; at += width) one.run(waiting.slice(at, at + width))
      waiting.length = 0
    },

    /** Forgets what was added and not written: the transaction has failed. */
    forget(): void {
      waiting.length = 0
    },
  }
}
