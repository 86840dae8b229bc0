import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetSessionTokenCommand,
  type STSClient,
} from '@aws-sdk/client-sts'
import { type Credentials, stsClient } from '../aws/clients.ts'
import { malformedError } from '../aws/faults.ts'
import type { Profile } from '../config/profile.ts'
import { profileNamed } from '../config/profile-named.ts'
import { partitionOf } from '../config/region-names.ts'
import type { CredentialContext } from './credential-context.ts'
import type { MfaCode } from './mfa-device.ts'
import type { RoleArguments } from './role-arguments.ts'

/** A role's session, and whose it is: `AROA…:name` and `arn:aws:sts::111122223333:assumed-role/Role/name`. */
export interface AssumedRole {
  readonly credentials: Credentials
  readonly user: { readonly id: string; readonly arn: string }
}

/**
 * The region that STS is asked in: the profile's, its source's, the environment's, else us-east-1; but the one that
 * is to be read, if that is of another partition, whose keys no other knows.
 */
export function stsRegion(
  profile: Profile | null,
  { io, config, region: wanted }: CredentialContext,
): string {
  const source = profileNamed(config.profiles, profile?.source)
  const ownRegion =
    profile?.region ?? source?.region ?? (io.env.AWS_REGION || io.env.AWS_DEFAULT_REGION || null)
  if (ownRegion === null) return wanted ?? 'us-east-1'
  return wanted !== null && partitionOf(wanted) !== partitionOf(ownRegion) ? wanted : ownRegion
}

/** STS as a profile reaches it; without credentials for the call that needs none. */
export function stsOf(
  profile: Profile | null,
  credentials: Credentials | null,
  context: CredentialContext,
): STSClient {
  const given = credentials ?? { accessKeyId: '', secretAccessKey: '' }
  return stsAt(stsRegion(profile, context), async () => given, context)
}

/** STS in a region, at the address of the profile that is signed in. */
export function stsAt(
  region: string,
  credentials: () => Promise<Credentials>,
  { network, connection, maxAttempts, circuits, profile }: CredentialContext,
): STSClient {
  return stsClient({
    ...network,
    region,
    endpoint: network.stsEndpoint,
    credentials,
    connection,
    maxAttempts,
    circuit: { circuits, getOwner: () => profile },
  })
}

/** AssumeRole. The device of the arguments is sent only with a code. */
export async function askForRole(
  client: STSClient,
  { SerialNumber: _, ...input }: RoleArguments,
  code: MfaCode | null,
  { io }: CredentialContext,
): Promise<AssumedRole> {
  const command = new AssumeRoleCommand({ RoleSessionName: `muster-${io.now()}`, ...input, ...code })
  return assumedRoleOf('AssumeRole', await client.send(command, { abortSignal: io.signal }))
}

/** AssumeRoleWithWebIdentity. */
export async function askForWebRole(
  client: STSClient,
  input: RoleArguments,
  token: string,
  { io }: CredentialContext,
): Promise<AssumedRole> {
  const request = { RoleSessionName: `muster-${io.now()}`, ...input, WebIdentityToken: token }
  const command = new AssumeRoleWithWebIdentityCommand(request)
  return assumedRoleOf('AssumeRoleWithWebIdentity', await client.send(command, { abortSignal: io.signal }))
}

/** GetSessionToken: the same user's session, which remembers that a code stood behind it. */
export async function askForSession(
  client: STSClient,
  code: MfaCode,
  { io }: CredentialContext,
): Promise<Credentials> {
  const answer = await client.send(new GetSessionTokenCommand({ ...code }), { abortSignal: io.signal })
  return credentialsIn('GetSessionToken', answer)
}

interface StsAnswer {
  readonly Credentials?:
    | {
        readonly AccessKeyId: string | undefined
        readonly SecretAccessKey: string | undefined
        readonly SessionToken: string | undefined
        readonly Expiration: Date | undefined
      }
    | undefined
  readonly AssumedRoleUser?: { AssumedRoleId: string | undefined; Arn: string | undefined } | undefined
}

function assumedRoleOf(operation: string, answer: StsAnswer): AssumedRole {
  const { AssumedRoleId: id, Arn: arn } = answer.AssumedRoleUser ?? {}
  return { credentials: credentialsIn(operation, answer), user: { id: id ?? '', arn: arn ?? '' } }
}

function credentialsIn(operation: string, { Credentials: given }: StsAnswer): Credentials {
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken) {
    throw malformedError(`The answer to ${operation} holds no credentials.`)
  }
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
    ...(given.Expiration ? { expiration: given.Expiration } : {}),
  }
}
