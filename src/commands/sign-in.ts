import type { SsoSession } from '../config/sso-sessions.ts'
import type { LoginEvent } from '../identity/sso/login.ts'
import type { SessionStanding } from '../identity/sso/standing.ts'
import type { Context } from './context.ts'

export type { LoginEvent, SessionStanding }

/** Where every sign-in of ~/.aws stands: no call is made. */
export async function standings({ config, io }: Pick<Context, 'config' | 'io'>) {
  const { sessionStandings } = await import('../identity/sso/standing.ts')
  return sessionStandings(config, io)
}

/**
 * Signs in to an SSO session with a code that is entered in any browser, also where this machine has none. Ends when
 * the user has answered. Throws MusterError, or the signal's reason.
 */
export async function signInByCode(
  session: SsoSession,
  { config, io }: Pick<Context, 'config' | 'io'>,
  emit: (event: LoginEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const [{ login }, { openSso }] = await Promise.all([
    import('../identity/sso/login.ts'),
    import('../identity/sso/open.ts'),
  ])
  const client = openSso(session, config, { ...io, signal })
  try {
    await login(client, 'device', emit)
  } finally {
    client.close()
  }
}

/** Opens an address in a browser of this machine; whether one was started. */
export async function browserOpened(url: string, env: Context['io']['env']): Promise<boolean> {
  const { openBrowser } = await import('../identity/sso/browser.ts')
  return openBrowser(url, env)
}
