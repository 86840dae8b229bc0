import * as act from '../state/actions.ts'
import { requestLogins } from '../state/actions.ts'
import { openColumns } from '../state/column-chooser.ts'
import { countByChosen } from '../state/count-by.ts'
import { goBack, goForward } from '../state/history.ts'
import { lineOf } from '../state/line.ts'
import { saveShown } from '../state/save-line.ts'
import { countBodyRows as page, type State, type Step, step, stepTo } from '../state/state.ts'
import { allColumnsOf, moveColumn, namesOfShown } from '../state/table-columns.ts'
import { moveTo } from '../state/table-state.ts'
import { type Act, type Binding, countHalfBodyRows, makeBinder, quit, redraw, suspend } from './binding.ts'

const bindTable = makeBinder('table')

const move =
  (by: (state: State) => number): Act =>
  (state) =>
    moveTo(state, state.table.index + by(state))

/** The keys on a table. `help` opens the help. */
export const makeTableKeys = (openHelp: Act): readonly Binding[] => [
  bindTable('?', 'this help', openHelp, 'help'),
  bindTable(
    '/',
    'filter while you type: words, !word, state=running, tag:Env=prod, size>100, age>30d',
    openFilter,
    'filter',
  ),
  bindTable(':', 'command line', (state) => openCommandLine(state), 'command'),
  bindTable(
    'enter d',
    'open the row: its resource in detail, or the rows that it counts',
    (state) => act.openItem(state, 'detail'),
    'open',
  ),
  bindTable('f', 'find a word in every kind and account of the cache', act.typeFind, 'find'),
  bindTable('Q', 'saved queries', (state) => act.openPicker(state, 'queries'), 'queries'),
  bindTable('!', 'what could not be read, and the next step', requestFaults, 'faults'),
  bindTable(
    'q',
    'quit, after a question',
    (state) => stepTo({ ...state, overlay: { type: 'leaving' } }),
    'quit',
  ),
  bindTable('y', 'the resource as YAML', (state) => act.openItem(state, 'yaml'), 'yaml'),
  bindTable(
    'm',
    'mark the row; on another: compare the two; on the marked one: remove the mark',
    act.markRow,
  ),
  bindTable('e', 'open the resource in $PAGER, else $EDITOR', act.viewItem),
  bindTable('J', 'the resource as JSON', (state) => act.openItem(state, 'json')),
  bindTable('esc', 'back: close, clear the filter, what was before', act.stepBack),
  bindTable('[', 'back to where one was', goBack),
  bindTable(']', 'forward again', goForward),
  bindTable(
    'j down',
    'down',
    move(() => 1),
  ),
  bindTable(
    'k up',
    'up',
    move(() => -1),
  ),
  bindTable('g home', 'first row', (state) => moveTo(state, 0)),
  bindTable('G end', 'last row', (state) => moveTo(state, Number.MAX_SAFE_INTEGER)),
  bindTable('ctrl-f pgdn', 'a page down', move(page)),
  bindTable(
    'ctrl-b pgup',
    'a page up',
    move((state) => -page(state)),
  ),
  bindTable('ctrl-d', 'half a page down', move(countHalfBodyRows)),
  bindTable(
    'ctrl-u',
    'half a page up',
    move((state) => -countHalfBodyRows(state)),
  ),
  bindTable('shift-left left h', 'choose the column to the left', (state) => stepTo(moveColumn(state, -1))),
  bindTable('shift-right right l', 'choose the column to the right', (state) => stepTo(moveColumn(state, 1))),
  bindTable(
    'O',
    'sort by the chosen column; again: the other way; again: unsorted',
    act.sortByColumn,
    'sort',
  ),
  bindTable('F', 'count the rows by the chosen column; on counts: by one more', countByChosen, 'count'),
  bindTable('w', 'choose columns, their order and widths', openColumns, 'columns'),
  bindTable('ctrl-w', 'all columns of the kind, or the usual ones', toggleAllColumns),
  bindTable('ctrl-s', 'export exactly what is shown', (state) => act.openExport(state), 'export'),
  bindTable('S', 'keep what is shown as a saved query', (state) => saveShown(state)),
  bindTable('=', 'the muster command that answers the same', act.showCommand),
  bindTable('c', 'copy the id', act.copyRow),
  bindTable('C', 'copy the whole table, with tabs between its cells', copyTable),
  bindTable('P', 'choose profiles', (state) => act.openPicker(state, 'profiles'), 'profiles'),
  bindTable('R', 'choose regions', (state) => act.openPicker(state, 'regions'), 'regions'),
  bindTable('L', 'sign in to an SSO session', requestLogins, 'login'),
  bindTable('ctrl-r', 'sync again', act.syncAgain, 'sync'),
  bindTable('ctrl-l', 'draw the screen again', redraw),
  bindTable('ctrl-z', 'suspend; fg comes back', suspend),
  bindTable('ctrl-c', 'quit', quit),
]

/** Asks for the page of faults. */
export function requestFaults(state: State): Step {
  return step(state, { type: 'reader', message: { type: 'faults', again: false } })
}

function copyTable(state: State): Step {
  const columns = namesOfShown(state)
  const { shown: question } = state.table
  return act.askReader(state, 'Copying the table', (number) => {
    return { type: 'table-text', number, question, columns }
  })
}

function openFilter(state: State): Step {
  const before = state.table.ask.view.filters.slice(state.table.fixed.length)
  // One text is edited; several, which only a command can give, are replaced by what is typed.
  const line = lineOf(before.length === 1 ? (before[0] ?? '') : '')
  return stepTo({ ...state, overlay: { type: 'filter', line, before, problem: null } })
}

function openCommandLine(state: State): Step {
  return stepTo({ ...state, overlay: { type: 'command', line: lineOf('') } })
}

function toggleAllColumns(state: State): Step {
  return act.toggleColumns(state, allColumnsOf(state.table.ask.view.kind))
}
