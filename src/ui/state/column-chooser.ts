import { columnWidths, type KindColumns } from '../../config/remembered-columns.ts'
import { columnNamesOf, findKind, originFields, typeOfColumn } from '../../kinds.ts'
import { nameFaults } from '../../query/names.ts'
import type { FromReader } from '../threads/messages.ts'
import { showMessage } from './actions.ts'
import { labelOf } from './column-labels.ts'
import type { ColumnChoice, ColumnsState } from './columns-state.ts'
import { type EditedLine, lineOf } from './line.ts'
import { countBodyRows, type State, type Step, step } from './state.ts'
import { askInPlace } from './table-state.ts'

/** Opens the list of the columns of the kind that is shown: those on the table first, in their order. */
export function openColumns(state: State): Step {
  const { ask, listed } = { ...state.table, listed: state.table.listed }
  const { view } = ask
  if (ask.type !== 'view' || view.expression !== null || view.group !== null)
    return showMessage(state, 'A query, counts and scopes have the columns that they give.')
  const { widths } = state.columnsOfKinds[view.kind] ?? usual
  const kind = findKind(view.kind)
  const shown = view.columns ?? kind.table
  const all = new Set([...shown, ...columnNamesOf(kind), ...originFields])
  const overlay: ColumnsState = {
    type: 'columns',
    kind: view.kind,
    items: [...all].map((name) => ({ name, on: shown.includes(name), width: widths[name] ?? null })),
    members: [],
    widest: Object.fromEntries((listed?.columns ?? []).map(({ name, width }) => [name, width])),
    index: Math.max(0, shown.indexOf(listed?.columns[state.table.column]?.name ?? '')),
    line: null,
    problem: null,
  }
  return step({ ...state, overlay }, { type: 'reader', message: { type: 'column-names', kind: view.kind } })
}

const usual: KindColumns = { columns: null, widths: {} }

/** Takes over what the cache has: tags join the list, members are offered to who types. */
export function addColumnNames(state: State, found: Extract<FromReader, { type: 'column-names' }>): State {
  const { overlay } = state
  if (overlay?.type !== 'columns' || overlay.kind !== found.kind) return state
  const known = new Set(overlay.items.map(({ name }) => name))
  const tags = found.tags.map((key) => `tag:${key}`).filter((name) => !known.has(name))
  const items = [...overlay.items, ...tags.map((name): ColumnChoice => ({ name, on: false, width: null }))]
  return { ...state, overlay: { ...overlay, items, members: found.members } }
}

/** The columns that are offered: all of them, or what matches a line that is being typed; the exact name first. */
export function offeredColumns({ items, members, line }: ColumnsState): readonly ColumnChoice[] {
  if (line === null) return items
  const text = line.text.trim().toLowerCase()
  if (text === '') return items
  const others = members.filter((name) => items.every((each) => each.name !== name))
  const all = [...items, ...others.map((name) => ({ name, on: false, width: null }))]
  const rank = (name: string) => {
    const small = name.toLowerCase()
    return small === text ? 0 : small.startsWith(text) ? 1 : 2
  }
  return all
    .filter(({ name }) => name.toLowerCase().includes(text))
    .sort((a, b) => rank(a.name) - rank(b.name))
}

/** Moves the cursor. */
export function moveInColumns(overlay: ColumnsState, index: number): ColumnsState {
  const last = Math.max(0, offeredColumns(overlay).length - 1)
  return { ...overlay, index: Math.max(0, Math.min(index, last)) }
}

/** The first column of the list that is on the screen. */
export function findTopColumn(overlay: ColumnsState, state: Pick<State, 'rows'>): number {
  const body = countBodyRows(state)
  const last = Math.max(0, offeredColumns(overlay).length - body)
  return Math.max(0, Math.min(overlay.index - Math.floor(body / 2), last))
}

/** Shows or hides the column under the cursor, and goes on to the next. */
export function toggleColumn(overlay: ColumnsState): ColumnsState {
  const { items, index } = overlay
  const changed = items.map((each, at) => (at === index ? { ...each, on: !each.on } : each))
  return moveInColumns({ ...overlay, items: changed }, index + 1)
}

/** Moves the column under the cursor to another place; the cursor stays on it. */
export function shiftColumn(overlay: ColumnsState, by: 1 | -1): ColumnsState {
  const { items, index } = overlay
  const [moved, to] = [items[index], index + by]
  if (moved === undefined || to < 0 || to >= items.length) return overlay
  return { ...overlay, items: items.toSpliced(index, 1).toSpliced(to, 0, moved), index: to }
}

