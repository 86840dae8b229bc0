import type { Io } from '../io.ts'
import { digestInHex } from '../short-digest.ts'
import { type AwsFiles, type MergedSection, readAwsFiles } from './aws-files.ts'
import { chainOf, problemOf } from './chain-problems.ts'
import { type Network, networkOf } from './network.ts'
import type { Profile, SourceProfile, Values } from './profile.ts'
import { keysOf, kindOf, type ProfileKind, type ProfileSection } from './profile-sources.ts'
import { type SsoSession, ssoSessionsOf } from './sso-sessions.ts'

export interface AwsConfig {
  /** In the order of the files, the config file first. */
  readonly profiles: readonly Profile[]
  readonly ssoSessions: readonly SsoSession[]
  /** The settings that hold without any profile. */
  readonly network: Network
  readonly configFile: string
  readonly credentialsFile: string
  /** Lines that are ignored, as `file:line: what is wrong`. */
  readonly problems: readonly string[]
}

/**
 * The profiles of ~/.aws, as the AWS CLI sees them. A missing file has no profiles; one that
 * cannot be read is a MusterError that names it.
 */
export function readAwsConfig(io: Pick<Io, 'env' | 'home' | 'debug'>): AwsConfig {
  const config = awsConfigOf(readAwsFiles(io), io.env)
  io.debug?.write(
    'config',
    `~/.aws has ${config.profiles.length} profiles, ${config.ssoSessions.length} sso-sessions, ${config.problems.length} lines that are read in another way than they look`,
  )
  return config
}

/** The profiles of files that were read. */
export function awsConfigOf(files: AwsFiles, env: Io['env']): AwsConfig {
  const { configFile, credentialsFile, problems } = files
  const profiles = [...files.profiles.keys()].map((name) => profileOf(name, files, env))
  const ssoSessions = ssoSessionsOf(files.ssoSessions)
  const network = networkOf(env, null, files.services)
  return { profiles, ssoSessions, network, configFile, credentialsFile, problems }
}

/**
 * Sha256 in hex of everything that decides which account the profile leads to, its sources included. As long as it
 * stays the same, muster may remember the account. No secret key and no token goes in.
 */
export function profileFingerprint(profile: Profile): string {
  const deciding = [profile, ...profile.sources].map(({ kind, keys, values }) => [
    kind,
    keys?.accessKeyId ?? null,
    ...decidingKeys.map((key) => values[key] ?? null),
  ])
  const text = JSON.stringify([stableEndpointOf(profile.network), deciding])
  return digestInHex(text)
}

/**
 * The fingerprint as the first released version wrote it. Null for a profile that names several sources of credentials:
 * that version used another one of them, so what it remembers is another account.
 */
export function releasedFingerprint(profile: Profile): string | null {
  const each = [profile, ...profile.sources]
  if (each.some(({ kind, values }) => kind !== 'static' && values.aws_access_key_id !== undefined))
    return null
  const [role = '', ...others] = decidingKeys
  const deciding = each.map(({ values }) =>
    [role, 'aws_access_key_id', ...others].map((key) => values[key] ?? null),
  )
  const text = JSON.stringify([profile.kind, stableEndpointOf(profile.network) || null, deciding])
  return digestInHex(text)
}

/** What the endpoint says about the account: a simulated one gets another port at every start, and stays the same. */
export function stableEndpointOf({ stsEndpoint }: Network): string {
  return stsEndpoint?.replace(/^(https?:\/\/127\.0\.0\.1):\d+/, '$1') ?? ''
}

const decidingKeys = [
  'role_arn',
  'sso_account_id',
  'sso_session',
  'sso_start_url',
  'credential_process',
  'credential_source',
  'web_identity_token_file',
  'login_session',
] as const

function profileOf(name: string, files: AwsFiles, env: Io['env']): Profile {
  const section = files.profiles.get(name) ?? emptySection(files)
  const { file, line } = section
  const kind = kindOf(section, false)
  const values = withSsoSession(section, files)
  const chain = chainOf(name, files)
  const network = networkOf(env, section, files.services)
  return {
    name,
    kind,
    kindAsSource: kindOf(section, true),
    keys: keysOf(section),
    ...identityOf(kind, values),
    region: values.region || null,
    source: values.source_profile ?? null,
    chain: chain.names,
    sources: chain.names.slice(1).map((each) => sourceProfileOf(each, files)),
    network,
    values,
    file,
    line,
    problem: chain.problem ?? problemOf(name, files, false),
    problemAsSource: kindOf(section, true) === 'role' ? chain.problem : problemOf(name, files, true),
  }
}

/** The account that a profile names, without what its chain of roles takes: for thousands of profiles at once. */
export function declaredAccountOf(
  section: ProfileSection,
  files: Pick<AwsFiles, 'ssoSessions'>,
): string | null {
  return identityOf(kindOf(section, false), withSsoSession(section, files)).account
}

function sourceProfileOf(name: string, files: AwsFiles): SourceProfile {
  const section = files.profiles.get(name) ?? emptySection(files)
  return { kind: kindOf(section, true), keys: keysOf(section), values: withSsoSession(section, files) }
}

/** The SSO keys of an sso-session hold for its profiles (botocore's `_resolve_sso_session_reference`). */
function withSsoSession(
  { values }: Pick<ProfileSection, 'values'>,
  { ssoSessions }: Pick<AwsFiles, 'ssoSessions'>,
): Values {
  if (values.sso_session === undefined) return values
  const session = Object.entries(ssoSessions.get(values.sso_session)?.values ?? {})
  return { ...values, ...Object.fromEntries(session.filter(([key]) => key.startsWith('sso_'))) }
}

function emptySection({ configFile, credentialsFile }: AwsFiles): MergedSection {
  const paths = { config: configFile, credentials: credentialsFile }
  const none = { values: {}, configValues: {}, credentialsValues: {} }
  return { ...none, places: new Map(), paths, file: configFile, line: 1 }
}

function identityOf(kind: ProfileKind, values: Values): Pick<Profile, 'account' | 'role'> {
  if (kind === 'sso' || kind === 'legacy-sso') {
    return { account: accountId(values.sso_account_id), role: values.sso_role_name ?? null }
  }
  if (kind !== 'role' && kind !== 'credential-source' && kind !== 'web-identity') {
    return { account: null, role: null }
  }
  const [, account, role] =
    /^arn:[^:]+:iam::([^:]*):role\/(?:.*\/)?([^/]+)$/.exec(values.role_arn ?? '') ?? []
  return { account: accountId(account), role: role ?? null }
}

function accountId(text: string | undefined): string | null {
  return text !== undefined && /^\d{12}$/.test(text) ? text : null
}
