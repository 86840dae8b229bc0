import { spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { base, identities, type Person, person, role } from './person.ts'

const hasAws = works()

describe('role sessions are shared with the real AWS CLI', () => {
  if (!hasAws) process.stderr.write('SKIPPED: no AWS CLI v1 on the PATH to share role sessions with.\n')

  const config = (of: Pick<Person, 'account' | 'serial'>) =>
    base +
    role('plain', of.account(1), 'base') +
    role('named', of.account(2), 'base', 'role_session_name = me\nduration_seconds = 1800') +
    role('mfa', of.account(3), 'base', `mfa_serial = ${of.serial}`, 'Operator')

  test.skipIf(!hasAws)('what the AWS CLI assumed, muster does not assume again', async () => {
    const machine = await person(config)
    const { endpoint, muster, code } = machine
    for (const name of ['plain', 'named']) expect(await aws(machine, name)).toContain(':assumed-role/')
    await aws(machine, 'mfa', code(0))
    expect(endpoint.requests('AssumeRole')).toBe(3)
    const ended = await muster(['whoami', '--profile', 'plain,named,mfa', '--output', 'json'])
    expect(ended.code).toBe(0)
    const { plain, mfa } = identities(ended)
    expect(plain?.Arn).toMatch(/\/botocore-session-\d+$/)
    expect(mfa?.Arn).toContain(':assumed-role/Operator/')
    expect([endpoint.requests('AssumeRole'), endpoint.requests('GetSessionToken')]).toEqual([3, 0])
  })

  test.skipIf(!hasAws)('what muster assumed, the AWS CLI does not assume again', async () => {
    const machine = await person(config)
    const { endpoint, muster, code, home } = machine
    const asked = ['whoami', '--profile', 'plain,named,mfa', '--mfa-code', code(0)]
    expect((await muster(asked)).code).toBe(0)
    expect(endpoint.requests('AssumeRole')).toBe(3)
    expect(await aws(machine, 'plain')).toMatch(/\/muster-\d+\n$/)
    expect(await aws(machine, 'named')).toMatch(/\/me\n$/)
    expect(await aws(machine, 'mfa')).toContain(':assumed-role/Operator/')
    expect(endpoint.requests('AssumeRole')).toBe(3)
    expect(readdirSync(join(home, '.aws/cli/cache'))).toHaveLength(3)
  })

  test.skipIf(!hasAws)('an ad hoc role is kept under the name of the same role in ~/.aws', async () => {
    const machine = await person(config)
    const { endpoint, muster, account } = machine
    const adHoc = ['--role', 'Inventory', '--account', account(1), '--source-profile', 'base']
    expect((await muster(['whoami', ...adHoc])).code).toBe(0)
    expect(await aws(machine, 'plain')).toContain(account(1))
    expect(endpoint.requests('AssumeRole')).toBe(1)
  })

  test.skipIf(!hasAws)('both write the same members', async () => {
    const machine = await person(config)
    await aws(machine, 'plain')
    await machine.muster(['whoami', '--profile', 'named'])
    const [one, other] = kept(machine.home)
    expect(Object.keys(one?.Credentials ?? {})).toEqual(Object.keys(other?.Credentials ?? {}))
    expect(Object.keys(one?.AssumedRoleUser ?? {})).toEqual(Object.keys(other?.AssumedRoleUser ?? {}))
    for (const each of [one, other]) expect(each?.Credentials.Expiration).toMatch(/^[\d-]+T[\d:.]+Z$/)
  })
})

interface Kept {
  readonly Credentials: Readonly<Record<string, string>>
  readonly AssumedRoleUser: Readonly<Record<string, string>>
}

function kept(home: string): readonly Kept[] {
  const folder = join(home, '.aws/cli/cache')
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Kept)
}

/** The ARN that the AWS CLI finds itself to be; `code` is typed where it asks. */
function aws({ env, home }: Person, profile: string, code = ''): Promise<string> {
  const args = ['sts', 'get-caller-identity', '--profile', profile, '--query', 'Arn', '--output', 'text']
  const child = spawn('aws', args, {
    env: cliEnv(env, home),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    err += text
  })
  child.stdin.on('error', () => {})
  child.stdin.end(`${code}\n`)
  return new Promise((resolve, reject) => {
    child.once('close', (status) => (status === 0 ? resolve(out) : reject(new Error(err))))
  })
}

/** Where `aws` is a shim of pyenv it looks for its versions there, not under the temporary HOME. */
function cliEnv(env: Readonly<Record<string, string>>, home: string) {
  return {
    ...env,
    HOME: home,
    AWS_PAGER: '',
    PYENV_ROOT: process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'),
  }
}

/** Version 2 ignores AWS_ENDPOINT_URL (2.9) and would leave this machine: only version 1 judges here. */
function works(): boolean {
  const { status, stdout } = spawnSync('aws', ['--version'], { encoding: 'utf8' })
  return status === 0 && stdout.startsWith('aws-cli/1.')
}
