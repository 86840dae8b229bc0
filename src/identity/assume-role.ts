import type { Credentials } from '../aws/clients.ts'
import { FaultError, faultFrom, nextForInactiveRegion } from '../aws/faults.ts'
import type { Profile } from '../config/profile.ts'
import type { CredentialContext } from './credential-context.ts'
import { assumeByCode, assumeBySession, isDirect, openMfaSession } from './device.ts'
import { type RoleArguments, roleArguments } from './role-arguments.ts'
import { cacheRole, readCachedRole } from './role-cache.ts'
import { type AssumedRole, askForRole, stsOf } from './sts-calls.ts'
import { type CredentialsSupplier, withSource } from './with-source.ts'

/**
 * The session of a role profile: the one that the AWS CLI or muster keeps, else a new one, assumed with the source's
 * credentials and, if the profile names a device, a code of it.
 */
export async function resolveRole(
  profile: Profile,
  source: CredentialsSupplier,
  context: CredentialContext,
): Promise<Credentials> {
  const args = roleArguments(profile)
  const { roleCache, io } = context
  const cached = findCachedSession(args, context)
  if (cached) return cached
  const role = await assumeFromSource(profile, args, source, context).catch((error: unknown) => {
    io.signal.throwIfAborted()
    throw roleFault(error, profile)
  })
  if (roleCache !== null) cacheRole(roleCache, args, role)
  return role.credentials
}

/** The role's session in the AWS CLI's cache, unless AWS has refused it. */
export function findCachedSession(args: RoleArguments, context: CredentialContext): Credentials | null {
  const { roleCache, refusedKeys, cachedKeys, io } = context
  const found = roleCache === null ? null : readCachedRole(roleCache, args, io.now())
  if (!found || refusedKeys.has(found.accessKeyId)) return null
  cachedKeys.add(found.accessKeyId)
  io.debug?.write('credentials', `${args.RoleArn}: a session that the AWS CLI or muster keeps`)
  return found
}

/**
 * Asks for the code of a role that names a device, if none has been given and no session is kept. Gives whether the
 * profiles behind the role are needed, and may have devices of their own.
 */
export async function requestMfaCode(
  profile: Profile,
  source: CredentialsSupplier,
  role: CredentialsSupplier,
  context: CredentialContext,
): Promise<'done' | 'behind'> {
  const args = roleArguments(profile)
  if (findCachedSession(args, context)) return 'done'
  if (args.SerialNumber === undefined) return 'behind'
  const device = { serial: args.SerialNumber, credentials: await source() }
  if (isDirect(profile, device, context)) await role()
  // If AWS gives no session, the role knows what to do.
  else await openMfaSession(profile, device, context).catch(role)
  return 'done'
}

/** The source is resolved before a code is asked for: a code that waits for a sign-in to fail is a code lost. */
function assumeFromSource(
  profile: Profile,
  args: RoleArguments,
  source: CredentialsSupplier,
  context: CredentialContext,
): Promise<AssumedRole> {
  const ask = (credentials: Credentials, code: Parameters<typeof askForRole>[2]) =>
    askForRole(stsOf(profile, credentials, context), args, code, context)
  const { SerialNumber: serial } = args
  return withSource(source, context, async (credentials) => {
    if (serial === undefined) return ask(credentials, null)
    const device = { serial, credentials }
    const assumeWith = isDirect(profile, device, context) ? assumeByCode : assumeBySession
    return assumeWith(profile, device, ask, context)
  })
}

/** What STS refuses, with what can be done in this profile or, if its keys are bad, in its source. */
function roleFault(error: unknown, profile: Profile): FaultError {
  if (error instanceof FaultError) return error
  const source = profile.source ?? profile.name
  const fault = faultFrom(error, { profile: source, region: null, operation: 'AssumeRole' })
  return new FaultError({ ...fault, next: nextFor(fault.message, fault.code, profile) ?? fault.next }, error)
}

function nextFor(message: string, code: string, { name, source, values }: Profile): string | null {
  if (message.includes('by role chaining')) {
    return `Set duration_seconds of profile ${name} to 3600 or take it out: a role that a role assumes lasts one hour at most.`
  }
  if (code === 'RegionDisabledException') return nextForInactiveRegion(name)
  if (message.includes('MaxSessionDuration'))
    return `Lower duration_seconds of profile ${name}, or take it out.`
  if (code === 'AccessDenied' && !/service control policy/i.test(message)) {
    const from = source ?? values.credential_source ?? 'its source'
    return `Check that the role of profile ${name} trusts ${from} (external_id, mfa_serial), and that ${from} may assume it.`
  }
  return null
}
