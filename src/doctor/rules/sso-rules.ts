import type { Profile } from '../../config/profile.ts'
import { findNearest } from '../../nearest.ts'
import type { Checkup } from '../checkup.ts'
import { type Fix, makeFix, type Rule } from '../finding.ts'
import { addKeys, entriesOf, profileOf, removeLine, replaceValue, textAt } from '../lines.ts'
import { reportAtKey } from './role-rules.ts'

const ssoKeys = ['sso_session', 'sso_start_url', 'sso_region', 'sso_account_id', 'sso_role_name']

/** Sign-in by IAM Identity Center. */
export const ssoRules: readonly Rule[] = [
  {
    code: 'missing-sso-session',
    severity: 'error',
    about: 'an sso_session whose section is missing or misspelt',
    *check(checkup) {
      const { sdk, awsCli } = checkup
      const names = [...new Set([...sdk.ssoSessions.keys(), ...awsCli.ssoSessions.keys()])]
      for (const profile of checkup.aws.profiles) {
        const session = profile.values.sso_session
        if (session === undefined || names.includes(session)) continue
        const near = findNearest(session, names)
        yield* reportAtKey(checkup, profile, 'sso_session', {
          wrong: `There is no [sso-session ${session}].`,
          awsCli: 'stops: "The specified sso-session does not exist"',
          sdk: 'stops with a TypeError, "Cannot read properties of undefined"',
          fixes: (spot) => {
            if (near !== null) return [makeFix(`write ${near}`, replaceValue(checkup, spot, near))]
            const only = names.length === 1 ? names[0] : undefined
            const own = addSessionFromProfile(checkup, profile)
            if (only === undefined || own.length > 0) return own
            const edit = replaceValue(checkup, spot, only)
            return [{ ...makeFix(`write ${only}`, edit), condition: `${only}, the only one, is meant` }]
          },
        })
      }
    },
  },
  {
    code: 'incomplete-sso-session',
    severity: 'error',
    about: 'an sso-session without sso_start_url or sso_region',
    *check({ sdk }) {
      for (const [name, { file, line, values }] of sdk.ssoSessions) {
        const absent = ['sso_start_url', 'sso_region'].filter((key) => !values.has(key))
        if (absent.length === 0) continue
        yield {
          file,
          line,
          profile: null,
          wrong: `[sso-session ${name}] lacks ${absent.join(' and ')}; aws configure sso-session asks for it.`,
          awsCli: 'stops: "Missing the following required SSO configuration values"',
          sdk: 'stops with "invalid SSO credentials"',
          fixes: [],
        }
      }
    },
  },
  {
    code: 'incomplete-sso',
    severity: 'error',
    about:
      'an SSO profile without its account, role, region or start URL, or with an account that is not one',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const { values, kind } = profile
        if (kind !== 'sso' && kind !== 'legacy-sso') continue
        const needed = kind === 'sso' ? ssoKeys.slice(3) : ssoKeys.slice(1)
        const absent = needed.filter((key) => !values[key])
        const key = ssoKeys.find((each) => values[each] !== undefined) ?? ''
        if (absent.length > 0) {
          yield* reportAtKey(checkup, profile, key, {
            wrong: `The SSO profile lacks ${absent.join(' and ')}; aws configure sso asks for it.`,
            awsCli: 'stops: "Missing the following required SSO configuration values"',
            sdk: 'stops with "invalid SSO credentials"',
            fixes: () => [],
          })
        }
        const account = values.sso_account_id
        if (account === undefined || /^\d{12}$/.test(account)) continue
        const digits = account.replace(/\D/g, '')
        yield* reportAtKey(checkup, profile, 'sso_account_id', {
          wrong: `${account} is not an account: an account has 12 digits.`,
          awsCli: 'sends it as it is; SSO refuses it',
          sdk: 'sends it as it is; SSO refuses it',
          fixes: (spot) =>
            digits.length === 12 ? [makeFix(`write ${digits}`, replaceValue(checkup, spot, digits))] : [],
        })
      }
    },
  },
  {
    code: 'sso-in-credentials',
    severity: 'warning',
    about: 'SSO keys in the credentials file',
    *check(checkup) {
      const { config, credentials } = checkup
      for (const { section, entry } of entriesOf(credentials)) {
        const profile = profileOf(credentials, section)
        if (profile === null || !ssoKeys.includes(entry.key)) continue
        const target = config.ini.sections.find((each) => profileOf(config, each) === profile)
        const existing = target?.entries.find(({ key }) => key === entry.key)
        const text = textAt(credentials, entry.line).trim()
        const header = profile === 'default' ? '[default]' : `[profile ${profile}]`
        const gap = config.lines.length > 0 ? [''] : []
        const added = target
          ? addKeys(config, target.line, [text])
          : {
              file: 'config' as const,
              line: config.lines.length + 1,
              removed: 0,
              lines: [...gap, header, text],
            }
        yield {
          file: 'credentials',
          line: entry.line,
          profile,
          wrong: `${entry.key} belongs in the config file.`,
          awsCli: 'reads it here today; older ones pass over it',
          sdk: 'reads it here today; older ones pass over it',
          fixes: [
            {
              what: 'move it to the config file',
              edits: [
                removeLine({ file: 'credentials', line: entry.line }),
                existing
                  ? replaceValue(checkup, { file: 'config', line: existing.line }, entry.value)
                  : added,
              ],
            },
          ],
        }
      }
    },
  },
  {
    code: 'mixed-sso',
    severity: 'error',
    about: 'sso_start_url or sso_region in a profile that names an sso_session',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const session = checkup.sdk.ssoSessions.get(profile.values.sso_session ?? '')?.values
        for (const key of ['sso_start_url', 'sso_region']) {
          const own = profile.values[key]
          if (!session || own === undefined) continue
          const same = session.get(key)?.value === own
          const found = reportAtKey(checkup, profile, key, {
            wrong: same
              ? `The profile repeats ${key} of its sso-session.`
              : `${key} of the profile is not that of its sso-session.`,
            awsCli: same
              ? 'takes the sso-session'
              : 'stops: "The value for … is inconsistent between profile … and sso-session"',
            sdk: 'takes the sso-session and ignores it',
            fixes: (spot) => [makeFix('remove it: the sso-session has it', removeLine(spot))],
          })
          for (const each of found) yield { ...each, severity: same ? 'remark' : 'error' }
        }
      }
    },
  },
  {
    code: 'no-scopes',
    severity: 'remark',
    about: 'an sso-session without sso_registration_scopes, which a login by device code cannot renew',
    *check({ config, sdk }) {
      for (const [name, { file, line, values }] of sdk.ssoSessions) {
        if (values.has('sso_registration_scopes') || !values.has('sso_start_url')) continue
        yield {
          file,
          line,
          profile: null,
          wrong: `[sso-session ${name}] has no sso_registration_scopes: a login by device code does not renew itself.`,
          awsCli: 'asks for sso:account:access by itself where it logs in with a browser (from 2.22 on)',
          sdk: 'renews the token only where the login got a refresh token',
          fixes: [
            makeFix(
              'ask for sso:account:access',
              addKeys(config, line, ['sso_registration_scopes = sso:account:access']),
            ),
          ],
        }
      }
    },
  },
]

/** A profile that has its start URL and region itself can give them to the session that it names. */
function addSessionFromProfile(checkup: Checkup, { values }: Profile): readonly Fix[] {
  const { sso_session: name, sso_start_url: url, sso_region: region } = values
  const { config } = checkup
  if (!url || !region || !name || !/^[\w@+.%:/-]+$/.test(name)) return []
  const lines = ['', `[sso-session ${name}]`, `sso_start_url = ${url}`, `sso_region = ${region}`]
  return [
    makeFix(`add [sso-session ${name}] with the profile's own start URL and region`, {
      file: 'config',
      line: config.lines.length + 1,
      removed: 0,
      lines,
    }),
  ]
}
