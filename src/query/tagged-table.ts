import { tagListNames } from '../kinds/tag-list.ts'
import { originFields } from '../kinds.ts'
import type { Json, JsonObject, Kind, View } from '../model.ts'
import type { LedgerLine } from '../store/ledger.ts'
import { type NarrowColumn, narrowColumns, narrowView } from '../store/narrow.ts'
import type { Store } from '../store/open-store.ts'
import type { RowFilter } from '../store/row-filter.ts'
import { scanColumns } from '../store/scan.ts'
import { type RowRequest, scanRowsByNumber } from '../store/scan-rows.ts'
import { makeResourceReader } from './column-readers.ts'
import { compileRowFilters } from './filter/filter-sql.ts'
import { tableColumnsOf } from './narrow-table.ts'
import { columnPrefix } from './plan/exact-columns.ts'
import { type ColumnReading, listSorts } from './rows.ts'

/** How a kind's table with columns of tags is read: the narrow columns and the tags, and of the documents nothing else. */
export interface TaggedTable {
  /** What is left to do with the rows: they are filtered, and sorted if the narrow columns hold the order. */
  readonly left: Pick<View, 'filters' | 'sort'>
  readonly filters: readonly RowFilter[]
  /** What is read of the rows. */
  readonly request: RowRequest
  readonly read: ColumnReading['read']
  /** Inside one snapshot. */
  readonly readRows: (store: Store, lines: readonly LedgerLine[]) => Iterable<JsonObject>
}

/** The table that a view shows; null if it looks at more than the narrow columns, the search text and tags. */
export function taggedTableOf(view: View, kind: Kind, store: Store): TaggedTable | null {
  const shown = tableColumnsOf(view, kind)
  const find = narrowColumns(store, kind)
  const sorted = view.sort && !view.group ? listSorts(view.sort).map(({ column }) => column) : []
  const cells: { readonly name: string; readonly column: RowColumn }[] = []
  for (const name of new Set([...shown, ...sorted])) {
    const column = find(name)
    if (column && 'value' in column) cells.push({ name, column })
    else if (!column && !name.startsWith('tag:')) return null
  }
  const filters = compileRowFilters(view.filters, kind, shown, store, view.now)
  if (!filters) return null
  const order = view.group ? null : narrowView([], view.sort, kind, store)
  const request: RowRequest = {
    cells: cells.map(({ name, column }) => ({
      member: memberOf(name),
      sql: column.value,
      type: column.type === 'number' ? 'number' : 'text',
    })),
    paths: tagListNames.map((name) => [name]),
    groupFields: false,
    origin: originFields,
    condition: null,
    first: atOnce,
  }
  const names = new Set(cells.map(({ name }) => name))
  const choice = { columns: [rowNumber], filters, sort: order?.sort ?? null }
  return {
    filters,
    request,
    left: { filters: [], sort: order ? null : view.sort },
    read: (name) => (names.has(name) ? readMember(memberOf(name)) : makeResourceReader(name, kind)),
    *readRows(from, lines) {
      for (const rows of inPieces(scanColumns(from, lines, kind, choice)))
        for (const chunk of scanRowsByNumber(from, lines, kind, request, rows))
          for (const { body } of chunk) yield body
    },
  }
}

type RowColumn = Extract<NarrowColumn, { value: string }>

const atOnce = 1000

/** How many rows of these scopes the filters leave. */
export function countFiltered(
  store: Store,
  lines: readonly LedgerLine[],
  kind: Kind,
  filters: readonly RowFilter[],
): number {
  let count = 0
  for (const _ of scanColumns(store, lines, kind, { columns: [rowNumber], filters, sort: null })) count += 1
  return count
}

/** The number of a row as a column. */
const rowNumber: NarrowColumn = {
  name: '_row',
  type: 'number',
  value: 'r._row',
  order: 'r._row',
  joined: false,
}

function memberOf(column: string): string {
  return `${columnPrefix}${column}`
}

function readMember(member: string): (item: Json) => Json {
  return (item) => (item as JsonObject)[member] ?? null
}

function* inPieces(rows: Iterable<readonly Json[]>): Generator<readonly number[]> {
  let piece: number[] = []
  for (const [row] of rows) {
    piece.push(row as number)
    if (piece.length < atOnce) continue
    yield piece
    piece = []
  }
  if (piece.length > 0) yield piece
}
