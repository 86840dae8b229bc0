import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type SsoMachine, seconds, ssoMachine, write } from '../commands/sso-machine.ts'
import { awsV1, hasAwsV1 } from '../helpers/aws-v1.ts'

const minutes = (count: number) => seconds(Date.now() + count * 60_000)
const tokens = ({ endpoint }: SsoMachine) => endpoint.countRequests('CreateToken')

describe('a login in the cache', () => {
  test('gives every account access, and nothing is written for them', async () => {
    const machine = await ssoMachine()
    const login = await machine.signIn()
    const before = readFileSync(machine.loginFile(), 'utf8')
    const { code, out } = await machine.muster('whoami', '--profile', '*', '--output', 'json')
    expect(code).toBe(0)
    const ids = machine.endpoint.fleet.accounts.map(({ id }) => id)
    expect((JSON.parse(out) as { Account: string }[]).map(({ Account }) => Account)).toEqual(ids)
    expect(readFileSync(machine.loginFile(), 'utf8')).toBe(before)
    expect(existsSync(join(machine.home, '.aws/cli'))).toBe(false)
    expect(JSON.parse(before)).toEqual(login)
  })

  test('20 a second: 60 accounts need two seconds and more, and none fails', async () => {
    const machine = await ssoMachine({ accounts: 60 })
    await machine.signIn()
    const start = performance.now()
    const { code, out } = await machine.muster('whoami', '--profile', '*', '--output', 'ndjson')
    expect([code, out.trim().split('\n').length]).toEqual([0, 60])
    expect(performance.now() - start).toBeGreaterThan(2000)
  })
})

