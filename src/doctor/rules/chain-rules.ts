import type { Profile, SourceProfile } from '../../config/profile.ts'
import { chainLimit, durationBounds, sessionLength } from '../../config/session-length.ts'
import type { Checkup } from '../checkup.ts'
import type { Edit } from '../document.ts'
import { type Mend, mend, type Rule } from '../finding.ts'
import { removeLine, replaceLine, type Spot, spotOf, withValue } from '../lines.ts'
import { on } from './role-rules.ts'

/** How long roles last, and roles assumed with roles. */
export const chainRules: readonly Rule[] = [
  {
    code: 'chain-too-long',
    severity: 'error',
    about: 'duration_seconds over 3600 where the source is itself a role, as an SSO profile is',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const { chained, refused } = sessionLength(profile)
        const asked = Number(profile.values.duration_seconds)
        if (!chained || !refused || asked <= chainLimit || asked > durationBounds.most) continue
        yield* on(checkup, profile, 'duration_seconds', {
          wrong: `It asks for ${asked} s, but a role that a role assumes lasts at most ${chainLimit} s (1 h): ${profile.chain.join(' ← ')}.`,
          awsCli: 'asks for it; STS refuses: "exceeds the 1 hour session limit … by role chaining"',
          sdk: 'asks for it; STS refuses: "exceeds the 1 hour session limit … by role chaining"',
          mends: (spot) => [
            mend(`ask for ${chainLimit}: the session lasts 1 h`, withValue(checkup, spot, `${chainLimit}`)),
            mend('ask for nothing: the session lasts 1 h', removeLine(spot)),
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
        const session = root && signIn(root)
        if (profile.kind !== 'role' || !session || profile.problem || !profile.account) continue
        const { role } = profile
        const via = profile.chain.at(-1) ?? ''
        const direct = checkup.aws.profiles.find(
          ({ kind, account }) => kind.endsWith('sso') && account === profile.account,
        )
        yield* on(checkup, profile, 'source_profile', {
          wrong: `It chains from a role that SSO already assumed (${via}), so its session lasts 1 h at most.`,
          awsCli: `gets ${root?.values.sso_role_name ?? 'a role'} from SSO, then assumes ${role} with it`,
          sdk: `gets ${root?.values.sso_role_name ?? 'a role'} from SSO, then assumes ${role} with it`,
          mends: () => [
            directly(checkup, profile, session),
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
    about: 'a duration_seconds that is no number from 900 to 43200',
    *check(checkup) {
      const { least, most } = durationBounds
      for (const profile of checkup.aws.profiles) {
        const text = profile.values.duration_seconds
        if (text === undefined || !profile.values.role_arn) continue
        const seconds = /^\d+$/.test(text) ? Number(text) : null
        if (seconds !== null && seconds >= least && seconds <= most) continue
        const limit = sessionLength(profile).chained ? chainLimit : most
        const nearest = seconds === null ? null : seconds < least ? least : limit
        const parsed = Number.parseInt(text, 10)
        yield* on(checkup, profile, 'duration_seconds', {
          wrong: `Its duration_seconds is no number from ${least} to ${most}.`,
          awsCli: seconds === null ? 'passes over it: the session lasts 1 h' : 'asks for it; STS refuses',
          sdk: seconds === null ? `asks for ${parsed} s; STS refuses or cuts it` : 'asks for it; STS refuses',
          mends: (spot) => [
            ...(nearest === null ? [] : [mend(`ask for ${nearest}`, withValue(checkup, spot, `${nearest}`))]),
            mend('ask for nothing: the session lasts 1 h', removeLine(spot)),
          ],
        })
      }
    },
  },
]

/** The keys that say where SSO is signed in to; null where the credentials are not SSO's. */
function signIn({ kind, values }: SourceProfile): readonly (readonly [key: string, value: string])[] | null {
  if (kind !== 'sso' && kind !== 'legacy-sso') return null
  if (values.sso_session) return [['sso_session', values.sso_session]]
  if (!values.sso_start_url || !values.sso_region) return null
  return [
    ['sso_start_url', values.sso_start_url],
    ['sso_region', values.sso_region],
  ]
}

/** The same profile by a direct assignment: role_arn gives way to the session, source_profile to account and role. */
function directly(checkup: Checkup, profile: Profile, session: NonNullable<ReturnType<typeof signIn>>): Mend {
  const arn = spotOf(checkup, profile.name, 'role_arn')
  const source = spotOf(checkup, profile.name, 'source_profile')
  if (!arn || !source) return mend('assign the permission set directly')
  const pad = padding(checkup, arn, 'role_arn')
  const row = (key: string, value: string) => `${key.padEnd(Math.max(pad, key.length + 1))}= ${value}`
  const others = ['duration_seconds', 'external_id', 'mfa_serial', 'role_session_name']
    .map((key) => spotOf(checkup, profile.name, key))
    .filter((spot) => spot !== null)
  const edits: Edit[] = [
    replaceLine(arn, ...session.map(([key, value]) => row(key, value))),
    replaceLine(
      source,
      row('sso_account_id', profile.account ?? ''),
      row('sso_role_name', profile.role ?? ''),
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
function padding(checkup: Checkup, spot: Spot, key: string): number {
  const text = checkup[spot.file].lines[spot.line - 1]?.text ?? ''
  const before = text.indexOf('=') - text.indexOf(key)
  return before > key.length + 1 ? Math.max(before, 'sso_account_id'.length + 1) : 0
}
