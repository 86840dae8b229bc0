import type { Profile } from '../config/profile.ts'
import { configurationFault } from './identity-faults.ts'

/** What AssumeRole is asked for, in AWS's own words; what the profile does not set is left out. */
export interface RoleArguments {
  readonly RoleArn: string
  readonly RoleSessionName?: string
  readonly ExternalId?: string
  /** Seconds. */
  readonly DurationSeconds?: number
  /** Of the MFA device. */
  readonly SerialNumber?: string
}

/** What a role profile asks STS for. A configuration fault if its duration is not valid. */
export function roleArguments(profile: Profile): RoleArguments {
  const { role_arn: arn = '', role_session_name: name, external_id: id, mfa_serial: serial } = profile.values
  if (profile.kind === 'web-identity') {
    return { RoleArn: arn, ...(name ? { RoleSessionName: name } : {}) }
  }
  const duration = durationOf(profile)
  return {
    RoleArn: arn,
    ...(name ? { RoleSessionName: name } : {}),
    ...(id ? { ExternalId: id } : {}),
    ...(serial ? { SerialNumber: serial } : {}),
    ...(duration === null ? {} : { DurationSeconds: duration }),
  }
}

function durationOf({ name, values }: Profile): number | null {
  const text = values.duration_seconds
  if (text === undefined) return null
  const seconds = Number(text)
  if (/^\d+$/.test(text) && seconds >= 900 && seconds <= 43_200) return seconds
  throw configurationFault(
    `Profile ${name} has a duration_seconds that is not a number from 900 to 43200.`,
    name,
  )
}
