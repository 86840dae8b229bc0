import { type State, type Step, step, still } from '../state/state.ts'
import { type Binding, on, quit, suspend } from './binding.ts'

const login = on('login')

/** The keys while a sign-in waits for its answer in a browser. */
export const loginKeys: readonly Binding[] = [
  login('o', 'open the page in a browser of this machine', (state) => withUrl(state, 'login-open'), 'open'),
  login('c', 'copy the address', (state) => withUrl(state, 'copy'), 'copy'),
  login(
    'esc q',
    'leave the sign-in',
    (state) => step({ ...state, overlay: null }, { type: 'login-stop' }),
    'leave',
  ),
  login('ctrl-z', 'suspend; fg comes back', suspend),
  login('ctrl-c', 'quit', quit),
]

function withUrl(state: State, type: 'login-open' | 'copy'): Step {
  const { overlay } = state
  if (overlay?.type !== 'login' || overlay.complete === null) return still(state)
  const url = overlay.complete
  return step(state, type === 'copy' ? { type, text: url, what: 'the address' } : { type, url })
}
