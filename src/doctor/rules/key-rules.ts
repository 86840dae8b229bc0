import { commercialRegions, otherRegions } from '../../config/region-names.ts'
import { findNearest } from '../../nearest.ts'
import type { Rule } from '../finding.ts'
import { outputs, profileKeys, ssoSessionKeys } from '../known-keys.ts'
import {
  addKeys,
  entriesOf,
  filesOf,
  keyColumns,
  profileOf,
  replaceKey,
  replaceValue,
  valueColumns,
} from '../lines.ts'

const regions = [...commercialRegions, ...otherRegions]
const regionShape = /^[a-z]{2,4}(-(gov|iso[a-z]?|de))?-(central|(north|south)?(east|west)|north|south)-\d$/

/** Keys and the values that they may have. */
export const keyRules: readonly Rule[] = [
  {
    code: 'unknown-key',
    severity: 'warning',
    about: 'a key that neither the AWS CLI nor an SDK reads, with the nearest one that they do',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const { section, entry } of entriesOf(file)) {
          const known = section.type === 'sso-session' ? ssoSessionKeys : profileKeys
          const profile = profileOf(file, section)
          if (profile === null && section.type !== 'sso-session') continue
          // Capitals and nested keys have rules of their own.
          if (known.includes(entry.key.toLowerCase()) || entry.key.includes('.')) continue
          if (!/^[\w-]+$/.test(entry.key)) continue
          const near = findNearest(entry.key.replaceAll('-', '_'), known)
          const canReplace = near !== null && !section.entries.some(({ key }) => key === near)
          yield {
            severity: near === null ? 'remark' : 'warning',
            file: file.name,
            line: entry.line,
            columns: keyColumns(file, entry.line),
            profile,
            wrong: `There is no key ${entry.key}${near === null ? ' that muster knows' : `; ${near} is meant`}.`,
            awsCli: 'ignores it',
            sdk: 'ignores it',
            fixes: canReplace
              ? [
                  {
                    what: `write ${near}`,
                    edits: [replaceKey(checkup, { file: file.name, line: entry.line }, near)],
                  },
                ]
              : [],
          }
        }
      }
    },
  },
  {
    code: 'unknown-region',
    severity: 'error',
    about: 'a region that does not exist, with the nearest one that does',
    *check(checkup) {
      const elsewhere = new Set(
        checkup.aws.profiles.filter(({ network }) => network.ec2Endpoint !== null).map(({ name }) => name),
      )
      for (const file of filesOf(checkup)) {
        for (const { section, entry } of entriesOf(file)) {
          if (entry.key !== 'region' && entry.key !== 'sso_region') continue
          if (regions.includes(entry.value)) continue
          // Behind an address of its own a region may have any name.
          if (entry.key === 'region' && elsewhere.has(profileOf(file, section) ?? '')) continue
          const near = findNearestRegion(entry.value)
          // What is written as a region is may be newer than this list.
          const newer = regionShape.test(entry.value)
          yield {
            severity: newer ? 'warning' : 'error',
            file: file.name,
            line: entry.line,
            columns: valueColumns(file, entry.line),
            profile: profileOf(file, section),
            wrong: newer
              ? `muster does not know the region ${entry.value}: it is new, or misspelt.`
              : `There is no region ${entry.value}.`,
            awsCli: 'calls an address in it that does not exist',
            sdk: 'calls an address in it that does not exist',
            fixes:
              near === null
                ? []
                : [
                    {
                      what: `write ${near}`,
                      edits: [replaceValue(checkup, { file: file.name, line: entry.line }, near)],
                      ...(newer ? { condition: `${near} is meant` } : {}),
                    },
                  ],
          }
        }
      }
    },
  },
  {
    code: 'missing-region',
    severity: 'warning',
    about: 'a profile that can sign in but names no region',
    *check(checkup) {
      const { aws, env, sdk } = checkup
      const sources = new Set(aws.profiles.flatMap(({ source }) => source ?? []))
      const others = regionsOf(checkup)
      for (const profile of aws.profiles) {
        if (profile.kind === 'none' || profile.region || profile.problem) continue
        const environmentRegion = env.AWS_REGION || env.AWS_DEFAULT_REGION
        const other =
          profile.sources.find(({ values }) => values.region)?.values.region ??
          usualRegion(others, profile.name)
        const section = sdk.profiles.get(profile.name)
        if (!section) continue
        const variable = env.AWS_REGION ? 'AWS_REGION' : 'AWS_DEFAULT_REGION'
        yield {
          severity: environmentRegion || sources.has(profile.name) ? 'remark' : 'warning',
          file: section.file,
          line: section.line,
          profile: profile.name,
          wrong: 'The profile names no region; a region of default or of its source is not used.',
          awsCli: environmentRegion
            ? `takes ${environmentRegion} from ${variable}`
            : 'stops with "You must specify a region"',
          sdk: env.AWS_REGION ? `takes ${env.AWS_REGION} from AWS_REGION` : 'stops with "Region is missing"',
          fixes:
            other === null
              ? []
              : [
                  {
                    what: `add region = ${other}`,
                    edits: [addKeys(checkup[section.file], section.line, [`region = ${other}`])],
                    condition: `${other} is where you work with it`,
                  },
                ],
        }
      }
    },
  },
  {
    code: 'unknown-output',
    severity: 'error',
    about: 'an output format that the AWS CLI does not have',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const { section, entry } of entriesOf(file)) {
          if (entry.key !== 'output' || outputs.includes(entry.value)) continue
          const near = findNearest(entry.value, outputs)
          yield {
            file: file.name,
            line: entry.line,
            columns: valueColumns(file, entry.line),
            profile: profileOf(file, section),
            wrong: `There is no output format ${entry.value}.`,
            awsCli: 'stops with "Unknown output type"',
            sdk: 'does not look at it',
            fixes:
              near === null
                ? []
                : [
                    {
                      what: `write ${near}`,
                      edits: [replaceValue(checkup, { file: file.name, line: entry.line }, near)],
                    },
                  ],
          }
        }
      }
    },
  },
  {
    code: 'missing-services',
    severity: 'error',
    about: 'a services section that does not exist',
    *check(checkup) {
      const { sdk } = checkup
      for (const [profile, { values }] of sdk.profiles) {
        const servicesKey = values.get('services')
        if (!servicesKey || sdk.services.has(servicesKey.value)) continue
        const near = findNearest(servicesKey.value, [...sdk.services.keys()])
        yield {
          file: servicesKey.file,
          line: servicesKey.line,
          columns: valueColumns(checkup[servicesKey.file], servicesKey.line),
          profile,
          wrong: `There is no [services ${servicesKey.value}].`,
          awsCli: 'stops at it',
          sdk: 'ignores it: AWS itself is called',
          fixes:
            near === null
              ? []
              : [{ what: `write ${near}`, edits: [replaceValue(checkup, servicesKey, near)] }],
        }
      }
    },
  },
]

/** A zone's region, one in capitals or without a hyphen, or the nearest. */
function findNearestRegion(written: string): string | null {
  const plain = written.toLowerCase().replace(/[_ ]/g, '-')
  const zone = plain.replace(/(-\d)[a-z]$/, '$1')
  const hyphened = zone.replace(/([a-z])(\d)$/, '$1-$2')
  return [plain, zone, hyphened].find((each) => regions.includes(each)) ?? findNearest(plain, regions)
}

interface KnownRegions {
  readonly ofDefault: string | null
  /** The one that all profiles with a region name; null if they name several. */
  readonly ofAll: string | null
}

function regionsOf({ sdk }: Parameters<Rule['check']>[0]): KnownRegions {
  const names = new Set([...sdk.profiles.values()].flatMap(({ values }) => values.get('region')?.value ?? []))
  const [first = null, second] = names
  return {
    ofDefault: sdk.profiles.get('default')?.values.get('region')?.value ?? null,
    ofAll: second === undefined ? first : null,
  }
}

/** The region of the default profile, or the one that all profiles with a region name. */
function usualRegion({ ofDefault, ofAll }: KnownRegions, name: string): string | null {
  return ofDefault && name !== 'default' ? ofDefault : ofAll
}
