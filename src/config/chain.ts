import type { Profile, SourceProfile } from './profile.ts'

/**
 * The way in, from the profile to where its credentials come from: `prod ← staging ← sso-session empresa`; null if the
 * profile holds them itself.
 */
export function drawChain(
  profile: Pick<Profile, 'chain' | 'sources' | 'kind' | 'keys' | 'values'>,
): string | null {
  const parts = [...profile.chain, ...originOf(profile.sources.at(-1) ?? profile)]
  return parts.length > 1 ? parts.join(' ← ') : null
}

function originOf({ kind, values }: SourceProfile): readonly string[] {
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
