import type { Context } from '../app/context.ts'
import { openInBrowser, readSignInStatuses, type SessionStanding, signIn } from '../app/sign-in.ts'
import { formatAge } from '../output/age.ts'
import { formatCell } from '../output/cell.ts'
import { loginEnded, type UiEvent } from './state/state.ts'

/** Sign-ins of the screen: one at a time. */
export interface Logins {
  /** Lists where every SSO session stands. */
  list(): Promise<void>
  /** Signs in; ends with an event, whether it succeeds or not. */
  start(value: string): Promise<void>
  /** Opens the page that waits for the answer. */
  open(url: string): Promise<void>
  stop(): void
}

/** Makes the sign-ins of the screen. Errors are thrown. */
export function makeLogins(whole: Context, dispatch: (event: UiEvent) => void): Logins {
  const context = whole.signIns ?? whole
  let running: AbortController | null = null
  const readStatuses = async (): Promise<readonly SessionStanding[]> => readSignInStatuses(context)
  const stop = () => running?.abort(new Error('the sign-in was left'))
  return {
    async list() {
      const found = await readStatuses()
      if (found.length === 0) {
        const text = `No SSO session is in ${context.config.configFile}: make one with aws configure sso-session.`
        return dispatch({ type: 'message', text, tone: 'error' })
      }
      const items = found.map((each) => ({
        value: keyOf(each),
        note: formatCell(formatSignInStatus(each, context.io.now())),
      }))
      const first = found.findIndex(({ state }) => state !== 'renews' && state !== 'ends')
      const only = found.length === 1 && first === 0 ? (items[0]?.value ?? null) : null
      dispatch({ type: 'logins-listed', items, index: Math.max(0, first), only })
    },
    async start(value) {
      const chosen = (await readStatuses()).find((each) => keyOf(each) === value)
      if (!chosen) return
      stop()
      const own = new AbortController()
      running = own
      const signal = AbortSignal.any([own.signal, context.io.signal])
      try {
        await signIn(
          chosen.session,
          'device',
          context,
          (event) => {
            if (event.type === 'code') {
              const { url, code, complete } = event
              dispatch({ type: 'login-waiting', name: chosen.name, url, code, complete })
            }
            if (event.type !== 'done') return
            const until = event.renews
              ? 'it renews by itself'
              : `for ${formatAge(event.until - context.io.now())}`
            dispatch({ type: 'login-done', text: `Signed in to ${chosen.name}: ${until}.` })
          },
          signal,
        )
      } catch (error) {
        if (own.signal.aborted) return
        dispatch(loginEnded)
        throw error
      } finally {
        if (running === own) running = null
      }
    },
    async open(url) {
      if (await openInBrowser(url, context.io.env)) return
      dispatch({
        type: 'message',
        text: 'No browser could be started here: open the address yourself.',
        tone: 'error',
      })
    },
    stop,
  }
}

function keyOf({ session }: SessionStanding): string {
  return session.name ?? session.startUrl
}

/** `renews by itself`, or the time left, or what is missing. */
function formatSignInStatus({ state, until }: SessionStanding, now: number): string {
  switch (state) {
    case 'renews':
      return `renews by itself${until === null ? '' : `, for ${formatAge(until - now)} at most`}`
    case 'ends':
      return `${formatAge((until ?? now) - now)} left`
    case 'expired':
      return `expired${until === null ? '' : ` ${formatAge(now - until)} ago`}`
    case 'unreadable':
      return 'the login in ~/.aws/sso/cache cannot be read'
    case 'never':
      return 'not logged in'
  }
}
