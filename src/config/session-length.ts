import type { Profile, SourceProfile } from './profile.ts'

/** The most that STS gives a role that a role's credentials assume, in seconds. */
export const chainLimit = 3600

/** What `duration_seconds` may be, in seconds (STS AssumeRole, DurationSeconds). */
export const durationBounds = { least: 900, most: 43_200 } as const

/** How long a session of a profile lasts. */
export interface SessionLength {
  /** Seconds that AWS will grant; null if the config does not say (a permission set's own, keys without end). */
  readonly seconds: number | null
  /** Whether a role is assumed with credentials that are a role's themselves. */
  readonly chained: boolean
  /** Whether STS refuses what `duration_seconds` asks for; `seconds` is then what it would grant at most. */
  readonly refused: boolean
}

/**
 * The length of the session that a profile's chain really gives. A role assumed with a role's credentials, as those
 * of an SSO profile, an instance or a container are, lasts at most an hour, whatever `duration_seconds` says, and STS
 * refuses a longer one (AWS STS API Reference, AssumeRole). Without `duration_seconds` it is an hour. A role's own
 * maximum may be shorter than what is asked for, which only AWS knows.
 */
export function sessionLengthOf({
  kind,
  values,
  sources,
}: Pick<Profile, 'kind' | 'values' | 'sources'>): SessionLength {
  if (kind !== 'role' && kind !== 'credential-source' && kind !== 'web-identity') {
    return { seconds: null, chained: false, refused: false }
  }
  const requested = kind === 'web-identity' ? null : requestedSeconds(values)
  const chained = kind === 'role' ? isRoleSource(sources[0]) : isMachineSource(values.credential_source)
  const limit = chained ? chainLimit : durationBounds.most
  const refused = requested !== null && (requested > limit || requested < durationBounds.least)
  return { seconds: refused ? limit : (requested ?? chainLimit), chained, refused }
}

/** Whether a source's credentials are a role's. */
function isRoleSource(source: SourceProfile | undefined): boolean {
  if (source?.kind === 'credential-source') return isMachineSource(source.values.credential_source)
  return ['role', 'web-identity', 'sso', 'legacy-sso'].includes(source?.kind ?? 'none')
}

/** An instance's and a container's credentials are a role's. */
function isMachineSource(source: string | undefined): boolean {
  return source === 'Ec2InstanceMetadata' || source === 'EcsContainer'
}

function requestedSeconds({ duration_seconds: text }: Profile['values']): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null
}
