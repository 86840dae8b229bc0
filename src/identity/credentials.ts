import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { type Credentials, stsClient } from '../aws/clients.ts'
import type { Connection } from '../aws/connection.ts'
import { FaultError, malformed } from '../aws/faults.ts'
import { type AwsConfig, endpointsFromEnvironment, type Profile } from '../config/profiles.ts'
import type { SelectedProfile } from '../config/selection.ts'
import type { Io } from '../io.ts'
import { leafCredentials } from './leaves.ts'

export interface CredentialContext {
  readonly io: Pick<Io, 'env' | 'home' | 'now' | 'signal'>
  readonly config: AwsConfig
  readonly connection: Connection
  readonly maxAttempts: number
  /** Credentials of this run, by profile or, for keys that serve as a source, `keys of profile`. */
  readonly known: Map<string, Promise<Credentials>>
}

/** Credentials, resolved once per profile however many share it, and again under 5 minutes before their end. */
export function credentialsFor(selected: SelectedProfile, context: CredentialContext): Promise<Credentials> {
  const { profile } = selected
  if (profile) return ofProfile(profile, context)
  return once(`(${selected.source})`, context, () => leafCredentials(selected.source, null, context))
}

/** The region that STS is asked in. A profile of another partition must name a region of it. */
export function homeRegion(region: string | null | undefined): string {
  return region || 'us-east-1'
}

async function once(
  key: string,
  context: CredentialContext,
  resolve: () => Promise<Credentials>,
): Promise<Credentials> {
  const known = context.known.get(key)
  if (known) {
    const credentials = await known
    const end = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY
    if (end - context.io.now() >= 300_000) return credentials
    if (context.known.get(key) !== known) return once(key, context, resolve)
  }
  const fresh = resolve()
  context.known.set(key, fresh)
  return fresh
}

function ofProfile(profile: Profile, context: CredentialContext): Promise<Credentials> {
  return once(profile.name, context, async () => {
    if (profile.problem) throw configurationFault(profile.problem, profile.name)
    if (profile.kind === 'role') return assumeRole(profile, context)
    return leafCredentials('profile', profile, context)
  })
}

/** A source that holds keys gives those, whatever else it says (as the SDK does). */
function ofSource(profile: Profile, context: CredentialContext): Promise<Credentials> {
  const { aws_access_key_id: id, aws_secret_access_key: secret } = profile.values
  if (!id || !secret) return ofProfile(profile, context)
  const token = profile.values.aws_session_token
  return Promise.resolve({
    accessKeyId: id,
    secretAccessKey: secret,
    ...(token ? { sessionToken: token } : {}),
  })
}

async function assumeRole(profile: Profile, context: CredentialContext): Promise<Credentials> {
  const { values } = profile
  const source = context.config.profiles.find((each) => each.name === profile.source)
  if (!source) throw configurationFault(`Profile ${profile.name} has no usable source_profile.`, profile.name)
  if (values.mfa_serial) throw mfaFault(profile.name, values.mfa_serial)
  const duration = durationOf(profile)
  const credentials = await ofSource(source, context)
  const client = stsClient({
    region: homeRegion(profile.region ?? source.region ?? context.io.env.AWS_REGION),
    endpoint: profile.stsEndpoint ?? endpointsFromEnvironment(context.io.env).stsEndpoint,
    credentials: async () => credentials,
    connection: context.connection,
    maxAttempts: context.maxAttempts,
  })
  const command = new AssumeRoleCommand({
    RoleArn: values.role_arn,
    RoleSessionName: values.role_session_name ?? `muster-${context.io.now()}`,
    ...(values.external_id ? { ExternalId: values.external_id } : {}),
    ...(duration === null ? {} : { DurationSeconds: duration }),
  })
  const { Credentials: given } = await client.send(command, { abortSignal: context.io.signal })
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken) {
    throw malformed('The answer to AssumeRole holds no credentials.')
  }
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
    ...(given.Expiration ? { expiration: given.Expiration } : {}),
  }
}

function durationOf({ name, values }: Profile): number | null {
  const text = values.duration_seconds
  if (text === undefined) return null
  const seconds = Number(text)
  if (/^\d+$/.test(text) && seconds >= 900 && seconds <= 43_200) return seconds
  throw configurationFault(
    `Profile ${name} has a duration_seconds that is no number from 900 to 43200.`,
    name,
  )
}

/** A fault of ~/.aws. */
export function configurationFault(message: string, profile: string): FaultError {
  const next = `Correct profile ${profile} in ~/.aws.`
  return new FaultError({ class: 'configuration', code: 'Configuration', message, next })
}

function mfaFault(profile: string, serial: string): FaultError {
  return new FaultError({
    class: 'credentials',
    code: 'MfaRequired',
    message: `Profile ${profile} needs a code of the MFA device ${serial}, which muster does not ask for yet.`,
    next: 'Get a session with aws sts get-session-token and use a profile without mfa_serial.',
  })
}
