import type { Credentials } from '../aws/clients.ts'
import type { Profile } from '../config/profile.ts'
import type { SelectedProfile } from '../config/selection.ts'
import { assumedRole, mfaGiven } from './assume-role.ts'
import { type CredentialContext, once } from './credential-context.ts'
import { configurationFault, isOver, networkFault } from './identity-faults.ts'
import { leafCredentials } from './leaves.ts'
import { ambientCredentials } from './machine.ts'

/** Credentials, resolved once per profile however many share it. */
export function credentialsFor(selected: SelectedProfile, context: CredentialContext): Promise<Credentials> {
  const { profile, source, network } = selected
  if (network.problem) return Promise.reject(networkFault(network.problem))
  if (profile) return ofProfile(profile, context)
  if (source === 'profile') return Promise.reject(new Error(`${selected.name} is no profile`))
  return ofAmbient(source, context)
}

/**
 * What a call gives; where AWS says that the session has expired, its credentials are resolved again and the call
 * made once more. `used`: the access key that the call was signed with. Rejects with why there are no new ones.
 */
export async function renewing<T>(
  selected: SelectedProfile,
  context: CredentialContext,
  used: () => string | null,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const key = used()
    if (key === null || !isOver(error, key, context.kept)) throw error
    context.refused.add(key)
    const fresh = await credentialsFor(selected, context)
    if (fresh.accessKeyId === key) throw error
    return call()
  }
}

/**
 * Waits until the codes that a profile's chain needs have been given, so that nothing else need wait meanwhile.
 * Never rejects: what did not go well is told to who wants the credentials.
 */
export async function codesGiven({ profile }: SelectedProfile, context: CredentialContext): Promise<void> {
  for (const [index, name] of (profile?.chain ?? []).entries()) {
    const role = context.config.profiles.find((each) => each.name === name)
    if (!role || role.problem !== null || (index === 0 ? role.kind : role.kindAsSource) !== 'role') return
    const source = () => ofSource(role, context)
    const behind = await mfaGiven(role, source, () => ofProfile(role, context), context).catch(() => 'done')
    if (behind === 'done') return
  }
}

function ofProfile(profile: Profile, context: CredentialContext): Promise<Credentials> {
  return once(profile.name, context, async () => {
    if (profile.problem) throw configurationFault(profile.problem, profile.name)
    return ofKind(profile, context)
  })
}

function ofKind(profile: Profile, context: CredentialContext): Promise<Credentials> {
  if (profile.kind === 'role' || profile.kind === 'credential-source') {
    return assumedRole(profile, () => ofSource(profile, context), context)
  }
  return leafCredentials(profile, context)
}

/** The credentials that a role is assumed with. */
async function ofSource(role: Profile, context: CredentialContext): Promise<Credentials> {
  if (role.kind === 'credential-source') return ofAmbient(namedSource(role), context)
  const source = context.config.profiles.find((each) => each.name === role.source)
  if (!source) throw configurationFault(`Profile ${role.name} has no usable source_profile.`, role.name)
  if (source.kindAsSource === source.kind) return ofProfile(source, context)
  return once(`\u0000source ${source.name}`, context, async () => {
    if (source.problemAsSource) throw configurationFault(source.problemAsSource, source.name)
    return ofKind({ ...source, kind: source.kindAsSource }, context)
  })
}

type Ambient = Exclude<SelectedProfile['source'], 'profile'>

function ofAmbient(source: Ambient, context: CredentialContext): Promise<Credentials> {
  return once(`(${source})`, context, () => ambientCredentials(source, context))
}

function namedSource({ name, values }: Profile): Ambient {
  const named = (
    { Environment: 'environment', EcsContainer: 'container', Ec2InstanceMetadata: 'instance' } as const
  )[values.credential_source ?? '']
  if (named) return named
  const text = `Profile ${name} has a credential_source that is not Environment, EcsContainer or Ec2InstanceMetadata.`
  throw configurationFault(text, name)
}
