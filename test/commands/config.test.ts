import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { removeJsonMember, setJsonMember } from '../../src/config/json-members.ts'
import { parseSettings, settingNames } from '../../src/config/settings.ts'
import { makeSettingsSchema } from '../../src/config/settings-schema.ts'
import { exitCodes } from '../../src/errors.ts'
import { pickFrom, random } from '../helpers/random.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { runInProcess } from './in-process.ts'

/** A home with this settings file. */
function homeWith(text: string | null, env: Readonly<Record<string, string>> = {}) {
  const home = temporaryFolder()
  const file = join(home, '.config/muster/config.json')
  if (text !== null) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  const muster = (...args: string[]) => runInProcess({ home, env: { HOME: home, ...env } }, 'config', ...args)
  return { file, muster, read: () => readFileSync(file, 'utf8') }
}

describe('muster config', () => {
  test('shows every setting with its value as it is written, and where it comes from', async () => {
    const { file, muster } = homeWith('{"fresh": "1h", "kind": "volumes", "newer": 1}', {
      AWS_REGION: 'eu-west-1',
    })
    const { code, out } = await muster('show', '--output', 'json')
    expect(code).toBe(exitCodes.done)
    const rows = JSON.parse(out) as { Key: string; Value: unknown; From: string }[]
    expect(rows.map(({ Key }) => Key)).toEqual([...settingNames, 'newer'])
    const find = (key: string) => rows.find(({ Key }) => Key === key)
    expect(find('fresh')).toEqual({ Key: 'fresh', Value: '1h', From: file })
    expect(find('keepGone')).toEqual({ Key: 'keepGone', Value: '30d', From: 'default' })
    expect(find('kinds')).toEqual({ Key: 'kinds', Value: ['volumes'], From: 'kind' })
    expect(find('regions')).toEqual({ Key: 'regions', Value: ['eu-west-1'], From: 'AWS_REGION' })
    expect(find('newer')?.From).toBe(`${file}: not a setting of this muster`)
  })

  test('names the variable that wins over the file', async () => {
    const { file, muster } = homeWith('{"profiles": ["prod-*"]}', { AWS_PROFILE: 'dev' })
    const { out } = await muster('--output', 'json')
    expect(JSON.parse(out)[0]).toEqual({
      Key: 'profiles',
      Value: ['dev'],
      From: `AWS_PROFILE, which wins over ${file}`,
    })
  })

  test('gets a value for a script, and the place of the file', async () => {
    const { file, muster } = homeWith('{"regions": ["eu-*"]}')
    expect((await muster('get', 'fresh')).out).toBe('15m\n')
    expect((await muster('get', 'regions')).out).toBe('["eu-*"]\n')
    expect((await muster('path')).out).toBe(`${file}\n`)
    const wrong = await muster('get', 'regoins')
    expect(wrong.code).toBe(exitCodes.usage)
    expect(wrong.err).toBe('muster: config get: "regoins" is no setting; did you mean "regions"?\n')
  })

  test('sets a value and leaves all else in the file as it is, also what it does not know', async () => {
    const text = '{\n\t"newer" : {"a": [1, 2.50], "b": "}"},\n\t"fresh":"1h" ,\n\t"regions": ["a", "b"]\n}\n'
    const { file, muster, read } = homeWith(text)
    chmodSync(file, 0o640)
    expect((await muster('set', 'fresh', '2h')).code).toBe(exitCodes.done)
    expect(read()).toBe(text.replace('"1h"', '"2h"'))
    await muster('set', 'regions', 'eu-*,!eu-south-1')
    await muster('set', 'concurrency', '8')
    expect(read()).toBe(
      '{\n\t"newer" : {"a": [1, 2.50], "b": "}"},\n\t"fresh":"2h" ,\n\t"regions": ["eu-*", "!eu-south-1"],\n\t"concurrency": 8\n}\n',
    )
    await muster('unset', 'newer')
    await muster('unset', 'concurrency')
    expect(read()).toBe('{\n\t"fresh":"2h" ,\n\t"regions": ["eu-*", "!eu-south-1"]\n}\n')
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })

  test('makes the file if it does not exist', async () => {
    const { muster, read } = homeWith(null)
    await muster('set', 'accepted', '[{"scope": "old/*", "fault": "denied"}]')
    await muster('set', 'mouse', 'false')
    expect(JSON.parse(read())).toEqual({ accepted: [{ scope: 'old/*', fault: 'denied' }], mouse: false })
  })

  test.each([
    [['set', 'fresh', '15'], '"fresh" must be a time'],
    [['set', 'kind', 'volumse'], "did you mean 'volumes'"],
    [['set', 'concurrency', 'many'], '"concurrency" must be a whole number'],
    [['set', 'fresh'], 'Say `muster config`'],
    [['set', 'colour', 'red'], 'muster: config set: "colour" is no setting'],
    [
      ['set', 'fresh', '-5m'],
      "There is no option '-5m'; a word that begins with a dash goes after '--': -- -5m. See",
    ],
    [['set', 'fresh', '--', '-5m'], '"fresh" must be a time'],
    [['show', 'fresh'], 'Say `muster config`'],
  ])('%j is refused, and the file stays', async (words, message) => {
    const { muster, read } = homeWith('{"fresh": "1h"}')
    const { code, err } = await muster(...words)
    expect(code).toBe(exitCodes.usage)
    expect(err).toContain(message)
    expect(read()).toBe('{"fresh": "1h"}')
  })

  test('does not touch a file that is not JSON', async () => {
    const { muster, read } = homeWith('{"fresh": ')
    expect((await muster('set', 'fresh', '1h')).err).toContain('is not JSON')
    expect(read()).toBe('{"fresh": ')
  })
})