/** Makes the column under the cursor wider or narrower; 0: as wide as its values again. */
export function resizeColumn(overlay: ColumnsState, by: 1 | -1 | 0): ColumnsState {
  const { items, index, widest } = overlay
  const change = ({ name, width, on }: ColumnChoice): ColumnChoice => {
    const size = (width ?? Math.max(name.length, widest[name] ?? 0)) + by
    const { least, most } = columnWidths
    return { name, on, width: by === 0 ? null : Math.max(least, Math.min(size, most)) }
  }
  return { ...overlay, items: items.map((each, at) => (at === index ? change(each) : each)) }
}

/** The kind's own columns, as nobody had chosen any. */
export function resetColumns(overlay: ColumnsState): ColumnsState {
  const { table } = findKind(overlay.kind)
  const others = overlay.items.filter(({ name }) => !table.includes(name))
  const names = [...table, ...others.map(({ name }) => name)]
  return {
    ...overlay,
    items: names.map((name) => ({ name, on: table.includes(name), width: null })),
    index: 0,
  }
}

/** Begins to type the name of a column, or changes what is typed. */
export function typeColumn(overlay: ColumnsState, line: EditedLine): ColumnsState {
  return { ...overlay, line, index: 0, problem: null }
}

/** Tab: the name under the cursor stands in the line. */
export function completeColumn(overlay: ColumnsState): ColumnsState {
  const found = offeredColumns(overlay)[overlay.index]
  return found === undefined ? overlay : { ...typeColumn(overlay, lineOf(found.name)), index: 0 }
}

/** Enter in the line: the column under the cursor is shown, behind those that are; or else what was typed, if it can be one. */
export function takeColumn(overlay: ColumnsState): ColumnsState {
  const typed = overlay.line?.text.trim() ?? ''
  const name = offeredColumns(overlay)[overlay.index]?.name ?? typed
  if (name === '') return { ...overlay, line: null, index: 0 }
  const problem = findProblem(name, overlay.kind)
  if (problem !== null) return { ...overlay, problem }
  const there = overlay.items.findIndex((each) => each.name === name)
  const known = overlay.items[there]
  if (known?.on) return { ...overlay, line: null, index: there }
  const others = overlay.items.filter((each) => each !== known)
  const last = others.findLastIndex(({ on }) => on)
  // The age stays at the end of the line, where people look for it.
  const isAge = typeOfColumn(others[last]?.name ?? '', findKind(overlay.kind)) === 'time'
  const at = last + (isAge ? 0 : 1)
  const items = others.toSpliced(at, 0, { name, on: true, width: known?.width ?? null })
  return { ...overlay, items, line: null, index: at }
}

function findProblem(name: string, kind: string): string | null {
  const found = nameFaults({
    kind: findKind(kind),
    others: [],
    of: 'table',
    ofAws: { origin: true },
    names: null,
    columns: [name],
    sort: null,
    group: null,
    sum: null,
  }).find(({ certain }) => certain)
  return found ? `${found.sentence}${found.sentence.endsWith('?') ? '' : '.'}` : null
}

/** Takes what is marked: the table shows it, and the next start remembers it. */
export function takeColumns(state: State, overlay: ColumnsState): Step {
  const on = overlay.items.filter((each) => each.on).map(({ name }) => name)
  if (on.length === 0) return showMessage(state, 'A table has a column at least: space marks one.', 'error')
  const { table } = findKind(overlay.kind)
  const isUsual = on.length === table.length && on.every((name, at) => name === table[at])
  const columns = isUsual ? null : on
  const widths = Object.fromEntries(
    overlay.items.flatMap(({ name, width }) => (width === null ? [] : [[name, width]])),
  )
  const isForgotten = columns === null && Object.keys(widths).length === 0
  const { [overlay.kind]: _, ...others } = state.columnsOfKinds
  const chosen = isForgotten ? null : { columns, widths }
  const next = {
    ...state,
    overlay: null,
    columnsOfKinds: chosen ? { ...others, [overlay.kind]: chosen } : others,
  }
  const { ask } = state.table
  const place = { ...next.table, column: 0, left: 0 }
  const question = askInPlace({ ...next, table: place }, { ...ask, view: { ...ask.view, columns } })
  return step(question.state, ...question.effects, {
    type: 'remember-columns',
    kind: overlay.kind,
    columns: chosen,
  })
}

/** What stands over a column on the table. */
export function labelOfChoice(name: string, state: State): string {
  return labelOf({ name, type: 'text', width: 0 }, state.table.ask)
}
