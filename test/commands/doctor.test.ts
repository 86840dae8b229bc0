import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/model.ts'
import { exercise, keys } from '../doctor/configs.ts'
import { readPage } from '../help/pages.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { type Ended, keptCode, launch, machine, program } from './program.ts'

const good = exercise
  .replace('duration_seconds = 7200\n', '')
  .replace(/source_profile = .*\n/, 'credential_source = Environment\n')

describe('the exercise of the guide', () => {
  test('names both problems of prod, proposes both fixes, and says how long the session lasts', async () => {
    const { code, out, err } = await doctor({ config: exercise })
    const prod = out.slice(out.indexOf('config:12') < 0 ? out.indexOf('config:13  profile prod') : 0)
    expect(prod).toMatch(/▲ warning It chains from a role that SSO already assumed \(staging\)/)
    expect(prod).toMatch(
      /config:14 {2}profile prod\n {2}✕ error It asks for 7200 s, but a role that a role assumes/,
    )
    expect(prod).toContain('14 - duration_seconds = 7200\n              14 + duration_seconds = 3600')
    expect(prod).toContain('ask for 3600: the session lasts 1 h')
    expect(prod).toContain('13 + sso_account_id = 444455556666')
    expect(prod).toContain('13 + sso_role_name  = ProdDeploy')
    expect(out).toMatch(/\n1 error, 1 warning, 1 remark in ~\/\.aws\/config\.\n$/)
    expect(err).toBe('')
    expect(code).toBe(1)
  })

  test('has no line wider than 80 columns in a terminal of 80', async () => {
    const { out } = await doctor({ config: exercise })
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  })

  test('is in the reference as the program prints it', async () => {
    const { out } = await doctor({ config: exercise }, '--profile', 'prod')
    const page = readPage('rules')
    expect(page).toContain(`<!-- doctor -->\n\n\`\`\`\n${out}\`\`\`\n\n<!-- /doctor -->`)
    expect(page).toContain(exercise)
  })

  test('has the same findings as json, with their diffs', async () => {
    const { code, out } = await doctor({ config: exercise }, '--output', 'json')
    const found = JSON.parse(out) as JsonObject[]
    expect(found.map(({ Place, Rule, Severity }) => `${Place} ${Rule} ${Severity}`)).toEqual([
      'config:1 no-scopes remark',
      'config:13 chain-avoidable warning',
      'config:14 chain-too-long error',
    ])
    expect(found[2]).toMatchObject({
      Profile: 'prod',
      Line: 14,
      Column: 20,
      EndColumn: 23,
      Mends: [
        { Diff: ['config:14 - duration_seconds = 7200', 'config:14 + duration_seconds = 3600'] },
        { Diff: ['config:14 - duration_seconds = 7200'] },
      ],
    })
    expect(code).toBe(1)
  })

  test('has a row for each finding as a table', async () => {
    const { out } = await doctor({ config: exercise }, '--output', 'csv')
    expect(out.split('\r\n')[0]).toBe('Place,Severity,Rule,Profile,Problem,AwsCli,Sdk,Mend')
    expect(out.trim().split('\r\n')).toHaveLength(4)
  })
})

describe('the exit code', () => {
  test('is 0 if there is no error, and the report says what is right', async () => {
    const scoped = good.replace(
      'us-east-1\n\n',
      'us-east-1\nsso_registration_scopes = sso:account:access\n\n',
    )
    expect(await doctor({ config: scoped })).toMatchObject({
      code: 0,
      out: 'Nothing is wrong in ~/.aws/config.\n',
    })
    expect(await doctor({ config: scoped }, '--output', 'json')).toMatchObject({ code: 0, out: '[]\n' })
  })

  test('is 0 with warnings and remarks, and with no file at all', async () => {
    expect(await doctor({ config: good })).toMatchObject({ code: 0 })
    const { code, out } = await doctor({})
    expect(out.replace(/\s+/g, ' ')).toMatch(/there is no such file/)
    expect(code).toBe(0)
  })

  test('--profile leaves out what is wrong with others, and keeps what is wrong for all', async () => {
    const config = `${exercise}[profile other]\nregion = nowhere\n`
    expect(await doctor({ config }, '--profile', 'staging')).toMatchObject({ code: 0 })
    expect((await doctor({ config }, '--profile', 'prod')).out).not.toContain('nowhere')
    expect((await doctor({ config: `${config}junk\n` }, '--profile', 'staging')).code).toBe(1)
    expect((await doctor({ config }, '--profile', 'nobody')).code).toBe(2)
  })

  test('of a folder in place of a file comes with one sentence', async () => {
    const home = temporaryFolder()
    mkdirSync(join(home, '.aws/config'), { recursive: true })
    const { code, err } = await run(home, {}, [])
    expect(err).toMatch(/^muster: Cannot read [^\n]+: it is a folder; [^\n]+\n$/)
    expect(code).toBe(4)
  })
})

