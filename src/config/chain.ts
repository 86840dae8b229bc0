import type { AwsConfig, Profile } from './profiles.ts'

/**
 * The way in, from the profile to where its credentials come from: `prod ← staging ← sso-session empresa`; null
 * where the profile holds them itself.
 */
export function drawnChain(
  { name, chain }: Profile,
  { profiles }: Pick<AwsConfig, 'profiles'>,
): string | null {
  const last = profiles.find((profile) => profile.name === (chain.at(-1) ?? name))
  const parts = [...chain, ...(last ? originOf(last, chain.length > 1) : [])]
  return parts.length > 1 ? parts.join(' ← ') : null
}

/** A source that holds keys gives those, whatever else it says. */
function originOf({ kind, values }: Profile, isSource: boolean): readonly string[] {
  if (isSource && values.aws_access_key_id && values.aws_secret_access_key) return []
  switch (kind) {
    case 'sso':
      return [`sso-session ${values.sso_session}`]
    case 'legacy-sso':
      return [`SSO ${values.sso_start_url}`]
    case 'credential-source':
      return [values.credential_source ?? '']
    case 'process':
      return ['credential_process']
    case 'web-identity':
      return ['web identity']
    case 'login':
      return ['login_session']
    default:
      return []
  }
}
