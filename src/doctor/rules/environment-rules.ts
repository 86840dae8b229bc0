import { findNearest } from '../../nearest.ts'
import type { Checkup } from '../checkup.ts'
import type { Edit } from '../document.ts'
import type { Rule, RuleFinding } from '../finding.ts'
import { removeLine, textAt, valueColumns } from '../lines.ts'

/** What the environment, and the default profile, do to the other profiles. */
export const environmentRules: readonly Rule[] = [
  {
    code: 'profile-and-keys-in-environment',
    severity: 'warning',
    about: 'AWS_PROFILE beside key variables',
    *check({ env }) {
      if (!env.AWS_PROFILE || !env.AWS_ACCESS_KEY_ID || !env.AWS_SECRET_ACCESS_KEY) return
      yield reportVariable({
        wrong: `AWS_PROFILE (${env.AWS_PROFILE}) and AWS_ACCESS_KEY_ID are both set.`,
        awsCli: 'takes the keys, and the region of the profile',
        sdk: `takes profile ${env.AWS_PROFILE}`,
        fixes: [
          {
            what: 'keep the profile',
            edits: [],
            command: 'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN',
          },
          { what: 'keep the keys', edits: [], command: 'unset AWS_PROFILE' },
        ],
      })
    },
  },
  {
    code: 'missing-profile-in-environment',
    severity: 'error',
    about: 'an AWS_PROFILE that does not exist',
    *check({ env, sdk, awsCli }) {
      const name = env.AWS_PROFILE
      if (!name || sdk.profiles.has(name) || awsCli.profiles.has(name)) return
      const near = findNearest(name, [...sdk.profiles.keys()])
      yield reportVariable({
        wrong: `AWS_PROFILE names the profile ${name}, which does not exist.`,
        awsCli: 'stops: "The config profile could not be found"',
        sdk: 'stops with "Could not resolve credentials"',
        fixes:
          near === null ? [] : [{ what: `name ${near}`, edits: [], command: `export AWS_PROFILE=${near}` }],
      })
    },
  },
  {
    code: 'default-profile-in-environment',
    severity: 'warning',
    about: 'AWS_DEFAULT_PROFILE, which the SDKs pass over',
    *check({ env }) {
      const name = env.AWS_DEFAULT_PROFILE
      if (!name || env.AWS_PROFILE === name) return
      yield reportVariable({
        wrong: `AWS_DEFAULT_PROFILE (${name}) is set.`,
        awsCli: env.AWS_PROFILE
          ? `version 2 takes profile ${env.AWS_PROFILE}, version 1 ${name}`
          : `takes profile ${name}`,
        sdk: 'ignores it',
        fixes: [
          {
            what: 'set AWS_PROFILE',
            edits: [],
            command: `export AWS_PROFILE=${name}; unset AWS_DEFAULT_PROFILE`,
          },
        ],
      })
    },
  },
  {
    code: 'region-in-environment',
    severity: 'remark',
    about: 'AWS_REGION and AWS_DEFAULT_REGION that differ, or only one of them',
    *check({ env }) {
      const { AWS_REGION: one, AWS_DEFAULT_REGION: other } = env
      if (one === other || (!one && !other)) return
      const region = one || other
      yield reportVariable({
        wrong:
          one && other
            ? `AWS_REGION is ${one} and AWS_DEFAULT_REGION ${other}.`
            : `Only ${one ? 'AWS_REGION' : 'AWS_DEFAULT_REGION'} is set.`,
        awsCli: one
          ? `version 2 takes ${one}, version 1 ${other ?? "the profile's region"}`
          : `takes ${other} before the profile's region`,
        sdk: one ? `takes ${one} before the profile's region` : "takes the profile's region",
        fixes: [
          {
            what: 'set both alike',
            edits: [],
            command: `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
          },
        ],
      })
    },
  },
  {
    code: 'endpoint-of-default',
    severity: 'warning',
    about: '`endpoint_url` or `services` of the default profile, which leaks into the clients of the others',
    *check(checkup) {
      const { sdk } = checkup
      for (const key of ['endpoint_url', 'services']) {
        const placed = sdk.profiles.get('default')?.values.get(key)
        const others = [...sdk.profiles.keys()].filter((name) => name !== 'default')
        if (!placed || others.length === 0) continue
        yield {
          file: placed.file,
          line: placed.line,
          columns: valueColumns(checkup[placed.file], placed.line),
          profile: 'default',
          wrong: `${key} of the default profile leaks into the clients of the other profiles.`,
          awsCli: 'uses it for the default profile alone',
          sdk: 'a client of any profile calls it, where neither AWS_PROFILE nor the client says otherwise',
          fixes: [{ what: 'give it a profile of its own', edits: moveToOwnProfile(checkup, placed) }],
        }
      }
    },
  },
]

function reportVariable(found: Pick<RuleFinding, 'wrong' | 'awsCli' | 'sdk' | 'fixes'>): RuleFinding {
  return { file: 'environment', line: null, profile: null, ...found }
}

/** A `[profile local]`, or the next free name, with the line. */
function moveToOwnProfile(
  { config, credentials, sdk }: Checkup,
  placed: { file: 'config' | 'credentials'; line: number },
): Edit[] {
  const file = placed.file === 'config' ? config : credentials
  const names = ['local', ...Array.from({ length: 99 }, (_, index) => `local-${index + 2}`)]
  const name = names.find((each) => !sdk.profiles.has(each)) ?? 'local'
  const header = placed.file === 'config' ? `[profile ${name}]` : `[${name}]`
  const lines = ['', header, textAt(file, placed.line).trim()]
  return [removeLine(placed), { file: file.name, line: file.lines.length + 1, removed: 0, lines }]
}
