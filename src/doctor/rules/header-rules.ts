import { headerOf } from '../../config/aws-cli-reading.ts'
import type { CheckedFile } from '../checkup.ts'
import { type Rule, refusesFile } from '../finding.ts'
import { filesOf, lastLineOf, replaceLine } from '../lines.ts'
import { guessHeader, headerAt, ownSections, replaceHeader } from '../section-headers.ts'

/** Lines that are, or should be, the head of a section. */
export const headerRules: readonly Rule[] = [
  {
    code: 'unclosed-header',
    severity: 'error',
    about: 'a section header without its closing bracket, or with text after it',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const [index, { text }] of file.lines.entries()) {
          const content = text.replace(/(^|\s)[;#].*$/s, '').trim()
          if (!content.startsWith('[') || (content.endsWith(']') && content.length > 1)) continue
          const closing = content.indexOf(']')
          const closed = closing > 0 ? content.slice(0, closing + 1) : `${content.split('=')[0]?.trim()}]`
          const rest = text.slice(text.indexOf(content) + content.length)
          yield {
            ...headerAt(file, index + 1),
            wrong:
              closing > 0
                ? 'Text stands after the closing bracket of the section header.'
                : 'The section header has no closing bracket.',
            awsCli: closing > 0 ? `reads ${closed}` : refusesFile,
            sdk: 'sees no header: the keys below it go to the section above',
            fixes: [
              {
                what: closing > 0 ? 'remove the text' : 'close it',
                edits: [replaceLine({ file: file.name, line: index + 1 }, closed + rest)],
              },
            ],
          }
        }
      }
    },
  },
  {
    code: 'not-a-profile',
    severity: 'error',
    about: '`[name]` without `profile` in the config file, or a misspelt or padded header',
    *check({ config }) {
      for (const { header, line, type, name } of config.ini.sections) {
        if (type === 'profile' || type === 'sso-session' || type === 'services') continue
        if (ownSections.includes(name) || header === 'DEFAULT') continue
        const better = guessHeader(header)
        if (better === null || better === header) continue
        const cli = headerOf(header)
        yield {
          ...headerAt(config, line),
          wrong: `[${header}] is no ${better.split(' ')[0]} in this file${better === `profile ${header}` ? ": 'profile' is missing" : ''}.`,
          awsCli: cli.name === null ? 'ignores the section' : `takes it for ${cli.type} ${cli.name}`,
          sdk: /^(profile|sso-session|services)\./.test(header)
            ? `takes it for ${better}`
            : 'ignores the section',
          fixes: [
            {
              what: `write [${better}]`,
              edits: [replaceHeader(config, line, header, better)],
            },
          ],
        }
      }
    },
  },
  {
    code: 'profile-in-credentials',
    severity: 'error',
    about: '`[profile NAME]` in the credentials file, where a section is its name alone',
    *check({ credentials }) {
      for (const { header, line, type, name } of credentials.ini.sections) {
        if (type !== 'profile') continue
        yield {
          ...headerAt(credentials, line),
          wrong: `[${header}] is not profile ${name} in this file.`,
          awsCli: `takes it for a profile named '${header}'`,
          sdk: `takes it for a profile named 'profile.${name}'`,
          fixes: [
            {
              what: `write [${name}]`,
              edits: [replaceHeader(credentials, line, header, name)],
            },
          ],
        }
      }
    },
  },
  {
    code: 'section-in-credentials',
    severity: 'error',
    about: 'an sso-session or services section in the credentials file',
    *check({ config, credentials }) {
      for (const section of credentials.ini.sections) {
        if (section.type !== 'sso-session' && section.type !== 'services') continue
        const last = lastLineOf(credentials, section)
        const lines = credentials.lines.slice(section.line - 1, last).map(({ text }) => text)
        const taken = config.ini.sections.some(({ header }) => header === section.header)
        yield {
          ...headerAt(credentials, section.line),
          wrong: `[${section.header}] belongs in the config file.`,
          awsCli: 'looks for it in the config file alone',
          sdk: 'looks for it in the config file alone',
          fixes: [
            {
              what: taken ? 'remove it: the config file has one' : 'move it to the config file',
              edits: [
                { file: 'credentials', line: section.line, removed: last - section.line + 1, lines: [] },
                ...(taken ? [] : [appendSection(config, lines)]),
              ],
            },
          ],
        }
      }
    },
  },
  {
    code: 'empty-section',
    severity: 'remark',
    about: 'a section without a key',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const { header, line, entries, type, name } of file.ini.sections) {
          if (entries.length > 0 || (type === 'plain' && file.name === 'config' && name !== 'default'))
            continue
          yield {
            ...headerAt(file, line),
            wrong: `[${header}] holds no key.`,
            awsCli: 'has a profile without settings',
            sdk: 'has no such profile',
            fixes: [],
          }
        }
      }
    },
  },
]

function appendSection(config: CheckedFile, lines: readonly string[]) {
  const gap = config.lines.length > 0 ? [''] : []
  return { file: config.name, line: config.lines.length + 1, removed: 0, lines: [...gap, ...lines] }
}
