import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { AskMfa, MfaDevice } from '../../src/identity/mfa-device.ts'
import { never } from '../aws/wire.ts'
import { openAt } from './open.ts'
import { base, person, role } from './person.ts'

/** Gives these codes, one after the other, and remembers who asked. */
function asker(codes: readonly string[]) {
  const questions: MfaDevice[] = []
  const askMfa: AskMfa = async (device) => {
    questions.push(device)
    return codes[questions.length - 1] ?? ''
  }
  return { questions, askMfa }
}

const withMfa = (serial: string, more = '') => `mfa_serial = ${serial}\n${more}`

test('40 roles behind one device need one code and one session', async () => {
  const names = Array.from({ length: 40 }, (_, n) => `role-${n}`)
  const { endpoint, home, env, code, account, serial } = await person(
    (of) =>
      base +
      names
        .map((name, n) =>
          role(name, of.account(n % 4), 'base', withMfa(of.serial, `role_session_name = s${n}`), 'Operator'),
        )
        .join(''),
  )
  const { questions, askMfa } = asker([code(0)])
  const { session, close } = openAt(home, env, { askMfa })
  onTestFinished(close)
  const found = await Promise.all(names.map((name) => session(name).identify(never)))
  expect(found.map((each) => each.account)).toEqual(names.map((_, n) => account(n % 4)))
  expect(questions).toEqual([{ serial, profile: 'role-0', refused: 0 }])
  expect([endpoint.countRequests('GetSessionToken'), endpoint.countRequests('AssumeRole')]).toEqual([1, 40])
})

test('a code that AWS refuses is asked for again, and 10 roles do not fail', async () => {
  const names = Array.from({ length: 10 }, (_, n) => `role-${n}`)
  const { home, env, code } = await person(
    (of) =>
      base +
      names
        .map((name, n) =>
          role(name, of.account(1), 'base', withMfa(of.serial, `role_session_name = s${n}`), 'Operator'),
        )
        .join(''),
  )
  const { questions, askMfa } = asker(['000000', '000001', code(0)])
  const { session, close } = openAt(home, env, { askMfa })
  onTestFinished(close)
  await Promise.all(names.map((name) => session(name).identify(never)))
  expect(questions.map(({ refused }) => refused)).toEqual([0, 1, 2])
})

test('three refused codes are enough: all roles behind the device fail with one reason', async () => {
  const { home, env } = await person(
    (of) =>
      base +
      role('a', of.account(1), 'base', withMfa(of.serial), 'Operator') +
      role('b', of.account(2), 'base', withMfa(of.serial), 'Operator'),
  )
  const { questions, askMfa } = asker(['000000', '000001', '000002'])
  const { fault, close } = openAt(home, env, { askMfa })
  onTestFinished(close)
  const [a, b] = await Promise.all([fault('a'), fault('b')])
  expect(questions).toHaveLength(3)
  expect(a).toMatchObject({ class: 'credentials', code: 'MfaRefused' })
  expect(b).toEqual(a)
})

test('two devices are asked for one after the other', async () => {
  const { home, env } = await person(
    (of) =>
      base +
      role('a', of.account(1), 'base', withMfa(of.serial), 'Operator') +
      role('b', of.account(2), 'base', withMfa(`${of.serial}2`), 'Operator'),
  )
  let open = 0
  let most = 0
  const askMfa: AskMfa = async () => {
    open += 1
    most = Math.max(most, open)
    await new Promise((resolve) => setTimeout(resolve, 20))
    open -= 1
    return '000000'
  }
  const { fault, close } = openAt(home, env, { askMfa })
  onTestFinished(close)
  const [, b] = await Promise.all([fault('a'), fault('b')])
  expect(most).toBe(1)
  expect(b).toMatchObject({ class: 'configuration', code: 'MfaDevice' })
  expect(b.next).toContain('Correct mfa_serial of profile b')
})

test('a source that is temporary cannot make a session: the code goes with AssumeRole itself', async () => {
  const { endpoint, home, env, code, account } = await person(
    (of) => base + role('a', of.account(1), 'temporary', withMfa(of.serial), 'Operator'),
  )
  const given = await temporaryKeys(endpoint.url, env, home)
  writeFileSync(join(home, '.aws/credentials'), given)
  const { askMfa } = asker([code(0)])
  const { session, close } = openAt(home, env, { askMfa })
  onTestFinished(close)
  expect((await session('a').identify(never)).account).toBe(account(1))
  expect(endpoint.countRequests('GetSessionToken')).toBe(1)
})

