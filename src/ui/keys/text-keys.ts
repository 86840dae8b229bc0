import { loginsAsked, stepBack } from '../state/actions.ts'
import { bodyRows as page, type State, type Step, step, still, type TextState } from '../state/state.ts'
import { scrolled } from '../state/text-page.ts'
import { type Act, type Binding, half, on, quit, suspend } from './binding.ts'

const text = on('text')

const scroll =
  (to: (page: TextState, state: State) => number): Act =>
  (state) => {
    const page = state.overlay
    if (page?.type !== 'text') return still(state)
    return still({ ...state, overlay: scrolled(page, to(page, state), state) })
  }

/** The keys on a page of text. */
export const textKeys: readonly Binding[] = [
  text('esc q', 'back', stepBack, 'back'),
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
  text('L', 'sign in to an SSO session', loginsAsked),
  text('ctrl-z', 'suspend; fg comes back', suspend),
  text('ctrl-c', 'quit', quit),
]

function textCopied(state: State): Step {
  const { overlay } = state
  return overlay?.type === 'text'
    ? step(state, { type: 'copy', text: overlay.copy, what: overlay.title })
    : still(state)
}
