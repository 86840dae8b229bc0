import type { Profile } from '../../config/profile.ts'
import { profileNamed } from '../../config/profile-named.ts'
import { findNearest } from '../../nearest.ts'
import type { Checkup } from '../checkup.ts'
import { type Fix, makeFix, type Rule, type RuleFinding } from '../finding.ts'
import { credentialSources } from '../known-keys.ts'
import { addKeys, findKeyLine, type LineRef, removeLine, replaceValue, valueColumns } from '../lines.ts'

export const roleArn = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]+$/

/** Keys that mean something only beside role_arn. */
const roleOnly = ['external_id', 'mfa_serial', 'duration_seconds', 'role_session_name', 'source_profile']

/** What a role is assumed with. */
export const roleRules: readonly Rule[] = [
  {
    code: 'missing-source',
    severity: 'error',
    about: 'a source_profile that does not exist',
    *check(checkup) {
      const { sdk, awsCli } = checkup
      const names = [...new Set([...sdk.profiles.keys(), ...awsCli.profiles.keys()])]
      for (const profile of checkup.aws.profiles) {
        const { source } = profile
        if (source === null || names.includes(source) || !profile.values.role_arn) continue
        const near = findNearest(
          source,
          names.filter((name) => name !== profile.name),
        )
        yield* reportAtKey(checkup, profile, 'source_profile', {
          wrong: `Its source_profile ${source} does not exist.`,
          awsCli: `stops: "The source_profile \\"${source}\\" … does not exist"`.replaceAll('\\"', "'"),
          sdk: 'stops with "Could not resolve credentials"',
          fixes: (spot) =>
            near === null ? [] : [makeFix(`write ${near}`, replaceValue(checkup, spot, near))],
        })
      }
    },
  },
  {
    code: 'source-cycle',
    severity: 'error',
    about: 'a source_profile that leads back to its own profile',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const cycle = cycleOf(profile, checkup)
        if (cycle === null) continue
        yield* reportAtKey(checkup, profile, 'source_profile', {
          wrong: `Its source_profile leads back to itself: ${cycle.join(' → ')}.`,
          awsCli: 'stops with "Infinite loop in credential configuration"',
          sdk: 'stops with "Detected a cycle"',
          fixes: () => [],
        })
      }
    },
  },
  {
    code: 'two-sources',
    severity: 'error',
    about: 'source_profile beside credential_source',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const source = findKeyLine(checkup, profile.name, 'source_profile')
        if (!profile.values.credential_source || !profile.values.role_arn || !source) continue
        yield* reportAtKey(checkup, profile, 'credential_source', {
          wrong: 'It has both source_profile and credential_source.',
          awsCli: 'stops: "contains both source_profile and credential_source"',
          sdk: 'stops with "Could not resolve credentials"',
          fixes: (spot) => [
            makeFix('keep source_profile', removeLine(spot)),
            makeFix('keep credential_source', removeLine(source)),
          ],
        })
      }
    },
  },
  {
    code: 'no-source',
    severity: 'error',
    about: 'role_arn without anything to assume it with',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const { values } = profile
        if (!values.role_arn || values.source_profile || values.credential_source) continue
        if (values.web_identity_token_file || profile.kind !== 'role') continue
        const usual = checkup.aws.profiles.find(({ name, kind }) => name === 'default' && kind !== 'none')
        const section = checkup.sdk.profiles.get(profile.name)
        yield* reportAtKey(checkup, profile, 'role_arn', {
          wrong: 'It has a role_arn and neither source_profile nor credential_source.',
          awsCli: 'stops: "Partial credentials found in assume-role"',
          sdk: 'stops with "Could not resolve credentials"',
          fixes: () =>
            usual && section && profile.name !== 'default' && !usual.problem
              ? [
                  {
                    what: 'assume it with the default profile',
                    edits: [addKeys(checkup[section.file], section.line, ['source_profile = default'])],
                    condition: 'the role trusts the default profile',
                  },
                ]
              : [],
        })
      }
    },
  },
  {
    code: 'unknown-credential-source',
    severity: 'error',
    about: 'a credential_source that does not exist',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const { credential_source: source } = profile.values
        if (source === undefined || credentialSources.includes(source)) continue
        const near = findNearest(source, credentialSources)
        yield* reportAtKey(checkup, profile, 'credential_source', {
          wrong: `There is no credential_source ${source}; there are ${credentialSources.join(', ')}.`,
          awsCli: 'stops: "The credential source … is not valid"',
          sdk: 'stops with "Unsupported credential source"',
          fixes: (spot) =>
            near === null ? [] : [makeFix(`write ${near}`, replaceValue(checkup, spot, near))],
        })
      }
    },
  },
  {
    code: 'malformed-role',
    severity: 'error',
    about: 'a role_arn that is not the ARN of a role',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const { role_arn: arn } = profile.values
        if (arn === undefined || roleArn.test(arn)) continue
        const better = correctArn(arn)
        yield* reportAtKey(checkup, profile, 'role_arn', {
          wrong: `${arn} is not the ARN of a role, as arn:aws:iam::111122223333:role/NAME is.`,
          awsCli: 'sends it as it is; STS refuses it',
          sdk: 'sends it as it is; STS refuses it',
          fixes: (spot) =>
            better === null ? [] : [makeFix(`write ${better}`, replaceValue(checkup, spot, better))],
        })
      }
    },
  },
  {
    code: 'key-without-role',
    severity: 'warning',
    about: 'external_id, mfa_serial, duration_seconds and their like without role_arn',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        if (profile.values.role_arn) continue
        for (const key of roleOnly) {
          if (profile.values[key] === undefined) continue
          yield* reportAtKey(checkup, profile, key, {
            wrong: `${key} means nothing without a role_arn.`,
            awsCli: 'ignores it',
            sdk: 'ignores it',
            fixes: (spot) => [makeFix('remove it', removeLine(spot))],
          })
        }
      }
    },
  },
]