test('the source signs in before a code is asked for', async () => {
  const { home, env } = await person(
    (of) => `${role('a', of.account(1), 'broken', withMfa(of.serial), 'Operator')}
[profile broken]
credential_process = sh -c 'exit 3'
`,
  )
  const { questions, askMfa } = asker(['000000'])
  const { fault, close } = openAt(home, env, { askMfa })
  onTestFinished(close)
  expect((await fault('a')).message).toBe('The credential_process of profile broken ended with exit code 3.')
  expect(questions).toEqual([])
})

test('a kept session is used before anybody is asked, by the next run too', async () => {
  const { endpoint, home, env, code } = await person(
    (of) => base + role('a', of.account(1), 'base', withMfa(of.serial), 'Operator'),
  )
  for (const codes of [[code(0)], []]) {
    const { questions, askMfa } = asker(codes)
    const { session, close } = openAt(home, env, { askMfa })
    onTestFinished(close)
    await session('a').identify(never)
    expect(questions).toHaveLength(codes.length)
  }
  expect(endpoint.countRequests('AssumeRole')).toBe(1)
  const [name = ''] = readdirSync(join(home, '.aws/cli/cache'))
  writeFileSync(join(home, '.aws/cli/cache', name), 'damaged')
  const { questions, askMfa } = asker([code(1)])
  const { session, close } = openAt(home, env, { askMfa })
  onTestFinished(close)
  await session('a').identify(never)
  expect(questions).toHaveLength(1)
})

test('a kept session asks for no code of what lies behind it', async () => {
  const { home, env, code } = await person(
    (of) =>
      base +
      role('admin', of.account(1), 'base', withMfa(of.serial), 'Operator') +
      role('prod', of.account(2), 'admin'),
  )
  const run = async (codes: readonly string[], name: string) => {
    const { questions, askMfa } = asker(codes)
    const { session, close } = openAt(home, env, { askMfa })
    const opened = session(name)
    await opened.collectCodes()
    await opened.identify(never).finally(close)
    return questions.length
  }
  expect(await run([code(0)], 'prod')).toBe(1)
  for (const name of readdirSync(join(home, '.aws/cli/cache'))) {
    const file = join(home, '.aws/cli/cache', name)
    if (readFileSync(file, 'utf8').includes('Operator')) rmSync(file)
  }
  expect(await run([], 'prod')).toBe(0)
  expect(await run([code(1)], 'admin')).toBe(1)
})

test('nobody to ask is a fault that names --mfa-code', async () => {
  const { home, env, serial } = await person(
    (of) => base + role('a', of.account(1), 'base', withMfa(of.serial), 'Operator'),
  )
  const { fault, close } = openAt(home, env)
  onTestFinished(close)
  expect(await fault('a')).toMatchObject({
    class: 'credentials',
    code: 'MfaRequired',
    message: `Profile a needs a code of the MFA device ${serial}.`,
    next: expect.stringContaining('--mfa-code CODE') as string,
  })
})

/** Text of a credentials file with a session of the user's, made without a code. */
async function temporaryKeys(
  url: string,
  env: Readonly<Record<string, string>>,
  home: string,
): Promise<string> {
  const { GetSessionTokenCommand, STSClient } = await import('@aws-sdk/client-sts')
  const { readAwsConfig } = await import('../../src/config/aws-config.ts')
  const values = readAwsConfig({ env, home }).profiles.find(({ name }) => name === 'base')?.values ?? {}
  const credentials = {
    accessKeyId: values.aws_access_key_id ?? '',
    secretAccessKey: values.aws_secret_access_key ?? '',
  }
  const client = new STSClient({ endpoint: url, region: 'us-east-1', credentials })
  const { Credentials: given } = await client.send(new GetSessionTokenCommand({}))
  return `[temporary]\naws_access_key_id = ${given?.AccessKeyId}\naws_secret_access_key = ${given?.SecretAccessKey}\naws_session_token = ${given?.SessionToken}\n`
}
