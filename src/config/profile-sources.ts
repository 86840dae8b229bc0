import type { MergedSection } from './aws-files.ts'

/** Where a profile's credentials come from; `none`: from nowhere; it may still be a role's source. */
export type ProfileKind =
  | 'static'
  | 'role'
  | 'sso'
  | 'legacy-sso'
  | 'process'
  | 'web-identity'
  | 'login'
  | 'credential-source'
  | 'none'

/** One source of credentials that a profile names. */
export interface CredentialSource {
  readonly kind: Exclude<ProfileKind, 'none'>
  /** The file that holds the keys, for `static`; null for all others, which may stand in either. */
  readonly file: 'config' | 'credentials' | null
}

/** Keys that stand in a profile. */
export interface StaticKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

type Values = Readonly<Record<string, string>>
export type ProfileSection = Pick<MergedSection, 'values' | 'configValues' | 'credentialsValues'>

/**
 * Every source that a profile names, in the order in which the AWS CLI looks at them (botocore 1.43,
 * `create_credential_resolver` and `ProfileProviderBuilder`): it takes the first, and stops if that one does not work.
 * A profile that a role names as its source is looked at in another way: keys, in either file, make it ignore its own
 * role_arn (`AssumeRoleProvider._resolve_credentials_from_profile`).
 */
export function sourcesOf(section: ProfileSection, isSource: boolean): readonly CredentialSource[] {
  const { values, configValues, credentialsValues } = section
  const role = roleIn(values)
  const skipsRole =
    isSource && (hasKey(values, 'aws_access_key_id') || hasKey(values, 'aws_secret_access_key'))
  const found: readonly (CredentialSource | null)[] = [
    role && !skipsRole ? sourceOf(role) : null,
    values.web_identity_token_file ? sourceOf('web-identity') : null,
    hasKey(values, 'sso_account_id') || hasKey(values, 'sso_role_name') ? sourceOf(ssoKind(values)) : null,
    hasKey(credentialsValues, 'aws_access_key_id') ? { kind: 'static', file: 'credentials' } : null,
    hasKey(values, 'login_session') ? sourceOf('login') : null,
    hasKey(values, 'credential_process') ? sourceOf('process') : null,
    hasKey(configValues, 'aws_access_key_id') ? { kind: 'static', file: 'config' } : null,
  ]
  return found.filter((each) => each !== null)
}

/** The same for the AWS SDK for JavaScript (`fromIni`), which reads the files as one and ignores half a source. */
export function sdkSourcesOf(values: Values): readonly CredentialSource['kind'][] {
  const { role_arn: role, source_profile: source, credential_source: credentialSource } = values
  const found: readonly (CredentialSource['kind'] | null)[] = [
    role && source && !credentialSource
      ? 'role'
      : role && credentialSource && !source
        ? 'credential-source'
        : null,
    values.aws_access_key_id && values.aws_secret_access_key ? 'static' : null,
    role && values.web_identity_token_file ? 'web-identity' : null,
    values.credential_process ? 'process' : null,
    ssoKeys.some((key) => values[key]) ? ssoKind(values) : null,
    values.login_session ? 'login' : null,
  ]
  return found.filter((each) => each !== null)
}

/**
 * The kind of the first source. A profile with only some of the SSO keys, which the AWS CLI does not take for one, is
 * still an SSO profile here, so that muster can say what is missing.
 */
export function kindOf(section: ProfileSection, isSource: boolean): ProfileKind {
  const [first] = sourcesOf(section, isSource)
  if (first) return first.kind
  return ssoKeys.some((key) => section.values[key]) ? ssoKind(section.values) : 'none'
}

/** The keys of a `static` profile, all of one file as the AWS CLI takes them; null if the secret is missing there. */
export function keysOf(section: ProfileSection): StaticKeys | null {
  const inCredentials = hasKey(section.credentialsValues, 'aws_access_key_id')
  const values = inCredentials ? section.credentialsValues : section.configValues
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = values
  if (!accessKeyId || !secretAccessKey) return null
  // The older name comes first (botocore, `SharedCredentialProvider.TOKENS`).
  const sessionToken = values.aws_security_token ?? values.aws_session_token
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

const ssoKeys = ['sso_session', 'sso_start_url', 'sso_account_id', 'sso_region', 'sso_role_name']

/** A role_arn beside a web identity token is that token's; one with two sources, or none, is a role that cannot work. */
function roleIn(values: Values): 'role' | 'credential-source' | null {
  if (!hasKey(values, 'role_arn') || hasKey(values, 'web_identity_token_file')) return null
  return hasKey(values, 'credential_source') && !hasKey(values, 'source_profile')
    ? 'credential-source'
    : 'role'
}

function ssoKind(values: Values): 'sso' | 'legacy-sso' {
  return hasKey(values, 'sso_session') ? 'sso' : 'legacy-sso'
}

function sourceOf(kind: CredentialSource['kind']): CredentialSource {
  return { kind, file: null }
}

function hasKey(values: Values, key: string): boolean {
  return values[key] !== undefined
}
