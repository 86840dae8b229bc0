import type { CheckedFile } from '../checkup.ts'
import { isSecret } from '../conceal.ts'
import type { Rule, RuleFinding } from '../finding.ts'
import { entriesOf, filesOf, profileOf, removeLine, textAt } from '../lines.ts'

const id = 'aws_access_key_id'
const secret = 'aws_secret_access_key'
/** The AWS CLI takes the older name first; the SDKs know the newer one alone. */
const tokens = ['aws_security_token', 'aws_session_token']

/** Keys in plain text, and who can read them. */
export const secretRules: readonly Rule[] = [
  {
    code: 'long-lived-keys',
    severity: 'warning',
    about: 'keys in plain text that never expire',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        for (const { section, entry } of entriesOf(file)) {
          const keys = section.entries.map(({ key }) => key)
          // Keys of a session begin with ASIA, and end by themselves.
          if (entry.key !== secret || tokens.some((token) => keys.includes(token))) continue
          const idValue = section.entries.find(({ key }) => key === id)?.value ?? ''
          if (idValue.startsWith('ASIA')) continue
          yield {
            ...locateLine(file, entry.line),
            wrong:
              'Keys that never expire stand here in plain text; SSO (aws configure sso) or aws login needs none.',
            awsCli: 'uses them',
            sdk: 'uses them',
            fixes: [],
          }
        }
      }
    },
  },
  {
    code: 'incomplete-keys',
    severity: 'error',
    about: 'an access key id without its secret, a secret without its id, a token without either',
    *check({ sdk }) {
      for (const [profile, { values }] of sdk.profiles) {
        const hasKey = (key: string) => values.has(key)
        const missingKeys = [id, secret].filter((key) => !hasKey(key))
        const token = tokens.find(hasKey) ?? ''
        const placed = values.get(id) ?? values.get(secret) ?? values.get(token)
        if (!placed || missingKeys.length === 0) continue
        const isLoneToken = missingKeys.length === 2
        yield {
          file: placed.file,
          line: placed.line,
          profile,
          wrong: isLoneToken ? `${token} stands without keys.` : `${missingKeys.join(' and ')} is missing.`,
          awsCli: hasKey(id) ? 'stops: "Partial credentials found"' : 'ignores it',
          sdk: 'ignores it',
          fixes: isLoneToken ? [{ what: 'remove it', edits: [removeLine(placed)] }] : [],
        }
      }
    },
  },
  {
    code: 'keys-in-two-files',
    severity: 'error',
    about: 'keys or a session token of one profile, one part in each file',
    *check({ sdk, config }) {
      for (const [profile, { values }] of sdk.profiles) {
        const parts = [id, secret, ...tokens].flatMap((key) => {
          const placed = values.get(key)
          return placed ? [{ key, ...placed }] : []
        })
        const odd = parts.find(({ file }) => file === 'config')
        if (!odd || parts.every(({ file }) => file === 'config') || !values.has(id)) continue
        const text = textAt(config, odd.line).trim()
        const pair = parts.find(({ file }) => file === 'credentials')
        const moved = { file: 'credentials' as const, line: (pair?.line ?? 0) + 1, removed: 0, lines: [text] }
        const move = { what: 'move it to the credentials file', edits: [removeLine(odd), moved] }
        const drop = { what: 'remove it', edits: [removeLine(odd)] }
        yield {
          file: 'config',
          line: odd.line,
          profile,
          wrong: `${odd.key} stands here, the other part of the keys in the credentials file.`,
          awsCli: tokens.includes(odd.key)
            ? 'takes the keys of the credentials file without the token'
            : 'stops at the part that it finds in one file',
          sdk: 'takes both files together',
          fixes: tokens.includes(odd.key) ? [drop, move] : [move],
        }
      }
    },
  },
  {
    code: 'readable-by-others',
    severity: 'error',
    about: 'a file with secrets that other users may read',
    *check(checkup) {
      for (const file of filesOf(checkup)) {
        const { mode, path } = file.document
        const secretEntry = [...entriesOf(file)].find(({ entry }) => isSecret(entry.key))
        if (mode === null || (mode & 0o077) === 0 || !secretEntry) continue
        yield {
          file: file.name,
          line: null,
          profile: null,
          wrong: `Others can read or write the file, which holds secrets: its mode is ${mode.toString(8).padStart(4, '0')}.`,
          awsCli: 'does not mind',
          sdk: 'does not mind',
          fixes: [{ what: 'let only yourself read it', edits: [], command: `chmod 600 ${quotePath(path)}` }],
        }
      }
    },
  },
]

function locateLine(file: CheckedFile, line: number): Pick<RuleFinding, 'file' | 'line' | 'profile'> {
  const section = file.ini.sections.findLast((each) => each.line <= line) ?? null
  return { file: file.name, line, profile: profileOf(file, section) }
}

function quotePath(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
