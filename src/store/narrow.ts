import { originFields } from '../kinds.ts'
import type { ColumnType, Kind, Sort } from '../model.ts'
import { type HeldColumns, orderColumn, quoteIdentifier, readHeldColumns, setIdOf } from './kind-tables.ts'
import type { Store } from './open-store.ts'
import { withStoreErrors } from './store-errors.ts'

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
 * column; null for any other, which only the documents know. A cache that a newer muster has changed may lack a column,
 * and then means by a name what the newer one means. While rows lack values, the documents alone know all.
 */
export function narrowColumns(store: Store, kind: Kind): (name: string) => NarrowColumn | null {
  const columns = withStoreErrors(store.file, () => {
    const held = readHeldColumns(store.db, kind)
    return held && areFilled(store, kind, held) ? held.columns : []
  })
  return (name) => {
    const origin = originFields.find((field) => field === name)
    if (origin) return { origin }
    const column = columns.find((each) => each.name === name)
    if (!column || !kind.columns.some((each) => each.name === name)) return null
    return { name, type: column.type, value: quoteIdentifier(name), order: orderColumn(column) }
  }
}

/** Columns of a kind's table and the order of its rows, all of which the table holds. */
export interface NarrowView {
  readonly columns: readonly NarrowColumn[]
  readonly sort: { readonly column: NarrowColumn; readonly descending: boolean } | null
}

/** The columns and the order that are asked for by name; null if the table does not hold all of them. */
export function narrowView(
  names: readonly string[],
  sort: Sort | null,
  kind: Kind,
  store: Store,
): NarrowView | null {
  const find = narrowColumns(store, kind)
  const columns = names.map(find).filter((column) => column !== null)
  const column = sort && find(sort.column)
  if (columns.length < names.length || (sort && !column)) return null
  return { columns, sort: sort && column ? { column, descending: sort.descending } : null }
}

/** Whether every row has all columns that this muster and the file know. */
function areFilled({ db }: Store, kind: Kind, { unfilled, setId }: HeldColumns): boolean {
  if (!unfilled) return true
  const other = db
    .prepare(
      'SELECT 1 FROM scope WHERE kind = ? AND rows > 0 AND (set_id IS NULL OR set_id NOT IN (?, ?)) LIMIT 1',
    )
    .get(kind.name, setId, setIdOf(kind))
  return other === undefined
}
