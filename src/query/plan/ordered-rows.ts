import { needsStoredKey, sortKey } from '../../kinds/order.ts'
import type { Json, Sort, View } from '../../model.ts'
import { makeItemRows, rowsOfItems } from '../../ready-items.ts'
import type { OrderTerm, RowOrder } from '../../store/order-parts.ts'
import { type ColumnReading, listSorts, sortItems } from '../rows.ts'
import type { Plan, PlanParts } from './expression-plan.ts'
import type { ResourceReader } from './resource-reader.ts'
import { type PlanSource, scopeTestOf } from './run-plan.ts'

/**
 * The rows of a plan in the order that a view asks for, brought into it by SQLite: null if it does not know all that they
 * are sorted by.
 */
export function readOrderedRows(
  plan: Plan,
  { expression, kind, reader }: PlanSource,
  view: View,
  reading: ColumnReading,
  parts: PlanParts,
): Iterable<Json> | null {
  const order = orderOf(plan, view, reading.typeOf, reader, parts)
  const { rows, request } = plan
  const { readCells, readOrdered, inSnapshot } = reader
  const { sort } = view
  if (!order || !sort || !rows?.members || !readCells || !readOrdered) return null
  const { members, places } = rows
  const isWanted = scopeTestOf(plan, expression)
  const sortHere = (): Iterable<readonly Json[]> => {
    const items = makeItemRows(members, inOne(readCells(kind, request, places, isWanted)))
    return rowsOfItems(sortItems(items, sort, reading)) ?? []
  }
  const made = inSnapshot(() => {
    const found = readOrdered(kind, request, places, order, isWanted)
    return found ? inOne(found) : sortHere()
  })
  return makeItemRows(members, made)
}

/** The order of a plan's rows that a view asks for, as SQLite makes it; null if it cannot. */
export function orderOf(
  { rows, request }: Plan,
  { sort, group, filters, limit }: View,
  typeOf: ColumnReading['typeOf'],
  { readOrdered }: ResourceReader,
  parts: PlanParts,
): RowOrder | null {
  const members = rows?.members
  if (!parts.order || readOrdered === null || !members || sort === null || group !== null) return null
  const terms = listSorts(sort).map((each) => termOf(each))
  // Rows that a filter of the view leaves out are not counted yet.
  const first = filters.length === 0 ? limit : null
  return terms.every((term) => term !== null) ? { terms, limit: first, cutFrom: parts.cutFrom } : null

  function termOf({ column, descending }: Sort): OrderTerm | null {
    const place = rows?.places[members?.indexOf(column) ?? -1]
    if (place === undefined) return null
    const type = typeOf(column)
    const field = request.origin[place - request.cells.length]
    if (field) return { keyOf: (origin) => sortKey(origin[field], type), descending }
    const cell = request.cells[place]
    if (!cell) return null
    // Without a type the form of each text decides.
    if (type === null) return cell.type === 'number' ? { sql: cell.sql, descending } : null
    if (!needsStoredKey(type)) return { sql: cell.sql, descending }
    return cell.order?.type === type ? { sql: cell.order.sql, descending } : null
  }
}

function* inOne<T>(chunks: Iterable<readonly T[]>): Generator<T> {
  for (const chunk of chunks) yield* chunk
}
