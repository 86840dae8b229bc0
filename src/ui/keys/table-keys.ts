import { kindNamed, originFields } from '../../kinds.ts'
import * as act from '../state/actions.ts'
import { loginsAsked } from '../state/actions.ts'
import { lineOf } from '../state/line.ts'
import { bodyRows as page, type State, type Step, step, still } from '../state/state.ts'
import { movedTo } from '../state/table-state.ts'
import { type Act, type Binding, half, on, quit, suspend } from './binding.ts'

const table = on('table')

const move =
  (by: (state: State) => number): Act =>
  (state) =>
    movedTo(state, state.table.index + by(state))

/** The keys on a table. `help` opens the help. */
export const tableKeys = (help: Act): readonly Binding[] => [
  table('?', 'this help', help, 'help'),
  table('/', 'filter by text in any column or tag; !text for the others', filterOpened, 'filter'),
  table(':', 'command line', (state) => commandOpened(state), 'command'),
  table('enter d', 'look into the row', (state) => act.itemOpened(state, 'detail'), 'detail'),
  table('Q', 'saved queries', (state) => act.pickerOpened(state, 'queries'), 'queries'),
  table('!', 'what could not be read, and the next step', faultsAsked, 'faults'),
  table('q', 'quit', quit, 'quit'),
  table('y', 'the resource as YAML', (state) => act.itemOpened(state, 'yaml'), 'yaml'),
  table('esc', 'back: close, clear the filter, the table before', act.stepBack),
  table(
    'j down',
    'down',
    move(() => 1),
  ),
  table(
    'k up',
    'up',
    move(() => -1),
  ),
  table('g home', 'first row', (state) => movedTo(state, 0)),
  table('G end', 'last row', (state) => movedTo(state, Number.MAX_SAFE_INTEGER)),
  table('ctrl-f pgdn', 'a page down', move(page)),
  table(
    'ctrl-b pgup',
    'a page up',
    move((state) => -page(state)),
  ),
  table('ctrl-d', 'half a page down', move(half)),
  table(
    'ctrl-u',
    'half a page up',
    move((state) => -half(state)),
  ),
  table('shift-left left h', 'choose the column to the left', (state) => act.columnMoved(state, -1)),
  table('shift-right right l', 'choose the column to the right', (state) => act.columnMoved(state, 1)),
  table('O', 'sort by the chosen column; again: the other way; again: unsorted', act.sortedByColumn, 'sort'),
  table('ctrl-w', 'all columns of the kind, or the usual ones', wide),
  table('ctrl-s', 'export exactly what is shown', (state) => act.exportAsked(state), 'export'),
  table('=', 'the muster command that answers the same', act.commandShown),
  table('c', 'copy the id', act.rowCopied),
  table('P', 'choose profiles', (state) => act.pickerOpened(state, 'profiles'), 'profiles'),
  table('R', 'choose regions', (state) => act.pickerOpened(state, 'regions'), 'regions'),
  table('L', 'sign in to an SSO session', loginsAsked, 'login'),
  table('ctrl-r', 'sync again', act.syncedAgain, 'sync'),
  table('ctrl-z', 'suspend; fg comes back', suspend),
  table('ctrl-c', 'quit', quit),
]

/** Asks for the page of faults. */
export function faultsAsked(state: State): Step {
  return step(state, { type: 'reader', message: { type: 'faults' } })
}

function filterOpened(state: State): Step {
  const before = state.table.ask.view.filter
  return still({ ...state, overlay: { type: 'filter', line: lineOf(before ?? ''), before } })
}

function commandOpened(state: State): Step {
  return still({ ...state, overlay: { type: 'command', line: lineOf('') } })
}

function wide(state: State): Step {
  const kind = kindNamed(state.table.ask.view.kind)
  return act.widened(state, [...kind.columns.map(({ name }) => name), ...originFields])
}
