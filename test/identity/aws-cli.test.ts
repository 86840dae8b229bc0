import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { aws, hasAws } from './aws-cli-v1.ts'
import { base, identities, type Person, person, role } from './person.ts'

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
    for (const name of ['plain', 'named'])
      expect(await aws(machine, ['--profile', name])).toContain(':assumed-role/')
    await aws(machine, ['--profile', 'mfa'], { code: code(0) })
    expect(endpoint.countRequests('AssumeRole')).toBe(3)
    const ended = await muster(['whoami', '--profile', 'plain,named,mfa', '--output', 'json'])
    expect(ended.code).toBe(0)
    const { plain, mfa } = identities(ended)
    expect(plain?.Arn).toMatch(/\/botocore-session-\d+$/)
    expect(mfa?.Arn).toContain(':assumed-role/Operator/')
    expect([endpoint.countRequests('AssumeRole'), endpoint.countRequests('GetSessionToken')]).toEqual([3, 0])
  })

  test.skipIf(!hasAws)('what muster assumed, the AWS CLI does not assume again', async () => {
    const machine = await person(config)
    const { endpoint, muster, code, home } = machine
    const whoami = ['whoami', '--profile', 'plain,named,mfa', '--mfa-code', code(0)]
    expect((await muster(whoami)).code).toBe(0)
    expect(endpoint.countRequests('AssumeRole')).toBe(3)
    expect(await aws(machine, ['--profile', 'plain'])).toMatch(/\/muster-\d+\n$/)
    expect(await aws(machine, ['--profile', 'named'])).toMatch(/\/me\n$/)
    expect(await aws(machine, ['--profile', 'mfa'])).toContain(':assumed-role/Operator/')
    expect(endpoint.countRequests('AssumeRole')).toBe(3)
    expect(readdirSync(join(home, '.aws/cli/cache'))).toHaveLength(3)
  })

  test.skipIf(!hasAws)('an ad hoc role is kept under the name of the same role in ~/.aws', async () => {
    const machine = await person(config)
    const { endpoint, muster, account } = machine
    const adHoc = ['--role', 'Inventory', '--account', account(1), '--source-profile', 'base']
    expect((await muster(['whoami', ...adHoc])).code).toBe(0)
    expect(await aws(machine, ['--profile', 'plain'])).toContain(account(1))
    expect(endpoint.countRequests('AssumeRole')).toBe(1)
  })

  test.skipIf(!hasAws)('both write the same members', async () => {
    const machine = await person(config)
    await aws(machine, ['--profile', 'plain'])
    await machine.muster(['whoami', '--profile', 'named'])
    const [one, other] = readKept(machine.home)
    expect(Object.keys(one?.Credentials ?? {})).toEqual(Object.keys(other?.Credentials ?? {}))
    expect(Object.keys(one?.AssumedRoleUser ?? {})).toEqual(Object.keys(other?.AssumedRoleUser ?? {}))
    for (const each of [one, other]) expect(each?.Credentials.Expiration).toMatch(/^[\d-]+T[\d:.]+Z$/)
  })
})

interface Kept {
  readonly Credentials: Readonly<Record<string, string>>
  readonly AssumedRoleUser: Readonly<Record<string, string>>
}

function readKept(home: string): readonly Kept[] {
  const folder = join(home, '.aws/cli/cache')
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Kept)
}
