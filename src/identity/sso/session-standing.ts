import type { AwsConfig } from '../../config/aws-config.ts'
import { type SsoSession, ssoSessionOf } from '../../config/sso-sessions.ts'
import type { Io } from '../../io.ts'
import { nameSession } from './sso-faults.ts'
import { readLogin } from './token-cache.ts'

/** Where one sign-in stands, from the cache alone: no call is made. */
export interface SignInStatus {
  readonly session: SsoSession
  /** `sso-session empresa`, or `SSO start URL https://…`. */
  readonly name: string
  /** The words after `muster login`. */
  readonly login: string
  /** never: no login in the cache; renews: renewed by itself when it ends; ends: valid until then. */
  readonly state: 'never' | 'unreadable' | 'expired' | 'ends' | 'renews'
  /** `ends`: when the login ends; `renews`: when it can be renewed no longer, if its session lasts so long; in ms. */
  readonly until: number | null
}

/** Where a sign-in stands. A login whose access token has ended is valid as long as it can be renewed. */
export function signInStatusOf(
  session: SsoSession,
  config: Pick<AwsConfig, 'profiles'>,
  io: Pick<Io, 'home' | 'now'>,
): SignInStatus {
  const { name, login } = nameSession(session, config.profiles)
  const found = readLogin(session, io.home)
  const base = { session, name, login }
  if (found === 'missing') return { ...base, state: 'never', until: null }
  if (found === 'unreadable') return { ...base, state: 'unreadable', until: null }
  const renewable = found.renewal?.registrationExpires ?? 0
  if (renewable > io.now()) return { ...base, state: 'renews', until: renewable }
  if (found.expires > io.now()) return { ...base, state: 'ends', until: found.expires }
  return { ...base, state: 'expired', until: found.expires }
}

/** Where every sign-in of ~/.aws stands: its sso-sessions, then the start URLs of older profiles. */
export function signInStatusesOf(
  config: Pick<AwsConfig, 'profiles' | 'ssoSessions'>,
  io: Pick<Io, 'home' | 'now'>,
): readonly SignInStatus[] {
  return allSessions(config).map((session) => signInStatusOf(session, config, io))
}

/** Every sign-in of ~/.aws, each once. */
export function allSessions({
  profiles,
  ssoSessions,
}: Pick<AwsConfig, 'profiles' | 'ssoSessions'>): readonly SsoSession[] {
  const older = profiles.flatMap((profile) => {
    const session = profile.kind === 'legacy-sso' ? ssoSessionOf(profile, { ssoSessions }) : null
    return session ? [session] : []
  })
  return [...ssoSessions, ...new Map(older.map((session) => [session.startUrl, session])).values()]
}
