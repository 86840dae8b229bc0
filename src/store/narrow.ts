import { originFields } from '../kinds.ts'
import type { ColumnType, Kind } from '../model.ts'
import { explained, type Store } from './open.ts'
import { heldColumns, orderColumn, quoted, setIdOf } from './tables.ts'

/** A column of a kind's table as SQL reads it, or one of the scope that a row belongs to. */
export type NarrowColumn =
  | {
      readonly name: string
      readonly type: ColumnType
      /** The column of the value, and the one that it sorts by, as they are written in SQL. */
      readonly value: string
      readonly order: string
    }
  | { readonly origin: (typeof originFields)[number] }

/**
 * Makes the function that finds a column in the table of a kind: one that the kind has and the file holds, or an origin
 * column; null for any other, which takes the documents to know it. A cache that a newer muster has changed may lack a
 * column, and then means by a name what the newer one means. While rows lack values, the documents alone know all.
 */
export function narrowColumns(store: Store, kind: Kind): (name: string) => NarrowColumn | null {
  const held = explained(store.file, () => (areFilled(store, kind) ? heldOf(store, kind) : []))
  return (name) => {
    const origin = originFields.find((field) => field === name)
    if (origin) return { origin }
    const column = held.find((each) => each.name === name)
    if (!column || !kind.columns.some((each) => each.name === name)) return null
    return { name, type: column.type, value: quoted(name), order: orderColumn(column) }
  }
}

function heldOf({ db }: Store, kind: Kind) {
  return heldColumns(db).get(kind.name)?.columns ?? []
}

/** Whether every row has all columns that this muster and the file know. */
function areFilled({ db }: Store, kind: Kind): boolean {
  const held = heldColumns(db).get(kind.name)
  if (!held?.unfilled) return true
  const other = db
    .prepare(
      'SELECT 1 FROM scope WHERE kind = ? AND rows > 0 AND (set_id IS NULL OR set_id NOT IN (?, ?)) LIMIT 1',
    )
    .get(kind.name, held.setId, setIdOf(kind))
  return other === undefined
}
