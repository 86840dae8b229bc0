import { splitKeyAndValue, strip } from '../../config/python.ts'
import { type Rule, refusesFile } from '../finding.ts'
import {
  filesOf,
  indentOf,
  keyColumns,
  lineAt,
  replaceKey,
  replaceLine,
  sectionAt,
  textAt,
} from '../lines.ts'

/** Lines that are, or should be, `key = value`. */
export const lineRules: readonly Rule[] = [
  {
    code: 'stray-line',
    severity: 'error',
    about: 'a line that is no header, no `key = value` and no comment, or stands before the first section',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const { line, why } of file.python.failures) {
          const text = textAt(file, line)
          const content = strip(text.replace(/^\ufeff/, ''))
          if (why !== 'no-section' && why !== 'no-key-and-value' && why !== 'nested-without-value') continue
          if (content.startsWith('[') || text.includes('\r')) continue
          yield {
            ...lineAt(file, line),
            wrong:
              why === 'no-section'
                ? 'The line stands before the first section.'
                : why === 'nested-without-value'
                  ? 'The line is not "key = value", as the lines of a nested section are.'
                  : 'The line is not "key = value".',
            awsCli: refusesFile,
            sdk: 'ignores the line',
            fixes: [
              {
                what: 'make it a comment',
                edits: [
                  replaceLine(
                    { file: file.name, line },
                    `${line === 1 ? byteOrderMarkOf(text) : ''}# ${text.trim()}`,
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
    code: 'colon',
    severity: 'error',
    about: '`key : value` with a colon in place of `=`',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const [index, { text }] of file.lines.entries()) {
          const found = /^(\s*[^\s=:#;[][^=:]*?)(\s*):/.exec(text)
          if (!found || file.python.continued.has(index + 1) || sectionAt(file, index + 1) === null) continue
          if (!splitKeyAndValue(strip(text)) || text.includes('\r')) continue
          const [upToColon, key = ''] = found
          yield {
            ...lineAt(file, index + 1),
            columns: [upToColon.length, upToColon.length],
            wrong: 'A colon parts key and value.',
            awsCli: `reads the key ${strip(key).toLowerCase()}`,
            sdk: text.includes('=') ? 'takes the colon as part of the key' : 'ignores the line',
            fixes: [
              {
                what: 'write "="',
                edits: [
                  replaceLine(
                    { file: file.name, line: index + 1 },
                    `${key} =${ensureLeadingBlank(text.slice(upToColon.length))}`,
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
    code: 'key-in-capitals',
    severity: 'error',
    about: 'capitals in a key, as in `Region = …`',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const [index, { text }] of file.lines.entries()) {
          const line = index + 1
          const key = /^\s*([^=:#;[\s][^=:]*?)\s*[=]/.exec(text)?.[1]
          if (key === undefined || !/^[\w.-]+$/.test(key) || key === key.toLowerCase()) continue
          const above = file.python.continued.get(line)
          // Nested keys keep their case in the AWS CLI.
          if (above !== undefined || sectionAt(file, line) === null) continue
          yield {
            ...lineAt(file, line),
            columns: keyColumns(file, line),
            wrong: `The key ${key} has capitals.`,
            awsCli: `reads ${key.toLowerCase()}`,
            sdk: `ignores it: it looks for ${key.toLowerCase()}`,
            fixes: [
              {
                what: `write ${key.toLowerCase()}`,
                edits: [replaceKey(checkup, { file: file.name, line }, key.toLowerCase())],
              },
            ],
          }
        }
      }
    },
  },
  {
    code: 'indented-line',
    severity: 'error',
    about: 'an indented line below a value, which the AWS CLI takes as more of that value',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const [line, above] of file.python.continued) {
          const opener = splitKeyAndValue(strip(textAt(file, above)))
          if (!opener || opener.value === '') continue
          const text = textAt(file, line)
          const content = strip(text.trim())
          const ours = content.startsWith('[') || content.indexOf('=') > 0
          yield {
            ...lineAt(file, line),
            wrong: 'The line is indented deeper than the value above it.',
            awsCli: `takes it as more of the value of ${opener.key.toLowerCase()} (line ${above})`,
            sdk: ours ? 'takes it as a line of its own' : 'ignores it',
            fixes: [
              {
                what: ours ? 'indent it no deeper' : 'make it a comment',
                edits: [
                  replaceLine(
                    { file: file.name, line },
                    ours ? indentOf(textAt(file, above)) + content : `# ${content}`,
                  ),
                ],
              },
            ],
          }
        }
      }
    },
  },
]

function ensureLeadingBlank(value: string): string {
  return /^\s/.test(value) || value === '' ? value : ` ${value}`
}

function byteOrderMarkOf(text: string): string {
  return text.startsWith('\ufeff') ? '\ufeff' : ''
}
