import type { AwsFiles } from './aws-files.ts'
import { keysOf, kindOf, sourcesOf } from './profile-sources.ts'

type Values = Readonly<Record<string, string>>

/**
 * The profile, its source, the source's source and so on, and what makes the chain useless. It is followed as the
 * AWS CLI follows it (botocore's `AssumeRoleProvider`): no profile twice, but a role may name itself if it holds keys.
 */
export function chainOf(
  name: string,
  files: AwsFiles,
): { readonly names: readonly string[]; readonly problem: string | null } {
  const names = [name]
  for (let current = name; ; ) {
    const section = files.profiles.get(current)
    const source = section?.values.source_profile
    if (!section || kindOf(section, current !== name) !== 'role') return { names, problem: null }
    if (source === undefined || section.values.credential_source !== undefined)
      return { names, problem: null }
    const next = files.profiles.get(source)
    if (!next) {
      return {
        names,
        problem: `Profile '${current}' has the source_profile '${source}', which does not exist.`,
      }
    }
    const { aws_access_key_id: id, aws_secret_access_key: secret } = next.values
    const holdsKeys = id !== undefined || secret !== undefined
    if (source === current && holdsKeys) return { names, problem: problemOf(source, files, true) }
    if (names.includes(source)) {
      const cycle = [...names, source].join(' → ')
      return { names, problem: `Its source_profile leads back to itself: ${cycle}.` }
    }
    names.push(source)
    const problem = problemOf(source, files, true)
    if (problem) return { names, problem }
    current = source
  }
}

/** Why the profile by itself gives no credentials, its sources left aside; null if it may. */
export function problemOf(name: string, files: AwsFiles, isSource: boolean): string | null {
  const section = files.profiles.get(name)
  if (!section) return `Profile '${name}' does not exist.`
  const { values } = section
  switch (kindOf(section, isSource)) {
    case 'role':
      if (values.source_profile !== undefined && values.credential_source !== undefined) {
        return `Profile '${name}' has both source_profile and credential_source; keep one of them.`
      }
      return values.source_profile === undefined
        ? `Profile '${name}' has a role_arn without a source; add source_profile or credential_source.`
        : null
    case 'web-identity':
      return values.role_arn
        ? null
        : `Profile '${name}' has a web_identity_token_file without a role_arn; add the role's ARN.`
    case 'sso':
      return ssoProblem(name, values, files)
    case 'legacy-sso': {
      const keys = ['sso_start_url', 'sso_region', 'sso_account_id', 'sso_role_name']
      return describeMissingKeys(`Profile '${name}'`, keys, values)
    }
    case 'static':
      return keysOf(section)
        ? null
        : describeHalfKey(name, sourcesOf(section, isSource)[0]?.file ?? null, files)
    case 'none':
      return `Profile '${name}' holds no credentials; add a way to sign in or choose another profile.`
    default:
      return null
  }
}

function ssoProblem(name: string, values: Values, files: AwsFiles): string | null {
  const session = files.ssoSessions.get(values.sso_session ?? '')
  if (!session) {
    return `Profile '${name}' names the sso-session '${values.sso_session}', which does not exist; add [sso-session ${values.sso_session}] or run aws configure sso.`
  }
  const other = Object.keys(session.values).find(
    (key) => values[key] !== undefined && values[key] !== session.values[key],
  )
  if (other !== undefined) {
    return `Profile '${name}' has another ${other} than [sso-session ${values.sso_session}]; take it out of the profile.`
  }
  const all = { ...values, ...session.values }
  return (
    describeMissingKeys(`[sso-session ${values.sso_session}]`, ['sso_start_url', 'sso_region'], all) ??
    describeMissingKeys(`Profile '${name}'`, ['sso_account_id', 'sso_role_name'], all)
  )
}

function describeHalfKey(name: string, file: 'config' | 'credentials' | null, files: AwsFiles): string {
  const path = file === 'config' ? files.configFile : files.credentialsFile
  return `Profile '${name}' has no aws_secret_access_key beside its aws_access_key_id in ${path}; write both in that file.`
}

function describeMissingKeys(owner: string, keys: readonly string[], values: Values): string | null {
  const absent = keys.filter((key) => !values[key])
  return absent.length > 0 ? `${owner} lacks ${absent.join(' and ')}; run aws configure sso.` : null
}
