import type { SsoSession } from '../config/sso-sessions.ts'
import type { SignInStatus } from '../identity/sso/session-standing.ts'
import type { NamedSession } from '../identity/sso/sso-faults.ts'
import type { LoginEvent } from '../identity/sso/sso-login.ts'
import type { Context } from './context.ts'

export type { LoginEvent, SignInStatus as SessionStanding }

/** Where every sign-in of ~/.aws stands. Makes no call. */
export async function readSignInStatuses({ config, io }: Pick<Context, 'config' | 'io'>) {
  const { signInStatusesOf } = await import('../identity/sso/session-standing.ts')
  return signInStatusesOf(config, io)
}

/**
 * Signs in to an SSO session: with a browser of this machine, or with a code that is entered in any browser. Ends when
 * the user has answered. Each event comes with the name of the sign-in. Throws MusterError, or the signal's reason.
 */
export async function signIn(
  session: SsoSession,
  way: 'browser' | 'device',
  { config, io }: Pick<Context, 'config' | 'io'>,
  emit: (event: LoginEvent, sign: NamedSession) => void,
  signal = io.signal,
): Promise<void> {
  const [{ login }, { openSso }] = await Promise.all([
    import('../identity/sso/sso-login.ts'),
    import('../identity/sso/open-page.ts'),
  ])
  const client = openSso(session, config, { ...io, signal })
  try {
    await login(client, way, (event) => emit(event, client))
  } finally {
    client.close()
  }
}

/** Opens an address in a browser of this machine. Returns whether one was started. */
export async function openInBrowser(url: string, env: Context['io']['env']): Promise<boolean> {
  const { openBrowser } = await import('../identity/sso/browser.ts')
  return openBrowser(url, env)
}
