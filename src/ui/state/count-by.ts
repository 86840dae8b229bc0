import { columnNamesOf, findKind, originFields } from '../../kinds.ts'
import type { FromReader, TableRequest } from '../threads/messages.ts'
import { showMessage } from './actions.ts'
import { openTable } from './history.ts'
import { pickerOf } from './picker.ts'
import type { State, Step } from './state.ts'
import { step, stepTo } from './state.ts'

/** Counts the rows by the chosen column. On a table of counts, asks for the column that they are counted by as well. */
export function countByChosen(state: State): Step {
  const { table } = state
  if (table.ask.type !== 'view')
    return showMessage(state, 'Only resources, and what a query gives, can be counted by a column.')
  const column = table.listed?.columns[table.column]
  if (column === undefined) return stepTo(state)
  if (table.ask.view.group === null) return openCounts(state, table.ask, [column.name])
  const offered = columnsToCountBy(state).map((value) => ({ value, note: '' }))
  const opened = { ...state, overlay: pickerOf('groups', offered, []) }
  const { expression, kind } = table.ask.view
  return expression === null
    ? step(opened, { type: 'reader', message: { type: 'column-names', kind } })
    : stepTo(opened)
}

/** Takes over what the cache has: rows can be counted by tags and by members of their documents, too. */
export function addGroupNames(state: State, found: Extract<FromReader, { type: 'column-names' }>): State {
  const { overlay, table } = state
  const { kind, group } = table.ask.view
  if (overlay?.type !== 'picker' || overlay.which !== 'groups' || kind !== found.kind) return state
  const known = new Set([...overlay.items.map(({ value }) => value), ...(group ?? [])])
  const names = [...found.tags.map((key) => `tag:${key}`), ...found.members].filter(
    (name) => !known.has(name),
  )
  return {
    ...state,
    overlay: { ...overlay, items: [...overlay.items, ...names.map((value) => ({ value, note: '' }))] },
  }
}

/** Counts by one more column; without it, if the rows are counted by it already. */
export function countByAnother(state: State, column: string): Step {
  const { ask } = state.table
  const shown = { ...state, overlay: null }
  if (ask.type !== 'view' || ask.view.group === null) return stepTo(shown)
  return openCounts(shown, ask, [...ask.view.group, column])
}

/** Filters stay in force; what shapes rows is not said of counts. Esc leads back to the rows. */
function openCounts(
  state: State,
  ask: Extract<TableRequest, { type: 'view' }>,
  group: readonly string[],
): Step {
  const view = { ...ask.view, group, columns: null, sort: null, sum: null, top: null, limit: null }
  return openTable(state, { ...ask, view, counted: true }, view.filters)
}

/** Those of the kind, or of the rows that are counted, except those that they are counted by. */
function columnsToCountBy({ table, history }: State): readonly string[] {
  const { view } = table.ask
  const rows = history.find((place) => place.table.ask.view.group === null)?.table
  const shown = (rows?.listed?.columns ?? []).map(({ name }) => name)
  const ofKind = view.expression === null ? [...columnNamesOf(findKind(view.kind)), ...originFields] : []
  return [...new Set([...shown, ...ofKind])].filter((name) => !view.group?.includes(name))
}
