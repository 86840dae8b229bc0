import { findPage, openPage } from '../state/history.ts'
import { completeLine, leaveLine, recallLine, takeLine, typeKey } from '../state/prompts.ts'
import { scrollShortPage } from '../state/short-pages.ts'
import { type State, type Step, step, stepTo } from '../state/state.ts'
import { makePage } from '../state/text-page.ts'
import { type Act, type Binding, type KeyPlace, makeBinder, quit, redraw, suspend } from './binding.ts'
import { columnKeys } from './column-keys.ts'
import { describeKeys } from './keys-help.ts'
import { loginKeys } from './login-keys.ts'
import { pickerKeys } from './picker-keys.ts'
import { makeTableKeys, requestFaults } from './table-keys.ts'
import { makeTextKeys } from './text-keys.ts'

const bindLine = makeBinder('line')
const bindWelcome = makeBinder('welcome')
const bindLeaving = makeBinder('leaving')
const stay: Act = (state) => {
  const { overlay } = state
  return stepTo({ ...state, overlay: overlay?.type === 'picker' ? { ...overlay, leaving: false } : null })
}
const openHelp: Act = (state) =>
  findPage(state)?.title === helpTitle
    ? stepTo(state)
    : openPage(state, makePage(helpTitle, describeKeys(bindings, keyPlaceOf({ overlay: findPage(state) }))))
const helpTitle = 'Help'
const canRecall = ({ overlay }: State) => overlay?.type === 'filter' || overlay?.type === 'command'

/** Every key. In a line, letters, digits and signs are text, not keys. */
export const bindings: readonly Binding[] = [
  ...makeTableKeys(openHelp),
  ...makeTextKeys(openHelp),
  ...pickerKeys,
  ...columnKeys,
  ...loginKeys,
  bindLine(
    'enter',
    'take the line',
    (state) => takeLine(state, { requestFaults: requestFaults, openHelp: openHelp }),
    'take',
  ),
  bindLine(
    'tab',
    'complete, again for the next one; in an export: the next format',
    (state) => completeLine(state),
    'complete',
  ),
  bindLine('shift-tab', 'the completion or format before', (state) => completeLine(state, -1)),
  bindLine(
    'up ctrl-p',
    'an earlier line that begins with what is typed',
    (state) => recallLine(state, 1),
    undefined,
    canRecall,
  ),
  bindLine('down ctrl-n', 'a later line again', (state) => recallLine(state, -1), undefined, canRecall),
  bindLine('esc', 'leave the line as it was before', leaveLine, 'back'),
  bindLine('ctrl-u', 'clear what is before the caret', (state) => typeKey(state, 'ctrl-u')),
  bindLine('ctrl-w', 'clear a word', (state) => typeKey(state, 'ctrl-w')),
  bindLine('ctrl-l', 'draw the screen again', redraw),
  bindLine('ctrl-c', 'quit', quit),
  bindLeaving('y enter', 'quit', quit, 'quit'),
  bindLeaving('esc n q', 'stay; so does any other key', stay, 'stay'),
  bindLeaving('ctrl-c', 'quit', quit),
  bindWelcome('d', 'look at the demo fleet', (state) => step(state, { type: 'demo' }), 'demo'),
  bindWelcome(
    'i',
    'sign in with the role of this machine',
    (state) => step(state, { type: 'machine' }),
    'machine',
  ),
  bindWelcome('j down', 'down', (state) => scrollShortPage(state, 1)),
  bindWelcome('k up', 'up', (state) => scrollShortPage(state, -1)),
  bindWelcome('ctrl-l', 'draw the screen again', redraw),
  bindWelcome('ctrl-z', 'suspend; fg comes back', suspend),
  bindWelcome('q esc ctrl-c', 'quit', quit, 'quit'),
]

/** The place that gets the next key. */
function keyPlaceOf({ overlay }: Pick<State, 'overlay'>): KeyPlace {
  if (!overlay) return 'table'
  if (overlay.type === 'picker') return overlay.searching ? 'line' : overlay.leaving ? 'leaving' : 'picker'
  if (overlay.type === 'columns') return overlay.line === null ? 'columns' : 'line'
  if (overlay.type === 'text' && overlay.search?.typing) return 'line'
  switch (overlay.type) {
    case 'text':
    case 'welcome':
    case 'login':
    case 'leaving':
      return overlay.type
    default:
      return 'line'
  }
}

/** What a key does: a row of the table, or text for the line that is being typed. */
export function pressKey(state: State, key: string): Step {
  const place = keyPlaceOf(state)
  const name = key === ' ' && place !== 'line' ? 'space' : key
  const binding = bindingsFor(state).find((each) => each.keys.includes(name))
  if (binding) return binding.act(state)
  if (place === 'leaving') return stay(state)
  return place === 'line' ? typeKey(state, key) : stepTo(state)
}

/** The keys that do something now, those with hints among them. */
export function bindingsFor(state: State): readonly Binding[] {
  const place = keyPlaceOf(state)
  return bindings.filter((each) => each.place === place && (each.when?.(state) ?? true))
}
