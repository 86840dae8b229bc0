import type { Profile, SourceProfile } from '../../config/profile.ts'
import { chainLimit, durationBounds, sessionLengthOf } from '../../config/session-length.ts'
import type { Checkup } from '../checkup.ts'
import type { Edit } from '../document.ts'
import { type Fix, makeFix, type Rule } from '../finding.ts'
import { findKeyLine, type LineRef, removeLine, replaceLine, replaceValue } from '../lines.ts'
import { reportAtKey } from './role-rules.ts'

/** How long roles last, and roles assumed with roles. */
export const chainRules: readonly Rule[] = [
  {
    code: 'chain-too-long',
    severity: 'error',
    about: 'duration_seconds over 3600 where the source is itself a role, as an SSO profile is',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const { chained, refused } = sessionLengthOf(profile)
        const requested = Number(profile.values.duration_seconds)
        if (!chained || !refused || requested <= chainLimit || requested > durationBounds.most) continue
        yield* reportAtKey(checkup, profile, 'duration_seconds', {
          wrong: `It asks for ${requested} s, but a role that a role assumes lasts at most ${chainLimit} s (1 h): ${profile.chain.join(' ← ')}.`,
          awsCli: 'asks for it; STS refuses: "exceeds the 1 hour session limit … by role chaining"',
          sdk: 'asks for it; STS refuses: "exceeds the 1 hour session limit … by role chaining"',
          fixes: (spot) => [
            makeFix(
              `ask for ${chainLimit}: the session lasts 1 h`,
              replaceValue(checkup, spot, `${chainLimit}`),
            ),
            makeFix('ask for nothing: the session lasts 1 h', removeLine(spot)),
          ],
        })
      }
    },
  },
  {
    code: 'chain-avoidable',
    severity: 'warning',
    about: 'a role assumed from an SSO profile, where a direct SSO assignment would do',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const root = profile.sources.at(-1)
        const session = root && signInKeysOf(root)
        if (profile.kind !== 'role' || !session || profile.problem || !profile.account) continue
        const { role } = profile
        const via = profile.chain.at(-1) ?? ''
        const direct = checkup.aws.profiles.find(
          ({ kind, account }) => kind.endsWith('sso') && account === profile.account,
        )
        yield* reportAtKey(checkup, profile, 'source_profile', {
          wrong: `It chains from a role that SSO already assumed (${via}), so its session lasts 1 h at most.`,
          awsCli: `gets ${root?.values.sso_role_name ?? 'a role'} from SSO, then assumes ${role} with it`,
          sdk: `gets ${root?.values.sso_role_name ?? 'a role'} from SSO, then assumes ${role} with it`,
          fixes: () => [
            makeDirectFix(checkup, profile, session),
            ...(direct
              ? [
                  {
                    what: `use profile ${direct.name}, which leads to account ${profile.account} directly`,
                    edits: [],
                  },
                ]
              : []),
          ],
        })
      }
    },
  },
  {
    code: 'duration-out-of-range',
    severity: 'error',
    about: 'a duration_seconds that is not a number from 900 to 43200',
    *check(checkup) {
      const { least, most } = durationBounds
      for (const profile of checkup.aws.profiles) {
        const text = profile.values.duration_seconds
        if (text === undefined || !profile.values.role_arn) continue
        const seconds = /^\d+$/.test(text) ? Number(text) : null
        if (seconds !== null && seconds >= least && seconds <= most) continue
        const limit = sessionLengthOf(profile).chained ? chainLimit : most
        const nearest = seconds === null ? null : seconds < least ? least : limit
        const parsed = Number.parseInt(text, 10)
        yield* reportAtKey(checkup, profile, 'duration_seconds', {
          wrong: `Its duration_seconds is not a number from ${least} to ${most}.`,
          awsCli: seconds === null ? 'ignores it: the session lasts 1 h' : 'asks for it; STS refuses',
          sdk: seconds === null ? `asks for ${parsed} s; STS refuses or cuts it` : 'asks for it; STS refuses',
          fixes: (spot) => [
            ...(nearest === null
              ? []
              : [makeFix(`ask for ${nearest}`, replaceValue(checkup, spot, `${nearest}`))]),
            makeFix('ask for nothing: the session lasts 1 h', removeLine(spot)),
          ],
        })
      }
    },
  },
]

/** The keys that say where SSO is signed in to; null if the credentials are not SSO's. */
function signInKeysOf({
  kind,
  values,
}: SourceProfile): readonly (readonly [key: string, value: string])[] | null {
  if (kind !== 'sso' && kind !== 'legacy-sso') return null
  if (values.sso_session) return [['sso_session', values.sso_session]]
  if (!values.sso_start_url || !values.sso_region) return null
  return [
    ['sso_start_url', values.sso_start_url],
    ['sso_region', values.sso_region],
  ]
}

/** The same profile by a direct assignment: role_arn gives way to the session, source_profile to account and role. */
function makeDirectFix(
  checkup: Checkup,
  profile: Profile,
  session: NonNullable<ReturnType<typeof signInKeysOf>>,
): Fix {
  const arn = findKeyLine(checkup, profile.name, 'role_arn')
  const source = findKeyLine(checkup, profile.name, 'source_profile')
  if (!arn || !source) return makeFix('assign the permission set directly')
  const pad = measurePadding(checkup, arn, 'role_arn')
  const formatRow = (key: string, value: string) => `${key.padEnd(Math.max(pad, key.length + 1))}= ${value}`
  const others = ['duration_seconds', 'external_id', 'mfa_serial', 'role_session_name']
    .map((key) => findKeyLine(checkup, profile.name, key))
    .filter((spot) => spot !== null)
  const edits: Edit[] = [
    replaceLine(arn, ...session.map(([key, value]) => formatRow(key, value))),
    replaceLine(
      source,
      formatRow('sso_account_id', profile.account ?? ''),
      formatRow('sso_role_name', profile.role ?? ''),
    ),
    ...others.map(removeLine),
  ]
  return {
    what: 'sign in directly: the session lasts as long as the permission set says (1 to 12 h)',
    edits,
    condition: `SSO assigns you a permission set in account ${profile.account}; put its name in place of ${profile.role}`,
  }
}

/** Up to the column of the `=` of a line, where keys stand in columns. */
function measurePadding(checkup: Checkup, spot: LineRef, key: string): number {
  const text = checkup[spot.file].lines[spot.line - 1]?.text ?? ''
  const before = text.indexOf('=') - text.indexOf(key)
  return before > key.length + 1 ? Math.max(before, 'sso_account_id'.length + 1) : 0
}
