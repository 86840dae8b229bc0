import { readAwsConfig } from '../../src/config/aws-config.ts'
import { openSessions, type SessionsOptions } from '../../src/identity/session.ts'
import { never } from '../aws/wire.ts'

/** Sessions over a ~/.aws, as every command opens them. */
export function openAt(
  home: string,
  env: Readonly<Record<string, string>>,
  more: Partial<SessionsOptions> = {},
) {
  const config = readAwsConfig({ env, home })
  const io = { env, home, now: Date.now, signal: never, ...more.io }
  const sessions = openSessions({ config, maxAttempts: 1, ...more, io })
  const session = (name: string) => {
    const profile = config.profiles.find((each) => each.name === name) ?? null
    const regions = { type: 'named', names: ['us-east-1'] } as const
    const account = profile?.account ?? null
    const network = profile?.network ?? config.network
    return sessions.open({ name, source: 'profile', account, regions, profile, network, collapsed: [] })
  }
  /** Why a profile cannot sign in. */
  const fault = async (name: string) => {
    const opened = session(name)
    return opened.identify(io.signal).then(
      () => {
        throw new Error(`${name} signs in`)
      },
      (error: unknown) => opened.toFault(error, null),
    )
  }
  return { config, session, openSelected: sessions.open, fault, close: sessions.close }
}
