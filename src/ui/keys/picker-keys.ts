import { queryAsked, selectionChanged, stepBack } from '../state/actions.ts'
import { allMarked, isMultiple, marked, pickerMoved, taken } from '../state/picker.ts'
import { type PickerState, bodyRows as page, type State, type Step, step, still } from '../state/state.ts'
import { type Act, type Binding, on, quit, suspend } from './binding.ts'

const picker = on('picker')

const choose =
  (change: (picker: PickerState, state: State) => PickerState): Act =>
  (state) =>
    state.overlay?.type === 'picker'
      ? still({ ...state, overlay: change(state.overlay, state) })
      : still(state)

const marks = ({ overlay }: State) => overlay?.type === 'picker' && isMultiple(overlay)

/** The keys in a list to choose from. */
export const pickerKeys: readonly Binding[] = [
  picker('space', 'mark, or take the mark away', choose(marked), 'mark', marks),
  picker('enter', 'take what is marked, or the row', pickerTaken, 'take'),
  picker(
    'a',
    'mark all',
    choose((each) => allMarked(each, true)),
    'all',
    marks,
  ),
  picker(
    'n',
    'mark none',
    choose((each) => allMarked(each, false)),
    'none',
    marks,
  ),
  picker(
    '/',
    'search',
    choose((each) => ({ ...each, searching: true })),
    'search',
  ),
  picker('esc q', 'back', stepBack, 'back'),
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
]

function pickerTaken(state: State): Step {
  const { overlay } = state
  if (overlay?.type !== 'picker') return still(state)
  const values = taken(overlay)
  if (!values) return still(state)
  if (overlay.which === 'logins') {
    const [name = ''] = values
    const waiting = { type: 'login', name, url: null, code: null, complete: null } as const
    return step({ ...state, overlay: waiting }, { type: 'login', value: name })
  }
  if (overlay.which !== 'queries') return selectionChanged(state, { [overlay.which]: values })
  return queryAsked({ ...state, overlay: null }, values[0] ?? '')
}
