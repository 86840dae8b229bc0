import { openPicker, requestLogins, stepBack, syncAgain } from '../state/actions.ts'
import { countBodyRows as page, type State, type Step, step, stepTo, type TextState } from '../state/state.ts'
import { scrollTo } from '../state/text-page.ts'
import { type Act, type Binding, countHalfBodyRows, makeBinder, quit, redraw, suspend } from './binding.ts'

const bindText = makeBinder('text')

const scroll =
  (to: (page: TextState, state: State) => number): Act =>
  (state) => {
    const page = state.overlay
    if (page?.type !== 'text') return stepTo(state)
    return stepTo({ ...state, overlay: scrollTo(page, to(page, state), state) })
  }

/** The keys on a page of text. */
export const textKeys: readonly Binding[] = [
  bindText('esc q', 'back', stepBack, 'back'),
  bindText(
    'j down',
    'down',
    scroll(({ top }) => top + 1),
    'scroll',
  ),
  bindText(
    'k up',
    'up',
    scroll(({ top }) => top - 1),
  ),
  bindText(
    'g home',
    'to the top',
    scroll(() => 0),
  ),
  bindText(
    'G end',
    'to the end',
    scroll(() => Number.MAX_SAFE_INTEGER),
  ),
  bindText(
    'ctrl-f pgdn space',
    'a page down',
    scroll(({ top }, state) => top + page(state)),
  ),
  bindText(
    'ctrl-b pgup',
    'a page up',
    scroll(({ top }, state) => top - page(state)),
  ),
  bindText(
    'ctrl-d',
    'half a page down',
    scroll(({ top }, state) => top + countHalfBodyRows(state)),
  ),
  bindText(
    'ctrl-u',
    'half a page up',
    scroll(({ top }, state) => top - countHalfBodyRows(state)),
  ),
  bindText('c', 'copy all of it', copyText, 'copy'),
  // What a page of faults says to press.
  bindText('L', 'sign in to an SSO session', requestLogins),
  bindText('ctrl-r', 'sync again', syncAgain),
  bindText('P', 'choose profiles', (state) => openPicker(state, 'profiles')),
  bindText('R', 'choose regions', (state) => openPicker(state, 'regions')),
  bindText('ctrl-l', 'draw the screen again', redraw),
  bindText('ctrl-z', 'suspend; fg comes back', suspend),
  bindText('ctrl-c', 'quit', quit),
]

function copyText(state: State): Step {
  const { overlay } = state
  if (overlay?.type !== 'text') return stepTo(state)
  const { copy, title } = overlay
  const lines = copy.replace(/\n$/, '').split('\n').length
  return step(state, {
    type: 'copy',
    text: copy,
    what: lines === 1 ? copy.trim() : `${lines} lines of “${title}”`,
  })
}
