import type { Credentials } from '../aws/clients.ts'
import type { Profile } from '../config/profile.ts'
import { profileNamed } from '../config/profile-named.ts'
import type { SelectedProfile } from '../config/selection.ts'
import { cleanText } from '../redact.ts'
import { requestMfaCode, resolveRole } from './assume-role.ts'
import { type CredentialContext, resolveOnce } from './credential-context.ts'
import { configurationFault, isSessionOver, networkFault } from './identity-faults.ts'
import { leafCredentials } from './leaves.ts'
import { ambientCredentials } from './machine.ts'

/** Credentials, resolved once per profile however many share it. */
export function credentialsFor(selected: SelectedProfile, context: CredentialContext): Promise<Credentials> {
  const { profile, source, network } = selected
  if (network.problem) return Promise.reject(networkFault(network.problem))
  if (profile) return resolveForProfile(profile, context)
  if (source === 'profile') return Promise.reject(new Error(`${selected.name} is not a profile`))
  return resolveForAmbient(source, context)
}

/**
 * What a call gives; if AWS says that the session has expired, its credentials are resolved again and the call made
 * once more. `used`: the access key that the call was signed with. Rejects with why there are no new ones.
 */
export async function callWithRenewal<T>(
  selected: SelectedProfile,
  context: CredentialContext,
  used: () => string | null,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const key = used()
    if (key === null || !isSessionOver(error, key, context.cachedKeys)) throw error
    context.refusedKeys.add(key)
    const fresh = await credentialsFor(selected, context)
    if (fresh.accessKeyId === key) throw error
    return call()
  }
}

/**
 * Waits until the codes that a profile's chain needs have been given, so that nothing else need wait meanwhile. Never
 * rejects: an error reaches whoever wants the credentials.
 */
export async function collectCodes({ profile }: SelectedProfile, context: CredentialContext): Promise<void> {
  for (const [index, name] of (profile?.chain ?? []).entries()) {
    const role = profileNamed(context.config.profiles, name)
    if (!role || role.problem !== null || (index === 0 ? role.kind : role.kindAsSource) !== 'role') return
    const getSource = () => resolveForSource(role, context)
    const behind = await requestMfaCode(
      role,
      getSource,
      () => resolveForProfile(role, context),
      context,
    ).catch(() => 'done')
    if (behind === 'done') return
  }
}

function resolveForProfile(profile: Profile, context: CredentialContext): Promise<Credentials> {
  return resolveOnce(profile.name, context, async () => {
    if (profile.problem) throw configurationFault(profile.problem, profile.name)
    return resolveForKind(profile, context)
  })
}

function resolveForKind(profile: Profile, context: CredentialContext): Promise<Credentials> {
  const way = profile.source === null ? profile.kind : `${profile.kind} by ${profile.source}`
  return logOutcome(`profile ${profile.name}: ${way}`, context, () =>
    profile.kind === 'role' || profile.kind === 'credential-source'
      ? resolveRole(profile, () => resolveForSource(profile, context), context)
      : leafCredentials(profile, context),
  )
}

/** The credentials that a role is assumed with. */
async function resolveForSource(role: Profile, context: CredentialContext): Promise<Credentials> {
  if (role.kind === 'credential-source') return resolveForAmbient(ambientSourceOf(role), context)
  const source = profileNamed(context.config.profiles, role.source)
  if (!source) throw configurationFault(`Profile ${role.name} has no usable source_profile.`, role.name)
  if (source.kindAsSource === source.kind) return resolveForProfile(source, context)
  return resolveOnce(`\u0000source ${source.name}`, context, async () => {
    if (source.problemAsSource) throw configurationFault(source.problemAsSource, source.name)
    return resolveForKind({ ...source, kind: source.kindAsSource }, context)
  })
}

type AmbientSource = Exclude<SelectedProfile['source'], 'profile'>

function resolveForAmbient(source: AmbientSource, context: CredentialContext): Promise<Credentials> {
  return resolveOnce(`(${source})`, context, () =>
    logOutcome(`credentials of the ${source}`, context, () => ambientCredentials(source, context)),
  )
}

/** Has it written into the debug log by which way credentials came, or why they did not; never the credentials. */
async function logOutcome(
  way: string,
  { io: { debug } }: CredentialContext,
  resolve: () => Promise<Credentials>,
): Promise<Credentials> {
  if (!debug) return resolve()
  try {
    const credentials = await resolve()
    debug.write('credentials', `${way}: given, ${formatEnd(credentials)}`)
    return credentials
  } catch (error) {
    debug.write('credentials', `${way}: none, ${error instanceof Error ? cleanText(error.message) : error}`)
    throw error
  }
}

function formatEnd({ expiration }: Credentials): string {
  if (!expiration) return 'they do not end'
  return Number.isNaN(expiration.getTime()) ? 'their end is no time' : `until ${expiration.toISOString()}`
}

function ambientSourceOf({ name, values }: Profile): AmbientSource {
  const source = (
    { Environment: 'environment', EcsContainer: 'container', Ec2InstanceMetadata: 'instance' } as const
  )[values.credential_source ?? '']
  if (source) return source
  const text = `Profile ${name} has a credential_source that is not Environment, EcsContainer or Ec2InstanceMetadata.`
  throw configurationFault(text, name)
}
