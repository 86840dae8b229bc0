import type { Credentials } from '../aws/clients.ts'
import { FaultError, faultFrom, regionOff } from '../aws/faults.ts'
import type { Profile } from '../config/profile.ts'
import type { CredentialContext } from './credential-context.ts'
import { byCode, bySession, isDirect, mfaSession } from './device.ts'
import { type RoleArguments, roleArguments } from './role-arguments.ts'
import { cachedRole, cacheRole } from './role-cache.ts'
import { type AssumedRole, askForRole, stsOf } from './sts-calls.ts'
import { type Source, withSource } from './with-source.ts'

/**
 * The session of a role profile: the one that the AWS CLI or muster keeps, else a new one, assumed with the source's
 * credentials and, where the profile names a device, a code of it.
 */
export async function assumedRole(
  profile: Profile,
  source: Source,
  context: CredentialContext,
): Promise<Credentials> {
  const args = roleArguments(profile)
  const { roleCache, io } = context
  const kept = keptRole(args, context)
  if (kept) return kept
  const role = await assume(profile, args, source, context).catch((error: unknown) => {
    io.signal.throwIfAborted()
    throw roleFault(error, profile)
  })
  if (roleCache !== null) cacheRole(roleCache, args, role)
  return role.credentials
}

/** The role's session in the AWS CLI's cache, unless AWS has refused it. */
export function keptRole(args: RoleArguments, context: CredentialContext): Credentials | null {
  const { roleCache, refused, kept, io } = context
  const found = roleCache === null ? null : cachedRole(roleCache, args, io.now())
  if (!found || refused.has(found.accessKeyId)) return null
  kept.add(found.accessKeyId)
  return found
}

/**
 * Asks for the code of a role that names a device, where none has been given and no session is kept. Tells whether
 * the profiles behind the role are needed, and may have devices of their own.
 */
export async function mfaGiven(
  profile: Profile,
  source: Source,
  role: Source,
  context: CredentialContext,
): Promise<'done' | 'behind'> {
  const args = roleArguments(profile)
  if (keptRole(args, context)) return 'done'
  if (args.SerialNumber === undefined) return 'behind'
  const device = { serial: args.SerialNumber, credentials: await source() }
  if (isDirect(profile, device, context)) await role()
  // Where AWS gives no session, the role knows what to do.
  else await mfaSession(profile, device, context).catch(role)
  return 'done'
}

/** The source is resolved before a code is asked for: a code that waits for a sign-in to fail is a code lost. */
function assume(
  profile: Profile,
  args: RoleArguments,
  source: Source,
  context: CredentialContext,
): Promise<AssumedRole> {
  const ask = (credentials: Credentials, code: Parameters<typeof askForRole>[2]) =>
    askForRole(stsOf(profile, credentials, context), args, code, context)
  const { SerialNumber: serial } = args
  return withSource(source, context, async (credentials) => {
    if (serial === undefined) return ask(credentials, null)
    const device = { serial, credentials }
    const way = isDirect(profile, device, context) ? byCode : bySession
    return way(profile, device, ask, context)
  })
}

/** What STS refuses, with what can be done in this profile or, where its keys are bad, in its source. */
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
  if (code === 'RegionDisabledException') return regionOff(name)
  if (message.includes('MaxSessionDuration'))
    return `Lower duration_seconds of profile ${name}, or take it out.`
  if (code === 'AccessDenied' && !/service control policy/i.test(message)) {
    const from = source ?? values.credential_source ?? 'its source'
    return `Check that the role of profile ${name} trusts ${from} (external_id, mfa_serial), and that ${from} may assume it.`
  }
  return null
}
