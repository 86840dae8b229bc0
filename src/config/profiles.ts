import { createHash } from 'node:crypto'
import type { Io } from '../io.ts'
import { type AwsFiles, readAwsFiles } from './aws-files.ts'
import { endpointsOf } from './endpoints.ts'
import { type SsoSession, ssoSessionsOf } from './sso-sessions.ts'

export { endpointsFromEnvironment } from './endpoints.ts'

/** Where a profile's credentials come from; `none`: it holds none, and may serve as a source or not at all. */
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

export interface Profile {
  readonly name: string
  readonly kind: ProfileKind
  /** The account that the profile declares: 12 digits of `sso_account_id` or of `role_arn`. */
  readonly account: string | null
  /** `sso_role_name`, or the name of the role of `role_arn`. */
  readonly role: string | null
  readonly region: string | null
  /** `source_profile`. */
  readonly source: string | null
  /** This profile, its source, the source's source and so on; stops before a cycle or a missing profile. */
  readonly chain: readonly string[]
  /** The keys of the chain's profiles behind this one. */
  readonly sources: readonly Values[]
  readonly ec2Endpoint: string | null
  readonly stsEndpoint: string | null
  readonly ssoEndpoint: string | null
  readonly ssoOidcEndpoint: string | null
  /** The keys of both files, the credentials file winning. Holds secrets. */
  readonly values: Values
  readonly file: string
  readonly line: number
  /** One sentence where the profile cannot work. */
  readonly problem: string | null
}

export interface AwsConfig {
  /** In the order of the files, the config file first. */
  readonly profiles: readonly Profile[]
  readonly ssoSessions: readonly SsoSession[]
  readonly configFile: string
  readonly credentialsFile: string
  /** Lines that count for nothing, as `file:line: what is wrong`. */
  readonly problems: readonly string[]
}

type Values = Readonly<Record<string, string>>

/**
 * The profiles of ~/.aws, as the AWS SDK for JavaScript sees them. A missing file has no profiles; one that
 * cannot be read is a MusterError that names it.
 */
export function readAwsConfig(io: Pick<Io, 'env' | 'home'>): AwsConfig {
  return awsConfigOf(readAwsFiles(io), io.env)
}

/** The profiles of files that were read. */
export function awsConfigOf(files: AwsFiles, env: Io['env']): AwsConfig {
  const { configFile, credentialsFile, problems } = files
  const profiles = [...files.profiles.keys()].map((name) => profileOf(name, files, env))
  const ssoSessions = ssoSessionsOf(files.ssoSessions)
  return { profiles, ssoSessions, configFile, credentialsFile, problems }
}

/**
 * Sha256 in hex of what decides whose account the profile's credentials are of, its sources included: as long as
 * it stays, the profile may be remembered to lead to the account it led to. No secret key and no token goes in.
 */
export function profileFingerprint(profile: Profile): string {
  const deciding = [profile.values, ...profile.sources].map((values) =>
    decidingKeys.map((key) => values[key] ?? null),
  )
  // A simulated endpoint on this machine gets another port at every start and stays the same fleet.
  const endpoint = profile.stsEndpoint?.replace(/^(https?:\/\/127\.0\.0\.1):\d+/, '$1') ?? null
  const text = JSON.stringify([profile.kind, endpoint, deciding])
  return createHash('sha256').update(text).digest('hex')
}

const decidingKeys = [
  'role_arn',
  'aws_access_key_id',
  'sso_account_id',
  'sso_session',
  'sso_start_url',
  'credential_process',
  'credential_source',
  'web_identity_token_file',
  'login_session',
] as const

function profileOf(name: string, files: AwsFiles, env: Io['env']): Profile {
  const section = files.profiles.get(name)
  const values = section?.values ?? {}
  const kind = kindOf(values)
  const chain = chainOf(name, files)
  return {
    name,
    kind,
    ...identityOf(kind, values),
    region: values.region ?? null,
    source: values.source_profile ?? null,
    chain: chain.names,
    sources: chain.names.slice(1).map((each) => files.profiles.get(each)?.values ?? {}),
    ...endpointsOf(env, values, files.services.get(values.services ?? '')?.values ?? {}),
    values,
    file: section?.file ?? files.configFile,
    line: section?.line ?? 1,
    problem: chain.problem ?? problemOf(name, files, false),
  }
}