describe('nothing leaks', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  const spellings = [
    `aws_secret_access_key = ${secret}`,
    `aws_secret_access_key = "${secret}"`,
    `aws_secret_access_key = ${secret} # old`,
    `aws_secret_access_key : ${secret}`,
    `aws_secret_access_key ${secret}`,
    `aws_secret_acces_key = ${secret}`,
    `AWS_SECRET_ACCESS_KEY = ${secret}`,
    `aws_secret_access_key =\n  ${secret}`,
    `aws_session_token = first${secret}`,
    `  aws_session_token = ${secret}`,
    `# aws_secret_access_key = ${secret}\n#again : ${secret}`,
    `[aws_secret_access_key = ${secret}`,
    `my_password = ${'correct-horse-battery'}`,
    `region = ${secret}`,
    secret,
  ]
  test.each(spellings)('%s', async (line) => {
    const text = `[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n${line}\r\n${line}\n[p]\nregion = x\n  ${line}\n`
    const config = text.replace('[p]', '[profile p]')
    for (const output of [[], ['--output', 'json'], ['--output', 'table']]) {
      const { out, err } = await doctor({ config, credentials: text }, ...output)
      for (const word of [secret, 'correct-horse', 'IOSFODNN7']) expect(out + err).not.toContain(word)
      expect(out.length).toBeGreaterThan(100)
    }
  })

  test('no text of the file controls a terminal', async () => {
    const config = '[profile p]\nregion = \u001b[2J\u009b31mx\n\u202eabc = 1\n[\u001b]0;x\u0007]\nx = 1\n'
    const { out } = await doctor({ config })
    expect(out).toContain('␛[2J')
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })
})

test('the files stay as they are', async () => {
  const home = homeOf({ config: exercise, credentials: keys })
  await run(home, {}, [])
  expect(readFileSync(join(home, '.aws/config'), 'utf8')).toBe(exercise)
  expect(readFileSync(join(home, '.aws/credentials'), 'utf8')).toBe(keys)
})

test('a credentials file that others can read is reported, with the command that fixes it', async () => {
  const home = homeOf({ credentials: keys })
  chmodSync(join(home, '.aws/credentials'), 0o644)
  const { code, out } = await run(home, {}, [])
  expect(out).toContain(`$ chmod 600 ${join(home, '.aws/credentials')}`)
  expect(code).toBe(1)
})

test('AWS_PROFILE beside key variables is reported', async () => {
  const env = { AWS_PROFILE: 'prod', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' }
  const { out } = await run(homeOf({ config: exercise }), env, [])
  expect(out).toContain('$ unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN')
})

test('--online tries each profile and says which has access, and which does not and why', async () => {
  const { configFile, endpoint, env, muster } = await machine()
  chmodSync(env.AWS_SHARED_CREDENTIALS_FILE ?? '', 0o600)
  const denied = ['role_arn = arn:aws:iam::000000000000:role/Nobody', 'source_profile = acme-management']
  const lines = ['', '[profile denied]', 'region = us-east-1', `endpoint_url = ${endpoint.url}`, ...denied]
  appendFileSync(configFile, `${lines.join('\n')}\n`)
  const before = endpoint.countRequests()
  expect((await muster('doctor')).code).toBe(0)
  expect(endpoint.countRequests()).toBe(before)
  const { code, out } = await muster('doctor', '--online')
  expect(out).toMatch(/profile denied\n {2}✕ error AccessDenied: /)
  expect(out).toMatch(/profile acme-management\n {2}· remark It signs in to account \d{12} as\s+arn:/)
  expect(code).toBe(1)
  expect((await muster('doctor', '--online', '--profile', 'acme-management')).code).toBe(0)
})

function homeOf(files: { config?: string; credentials?: string }): string {
  const home = temporaryFolder()
  mkdirSync(join(home, '.aws'))
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(home, '.aws', name), text, { mode: 0o600 })
  return home
}

function run(home: string, env: Record<string, string>, args: readonly string[]): Promise<Ended> {
  const own = { PATH: process.env.PATH ?? '', HOME: home, AWS_EC2_METADATA_DISABLED: 'true' }
  const all = { ...own, ...keptCode(), ...env }
  return launch(process.execPath, [program, 'doctor', ...args], all).ended
}

function doctor(files: { config?: string; credentials?: string }, ...args: string[]): Promise<Ended> {
  return run(homeOf(files), {}, args)
}
