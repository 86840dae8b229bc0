import type { CheckedFile } from '../checkup.ts'
import { type Rule, refusesFile } from '../finding.ts'
import { filesOf, moveInto, profileOf, removeLine } from '../lines.ts'
import type { IniEntry, IniSection } from '../sdk-ini.ts'

const types = ['profile', 'sso-session', 'services']

/** What stands twice. */
export const duplicateRules: readonly Rule[] = [
  {
    code: 'duplicate-section',
    severity: 'error',
    about: 'a section that stands twice',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const { section, first } of findRepeated(file, ({ header }) => header)) {
          if (section.header === 'DEFAULT') continue
          yield {
            file: file.name,
            line: section.line,
            profile: profileOf(file, section),
            wrong: `[${section.header}] stands twice; the first is in line ${first.line}.`,
            awsCli: refusesFile,
            sdk: 'takes both as one, and of a key in both the later',
            fixes: [{ what: 'make them one', edits: moveInto(file, section, first, 'from') }],
          }
        }
      }
    },
  },
  {
    code: 'same-profile-twice',
    severity: 'error',
    about: 'a profile under two headers, as `[default]` and `[profile default]`',
    *check({ config }) {
      for (const { section, first } of findRepeated(config, nameOf)) {
        if (first.header === section.header) continue
        const bare = [first, section].find((each) => each.type === 'plain')
        yield {
          file: 'config',
          line: section.line,
          profile: profileOf(config, section),
          wrong: `[${section.header}] is the same as [${first.header}] in line ${first.line}.`,
          awsCli: `takes [${section.header}] and forgets the other`,
          sdk: bare ? 'takes [profile default] and forgets [default]' : 'takes both as one',
          fixes: [
            {
              what: 'make them one',
              edits: moveInto(config, section, first, bare === section ? 'to' : 'from'),
            },
          ],
        }
      }
    },
  },
  {
    code: 'duplicate-key',
    severity: 'error',
    about: 'a key that stands twice in a section',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const section of file.ini.sections) {
          for (const { key, earlier, later, unused } of findDuplicateKeys(file, section)) {
            yield {
              file: file.name,
              line: later,
              profile: profileOf(file, section),
              wrong: `The key ${key} stands twice; the first is in line ${earlier}.`,
              awsCli: key.includes('.') ? 'takes the later' : refusesFile,
              sdk: 'takes the later',
              fixes: [
                {
                  what: 'remove the one that the SDK does not use',
                  edits: [removeLine({ file: file.name, line: unused })],
                },
              ],
            }
          }
        }
      }
    },
  },
]

function nameOf({ type, name }: IniSection): string | null {
  if (type === 'plain') return name === 'default' ? 'profile default' : null
  return types.includes(type) ? `${type} ${name}` : null
}

/** Sections that have the same name as an earlier one; `nameIn` gives null for a section without a name. */
function* findRepeated(file: CheckedFile, nameIn: (section: IniSection) => string | null) {
  const seen = new Map<string, IniSection>()
  for (const section of file.ini.sections) {
    const name = nameIn(section)
    const first = name === null ? undefined : seen.get(name)
    if (first) yield { section, first }
    else if (name !== null) seen.set(name, section)
  }
}

/** Keys that stand twice: for the AWS CLI in whatever case; for the SDK, one with capitals is another key. */
function* findDuplicateKeys(file: CheckedFile, section: IniSection) {
  const seen = new Map<string, IniEntry>()
  for (const entry of section.entries) {
    const nested = entry.key.includes('.')
    const key = nested ? entry.key : entry.key.toLowerCase()
    const earlier = seen.get(key)
    seen.set(key, entry)
    if (!earlier || file.python.continued.has(entry.line) !== nested) continue
    const unused = entry.key !== key && earlier.key === key ? entry.line : earlier.line
    yield { key, earlier: earlier.line, later: entry.line, unused }
  }
}
