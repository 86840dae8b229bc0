import { scrollShortPage } from '../state/short-pages.ts'
import { type State, type Step, step, stepTo } from '../state/state.ts'
import { type Binding, makeBinder, quit, redraw, suspend } from './binding.ts'

const bindLogin = makeBinder('login')

/** The keys while a sign-in waits for its answer in a browser. */
export const loginKeys: readonly Binding[] = [
  bindLogin(
    'o',
    'open the page in a browser of this machine',
    (state) => sendUrl(state, 'login-open'),
    'open',
  ),
  bindLogin('c', 'copy the address', (state) => sendUrl(state, 'copy'), 'copy'),
  bindLogin(
    'esc q',
    'leave the sign-in',
    (state) => step({ ...state, overlay: null }, { type: 'login-stop' }),
    'leave',
  ),
  bindLogin('j down', 'down', (state) => scrollShortPage(state, 1)),
  bindLogin('k up', 'up', (state) => scrollShortPage(state, -1)),
  bindLogin('ctrl-l', 'draw the screen again', redraw),
  bindLogin('ctrl-z', 'suspend; fg comes back', suspend),
  bindLogin('ctrl-c', 'quit', quit),
]

function sendUrl(state: State, type: 'login-open' | 'copy'): Step {
  const { overlay } = state
  if (overlay?.type !== 'login' || overlay.complete === null) return stepTo(state)
  const url = overlay.complete
  return step(state, type === 'copy' ? { type, text: url, what: 'the address' } : { type, url })
}