test('a member is set and removed in any JSON object as JSON.parse has it, and nothing else changes', () => {
  const dice = random(20)
  const pick = <T>(from: readonly T[]): T => pickFrom(from, dice)
  const values = ['1', '"a,}\\""', '[]', '[1, {"x": "]"}]', '{"a": {"b": null}}', 'true', '-2.5e3', '""']
  const blanks = ['', ' ', '\n  ', '\t', '\r\n']
  for (let round = 0; round < 2000; round += 1) {
    const names = ['a', 'b\\"c', 'd', 'é', '}'].filter(() => dice() < 0.6)
    const parts = names.map(
      (name) => `${pick(blanks)}"${name}"${pick(blanks)}:${pick(blanks)}${pick(values)}${pick(blanks)}`,
    )
    const text = `${pick(blanks)}{${parts.join(',')}${parts.length === 0 ? pick(blanks) : ''}}${pick(blanks)}`
    const key = pick(['a', 'b"c', 'd', 'new', '}'])
    const value = pick(values)
    const before = JSON.parse(text)
    expect(JSON.parse(setJsonMember(text, key, value)), text).toEqual({ ...before, [key]: JSON.parse(value) })
    const { [key]: _, ...others } = before
    expect(JSON.parse(removeJsonMember(text, key)), text).toEqual(others)
    if (!(key in before)) expect(removeJsonMember(text, key)).toBe(text)
  }
})

