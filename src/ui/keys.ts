import { kindNamed, originFields } from '../kinds.ts'
import * as act from './actions.ts'
import { helpText } from './help.ts'
import { lineOf } from './line.ts'
import { allMarked, isMultiple, marked, pickerMoved, taken } from './picker.ts'
import { type LineActions, lineCompleted, lineLeft, lineTaken, typed } from './prompts.ts'
import { bodyRows, type PickerState, type State, type Step, step, still, type TextState } from './state.ts'
import { movedTo } from './tables.ts'
import { scrolled, textPage } from './text-page.ts'

/** Where a key works: on a table, a page of text, a list to choose from, a line being typed, the first page. */
export type Place = 'table' | 'text' | 'picker' | 'line' | 'welcome'

/** One row of the table of keys, from which dispatch, hints, help and README are drawn. */
export interface Binding {
  readonly keys: readonly string[]
  readonly does: string
  readonly place: Place
  /** Whether the key is among the hints; those first in the table come first. */
  readonly hint?: string
  /** Whether the key does something here; without it, always. */
  readonly when?: (state: State) => boolean
  readonly act: (state: State) => Step
}

type Act = Binding['act']

const on =
  (place: Place) =>
  (keys: string, does: string, act: Act, hint?: string, when?: Binding['when']): Binding => ({
    keys: keys.split(' '),
    does,
    place,
    act,
    ...(hint === undefined ? {} : { hint }),
    ...(when === undefined ? {} : { when }),
  })
const table = on('table')
const text = on('text')
const picker = on('picker')
const line = on('line')
const welcome = on('welcome')

const move =
  (by: (state: State) => number): Act =>
  (state) =>
    movedTo(state, state.table.index + by(state))
const scroll =
  (to: (page: TextState, state: State) => number): Act =>
  (state) => {
    const page = state.overlay
    if (page?.type !== 'text') return still(state)
    return still({ ...state, overlay: scrolled(page, to(page, state), state) })
  }
const choose =
  (change: (picker: PickerState, state: State) => PickerState): Act =>
  (state) =>
    state.overlay?.type === 'picker'
      ? still({ ...state, overlay: change(state.overlay, state) })
      : still(state)

const quit: Act = (state) => step(state, { type: 'quit' })
const suspend: Act = (state) => step(state, { type: 'suspend' })
const page = bodyRows
const half = (state: State) => Math.max(1, Math.floor(bodyRows(state) / 2))

const marks = ({ overlay }: State) => overlay?.type === 'picker' && isMultiple(overlay)

