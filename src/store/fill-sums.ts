import type { Database } from 'better-sqlite3'
import type { Kind } from '../model.ts'
import { addRow, makeSumsReader, makeSumsWriter, summedNames } from './cell-sums.ts'
import { type HeldColumns, quoteIdentifier, readHeldColumns, tableOf } from './kind-tables.ts'
import { rowRangeOf } from './row-keys.ts'
import { listUnfilled, makeFiller, type UnfilledScope } from './unfilled.ts'

/** The scopes of which cells of rows may be in no sum. */
export function listUnsummed(db: Database, kinds: readonly Kind[]): readonly UnfilledScope[] {
  return listUnfilled(db, kinds, 'unsummed')
}

/** Adds the cells of the next rows of a scope to its sums. */
export const fillSums = makeFiller<SummedRow>({
  column: 'unsummed',
  select: selectRows,
  fill(db, kind, scopeId, rows) {
    const from = db.prepare('SELECT unsummed FROM scope WHERE scope_id = ?').pluck().get(scopeId)
    addToSums(db, kind, scopeId, rows, from === 0)
  },
})

/**
 * Sums rows of a scope whose columns are being written anew, piece by piece, from one row up to another. `since`: up to which
 * row the pieces before have come, null if this is the first.
 */
export function sumFilled(
  db: Database,
  kind: Kind,
  scopeId: number,
  { since, to, isLast }: { readonly since: number | null; readonly to: number; readonly isLast: boolean },
): void {
  const unsummed = db.prepare('SELECT unsummed FROM scope WHERE scope_id = ?').pluck().get(scopeId)
  // A sync has written rows meanwhile: all are summed when all are written.
  const isInStep = since === null || unsummed === since
  if (isInStep) {
    const after = since ?? rowRangeOf(scopeId)[0] - 1
    const rows = db.prepare(selectRows(kind, db)).raw().all(after, to, -1) as SummedRow[]
    addToSums(db, kind, scopeId, rows, since === null)
  }
  db.prepare('UPDATE scope SET unsummed = ? WHERE scope_id = ?').run(
    isInStep ? (isLast ? null : to) : 0,
    scopeId,
  )
}

type SummedRow = readonly [row: number, ...cells: unknown[]]

function selectRows(kind: Kind, db: Database): string {
  return `SELECT ${summedNames(heldOf(db, kind)).map(quoteIdentifier).join(', ')} FROM ${tableOf(kind)}
    WHERE _row > ? AND _row <= ? ORDER BY _row LIMIT ?`
}

function addToSums(
  db: Database,
  kind: Kind,
  scopeId: number,
  rows: readonly SummedRow[],
  isFirst: boolean,
): void {
  const held = heldOf(db, kind)
  const width = summedNames(held).length
  const { sums: known } = makeSumsReader(db)(scopeId)
  const goesOn = !isFirst && known?.setId === held.setId && known.sums.length === width
  // Other columns since the piece before: such sums are of another set, and nobody compares them.
  if (!isFirst && !goesOn) return
  const sums = goesOn ? Int32Array.from(known.sums) : new Int32Array(width)
  for (const [row, ...cells] of rows) addRow(sums, row, cells, 1)
  makeSumsWriter(db)(scopeId, { setId: held.setId, sums })
}

function heldOf(db: Database, kind: Kind): HeldColumns {
  const held = readHeldColumns(db, kind)
  if (!held) throw new Error(`the cache has no table of ${kind.name}`)
  return held
}
