import type { Database } from 'better-sqlite3'
import type { Kind } from '../model.ts'
import { hashCell } from './cell-hashes.ts'
import { type HeldColumns, physicalColumns, quoteIdentifier, tableOf } from './kind-tables.ts'

/**
 * SQLite leaves out rows by their cells, and a bit that is wrong in one would leave out another row in silence. So the table
 * `cell_sum` has of each scope, for each column of its rows, a sum of what `hashCell` gives of its cells: 32 bits. It is
 * kept up with each row that is written and never made anew of rows that were written before: what has changed by itself
 * stays a difference. `check-cells.ts` compares.
 */
export interface ScopeSums {
  /** The set of columns that the rows had. */
  readonly setId: string
  /** In the order of `summedNames`. */
  readonly sums: Int32Array
}

/** The numbers of the rows are summed with the cells: an index of a column has them, too. */
const rowName = '_row'

/** What is summed of rows, by the names of the columns. */
export function summedNames(held: Pick<HeldColumns, 'columns'>): readonly string[] {
  return [rowName, ...physicalColumns(held).map(({ name }) => name)]
}

/** The largest prime below 2^32: no power of two is a multiple of it, so that each bit of a row's number counts. */
export const rowPrime = 4_294_967_291

/** Adds a row to sums, or with -1 takes it out of them. */
export function addRow(sums: Int32Array, row: number, cells: readonly unknown[], sign: 1 | -1): void {
  sums[0] = ((sums[0] ?? 0) + sign * (row % rowPrime)) | 0
  for (let at = 0; at < cells.length; at += 1)
    sums[at + 1] = ((sums[at + 1] ?? 0) + sign * hashCell(cells[at])) | 0
}

function readSums(bytes: unknown): Int32Array | null {
  if (!(bytes instanceof Uint8Array) || bytes.length % 4 !== 0) return null
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes)
  return new Int32Array(buffer, byteOffset, byteLength / 4)
}

/** Makes the function that stores the sums of a scope. */
export function makeSumsWriter(db: Database): (scopeId: number, sums: ScopeSums) => void {
  const write = db.prepare('INSERT OR REPLACE INTO cell_sum VALUES (?, ?, ?)')
  return (scopeId, { setId, sums }) => {
    write.run(scopeId, setId, Buffer.from(sums.buffer, sums.byteOffset, sums.byteLength))
  }
}

/** What the ledger says of a scope's rows: how many they are, and whether their sums are kept up. */
interface KnownSums {
  readonly rows: number
  readonly isKept: boolean
  /** Null if there are none. */
  readonly sums: ScopeSums | null
}

/** Makes the function that reads the sums of a scope. */
export function makeSumsReader(db: Database): (scopeId: number) => KnownSums {
  const read = db
    .prepare(
      `SELECT s.rows, s.unsummed IS NULL, c.set_id, c.sums
       FROM scope s LEFT JOIN cell_sum c ON c.scope_id = s.scope_id WHERE s.scope_id = ?`,
    )
    .raw()
  return (scopeId) => {
    const found = read.get(scopeId) as [number, number, string | null, unknown] | undefined
    const [rows, isKept, setId, bytes] = found ?? [0, 0, null, null]
    const sums = readSums(bytes)
    return { rows, isKept: isKept === 1, sums: setId !== null && sums ? { setId, sums } : null }
  }
}

/**
 * Keeps the sums of a scope up with its rows, inside transactions. What is not known of rows that are there already (an
 * older muster has written some, or this one does not write all of their columns) is found when the file is opened next.
 */
export function prepareCellSums(db: Database, kind: Kind, held: HeldColumns, writesAll: boolean) {
  const names = summedNames(held)
  const columns = names.slice(1).map(quoteIdentifier).join(', ')
  const stored = db.prepare(`SELECT ${columns} FROM ${tableOf(kind)} WHERE _row = ?`).raw()
  const known = db.prepare(`SELECT _row, ${columns} FROM ${tableOf(kind)} WHERE _scope = ? AND _id = ?`).raw()
  const giveUp = db.prepare('UPDATE scope SET unsummed = 0 WHERE scope_id = ?')
  const read = makeSumsReader(db)
  const write = makeSumsWriter(db)
  let draft: { readonly scopeId: number; readonly sums: Int32Array | null } | null = null

  const sumsOf = (scopeId: number): Int32Array | null => {
    if (draft?.scopeId !== scopeId) draft = { scopeId, sums: load(scopeId) }
    return draft.sums
  }
  const load = (scopeId: number): Int32Array | null => {
    if (!writesAll) return null
    const { rows, isKept, sums } = read(scopeId)
    if (rows === 0) return new Int32Array(names.length)
    const isOfSet = isKept && sums?.setId === held.setId && sums.sums.length === names.length
    return isOfSet ? Int32Array.from(sums.sums) : null
  }
  return {
    /** Forgets what was added and not stored: the transaction has failed. */
    begin(): void {
      draft = null
    },

    /** A row that is about to be replaced. */
    leave(scopeId: number, id: string): void {
      const sums = sumsOf(scopeId)
      const found = sums && (known.get(scopeId, id) as [number, ...unknown[]] | undefined)
      if (found) addRow(sums, found[0], found.slice(1), -1)
    },

    /** A row that was written: what `hashCell` gives of its cells, or null if SQLite has made others of them. */
    add(scopeId: number, row: number, hashes: Int32Array | null): void {
      const sums = sumsOf(scopeId)
      if (!sums) return
      if (!hashes) addRow(sums, row, stored.get(row) as unknown[], 1)
      else {
        sums[0] = ((sums[0] as number) + (row % rowPrime)) | 0
        for (let at = 0; at < hashes.length; at += 1)
          sums[at + 1] = ((sums[at + 1] as number) + (hashes[at] as number)) | 0
      }
    },

    /** A row that is about to be deleted. */
    forget(scopeId: number, row: number): void {
      const sums = sumsOf(scopeId)
      const found = sums && (stored.get(row) as unknown[] | undefined)
      if (found) addRow(sums, row, found, -1)
    },

    store(): void {
      if (!draft) return
      const { scopeId, sums } = draft
      if (sums) write(scopeId, { setId: held.setId, sums })
      else giveUp.run(scopeId)
      draft = null
    },
  }
}
