import { splitKeyAndValue, strip } from '../../config/python.ts'
import { makeFix, type Rule } from '../finding.ts'
import { nestingKeys } from '../known-keys.ts'
import {
  entriesOf,
  filesOf,
  indentOf,
  lineAt,
  removeLine,
  replaceLine,
  replaceValue,
  sectionAt,
  valueColumns,
} from '../lines.ts'

/** Keys whose value is a command, which may begin with a quote. */
const commands = ['credential_process', 'cli_pager']

/** Values, and what stands beside them. */
export const valueRules: readonly Rule[] = [
  {
    code: 'comment-after-value',
    severity: 'error',
    about: 'a comment after a value, which is part of the value to the AWS CLI',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const [index, { text }] of file.lines.entries()) {
          const line = index + 1
          const start = /\s[;#]/.exec(text)?.index ?? -1
          const before = text.slice(0, start)
          if (start < 0 || !/[^\s\ufeff].*=/s.test(before) || /^\s*[#;[]/.test(text)) continue
          const pair = splitKeyAndValue(strip(text))
          if (!pair || sectionAt(file, line) === null || text.includes('\r')) continue
          const indentation = indentOf(text)
          yield {
            ...lineAt(file, line),
            columns: [start + 2, text.trimEnd().length],
            wrong: 'A comment stands after the value.',
            awsCli: `takes it as part of ${pair.key.toLowerCase()}`,
            sdk: 'ignores it',
            fixes: [
              {
                what: 'give the comment a line of its own',
                edits: [
                  replaceLine(
                    { file: file.name, line },
                    indentation + text.slice(start).trim(),
                    before.trimEnd(),
                  ),
                ],
              },
            ],
          }
        }
      }
    },
  },
  {
    code: 'empty-value',
    severity: 'warning',
    about: 'a key without a value and with nothing nested in it',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const [index, { text }] of file.lines.entries()) {
          const line = index + 1
          const key = /^\s*([^=:#;[\s][^=:]*?)\s*=\s*$/.exec(text)?.[1]
          if (key === undefined || file.python.continued.has(line) || sectionAt(file, line) === null) continue
          if ([...file.python.continued.values()].includes(line)) continue
          // The documented way to have no pager.
          const isPager = key === 'cli_pager'
          yield {
            ...lineAt(file, line),
            ...(isPager ? { severity: 'remark' } : {}),
            wrong: `The key ${key} has no value${isPager ? ', which means no pager' : ''}.`,
            awsCli: 'takes it for set to nothing',
            sdk: 'takes it for not set, and indented lines below for nested in it',
            fixes: isPager ? [] : [makeFix('remove it', removeLine({ file: file.name, line }))],
          }
        }
      }
    },
  },
  {
    code: 'not-nested',
    severity: 'warning',
    about: 'lines nested in a key that nothing is nested in',
    *check({ config }) {
      for (const { section, entry } of entriesOf(config)) {
        const [outer = '', ...inner] = entry.key.split('.')
        if (inner.length === 0 || section.type === 'services' || nestingKeys.includes(outer)) continue
        if (!/^[\w-]+$/.test(outer)) continue
        yield {
          ...lineAt(config, entry.line),
          wrong: `The line is nested in ${outer}, which has nothing nested in it.`,
          awsCli: `reads no key ${inner.join('.')} of the profile`,
          sdk: `reads no key ${inner.join('.')} of the profile`,
          fixes: [],
        }
      }
    },
  },
  {
    code: 'quoted-value',
    severity: 'error',
    about: 'a value in quotes, which both take as part of it',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const { entry } of entriesOf(file)) {
          const bare = /^(["'])(.+)\1$/s.exec(entry.value)?.[2]
          if (bare === undefined || commands.includes(entry.key)) continue
          yield {
            ...lineAt(file, entry.line),
            columns: valueColumns(file, entry.line),
            wrong: `The value of ${entry.key} stands in quotes.`,
            awsCli: 'takes the quotes as part of the value',
            sdk: 'takes the quotes as part of the value',
            fixes: [
              {
                what: 'remove the quotes',
                edits: [replaceValue(checkup, { file: file.name, line: entry.line }, bare.trim())],
              },
            ],
          }
        }
      }
    },
  },
]
