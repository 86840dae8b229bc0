import type { CheckedFile } from '../checkup.ts'
import { type Rule, type RuleFinding, refusesFile } from '../finding.ts'
import { filesOf, lineAt, replaceLine } from '../lines.ts'

const tab = '\t'
/** Blanks that do not look like one, characters that show nothing, controls; tab and CR have rules of their own. */
const invisible =
  /[\0-\x08\v\f\x0e-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]/
const allInvisible = new RegExp(invisible, 'g')
const wide = /[\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g

/** The bytes of the files, whatever they say. */
export const byteRules: readonly Rule[] = [
  {
    code: 'byte-order-mark',
    severity: 'error',
    about: 'a byte order mark (an editor on Windows writes one)',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        const text = file.lines[0]?.text ?? ''
        if (!text.startsWith('\ufeff')) continue
        yield reportLine(file, 1, {
          wrong: 'The file begins with a byte order mark, which no editor shows.',
          awsCli: refusesFile,
          sdk: 'ignores it',
          fixes: [
            {
              what: 'remove the mark',
              edits: [replaceLine({ file: file.name, line: 1 }, text.slice(1))],
            },
          ],
        })
      }
    },
  },
  {
    code: 'not-utf8',
    severity: 'error',
    about: 'bytes that are not UTF-8, as in a file of another encoding',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        const bad = file.python.failures.find(({ why }) => why === 'not-utf8')
        if (!bad) continue
        yield reportLine(file, bad.line, {
          wrong: 'The line holds bytes that are not UTF-8; save the file as UTF-8.',
          awsCli: refusesFile,
          sdk: 'reads another character in their place',
          fixes: [],
        })
      }
    },
  },
  {
    code: 'lone-cr',
    severity: 'error',
    about: 'a carriage return that ends a line alone',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const [index, { text }] of file.lines.entries()) {
          if (!text.includes('\r')) continue
          const lines = text.split('\r').map((each) => each.trimEnd())
          yield reportLine(file, index + 1, {
            wrong: 'The line holds a carriage return without a line feed.',
            awsCli: 'begins a new line there',
            sdk: 'reads on: all of it is one line',
            fixes: [
              {
                what: 'end the line there with a line feed',
                edits: [replaceLine({ file: file.name, line: index + 1 }, ...lines)],
              },
            ],
          })
        }
      }
    },
  },
  {
    code: 'crlf',
    severity: 'remark',
    about: 'lines that end with CR LF',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        const numbers = file.lines.flatMap(({ end }, index) => (end === '\r\n' ? [index + 1] : []))
        if (numbers[0] === undefined) continue
        const all = numbers.length === file.lines.length ? 'All lines' : `${numbers.length} lines`
        yield reportLine(file, numbers[0], {
          wrong: `${all} of the file end with CR LF; shell scripts that read it get the CR as part of the value.`,
          awsCli: 'reads them well',
          sdk: 'reads them well',
          fixes: [
            {
              what: 'end them with LF alone',
              edits: numbers.map((line) => ({
                file: file.name,
                line,
                removed: 1,
                lines: [file.lines[line - 1]?.text ?? ''],
                end: '\n',
              })),
            },
          ],
        })
      }
    },
  },
  {
    code: 'tab',
    severity: 'remark',
    about: 'a tab: as indentation it is one blank to the AWS CLI, however wide it looks',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const [index, { text }] of file.lines.entries()) {
          if (!text.includes(tab) || /^\s*([#;]|$)/.test(text)) continue
          yield reportLine(file, index + 1, {
            wrong: 'The line holds a tab.',
            awsCli: 'takes it for one blank, which decides what is nested in what',
            sdk: 'takes it for white space',
            fixes: [
              {
                what: 'write blanks',
                edits: [replaceLine({ file: file.name, line: index + 1 }, text.replaceAll(tab, ' '))],
              },
            ],
          })
        }
      }
    },
  },
  {
    code: 'invisible-character',
    severity: 'warning',
    about: 'characters that show nothing or look like a blank: NUL, zero-width, no-break space',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const [index, line] of file.lines.entries()) {
          const text = index === 0 ? line.text.replace(/^\ufeff/, '') : line.text
          const found = invisible.exec(text.replaceAll('\r', ' '))?.[0]
          if (found === undefined || /^\s*[#;]/.test(text)) continue
          const clean = text.replace(wide, ' ').replace(allInvisible, (one) => (one === '\r' ? one : ''))
          yield reportLine(file, index + 1, {
            wrong: `The line holds the character ${codeOf(found)}, which cannot be seen.`,
            awsCli: 'keeps it inside keys, names and values',
            sdk: 'keeps it inside keys and values; a name that holds it is no profile',
            fixes: [
              {
                what: 'remove it',
                edits: [
                  replaceLine(
                    { file: file.name, line: index + 1 },
                    (index === 0 ? byteOrderMarkOf(line.text) : '') + clean,
                  ),
                ],
              },
            ],
          })
        }
      }
    },
  },
]

function reportLine(
  file: CheckedFile,
  line: number,
  found: Pick<RuleFinding, 'wrong' | 'awsCli' | 'sdk' | 'fixes'>,
): RuleFinding {
  return { ...lineAt(file, line), ...found }
}

function byteOrderMarkOf(text: string): string {
  return text.startsWith('\ufeff') ? '\ufeff' : ''
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