/** Every key. Letters, digits and signs that are typed into a line are not keys there. */
export const bindings: readonly Binding[] = [
  table('?', 'this help', helpOpened, 'help'),
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
  table('O', 'sort by the chosen column; again: descending; again: unsorted', act.sortedByColumn, 'sort'),
  table('ctrl-w', 'all columns of the kind, or the usual ones', wide),
  table('ctrl-s', 'export exactly what is shown', (state) => act.exportAsked(state), 'export'),
  table('=', 'the muster command that answers the same', act.commandShown),
  table('c', 'copy the id', act.rowCopied),
  table('P', 'choose profiles', (state) => act.pickerOpened(state, 'profiles'), 'profiles'),
  table('R', 'choose regions', (state) => act.pickerOpened(state, 'regions'), 'regions'),
  table('ctrl-r', 'sync again', act.syncedAgain, 'sync'),
  table('ctrl-z', 'suspend; fg comes back', suspend),
  table('ctrl-c', 'quit', quit),

  text('esc q', 'back', act.stepBack, 'back'),
  text(
    'j down',
    'down',
    scroll(({ top }) => top + 1),
    'scroll',
  ),
  text(
    'k up',
    'up',
    scroll(({ top }) => top - 1),
  ),
  text(
    'g home',
    'to the top',
    scroll(() => 0),
  ),
  text(
    'G end',
    'to the end',
    scroll(() => Number.MAX_SAFE_INTEGER),
  ),
  text(
    'ctrl-f pgdn space',
    'a page down',
    scroll(({ top }, state) => top + page(state)),
  ),
  text(
    'ctrl-b pgup',
    'a page up',
    scroll(({ top }, state) => top - page(state)),
  ),
  text(
    'ctrl-d',
    'half a page down',
    scroll(({ top }, state) => top + half(state)),
  ),
  text(
    'ctrl-u',
    'half a page up',
    scroll(({ top }, state) => top - half(state)),
  ),
  text('c', 'copy all of it', textCopied, 'copy'),
  text('ctrl-z', 'suspend; fg comes back', suspend),
  text('ctrl-c', 'quit', quit),

  picker('space', 'mark, or take the mark away', choose(marked), 'mark', marks),
  picker('enter', 'take what is marked, or the row', pickerTaken, 'take'),
  picker(
    'a',
    'mark all',
    choose((each) => (isMultiple(each) ? allMarked(each, true) : each)),
    'all',
  ),
  picker(
    'n',
    'mark none',
    choose((each) => allMarked(each, false)),
    'none',
  ),
  picker(
    '/',
    'search',
    choose((each) => ({ ...each, searching: true })),
    'search',
  ),
  picker('esc q', 'back', act.stepBack, 'back'),
  picker(
    'j down',
    'down',
    choose((each) => pickerMoved(each, each.index + 1)),
  ),
  picker(
    'k up',
    'up',
    choose((each) => pickerMoved(each, each.index - 1)),
  ),
  picker(
    'g home',
    'first',
    choose((each) => pickerMoved(each, 0)),
  ),
  picker(
    'G end',
    'last',
    choose((each) => pickerMoved(each, each.items.length)),
  ),
  picker(
    'ctrl-f pgdn',
    'a page down',
    choose((each, state) => pickerMoved(each, each.index + page(state))),
  ),
  picker(
    'ctrl-b pgup',
    'a page up',
    choose((each, state) => pickerMoved(each, each.index - page(state))),
  ),
  picker('ctrl-z', 'suspend; fg comes back', suspend),
  picker('ctrl-c', 'quit', quit),

  line('enter', 'take the line', (state) => lineTaken(state, lineActions), 'take'),
  line('tab', 'complete; in an export: the next format', lineCompleted, 'complete'),
  line('esc', 'leave the line as it was before', lineLeft, 'back'),
  line('ctrl-u', 'clear what is before the caret', (state) => typed(state, 'ctrl-u')),
  line('ctrl-w', 'clear a word', (state) => typed(state, 'ctrl-w')),
  line('ctrl-c', 'quit', quit),

  welcome('d', 'look at the demo fleet', (state) => step(state, { type: 'demo' }), 'demo'),
  welcome(
    'i',
    'sign in with the role of this machine',
    (state) => step(state, { type: 'machine' }),
    'machine',
  ),
  welcome('ctrl-z', 'suspend; fg comes back', suspend),
  welcome('q esc ctrl-c', 'quit', quit, 'quit'),
]

/** Where the next key goes. */
export function placeOf({ overlay }: State): Place {
  if (!overlay) return 'table'
  if (overlay.type === 'picker') return overlay.searching ? 'line' : 'picker'
  return overlay.type === 'text' || overlay.type === 'welcome' ? overlay.type : 'line'
}

/** What a key does: a row of the table, or text for the line that is being typed. */
export function pressed(state: State, key: string): Step {
  const place = placeOf(state)
  const name = key === ' ' && place !== 'line' ? 'space' : key
  const binding = bindingsFor(state).find((each) => each.keys.includes(name))
  if (binding) return binding.act(state)
  return place === 'line' ? typed(state, key) : still(state)
}

/** The keys that do something now, those with hints among them. */
export function bindingsFor(state: State): readonly Binding[] {
  const place = placeOf(state)
  return bindings.filter((each) => each.place === place && (each.when?.(state) ?? true))
}

const lineActions: LineActions = { faults: faultsAsked, help: helpOpened }

function filterOpened(state: State): Step {
  const before = state.table.ask.view.filter
  return still({ ...state, overlay: { type: 'filter', line: lineOf(before ?? ''), before } })
}

function commandOpened(state: State): Step {
  return still({ ...state, overlay: { type: 'command', line: lineOf('') } })
}

function faultsAsked(state: State): Step {
  return step(state, { type: 'reader', message: { type: 'faults' } })
}

function helpOpened(state: State): Step {
  return still({ ...state, overlay: textPage('Help', helpText(bindings)) })
}

function wide(state: State): Step {
  const kind = kindNamed(state.table.ask.view.kind)
  return act.widened(state, [...kind.columns.map(({ name }) => name), ...originFields])
}

function textCopied(state: State): Step {
  const { overlay } = state
  return overlay?.type === 'text'
    ? step(state, { type: 'copy', text: overlay.copy, what: overlay.title })
    : still(state)
}

function pickerTaken(state: State): Step {
  const { overlay } = state
  if (overlay?.type !== 'picker') return still(state)
  const values = taken(overlay)
  if (values.length === 0) return still(state)
  if (overlay.which !== 'queries') return act.selectionChanged(state, { [overlay.which]: values })
  return step({ ...state, overlay: null }, { type: 'query', name: values[0] ?? '', scopes: state.selection })
}
