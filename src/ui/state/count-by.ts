import { columnNamesOf, findKind, originFields } from '../../kinds.ts'
import type { TableRequest } from '../threads/messages.ts'
import { showMessage } from './actions.ts'
import { openTable } from './history.ts'
import { pickerOf } from './picker.ts'
import type { State, Step } from './state.ts'
import { stepTo } from './state.ts'

/** Counts the rows by the chosen column. On a table of counts, asks for the column that they are counted by as well. */
export function countByChosen(state: State): Step {
  const { table } = state
  if (table.ask.type !== 'view')
    return showMessage(state, 'Only resources, and what a query gives, can be counted by a column.')
  const column = table.listed?.columns[table.column]
  if (column === undefined) return stepTo(state)
  if (table.ask.view.group === null) return openCounts(state, table.ask, [column.name])
  const offered = columnsToCountBy(state).map((value) => ({ value, note: '' }))
  return stepTo({ ...state, overlay: pickerOf('groups', offered, []) })
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
