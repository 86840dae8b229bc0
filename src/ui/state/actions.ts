import { kindNamed, plainView } from '../../kinds.ts'
import { endingOf, formatOfFile } from '../../output/format.ts'
import type { ItemForm } from '../threads/messages.ts'
import { openParameters } from './command-line.ts'
import { equivalentCommand } from './equivalent.ts'
import { lineOf } from './line.ts'
import { pickerOf } from './picker.ts'
import { type Effect, type Message, type State, type Step, step, still } from './state.ts'
import { asked, askedView, back, cursorRow, emptyTable, opened } from './table-state.ts'
import { textPage } from './text-page.ts'

/**
 * Sorts by the chosen column; once more turns the order, a third time takes it away. What is shown goes up first:
 * a time is shown as an age, so the newest come first.
 */
export function sortedByColumn(state: State): Step {
  const { table } = state
  const column = table.listed?.columns[table.column]
  if (column === undefined) return still(state)
  const { sort } = table.ask.view
  const first = column.type === 'time'
  if (sort?.column !== column.name)
    return askedView(state, { sort: { column: column.name, descending: first } })
  return askedView(state, { sort: sort.descending === first ? { ...sort, descending: !first } : null })
}

/** Chooses the column to the left or right. */
export function columnMoved(state: State, by: number): Step {
  const { table } = state
  const last = (table.listed?.columns.length ?? 1) - 1
  const column = Math.max(0, Math.min(table.column + by, last))
  return still({ ...state, table: { ...table, column } })
}

/** Opens the row under the cursor as text. */
export function itemOpened(state: State, as: ItemForm): Step {
  const row = cursorRow(state)
  if (!row) return still(state)
  return step(state, {
    type: 'reader',
    message: { type: 'item', question: state.table.shown, key: row.key, as },
  })
}

/** Goes one step back: closes what lies on top, then takes the filter away, then leads to the table before. */
export function stepBack(state: State): Step {
  if (state.overlay) return still({ ...state, overlay: null })
  if (state.table.ask.view.filter) return askedView(state, { filter: null })
  return back(state)
}

/** Copies what the row is known by: its id, or its first cell. */
export function rowCopied(state: State): Step {
  const row = cursorRow(state)
  const columns = state.table.listed?.columns ?? []
  const id = columns.findIndex(({ name }) => name === kindNamed(state.table.ask.view.kind).id)
  const text = row?.cells[Math.max(0, id)]
  return text ? step(state, { type: 'copy', text, what: text }) : still(state)
}

/** Shows the command that answers the same as the table. */
export function commandShown(state: State): Step {
  const command = equivalentCommand(state.table.ask, state)
  const text = `${command}\n\nPress c to copy it. The same with \`muster export … --to FILE\` writes a file.`
  return still({ ...state, overlay: textPage('The same as a command', text, command) })
}

/** Asks where to write what is shown. */
export function exportAsked(state: State, file = ''): Step {
  const { ask } = state.table
  const format = formatOfFile(file) ?? 'csv'
  const name = ask.type === 'scopes' ? 'scopes' : (ask.view.query ?? ask.view.kind)
  const line = lineOf(file === '' ? `${name}.${endingOf(format)}` : file)
  return still({ ...state, overlay: { type: 'export', line, format, exists: false } })
}

/** Opens one of the pickers. */
export function pickerOpened(state: State, which: 'profiles' | 'regions' | 'queries'): Step {
  const marks = which === 'queries' ? [] : state.chosen[which]
  return still({ ...state, overlay: pickerOf(which, state.choices[which], marks) })
}

/** Runs a query. What a saved query needs and was not given is asked for, on the command line. */
export function queryAsked(state: State, line: string): Step {
  const [missing] = openParameters(line, state.choices).filter(({ required }) => required)
  const { kind } = state.table.ask.view
  if (!missing) return step(state, { type: 'query', line, kind, scopes: state.selection })
  const text = `query ${line.trimEnd()} ${missing.name}=`
  return still({ ...state, overlay: { type: 'command', line: lineOf(text) } })
}

/** Shows the table of a kind, without filter and sort. */
export function kindOpened(state: State, kind: string): Step {
  const view = plainView(kind, state.selection)
  const { state: next, effects } = opened(state, { type: 'view', view, names: null })
  return step(next, ...effects, { type: 'sync', calls: 'when-due', view })
}

/** Shows where every scope stands. */
export function scopesOpened(state: State): Step {
  const { kind, scopes } = state.table.ask.view
  return opened(state, { type: 'scopes', view: plainView(kind, scopes) })
}

/** Looks at other profiles or regions: the table of the kind is read for them. */
export function selectionChanged(state: State, change: Partial<State['selection']>): Step {
  const selection = { ...state.selection, ...change }
  const { ask, question } = state.table
  const view = { ...ask.view, scopes: selection }
  const table = emptyTable({ ...ask, view }, question)
  const { state: next, effects } = asked(
    { ...state, selection, table, history: [], overlay: null },
    table.ask,
  )
  return step(next, { type: 'remember', selection }, ...effects, { type: 'sync', calls: 'when-due', view })
}

/** Reads everything that is selected again, whatever its age. */
export function syncedAgain(state: State): Step {
  const again: Effect = { type: 'sync', calls: 'always', view: state.table.ask.view, after: true }
  if (!state.progress) return step(state, again)
  return said(state, 'All is read again when the sync that runs has ended.', 'info', again)
}

/** Says something in the line of messages, for a while or until the next key. */
export function said(state: State, text: string, tone: Message['tone'] = 'info', ...effects: Effect[]): Step {
  const message = { text, tone, until: tone === 'info' ? state.now + 4000 : null }
  return step({ ...state, message }, ...effects)
}

/** Shows all columns of the kind, or its usual ones again. */
export function widened(state: State, all: readonly string[]): Step {
  const { view } = state.table.ask
  if (view.expression !== null) return said(state, 'A query has the columns that it gives.')
  return askedView(state, { columns: view.columns ? null : all })
}

/** Lists the SSO sessions, to sign in to one. */
export function loginsAsked(state: State): Step {
  return step(state, { type: 'logins' })
}