/** The order in which the SDK's `fromIni` tries: a role with one source, keys, web identity, process, SSO, login. */
function kindOf(values: Values): ProfileKind {
  if (values.role_arn && values.source_profile && !values.credential_source) return 'role'
  if (values.role_arn && values.credential_source && !values.source_profile) return 'credential-source'
  if (hasKeys(values)) return 'static'
  if (values.role_arn && values.web_identity_token_file) return 'web-identity'
  if (values.credential_process) return 'process'
  if (values.sso_session) return 'sso'
  if (values.sso_start_url || values.sso_account_id || values.sso_region || values.sso_role_name) {
    return 'legacy-sso'
  }
  if (values.login_session) return 'login'
  return values.role_arn ? 'role' : 'none'
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

function hasKeys(values: Values): boolean {
  return values.aws_access_key_id !== undefined && values.aws_secret_access_key !== undefined
}

/** Follows `source_profile` as the SDK does: a source that holds keys gives those, whatever else it says. */
function chainOf(name: string, files: AwsFiles): { names: readonly string[]; problem: string | null } {
  const names = [name]
  for (let current = name; ; ) {
    const values = files.profiles.get(current)?.values ?? {}
    const source = values.source_profile
    if (kindOf(values) !== 'role' || values.credential_source || source === undefined)
      return { names, problem: null }
    const next = files.profiles.get(source)
    if (!next) {
      return {
        names,
        problem: `Profile '${current}' has the source_profile '${source}', which does not exist.`,
      }
    }
    // A role may name itself as source where it holds keys; anything else that comes back is a cycle.
    const isEnd = hasKeys(next.values)
    if (names.includes(source)) {
      const cycle = [...names, source].join(' → ')
      return { names, problem: isEnd ? null : `Its source_profile leads back to itself: ${cycle}.` }
    }
    names.push(source)
    const problem = problemOf(source, files, true)
    if (isEnd || problem) return { names, problem }
    current = source
  }
}

/** Why the profile by itself gives no credentials, its sources left aside. */
function problemOf(name: string, files: AwsFiles, isSource: boolean): string | null {
  const values = files.profiles.get(name)?.values ?? {}
  const kind = kindOf(values)
  if (isSource && hasKeys(values)) return null
  if (kind === 'role' && values.source_profile && values.credential_source) {
    return `Profile '${name}' has both source_profile and credential_source; keep one of them.`
  }
  if (kind === 'role' && !values.source_profile) {
    return `Profile '${name}' has a role_arn without a source; add source_profile or credential_source.`
  }
  if (kind === 'sso') return ssoProblem(name, values, files)
  if (kind === 'legacy-sso') {
    const keys = ['sso_start_url', 'sso_region', 'sso_account_id', 'sso_role_name']
    return missing(`Profile '${name}'`, keys, values)
  }
  if (kind !== 'none' || (isSource && values.credential_source)) return null
  return `Profile '${name}' holds no credentials; add a way to sign in or choose another profile.`
}

function ssoProblem(name: string, values: Values, files: AwsFiles): string | null {
  const session = files.ssoSessions.get(values.sso_session ?? '')
  if (!session) {
    return `Profile '${name}' names the sso-session '${values.sso_session}', which does not exist; add [sso-session ${values.sso_session}] or run aws configure sso.`
  }
  return (
    missing(`[sso-session ${values.sso_session}]`, ['sso_start_url', 'sso_region'], session.values) ??
    missing(`Profile '${name}'`, ['sso_account_id', 'sso_role_name'], values)
  )
}

function missing(owner: string, keys: readonly string[], values: Values): string | null {
  const absent = keys.filter((key) => !values[key])
  return absent.length > 0 ? `${owner} lacks ${absent.join(' and ')}; run aws configure sso.` : null
}