describe('a login that is about to end', () => {
  test.each([14, -60])(
    'is renewed %i minutes before its end, and the AWS CLI goes on with it',
    async (left) => {
      const machine = await ssoMachine()
      const old = await machine.signIn({ expiresAt: minutes(left) })
      const { code } = await machine.muster('whoami', '--profile', '*')
      expect(code).toBe(0)
      const text = readFileSync(machine.loginFile(), 'utf8')
      const renewed = JSON.parse(text) as Record<string, string>
      // As Python's json.dumps writes it, in the order of the AWS CLI.
      expect(text).toBe(
        `{${Object.entries(renewed)
          .map(([k, v]) => `"${k}": "${v}"`)
          .join(', ')}}`,
      )
      expect(Object.keys(renewed)).toEqual(Object.keys(old))
      expect(renewed.accessToken).not.toBe(old.accessToken)
      expect(renewed.refreshToken).not.toBe(old.refreshToken)
      expect(renewed).toMatchObject({
        startUrl: old.startUrl,
        region: old.region,
        clientId: old.clientId,
        clientSecret: old.clientSecret,
        registrationExpiresAt: old.registrationExpiresAt,
      })
      expect(Date.parse(renewed.expiresAt ?? '')).toBeGreaterThan(Date.now() + 7.9 * 3_600_000)
      expect(renewed.expiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      expect(statSync(machine.loginFile()).mode & 0o777).toBe(0o600)
      expect(readdirSync(join(machine.home, '.aws/sso/cache'))).toHaveLength(1)
      if (!hasAwsV1) {
        process.stderr.write('SKIPPED: no AWS CLI v1 to go on with the login.\n')
        return
      }
      const [, account] = machine.endpoint.fleet.accounts
      const found = await awsV1(
        machine.home,
        machine.endpoint.url,
        `sts get-caller-identity --profile sso-${account?.name}`,
      )
      expect(found.Account).toBe(account?.id)
    },
  )

  test('is not renewed with 16 minutes left', async () => {
    const machine = await ssoMachine()
    await machine.signIn({ expiresAt: minutes(16) })
    const before = tokens(machine)
    expect((await machine.muster('whoami', '--profile', '*')).code).toBe(0)
    expect(tokens(machine)).toBe(before)
  })

  test('is renewed once by five programs that start together', async () => {
    const machine = await ssoMachine({
      faults: [{ operation: 'CreateToken', nth: { from: 2, to: 1e9 }, fault: 'latency', ms: 400 }],
    })
    await machine.signIn({ expiresAt: minutes(-60) })
    const before = tokens(machine)
    const ended = await Promise.all([1, 2, 3, 4, 5].map(() => machine.muster('whoami', '--profile', '*')))
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    expect(tokens(machine)).toBe(before + 1)
    expect(readdirSync(join(machine.home, '.aws/sso/cache'))).toHaveLength(1)
  })

  test('a lock’s file that a program left behind holds nobody up, not even one from the future', async () => {
    const machine = await ssoMachine()
    await machine.signIn({ expiresAt: minutes(-60) })
    const lock = `${machine.loginFile()}.lock`
    const later = new Date(Date.now() + 100 * 31_536_000_000)
    write(lock, '')
    utimesSync(lock, later, later)
    expect((await machine.muster('whoami', '--profile', '*')).code).toBe(0)
    expect(readdirSync(dirname(lock))).toHaveLength(1)
  })

  test('a program that is killed while it renews leaves the renewal to the next', async () => {
    const machine = await ssoMachine({
      faults: [{ operation: 'CreateToken', nth: 2, fault: 'latency', ms: 30_000 }],
    })
    await machine.signIn({ expiresAt: minutes(-60) })
    const before = tokens(machine)
    const { child, ended } = machine.start('whoami', '--profile', '*')
    await expect.poll(() => tokens(machine)).toBe(before + 1)
    child.kill('SIGKILL')
    expect((await ended).signal).toBe('SIGKILL')
    expect((await machine.muster('whoami', '--profile', '*')).code).toBe(0)
    expect(tokens(machine)).toBe(before + 2)
  })

  test('a lock that the file system refuses is named as a cache that cannot be written', async () => {
    const machine = await ssoMachine()
    await machine.signIn({ expiresAt: minutes(-60) })
    mkdirSync(`${machine.loginFile()}.lock`)
    const { out, err, code } = await machine.muster('whoami', '--profile', '*')
    expect(out).toContain('SsoCacheNotWritable')
    expect(err).not.toContain('bug')
    expect(code).toBe(3)
  })

  test('is valid to its end if it cannot be renewed', async () => {
    const machine = await ssoMachine()
    await machine.signIn({ expiresAt: minutes(5), refreshToken: 'aorOld' })
    expect((await machine.muster('whoami', '--profile', '*')).code).toBe(0)
  })

  test('an access token that AWS refuses is renewed, whatever its expiry says', async () => {
    const machine = await ssoMachine()
    await machine.signIn({ accessToken: 'aoaRevoked' })
    expect((await machine.muster('whoami', '--profile', '*')).code).toBe(0)
  })

  const isRoot = process.getuid?.() === 0
  if (isRoot) process.stderr.write('SKIPPED: root may write any cache.\n')
  test.skipIf(isRoot)('a cache that cannot be written is reported', async () => {
    const machine = await ssoMachine()
    await machine.signIn({ expiresAt: minutes(-60) })
    chmodSync(join(machine.home, '.aws/sso/cache'), 0o500)
    const { out } = await machine.muster('whoami', '--profile', '*')
    expect(out).toContain('SsoCacheNotWritable')
  })
})

describe('role credentials of the AWS CLI', () => {
  test('are used while they last, and another role’s are not', async () => {
    const machine = await ssoMachine()
    await machine.signIn()
    const [one, two] = machine.endpoint.fleet.accounts.map((account) => `sso-${account.name}`)
    const { accounts } = machine.endpoint.fleet
    await cliCredentials(machine, accounts[0]?.id ?? '', 30)
    await cliCredentials(machine, accounts[1]?.id ?? '', 2)
    const before = machine.endpoint.countRequests('GetRoleCredentials')
    expect((await machine.muster('whoami', '--profile', one ?? '')).code).toBe(0)
    expect(machine.endpoint.countRequests('GetRoleCredentials')).toBe(before)
    expect((await machine.muster('whoami', '--profile', two ?? '')).code).toBe(0)
    expect(machine.endpoint.countRequests('GetRoleCredentials')).toBe(before + 1)
  })
})

/** What the AWS CLI v2 keeps of a role's credentials, for so many minutes more. */
async function cliCredentials(machine: SsoMachine, account: string, left: number): Promise<void> {
  const login = JSON.parse(readFileSync(machine.loginFile(), 'utf8')) as { accessToken: string }
  const url = `${machine.endpoint.url}/federation/credentials?account_id=${account}&role_name=Inventory`
  const answer = await fetch(url, { headers: { 'x-amz-sso_bearer_token': login.accessToken } })
  const { roleCredentials: given } = (await answer.json()) as { roleCredentials: Record<string, string> }
  const key = `{"accountId":"${account}","roleName":"Inventory","sessionName":"acme"}`
  const file = `${createHash('sha1').update(key).digest('hex')}.json`
  const credentials = {
    ProviderType: 'sso',
    Credentials: {
      AccessKeyId: given.accessKeyId,
      SecretAccessKey: given.secretAccessKey,
      SessionToken: given.sessionToken,
      Expiration: minutes(left),
      AccountId: account,
    },
  }
  write(join(machine.home, '.aws/cli/cache', file), JSON.stringify(credentials))
}