describe('the schema of the settings', () => {
  const schema = makeSettingsSchema()
  const accepts = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)
  const isRead = (settings: unknown): boolean => {
    try {
      parseSettings(settings, 'config.json')
      return true
    } catch {
      return false
    }
  }

  test('is in the package, as muster config schema prints it', async () => {
    const { muster } = homeWith(null)
    const { out } = await muster('schema')
    expect(JSON.parse(out)).toEqual(schema)
    expect(readFileSync(new URL('../../dist/settings.schema.json', import.meta.url), 'utf8')).toBe(out)
  })

  test('has every setting, and no other', () => {
    expect(
      Object.keys(schema.properties as object)
        .slice(1)
        .sort(),
    ).toEqual([...settingNames].sort())
  })

  test.each([
    ...['a', '', 7, null, true, [], [''], ['a'], [1], {}].flatMap((value) =>
      settingNames.map((name) => ({ [name]: value })),
    ),
    ...['15m', '90s', '1d12h', '12h1d', '3y55d', '15 m', '1.5h', 'm', '0s'].flatMap((value) => [
      { fresh: value },
      { keepGone: value },
    ]),
    ...['9s', '09s', '10s', '010s', '90s', '0m9s', '0m10s', '0h', '1m', '0d1m0s', '1h5s'].map((value) => ({
      every: value,
    })),
    ...[0, 1, 256, 257, 1000, 1001, 1.5, 100_000, 100_001, '5', -1].flatMap((value) => [
      { concurrency: value },
      { pageSize: value },
      { keepGoneMegabytes: value },
    ]),
    ...['volumes', 'volumse', 'terminal', 'pink', 'none'].flatMap((value) => [
      { kind: value },
      { theme: value },
    ]),
    ...[['compute', 'volumes'], ['all'], ['vpc*'], ['volumse']].map((value) => ({ kinds: value })),
    ...[
      { scope: 'a/b', fault: 'denied' },
      { scope: 'a', fault: 'denied' },
      { scope: 'a/b', fault: 'x' },
      { scope: 'a/b' },
    ].map((value) => ({ accepted: [value] })),
    { accepted: [{ scope: 'a/b', fault: 'denied', more: 1 }] },
    { $schema: './settings.schema.json' },
    { unknown: 1 },
    [],
    'text',
  ])('agrees with the reader of the settings about %j', (settings) => {
    expect(accepts(settings), JSON.stringify(accepts.errors)).toBe(isRead(settings))
  })
})

describe('muster --version --verbose', () => {
  test('says what a report about a bug needs, and no name and no secret', async () => {
    const home = temporaryFolder()
    mkdirSync(join(home, '.aws'))
    const names = [
      'hidden-profile',
      'AKIAHIDDENHIDDENHIDD',
      'hiddensecret',
      '999988887777',
      'hidden-region-1',
    ]
    const [profile, id, secret, account, region] = names
    writeFileSync(
      join(home, '.aws/config'),
      `[profile ${profile}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\nregion = ${region}\n[profile two-hidden]\nrole_arn = arn:aws:iam::${account}:role/hidden-role\nsource_profile = ${profile}\n`,
    )
    const env = { HOME: home, AWS_PROFILE: profile ?? '', HTTPS_PROXY: `http://${secret}@x`, TERM: 'xterm' }
    const { code, out, err } = await runInProcess({ home, env }, '--version', '--verbose')
    expect(code).toBe(exitCodes.done)
    expect(err).toBe('')
    for (const name of [...names, 'hidden', home]) expect(out).not.toContain(name)
    expect(out).toMatch(/^muster \d+\.\d+\.\d+\n/)
    expect(out).toContain(`Node       ${process.version}, V8 `)
    expect(out).toMatch(/\nSQLite {5}3\.\d+\.\d+\n/)
    expect(out).toContain('~/.aws     2 profiles (1 static, 1 role), 0 SSO sessions, 0 problems in lines\n')
    expect(out).toContain('\nsettings   no file\n')
    expect(out).toContain('\nvariables  AWS_PROFILE HTTPS_PROXY\n')
    expect(existsSync(join(home, '.cache/muster/inventory.db'))).toBe(false)
  })

  test('counts what the cache holds, and says what cannot be read', async () => {
    const home = temporaryFolder()
    mkdirSync(join(home, '.cache/muster'), { recursive: true })
    writeFileSync(
      join(home, '.cache/muster/inventory.db'),
      'not a database, and long enough to be read as one',
    )
    const { out } = await runInProcess({ home, env: { HOME: home } }, '--version', '--verbose')
    expect(out).toContain('\ncache      cannot be read (SQLITE_NOTADB): the command itself says why\n')
  })
})
