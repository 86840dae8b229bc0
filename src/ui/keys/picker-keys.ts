import { beginLogin, changeSelection, runQuery, showMessage, stepBack } from '../state/actions.ts'
import { countByAnother } from '../state/count-by.ts'
import { isMultiple, markAll, movePicker, pickValues, toggleMark } from '../state/picker.ts'
import { countBodyRows as page, type State, type Step, stepTo } from '../state/state.ts'
import { nothingAsked } from '../state/table-state.ts'
import { type Binding, makeBinder, makeChanger, quit, redraw, suspend } from './binding.ts'

const bindPicker = makeBinder('picker')

const changePicker = makeChanger('picker')

const canMark = ({ overlay }: State) => overlay?.type === 'picker' && isMultiple(overlay)

/** The keys in a list to choose from. */
export const pickerKeys: readonly Binding[] = [
  bindPicker('space', 'mark, or unmark', changePicker(toggleMark), 'mark', canMark),
  bindPicker('enter', 'take what is marked, or the row', takeFromPicker, 'take'),
  bindPicker(
    'a',
    'mark all',
    changePicker((each) => markAll(each, true)),
    'all',
    canMark,
  ),
  bindPicker(
    'n',
    'mark none',
    changePicker((each) => markAll(each, false)),
    'none',
    canMark,
  ),
  bindPicker(
    '/',
    'search',
    changePicker((each) => ({ ...each, searching: true })),
    'search',
  ),
  bindPicker('esc q', 'back; from the first list of profiles: quit, after a question', leavePicker, 'back'),
  bindPicker(
    'j down',
    'down',
    changePicker((each) => movePicker(each, each.index + 1)),
  ),
  bindPicker(
    'k up',
    'up',
    changePicker((each) => movePicker(each, each.index - 1)),
  ),
  bindPicker(
    'g home',
    'first',
    changePicker((each) => movePicker(each, 0)),
  ),
  bindPicker(
    'G end',
    'last',
    changePicker((each) => movePicker(each, each.items.length)),
  ),
  bindPicker(
    'ctrl-f pgdn',
    'a page down',
    changePicker((each, state) => movePicker(each, each.index + page(state))),
  ),
  bindPicker(
    'ctrl-b pgup',
    'a page up',
    changePicker((each, state) => movePicker(each, each.index - page(state))),
  ),
  bindPicker('ctrl-l', 'draw the screen again', redraw),
  bindPicker('ctrl-z', 'suspend; fg comes back', suspend),
  bindPicker('ctrl-c', 'quit', quit),
]

/** Behind the first list of profiles nothing has been asked for. */
function leavePicker(state: State): Step {
  const { overlay, table } = state
  const isFirst = overlay?.type === 'picker' && table.question === nothingAsked
  return isFirst ? stepTo({ ...state, overlay: { ...overlay, leaving: true } }) : stepBack(state)
}

function takeFromPicker(state: State): Step {
  const { overlay } = state
  if (overlay?.type !== 'picker') return stepTo(state)
  const values = pickValues(overlay)
  if (!values) return overlay.touched || overlay.marks.length === 0 ? stepTo(state) : stepBack(state)
  if (overlay.which === 'logins') return beginLogin(state, values[0] ?? '')
  if (overlay.which === 'groups') return countByAnother(state, values[0] ?? '')
  if (overlay.which === 'profiles') return sayWhichRegions(changeSelection(state, { profiles: values }))
  if (overlay.which === 'regions') return changeSelection(state, { regions: values })
  return runQuery({ ...state, overlay: null }, values[0] ?? '')
}

/** Who has just chosen profiles need not know that there are regions to choose, too. */
function sayWhichRegions({ state, effects }: Step): Step {
  if (state.selection.regions.length > 0) return { state, effects }
  const text = 'Each profile is shown in its own region: R chooses others.'
  return showMessage(state, text, 'info', ...effects)
}
