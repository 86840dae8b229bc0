import type { AwsConfig } from '../config/aws-config.ts'
import type { Profile } from '../config/profile.ts'
import { profileNamed } from '../config/profile-named.ts'
import { ssoSessionOf } from '../config/sso-sessions.ts'
import type { Io } from '../io.ts'
import { roleArguments } from './role-arguments.ts'
import { readCachedRole, roleCacheOf } from './role-cache.ts'
import { signInStatusOf } from './sso/session-standing.ts'

/** Whether a profile has access now, by what this machine keeps alone; null if only a call could show it. */
export interface Usability {
  readonly usable: boolean | null
  /** What gives it access, or what is missing, in a few words. */
  readonly by: string
  /** When what gives it access ends, in ms since 1970; absent if it does not, or nobody knows. */
  readonly until?: number
}

/** Looks at keys, at the role sessions of the AWS CLI's cache and at SSO tokens. Calls nothing. */
export function usabilityOf(
  profile: Profile,
  config: AwsConfig,
  io: Pick<Io, 'env' | 'home' | 'now'>,
): Usability {
  if (profile.problem ?? profile.network.problem)
    return { usable: false, by: 'does not work as it is written' }
  const { kind, values } = profile
  if (kind === 'role' || kind === 'credential-source' || kind === 'web-identity') {
    const end = cachedEnd(profile, io)
    if (end !== null) return { usable: true, by: 'role session', until: end }
    if (values.mfa_serial) return { usable: false, by: 'asks for an MFA code' }
  }
  switch (kind) {
    case 'static':
      return { usable: true, by: profile.keys?.sessionToken ? 'temporary keys' : 'keys' }
    case 'role':
      return usabilityOfSource(profile, config, io)
    case 'sso':
    case 'legacy-sso':
      return usabilityBySso(profile, config, io)
    case 'credential-source':
      if (values.credential_source !== 'Environment') return { usable: null, by: 'the role of this machine' }
      return io.env.AWS_ACCESS_KEY_ID && io.env.AWS_SECRET_ACCESS_KEY
        ? { usable: true, by: 'keys in the environment' }
        : { usable: false, by: 'no keys in the environment' }
    case 'process':
      return { usable: null, by: 'a command' }
    case 'web-identity':
      return { usable: null, by: 'a token in a file' }
    default:
      return { usable: null, by: 'a login' }
  }
}

function usabilityOfSource(
  profile: Profile,
  config: AwsConfig,
  io: Pick<Io, 'env' | 'home' | 'now'>,
): Usability {
  const source = profileNamed(config.profiles, profile.source)
  if (!source) return { usable: false, by: 'no source' }
  const asSource = { ...source, kind: source.kindAsSource, problem: source.problemAsSource }
  if (asSource.kind === 'static' && asSource.keys) return { usable: true, by: `keys of ${source.name}` }
  return usabilityOf(asSource, config, io)
}

function cachedEnd(profile: Profile, { home, now }: Pick<Io, 'home' | 'now'>): number | null {
  try {
    return readCachedRole(roleCacheOf(home), roleArguments(profile), now())?.expiration?.getTime() ?? null
  } catch {
    return null
  }
}

function usabilityBySso(profile: Profile, config: AwsConfig, io: Pick<Io, 'home' | 'now'>): Usability {
  const session = ssoSessionOf(profile, config)
  if (!session) return { usable: false, by: 'no SSO session' }
  const { state, until } = signInStatusOf(session, config, io)
  switch (state) {
    case 'renews':
      return { usable: true, by: 'SSO token that renews by itself' }
    case 'ends':
      return { usable: true, by: 'SSO token', ...(until === null ? {} : { until }) }
    case 'expired':
      return { usable: false, by: 'SSO token expired' }
    default:
      return { usable: false, by: 'no SSO token' }
  }
}

/** As the AWS CLI v2 prints it. */
export function timeText(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, '+00:00')
}
