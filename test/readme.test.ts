import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { shownOption } from '../src/app/options.ts'
import { commands } from '../src/cli.ts'
import { rules } from '../src/doctor/rules.ts'
import { exitCodes } from '../src/errors.ts'
import { kinds } from '../src/kinds.ts'
import { formats } from '../src/output/format.ts'
import { readSavedFiles, selectUsableQueries } from '../src/query/saved.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const queries = selectUsableQueries(
  readSavedFiles({ shipped: new URL('../queries', import.meta.url).pathname, own: '/nowhere' }),
)

describe('the README tells of', () => {
  test('every command and every option of it', async () => {
    for (const { name, load } of commands) {
      expect(readme).toContain(`\`muster ${name}`)
      for (const option of (await load()).options) {
        const { flag } = shownOption(option)
        expect(readme, flag).toContain(flag)
      }
    }
  })

  test('every exit code', () => {
    for (const code of Object.values(exitCodes)) expect(readme).toContain(`| ${code} |`)
  })

  test('every saved query, with its title', () => {
    for (const { name, title } of queries) expect(readme).toContain(`| \`${name}\` | ${title} |`)
  })

  test('every kind and every format', () => {
    for (const word of [...kinds.map(({ name }) => name), ...formats]) expect(readme).toContain(`\`${word}\``)
  })

  test('every setting', () => {
    for (const key of [
      'profiles',
      'regions',
      'kind',
      'fresh',
      'preferRoles',
      'accepted',
      'concurrency',
      'pageSize',
    ]) {
      expect(readme).toContain(`| \`${key}\` |`)
    }
  })

  test('every rule of the doctor', () => {
    for (const { code, severity, about } of rules) {
      expect(readme).toContain(`| \`${code}\` | ${severity} | ${about} |`)
    }
  })

  test('every call that muster makes', () => {
    for (const { operation } of kinds) expect(readme).toContain(`ec2:${operation}`)
  })
})
