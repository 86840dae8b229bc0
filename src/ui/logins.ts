import type { Context } from '../app/context.ts'
import { browserOpened, type SessionStanding, signIn, standings } from '../app/sign-in.ts'
import { age } from '../output/age.ts'
import { cellText } from '../output/cell.ts'
import { type UiEvent, withoutLogin } from './state/state.ts'

/** Sign-ins of the screen: one at a time. */
export interface Logins {
  /** Tells where every SSO session stands. */
  list(): Promise<void>
  /** Signs in; ends with an event, whatever becomes of it. */
  start(value: string): Promise<void>
  /** Opens the page that waits for the answer. */
  open(url: string): Promise<void>
  stop(): void
}

/** Makes them. What goes wrong is thrown. */
export function makeLogins(context: Context, dispatch: (event: UiEvent) => void): Logins {
  let running: AbortController | null = null
  const all = async (): Promise<readonly SessionStanding[]> => standings(context)
  const stop = () => running?.abort(new Error('the sign-in was left'))
  return {
    async list() {
      const found = await all()
      if (found.length === 0) {
        const text = `No SSO session is in ${context.config.configFile}: make one with aws configure sso-session.`
        return dispatch({ type: 'said', text, tone: 'error' })
      }
      const items = found.map((each) => ({
        value: keyOf(each),
        note: cellText(standingText(each, context.io.now())),
      }))
      const first = found.findIndex(({ state }) => state !== 'renews' && state !== 'ends')
      dispatch({ type: 'logins-listed', items, index: Math.max(0, first) })
    },
    async start(value) {
      const chosen = (await all()).find((each) => keyOf(each) === value)
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
              dispatch({ type: 'login-asked', name: chosen.name, url, code, complete })
            }
            if (event.type !== 'done') return
            const until = event.renews ? 'it renews by itself' : `for ${age(event.until - context.io.now())}`
            dispatch({ type: 'login-done', text: `Signed in to ${chosen.name}: ${until}.` })
          },
          signal,
        )
      } catch (error) {
        if (own.signal.aborted) return
        dispatch(withoutLogin)
        throw error
      } finally {
        if (running === own) running = null
      }
    },
    async open(url) {
      if (await browserOpened(url, context.io.env)) return
      dispatch({
        type: 'said',
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

/** `renews by itself`, or the time left, or what misses. */
function standingText({ state, until }: SessionStanding, now: number): string {
  switch (state) {
    case 'renews':
      return `renews by itself${until === null ? '' : `, for ${age(until - now)} at most`}`
    case 'ends':
      return `${age((until ?? now) - now)} left`
    case 'expired':
      return `expired${until === null ? '' : ` ${age(now - until)} ago`}`
    case 'unreadable':
      return 'the login in ~/.aws/sso/cache cannot be read'
    case 'never':
      return 'not logged in'
  }
}
