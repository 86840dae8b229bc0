import { findKind } from '../../kinds.ts'
import { columnsOfKind, columnsOfRows } from '../../query/filter/bind-filter.ts'
import { makeMatchFinder } from '../../query/filter/mark-matches.ts'
import type { ListedRow } from '../../query/listing.ts'
import type { ShownRow, TableRequest } from '../threads/messages.ts'

/** Makes the function that finds what a table's filters match in a row; null if nothing is looked for in its columns. */
export function makeRowMarker(
  { view }: TableRequest,
  columns: readonly string[],
): ((row: ListedRow, shown: ShownRow) => ShownRow) | null {
  if (view.filters.length === 0) return null
  const kind = findKind(view.kind)
  const named = columns.includes(kind.id) ? columnsOfKind(kind, columns) : columnsOfRows(columns, kind)
  const finderOf = makeMatchFinder(view.filters, named, view.now)
  const finders = columns.map(finderOf)
  if (finders.every((find) => find === null)) return null
  return (row, shown) => {
    const matches = finders.map((find, place) => {
      const text = shown.cells[place] ?? ''
      return find && text !== '' ? find(row.cells[place] ?? null, text) : []
    })
    return matches.some((ranges) => ranges.length > 0) ? { ...shown, matches } : shown
  }
}
