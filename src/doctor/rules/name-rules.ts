import { headerOf } from '../../config/aws-cli-reading.ts'
import { findNearest } from '../../nearest.ts'
import type { CheckedFile, Checkup } from '../checkup.ts'
import type { Fix, Rule } from '../finding.ts'
import { entriesOf, filesOf, moveInto, replaceValue } from '../lines.ts'
import type { IniSection } from '../sdk-ini.ts'
import {
  guessHeader,
  headerAt,
  ownSections,
  plainName,
  replaceHeader,
  type SectionType,
  sectionTypes,
} from '../section-headers.ts'

/** Names of profiles and sections, and the profile whose name has a meaning. */
export const nameRules: readonly Rule[] = [
  {
    code: 'quoted-name',
    severity: 'remark',
    about: 'a name in quotes, which needs none',
    *check({ config }) {
      for (const { header, line, type, name } of config.ini.sections) {
        if (!sectionTypes.some((each) => each === type) || !/["']/.test(header)) continue
        yield {
          ...headerAt(config, line),
          profile: type === 'profile' ? name : null,
          wrong: `The name in [${header}] needs no quotes.`,
          awsCli: `reads ${name}`,
          sdk: `reads ${name}; other tools keep the quotes`,
          fixes: [
            {
              what: `write [${type} ${name}]`,
              edits: [replaceHeader(config, line, header, `${type} ${name}`)],
            },
          ],
        }
      }
    },
  },
  {
    code: 'unusable-name',
    severity: 'error',
    about: 'a name with blanks, letters beyond ASCII or other characters that the SDK does not take',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const { header, line, type, name: ofSection } of file.ini.sections) {
          const found =
            file.name === 'config' ? findUnusable(header, type, ofSection) : findUnusableInCredentials(header)
          if (!found) continue
          const taken = file.name === 'credentials' && checkup.sdk.profiles.has(header)
          const renamed = findFreeName(checkup, safeNameOf(found.name), file)
          const name = found.type === null ? renamed : `${found.type} ${renamed}`
          yield {
            ...headerAt(file, line),
            profile: found.type === 'sso-session' || found.type === 'services' ? null : found.name,
            severity: taken ? 'warning' : 'error',
            wrong: taken
              ? `The name '${found.name}' cannot be written in the config file.`
              : `The name '${found.name}' is not one that the SDK takes.`,
            awsCli: describeForAwsCli(file, header),
            sdk: describeForSdk(checkup, file, header),
            fixes: [
              {
                what: `call it ${renamed}`,
                edits: [
                  replaceHeader(file, line, header, name),
                  ...renameReferences(checkup, found.name, renamed, found.type ?? 'profile'),
                ],
              },
            ],
          }
        }
      }
    },
  },
  {
    code: 'default-in-capitals',
    severity: 'error',
    about: '`[DEFAULT]`, whose keys every section inherits in the AWS CLI and none in the SDK',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const section of file.ini.sections.filter(({ header }) => header === 'DEFAULT')) {
          const own = file.ini.sections.some(({ header }) => /^(profile )?default$/.test(header))
          yield {
            ...headerAt(file, section.line),
            wrong: '[DEFAULT] in capitals is not the default profile.',
            awsCli: 'gives its keys to every section that does not set them',
            sdk: file.name === 'config' ? 'ignores it' : "takes it for a profile named 'DEFAULT'",
            fixes: own ? [makeIntoDefaultFix(file, section.line)] : [makeLowerDefaultFix(file, section.line)],
          }
        }
      }
    },
  },
]

function findUnusable(
  header: string,
  type: IniSection['type'],
  name: string,
): { type: SectionType | null; name: string } | null {
  // The SDK cannot find a profile named like a member of every JavaScript object.
  if (type === 'profile') return name in {} ? { type, name } : null
  if (type !== 'plain' && type !== 'unusable') return null
  if (guessHeader(header) !== null || ownSections.includes(header) || header === 'DEFAULT') return null
  const [, written = '', rest = ''] = /^\s*([\w-]+)\s+(.*?)\s*$/s.exec(header) ?? []
  const intended = sectionTypes.find((each) => each === findNearest(written, sectionTypes))
  if (intended && rest !== '') return { type: intended, name: rest.replace(/^(["'])(.*)\1$/s, '$2') }
  return { type: 'profile', name: header.trim() }
}

/** In the credentials file a header is a name; the SDK ignores one of two words. */
function findUnusableInCredentials(header: string): { type: null; name: string } | null {
  if (header === 'DEFAULT' || /^(profile|sso-session|services)\s/.test(header)) return null
  return plainName.test(header) && !(header in {}) ? null : { type: null, name: header }
}

function safeNameOf(name: string): string {
  return (
    name
      .trim()
      .replace(/^(["'])(.*)\1$/s, '$2')
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/[^\w@+.%:/-]+/g, '-') || 'unnamed'
  )
}

function findFreeName(checkup: Checkup, name: string, file: CheckedFile): string {
  const taken = new Set(file.ini.sections.map((section) => section.name))
  const isFree = (each: string) => !taken.has(each) && !checkup.sdk.profiles.has(each) && !(each in {})
  if (isFree(name)) return name
  for (let number = 2; ; number++) if (isFree(`${name}-${number}`)) return `${name}-${number}`
}

function describeForAwsCli(file: CheckedFile, header: string): string {
  if (file.name === 'credentials') return `takes it for a profile named '${header}'`
  const { type, name } = headerOf(header)
  return name === null ? 'ignores the section' : `takes it for ${type} '${name}'`
}

function describeForSdk({ sdk }: Checkup, file: CheckedFile, header: string): string {
  const known = file.name === 'credentials' && sdk.profiles.has(header)
  return known ? `takes it for a profile named '${header}'` : 'ignores the section'
}

/** Renames a profile or a session in the sections that name it. */
function renameReferences(checkup: Checkup, from: string, to: string, type: SectionType) {
  const key = { profile: 'source_profile', 'sso-session': 'sso_session', services: 'services' }[type]
  return filesOf(checkup).flatMap((file) =>
    [...entriesOf(file)]
      .filter(({ entry }) => entry.key === key && entry.value === from)
      .map(({ entry }) => replaceValue(checkup, { file: file.name, line: entry.line }, to)),
  )
}

function makeLowerDefaultFix(file: CheckedFile, line: number): Fix {
  return {
    what: 'write [default], and into the profiles what they should share',
    edits: [replaceHeader(file, line, 'DEFAULT', 'default')],
  }
}

/** Its keys go to `[default]`, which may have them: then what `[default]` says stays. */
function makeIntoDefaultFix(file: CheckedFile, line: number): Fix {
  const section = file.ini.sections.find((each) => each.line === line)
  const target = file.ini.sections.find(({ header }) => /^(profile )?default$/.test(header))
  if (!section || !target) return makeLowerDefaultFix(file, line)
  return { what: 'move its keys to [default]', edits: moveInto(file, section, target, 'to') }
}
