import type { Credentials } from '../aws/clients.ts'
import { FaultError } from '../aws/faults.ts'
import type { Profile } from '../config/profile.ts'
import { type CredentialContext, resolveOnce } from './credential-context.ts'
import { isDenied, withCode } from './mfa-code.ts'
import type { MfaCode } from './mfa-device.ts'
import { isRoleOnly, rememberRoleOnly, type UserDevice } from './mfa-memory.ts'
import { type AssumedRole, askForSession, stsOf } from './sts-calls.ts'
import { withSource } from './with-source.ts'

/** AssumeRole with these credentials, and a code or none. */
type AskForRole = (credentials: Credentials, code: MfaCode | null) => Promise<AssumedRole>

/** GetSessionToken is denied; what was typed may not be used up yet. */
class SessionDenied extends Error {
  readonly code: MfaCode

  constructor(code: MfaCode, cause: unknown) {
    super('GetSessionToken is denied', { cause })
    this.code = code
  }
}

/**
 * Whether the code goes with AssumeRole at once: if it is the only role on its device, as the AWS CLI does; if the
 * source's keys are a session's, which cannot ask for another; or if the session was of no use before.
 */
export function isDirect(
  profile: Profile,
  { serial, credentials }: UserDevice,
  context: CredentialContext,
): boolean {
  if (credentials.sessionToken || isRoleOnly({ serial, credentials }, context)) return true
  return countRolesOn(profile, serial, context) < 2
}

/** A role whose code goes with AssumeRole itself. */
export function assumeByCode(
  profile: Profile,
  { serial, credentials }: UserDevice,
  ask: AskForRole,
  context: CredentialContext,
): Promise<AssumedRole> {
  return withCode(serial, profile.name, context, (code) => ask(credentials, code))
}

/**
 * A role by the session that one code opened for all roles on the device. If AWS gives none, or one that may not assume
 * the role, the code goes with AssumeRole: the one that was typed, or, once for each device, a second one.
 */
export async function assumeBySession(
  profile: Profile,
  device: UserDevice,
  ask: AskForRole,
  context: CredentialContext,
): Promise<AssumedRole> {
  try {
    const openSession = () => openMfaSession(profile, device, context)
    return await withSource(openSession, context, (withMfa) => ask(withMfa, null))
  } catch (error) {
    if (!(error instanceof SessionDenied) && !isDenied(error)) throw error
    return retryWithCode(profile, device, ask, context, error)
  }
}

/** One session for all roles behind one source and device: a code is accepted once. */
export function openMfaSession(
  profile: Profile,
  { serial, credentials }: UserDevice,
  context: CredentialContext,
): Promise<Credentials> {
  const client = stsOf(profile, credentials, context)
  return resolveOnce(`\u0000mfa ${credentials.accessKeyId} ${serial}`, context, () =>
    withCode(serial, profile.name, context, async (code) => {
      try {
        return await askForSession(client, code, context)
      } catch (error) {
        throw isDenied(error) ? new SessionDenied(code, error) : error
      }
    }),
  )
}

/** The first that fails finds out for all whether a code with AssumeRole helps; then each takes one of its own. */
async function retryWithCode(
  profile: Profile,
  device: UserDevice,
  ask: AskForRole,
  context: CredentialContext,
  error: unknown,
): Promise<AssumedRole> {
  const { serial, credentials } = device
  const cause = error instanceof SessionDenied ? error.cause : error
  const key = `${credentials.accessKeyId} ${serial}`
  const found = context.secondTries.get(key)
  if (found) {
    if (await found) return assumeByCode(profile, device, ask, context)
    throw cause
  }
  const outcome = Promise.withResolvers<boolean>()
  context.secondTries.set(key, outcome.promise)
  try {
    const start = {
      code: error instanceof SessionDenied ? error.code : null,
      reason: reasonOf(error, profile, serial),
    }
    const role = await withCode(serial, profile.name, context, (code) => ask(credentials, code), start)
    rememberRoleOnly(device, context)
    outcome.resolve(true)
    return role
  } catch (second) {
    outcome.resolve(false)
    context.io.signal.throwIfAborted()
    // If nobody can be asked again, the first answer says more.
    throw second instanceof FaultError && second.fault.class === 'credentials' ? cause : second
  }
}

function reasonOf(error: unknown, profile: Profile, serial: string): string {
  const source = profile.source ?? profile.name
  return error instanceof SessionDenied
    ? `AWS gives ${source} no session for all roles on ${serial} (GetSessionToken is denied) and has used the code up: the next one goes with the role of ${profile.name}.`
    : `The session of ${source} with ${serial} may not assume the role of ${profile.name}: the next code goes with the role itself.`
}

/** How many of the profiles of this run assume a role with this source and device. */
function countRolesOn(
  profile: Profile,
  serial: string,
  { chosenProfiles, config }: CredentialContext,
): number {
  const names = new Set([profile.name, ...[...chosenProfiles].flatMap((each) => each.chain)])
  const roles = config.profiles.filter(
    ({ name, source, values }) =>
      names.has(name) && values.role_arn && values.mfa_serial === serial && source === profile.source,
  )
  return roles.length
}
