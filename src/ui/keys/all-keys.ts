import { lineCompleted, lineLeft, lineTaken, typed } from '../state/prompts.ts'
import { type State, type Step, step, still } from '../state/state.ts'
import { textPage } from '../state/text-page.ts'
import { type Act, type Binding, on, type Place, quit, suspend } from './binding.ts'
import { helpText } from './keys-help.ts'
import { loginKeys } from './login-keys.ts'
import { pickerKeys } from './picker-keys.ts'
import { faultsAsked, tableKeys } from './table-keys.ts'
import { textKeys } from './text-keys.ts'

const line = on('line')
const welcome = on('welcome')
const help: Act = (state) => still({ ...state, overlay: textPage('Help', helpText(bindings)) })

/** Every key. Letters, digits and signs that are typed into a line are not keys there. */
export const bindings: readonly Binding[] = [
  ...tableKeys(help),
  ...textKeys,
  ...pickerKeys,
  ...loginKeys,
  line('enter', 'take the line', (state) => lineTaken(state, { faults: faultsAsked, help }), 'take'),
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
function placeOf({ overlay }: State): Place {
  if (!overlay) return 'table'
  if (overlay.type === 'picker') return overlay.searching ? 'line' : 'picker'
  const own = overlay.type === 'text' || overlay.type === 'welcome' || overlay.type === 'login'
  return own ? overlay.type : 'line'
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
