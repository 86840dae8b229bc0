import { columnNamesOf, findKind, originFields } from '../../kinds.ts'
import type { Sort, View } from '../../model.ts'
import { formatAge } from '../../output/age.ts'
import type { ListedColumn, ShownRow, TableRequest } from '../threads/messages.ts'
import { columnsToHideFirst, labelOf, minCellsOf } from './column-labels.ts'
import { type ColumnLayout, layOutColumns, type TableColumn } from './column-widths.ts'
import type { TableState } from './shown-table.ts'
import type { State } from './state.ts'

/** What the column with the age of the rows of stale scopes is called. */
export const seenTitle = 'SEEN'

/**
 * Where the columns of the table stand on the screen, and the cells of the column behind them with the age of stale rows: 0
 * if there are none.
 */
export function layOutTable(state: State): { readonly layout: ColumnLayout; readonly seenSize: number } {
  const { table } = state
  const seenSize = measureSeen(state)
  const request = {
    line: state.columns - (seenSize > 0 ? seenSize + 1 : 0) - sizeOfMarks(state),
    chosen: table.column,
    left: table.left,
    hideFirst: columnsToHideFirst(table.ask, table.listed?.columns ?? []),
  }
  return { layout: layOutColumns(columnsOf(state), request), seenSize }
}

/** Cells of the signs of new and changed rows before the first column. */
export function sizeOfMarks({ table }: Pick<State, 'table'>): number {
  // Rows of a scope that is still being read are marked as they come.
  return table.listed?.marks || table.window.rows.some((row) => row?.mark) ? 2 : 0
}

/** Chooses the column to the left or right. The table scrolls if it is not on the screen. */
export function moveColumn(state: State, by: 1 | -1): State {
  const { table } = state
  const { layout } = layOutTable({ ...state, table: { ...table, left: 0 } })
  const isPlaced = (place: number) => layout.placed.some((each) => each.place === place)
  const places = columnsOf(state)
    .filter(({ column, place }) => !column.extra || isPlaced(place))
    .map(({ place }) => place)
  const column = places[places.indexOf(table.column) + by] ?? table.column
  const chosen = { ...state, table: { ...table, column } }
  const [, first = 0] = places
  const isHome = table.left === 0 ? isPlaced(column) : by < 0 && column <= first && isPlaced(column)
  if (isHome || column === places[0]) return { ...chosen, table: { ...chosen.table, left: 0 } }
  const from = table.left === 0 ? first : by < 0 && column < table.left ? column : table.left
  const { left } = layOutTable({ ...chosen, table: { ...chosen.table, left: from } }).layout
  return { ...chosen, table: { ...chosen.table, left } }
}

/** What the table shows as a command gives it: with the columns that fill the room that is left. */
export function requestOfShown(state: State): TableRequest {
  const { ask } = state.table
  if (ask.type !== 'view') return ask
  const columns = columnsBesideUsual(state)
  return columns === null ? ask : { ...ask, view: { ...ask.view, columns } }
}

/** The names of the columns that the table shows, or would if it were scrolled. */
export function namesOfShown(state: State): readonly string[] {
  const columns = columnsBesideUsual(state)
  return columns ?? (state.table.listed?.columns ?? []).filter((each) => !each.extra).map(({ name }) => name)
}

/** Null if the table has the columns that its view names, and no others. */
function columnsBesideUsual(state: State): View['columns'] {
  const { layout } = layOutTable({ ...state, table: { ...state.table, left: 0 } })
  if (layout.placed.every(({ column }) => !column.extra)) return null
  return layout.placed.map(({ column }) => column.name)
}

/** An age, or `+30d` for a time to come. A minute is how far two machines' clocks may be apart. */
export function formatTime(text: string, now: number): string {
  const age = now - Date.parse(text)
  if (Number.isNaN(age)) return text
  return age < -60_000 ? `+${formatAge(-age)}` : formatAge(age)
}

/** How long ago a stale row was last read; '' of one that is not stale. */
export function formatSeen(row: ShownRow, state: Pick<State, 'now' | 'fresh'>): string {
  return isStale(row, state) && row.seenAt !== null ? formatAge(state.now - row.seenAt) : ''
}

function measureSeen(state: State): number {
  const ages = state.table.window.rows.map((row) => (row ? formatSeen(row, state).length : 0))
  const widest = Math.max(0, ...ages)
  return widest === 0 ? 0 : Math.max(seenTitle.length, widest)
}

/** Whether a row's scope was last read longer ago than rows may be old. */
export function isStale({ seenAt }: ShownRow, { now, fresh }: Pick<State, 'now' | 'fresh'>): boolean {
  return seenAt !== null && now - seenAt > fresh
}

/** Every column of a kind: the usual ones, the others, and where a resource comes from. */
export function allColumnsOf(name: string): readonly string[] {
  const kind = findKind(name)
  return [...new Set([...kind.table, ...columnNamesOf(kind), ...originFields])]
}

function columnsOf(state: State): readonly TableColumn[] {
  const { table, columnsOfKinds } = state
  const { type, view } = table.ask
  const isOwn = type === 'view' && view.expression === null && view.group === null
  const usual = new Set(findKind(view.kind).table)
  const isWhole = isOwn && view.columns !== null && view.columns.length >= allColumnsOf(view.kind).length
  const widths = isOwn ? (columnsOfKinds[view.kind]?.widths ?? {}) : {}
  return (table.listed?.columns ?? []).map((listed, place) => {
    const seen = Math.max(listed.width, table.window.widths[place] ?? 0)
    const column = { ...listed, width: listed.type === 'time' ? measureAges(place, state) : seen }
    const arrow = arrowOf(column, table)
    const label = labelOf(column, table.ask) + arrow
    return {
      place,
      column,
      label,
      keeps: minCellsOf(column, table.ask),
      isName: isName(column, table.ask),
      isAsked: isOwn && view.columns !== null && !isWhole && !usual.has(column.name),
      isBeside: isWhole && !usual.has(column.name),
      fixed: Object.hasOwn(widths, column.name) ? (widths[column.name] ?? null) : null,
      short: shortFormOf(column, label, arrow),
    }
  })
}

/** Cells of a column of ages. They change while one looks: most fit into six (`23h59m`, `5y12d`). */
function measureAges(place: number, { table, now }: State): number {
  const ages = table.window.rows.map((row) => formatTime(row?.cells[place] ?? '', now).length)
  return Math.max(6, ...ages)
}

/** The direction in which the shown values go. A time is shown as an age, which goes the other way. */
function arrowOf({ name, type }: ListedColumn, { ask }: TableState): string {
  const sort: Sort | null = ask.view.sort
  if (sort?.column !== name) return ''
  return sort.descending === (type === 'time') ? '↑' : '↓'
}

function isName({ name }: ListedColumn, ask: TableRequest): boolean {
  if (name === 'AccountName') return true
  return ask.view.expression === null && findKind(ask.view.kind).columns[0]?.name === name
}

/** Cells of a region in short. */
const regionSize = 6

function shortFormOf(
  { name, type, width, beginning }: ListedColumn,
  label: string,
  arrow: string,
): TableColumn['short'] {
  if (type === 'state') return { form: 'state', label: `S${arrow}`, size: 1 + arrow.length }
  if (name === 'Region') return { form: 'region', label, size: Math.max(label.length, regionSize) }
  if (beginning === undefined) return null
  return { form: 'beginning', label, size: Math.max(label.length, width - beginning.length) }
}
