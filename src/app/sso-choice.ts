import type { AwsConfig } from '../config/aws-config.ts'
import { profileNamed } from '../config/profile-named.ts'
import { type SsoSession, ssoSessionOf } from '../config/sso-sessions.ts'
import { usageError } from '../errors.ts'
import { allSessions } from '../identity/sso/session-standing.ts'
import type { Context } from './context.ts'
import type { Args, CommandOption } from './options.ts'

/** What --profile means for login and logout. */
export const signInOf: CommandOption = {
  name: 'profile',
  value: 'NAME',
  help: 'the sign-in of this profile, or of the end of its chain',
}

/**
 * The sign-in that --sso-session or --profile names, or AWS_PROFILE's, or the only one in ~/.aws. A usage error if
 * none of these decides it.
 */
export function chooseSession(args: Args, context: Context): SsoSession {
  const requested = findRequestedSession(args, context)
  if (requested) return requested
  const { config, io } = context
  const ambient = io.env.AWS_PROFILE ? sessionOfProfile(io.env.AWS_PROFILE, config) : null
  if (ambient) return ambient
  const all = allSessions(config)
  if (all.length === 1 && all[0]) return all[0]
  throw usageError(
    all.length === 0
      ? `There is no [sso-session NAME] in ${config.configFile}: make one with aws configure sso-session.`
      : `Which SSO session? Give --sso-session NAME${formatProfileHint(all)}. There are: ${formatSessions(all)}.`,
  )
}

/** The sign-in that --sso-session or --profile names; null if neither is given. */
export function findRequestedSession(args: Args, { config }: Context): SsoSession | null {
  const [name, profile] = [args.ssoSession, args.profile.at(-1) ?? null]
  if (name !== null && profile !== null) throw usageError('Give --sso-session or --profile, not both.')
  if (profile !== null) {
    const session = sessionOfProfile(profile, config)
    if (session) return session
    const known = config.profiles.some((each) => each.name === profile)
    throw usageError(
      known
        ? `Profile '${profile}' signs in without SSO, or lacks its SSO keys; muster profiles shows how it signs in.`
        : `There is no profile '${profile}'; muster profiles lists them.`,
    )
  }
  if (name === null) return null
  const session = config.ssoSessions.find((each) => each.name === name)
  if (session) return session
  const all = formatSessions(allSessions(config))
  throw usageError(`There is no usable [sso-session ${name}] in ${config.configFile}. There are: ${all}.`)
}

/** A role signs in as the profile at the end of its chain does. */
function sessionOfProfile(name: string, config: AwsConfig): SsoSession | null {
  const chain = profileNamed(config.profiles, name)?.chain ?? []
  for (const link of chain) {
    const profile = profileNamed(config.profiles, link)
    const session = profile ? ssoSessionOf(profile, config) : null
    if (session) return session
  }
  return null
}

function formatProfileHint(sessions: readonly SsoSession[]): string {
  return sessions.some(({ name }) => name === null) ? ', or --profile NAME' : ''
}

function formatSessions(sessions: readonly SsoSession[]): string {
  return sessions.map(({ name, startUrl }) => name ?? startUrl).join(', ') || 'none'
}