type KeyFinding = Pick<RuleFinding, 'wrong' | 'awsCli' | 'sdk'> & {
  readonly fixes: (spot: LineRef) => readonly Fix[]
}

/** A finding at the value of a profile's key. */
export function* reportAtKey(
  checkup: Checkup,
  { name }: Pick<Profile, 'name'>,
  key: string,
  found: KeyFinding,
): Generator<RuleFinding> {
  const spot = findKeyLine(checkup, name, key)
  if (!spot) return
  const columns = valueColumns(checkup[spot.file], spot.line)
  yield { ...found, ...spot, columns, profile: name, fixes: found.fixes(spot) }
}

/** The profiles from this one round to itself; null if it is in no cycle. A source that holds keys ends a chain. */
function cycleOf(profile: Profile, { aws }: Checkup): readonly string[] | null {
  const names = [profile.name]
  for (let current: Profile | undefined = profile; current?.kind === 'role' && current.source !== null; ) {
    const { source }: Profile = current
    const next: Profile | undefined = profileNamed(aws.profiles, source)
    if (next?.kindAsSource !== 'role') return null
    if (source === profile.name) return [...names, source]
    if (names.includes(source ?? '')) return null
    names.push(source ?? '')
    current = next
  }
  return null
}

/** One colon too few, an account with hyphens, blanks. */
function correctArn(arn: string): string | null {
  const close = arn
    .replace(/\s/g, '')
    .replace(/^arn:aws([a-z-]*):iam:(?=\d)/, 'arn:aws$1:iam::')
    .replace(/^(arn:aws[a-z-]*:iam::)(\d{4})-(\d{4})-(\d{4}):/, '$1$2$3$4:')
    .replace(/^(arn:aws[a-z-]*:iam::\d{12}):(?!role\/)roles?[:/]/, '$1:role/')
  return roleArn.test(close) ? close : null
}
