import { type CredentialSource, sdkSourcesOf, sourcesOf } from '../../config/profile-sources.ts'
import type { PlacedValue } from '../../config/python-ini.ts'
import type { Checkup } from '../checkup.ts'
import type { Rule } from '../finding.ts'
import { valueColumns } from '../lines.ts'

/** Where credentials come from, if a profile says it more than once. */
export const sourceRules: readonly Rule[] = [
  {
    code: 'competing-sources',
    severity: 'warning',
    about: 'several sources of credentials in one profile, of which only one is taken',
    *check(checkup) {
      for (const [profile, section] of checkup.files.profiles) {
        const { values } = section
        // A role that names itself as its source is assumed with the keys beside it.
        const isOwnSource = values.source_profile === profile
        const found = sourcesOf(section, false).filter(({ kind }) => !(isOwnSource && kind === 'static'))
        const [first, second] = found
        const placed = second && findFirstKey(checkup, profile, second)
        if (!first || !second || !placed) continue
        const keys = [...(checkup.sdk.profiles.get(profile)?.values ?? [])]
        const [sdk] = sdkSourcesOf(Object.fromEntries(keys.map(([key, { value }]) => [key, value])))
        const { file, line } = placed
        yield {
          severity: sdk === first.kind ? 'remark' : 'warning',
          file,
          line,
          columns: valueColumns(checkup[file], line),
          profile,
          wrong: `It names ${found.map(textOf).join(' and ')}: muster takes ${textOf(first)}, as the AWS CLI does.`,
          awsCli: `takes ${textOf(first)}`,
          sdk: sdk === undefined ? 'takes none of them' : `takes ${sdkTextOf(sdk, found)}`,
          fixes: [],
        }
      }
    },
  },
]

const texts: Readonly<Record<Exclude<CredentialSource['kind'], 'static'>, string>> = {
  role: 'a role',
  'credential-source': 'a role',
  'web-identity': 'a web identity',
  sso: 'SSO',
  'legacy-sso': 'SSO',
  process: 'a credential_process',
  login: 'a login_session',
}

function textOf({ kind, file }: CredentialSource): string {
  return kind === 'static' ? `keys in the ${file} file` : texts[kind]
}

/** The SDK reads both files as one, the credentials file first. */
function sdkTextOf(kind: CredentialSource['kind'], found: readonly CredentialSource[]): string {
  return textOf(found.find((each) => each.kind === kind) ?? { kind, file: 'credentials' })
}

const keys: Readonly<Record<CredentialSource['kind'], readonly string[]>> = {
  role: ['role_arn'],
  'credential-source': ['role_arn'],
  'web-identity': ['web_identity_token_file'],
  sso: ['sso_account_id', 'sso_role_name'],
  'legacy-sso': ['sso_account_id', 'sso_role_name'],
  process: ['credential_process'],
  login: ['login_session'],
  static: ['aws_access_key_id'],
}

/** Where the first key of a source stands. */
function findFirstKey(
  { awsCli }: Checkup,
  profile: string,
  { kind, file }: CredentialSource,
): PlacedValue | null {
  const section = {
    config: awsCli.configProfiles.get(profile),
    credentials: awsCli.credentialsProfiles.get(profile),
    both: awsCli.profiles.get(profile),
  }[file ?? 'both']
  const found = keys[kind].map((key) => section?.values.get(key)).find((each) => each !== undefined)
  return found ?? null
}
