import { findJoined, findKind, originFields } from '../kinds.ts'
import type { ColumnType, JoinedColumn, Kind, Sort } from '../model.ts'
import { setIdOf } from './column-sets.ts'
import { type HeldColumns, orderColumn, quoteIdentifier, readHeldColumns, tableOf } from './kind-tables.ts'
import type { Store } from './open-store.ts'
import { withStoreErrors } from './store-errors.ts'

/** A column of a kind's table as SQL reads it, or one of the scope that a row belongs to. */
export type NarrowColumn =
  | {
      readonly name: string
      readonly type: ColumnType
      /** The value of a row `r`, and the one that it sorts by, as they are written in SQL. */
      readonly value: string
      readonly order: string
      /** Whether another kind's table holds it: the text of the filter does not, and it changes by itself. */
      readonly joined: boolean
    }
  | { readonly origin: (typeof originFields)[number] }

/**
 * Makes the function that finds a column in the table of a kind: one that the kind has and the file holds, or an origin
 * column; null for any other, which only the documents know. A cache that a newer muster has changed may lack a column,
 * and then means by a name what the newer one means. While rows lack values, the documents alone know all.
 */
export function narrowColumns(store: Store, kind: Kind): (name: string) => NarrowColumn | null {
  const columns = readFilledColumns(store, kind) ?? []
  return (name) => {
    const origin = originFields.find((field) => field === name)
    if (origin) return { origin }
    const joined = findJoined(name, kind)
    if (joined) return columns.length > 0 ? joinedColumn(store, joined) : null
    const column = columns.find((each) => each.name === name)
    if (!column || !kind.columns.some((each) => each.name === name)) return null
    const order = `r.${orderColumn(column)}`
    return { name, type: column.type, value: `r.${quoteIdentifier(name)}`, order, joined: false }
  }
}

/**
 * A column of another kind's table, of the row with the same id in the same account and region. Null if only the
 * documents know it; a kind that was never read may have no table.
 */
function joinedColumn(
  store: Store,
  { name, kind: other, column: wanted }: JoinedColumn,
): NarrowColumn | null {
  const kind = findKind(other)
  const columns = readFilledColumns(store, kind)
  const column = columns?.find((each) => each.name === wanted)
  if (columns && !column) return null
  const readOther = (place: string) =>
    `(SELECT j.${place} FROM ${tableOf(kind)} j WHERE j._id = r._id AND j._scope = (
       SELECT o.scope_id FROM scope s CROSS JOIN scope o
         ON o.account = s.account AND o.region = s.region AND o.kind = '${kind.name}'
       WHERE s.scope_id = r._scope))`
  const [value, order] = column
    ? [readOther(quoteIdentifier(wanted)), readOther(orderColumn(column))]
    : ['NULL', 'NULL']
  return { name, type: column?.type ?? 'text', value, order, joined: true }
}

/** The columns of a kind's table if every row has them all; none if one does not; null if there is no table. */
export function readFilledColumns(store: Store, kind: Kind): HeldColumns['columns'] | null {
  return withStoreErrors(store.file, () => {
    const held = readHeldColumns(store.db, kind)
    return held && (areFilled(store, kind, held) ? held.columns : [])
  })
}

/** An order by columns of a kind's table; `next` decides between equal rows. */
export interface NarrowSort {
  readonly column: NarrowColumn
  readonly descending: boolean
  readonly next?: NarrowSort
}

/** Columns of a kind's table and the order of its rows, all of which the table holds. */
export interface NarrowView {
  readonly columns: readonly NarrowColumn[]
  readonly sort: NarrowSort | null
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
  const narrowSort = sort && sortOf(sort, find)
  if (columns.length < names.length || (sort && !narrowSort)) return null
  return { columns, sort: narrowSort }
}

function sortOf(sort: Sort, find: (name: string) => NarrowColumn | null): NarrowSort | null {
  const column = find(sort.column)
  const next = sort.next && sortOf(sort.next, find)
  if (!column || next === null) return null
  return { column, descending: sort.descending, ...(next ? { next } : {}) }
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
