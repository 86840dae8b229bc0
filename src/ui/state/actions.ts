import { findKind, makePlainView } from '../../kinds.ts'
import { endingOf, formatOfFile } from '../../output/format-names.ts'
import type { ItemForm } from '../threads/messages.ts'
import { findUnsetParameters } from './command-line.ts'
import { formatEquivalentCommand } from './equivalent.ts'
import { lineOf } from './line.ts'
import { pickerOf } from './picker.ts'
import { type Effect, type Message, type State, type Step, step, stepTo } from './state.ts'
import { askInPlace, changeView, findCursorRow, goBack, makeEmptyTable, openTable } from './table-state.ts'
import { makeTextPage } from './text-page.ts'

/**
 * Sorts by the chosen column; a second time reverses the order, a third time ends the sort. The shown values go up
 * first: a time is shown as an age, so the newest come first.
 */
export function sortByColumn(state: State): Step {
  const { table } = state
  const column = table.listed?.columns[table.column]
  if (column === undefined) return stepTo(state)
  const { sort } = table.ask.view
  const first = column.type === 'time'
  if (sort?.column !== column.name)
    return changeView(state, { sort: { column: column.name, descending: first } })
  return changeView(state, { sort: sort.descending === first ? { ...sort, descending: !first } : null })
}

/** Chooses the column to the left or right. */
export function moveColumn(state: State, by: number): Step {
  const { table } = state
  const last = (table.listed?.columns.length ?? 1) - 1
  const column = Math.max(0, Math.min(table.column + by, last))
  return stepTo({ ...state, table: { ...table, column } })
}

/** Opens the row under the cursor as text. */
export function openItem(state: State, as: ItemForm): Step {
  const row = findCursorRow(state)
  if (!row) return stepTo(state)
  return step(state, {
    type: 'reader',
    message: { type: 'item', question: state.table.shown, key: row.key, as },
  })
}

/** Goes one step back: closes what lies on top, then clears the filter, then opens the table before. */
export function stepBack(state: State): Step {
  if (state.overlay) return stepTo({ ...state, overlay: null })
  if (state.table.ask.view.filters.length > 0) return changeView(state, { filters: [] })
  return goBack(state)
}

/** Copies the row's id, or its first cell. */
export function copyRow(state: State): Step {
  const row = findCursorRow(state)
  const columns = state.table.listed?.columns ?? []
  const id = columns.findIndex(({ name }) => name === findKind(state.table.ask.view.kind).id)
  const text = row?.cells[Math.max(0, id)]
  return text ? step(state, { type: 'copy', text, what: text }) : stepTo(state)
}

/** Shows the command that answers the same as the table. */
export function showCommand(state: State): Step {
  const command = formatEquivalentCommand(state.table.ask, state)
  const text = `${command}\n\nPress c to copy it. The same with \`muster export … --to FILE\` writes a file.`
  return stepTo({ ...state, overlay: makeTextPage('The same as a command', text, command) })
}

/** Asks where to write what is shown. */
export function openExport(state: State, file = ''): Step {
  const { ask } = state.table
  const format = formatOfFile(file) ?? 'csv'
  const name = ask.type === 'scopes' ? 'scopes' : (ask.view.query ?? ask.view.kind)
  const line = lineOf(file === '' ? `${name}.${endingOf(format)}` : file)
  return stepTo({ ...state, overlay: { type: 'export', line, format, exists: false } })
}

/** Opens one of the pickers. */
export function openPicker(state: State, which: 'profiles' | 'regions' | 'queries'): Step {
  const marks = which === 'queries' ? [] : state.chosen[which]
  const opened = { ...state, overlay: pickerOf(which, state.choices[which], marks) }
  return which === 'profiles' ? step(opened, { type: 'profiles' }) : stepTo(opened)
}

/** Runs a query. If a saved query needs a value that was not given, the command line asks for it. */
export function runQuery(state: State, line: string): Step {
  const [missing] = findUnsetParameters(line, state.choices).filter(({ required }) => required)
  const { kind } = state.table.ask.view
  if (!missing) return step(state, { type: 'query', line, kind, scopes: state.selection })
  const text = `query ${line.trimEnd()} ${missing.name}=`
  return stepTo({ ...state, overlay: { type: 'command', line: lineOf(text) } })
}

/** Shows the table of a kind, without filter and sort. */
export function openKind(state: State, kind: string): Step {
  const view = makePlainView(kind, state.selection, state.now)
  const { state: next, effects } = openTable(state, { type: 'view', view, names: null })
  return step(next, ...effects, { type: 'sync', calls: 'when-due', view })
}

/** Shows where every scope stands. */
export function openScopes(state: State): Step {
  const { kind, scopes } = state.table.ask.view
  return openTable(state, { type: 'scopes', view: makePlainView(kind, scopes, state.now) })
}

/** Changes to other profiles or regions, and reads the table of the kind for them. */
export function changeSelection(state: State, change: Partial<State['selection']>): Step {
  const selection = { ...state.selection, ...change }
  const { ask, question } = state.table
  const view = { ...ask.view, scopes: selection }
  const table = makeEmptyTable({ ...ask, view }, question)
  const { state: next, effects } = askInPlace(
    { ...state, selection, table, history: [], overlay: null },
    table.ask,
  )
  return step(next, { type: 'remember', selection }, ...effects, { type: 'sync', calls: 'when-due', view })
}

/** Reads everything that is selected again, whatever its age. */
export function syncAgain(state: State): Step {
  const again: Effect = { type: 'sync', calls: 'always', view: state.table.ask.view, after: true }
  if (!state.progress) return step(state, again)
  return showMessage(state, 'All is read again when the sync that runs has ended.', 'info', again)
}

/** Says something in the line of messages, for a while or until the next key. */
export function showMessage(
  state: State,
  text: string,
  tone: Message['tone'] = 'info',
  ...effects: Effect[]
): Step {
  const message = { text, tone, until: tone === 'info' ? state.now + 4000 : null }
  return step({ ...state, message }, ...effects)
}

/** Shows all columns of the kind, or its usual ones again. */
export function toggleColumns(state: State, all: readonly string[]): Step {
  const { view } = state.table.ask
  if (view.expression !== null) return showMessage(state, 'A query has the columns that it gives.')
  return changeView(state, { columns: view.columns ? null : all })
}

/** Lists the SSO sessions, to sign in to one. */
export function requestLogins(state: State): Step {
  return step(state, { type: 'logins' })
}
