import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { watched } from '../helpers/file-calls.ts'
import { program } from './program.ts'
import { type SsoMachine, seconds, ssoMachine, write } from './sso-machine.ts'

interface Row {
  readonly Account: string
  readonly AccountName: string
  readonly Email: string
  readonly Role: string
  readonly Profile: string | null
}

describe('what a session reaches', () => {
  test('is listed: every account and role, with its profile if there is one', async () => {
    const machine = await ssoMachine({ accounts: 130, instances: 0 })
    await machine.signIn()
    const { code, out, err } = await machine.muster('discover', '--output', 'json')
    expect([code, err]).toEqual([0, ''])
    const rows = JSON.parse(out) as Row[]
    const { accounts } = machine.endpoint.fleet
    expect([...new Set(rows.map((row) => row.Account))]).toEqual(accounts.map(({ id }) => id))
    const [first] = rows.filter((row) => row.Role === 'Inventory')
    expect(first).toEqual({
      Account: accounts[0]?.id,
      AccountName: 'acme-management',
      Email: 'aws+acme-management@acme.example',
      Role: 'Inventory',
      Profile: 'sso-acme-management',
    })
    expect(rows.filter((row) => row.Profile !== null)).toHaveLength(130)
    expect(rows.length).toBeGreaterThan(260)
  })

  test.each(['table', 'csv', 'ndjson', 'yaml', 'text', 'aws-table'])('as %s', async (format) => {
    const machine = await ssoMachine()
    await machine.signIn()
    const { code, out } = await machine.muster('discover', '--output', format)
    expect(code).toBe(0)
    for (const { id, name } of machine.endpoint.fleet.accounts)
      expect(out).toMatch(new RegExp(`${id}[\\s\\S]*${name}`))
  })

  test('gives the tables the organisation’s names from then on', async () => {
    const machine = await ssoMachine()
    await machine.signIn()
    const names = 'Reservations[].Instances[].AccountName | sort(@) | [0]'
    const first = () => machine.muster('query', names, '--output', 'json')
    expect((await first()).out).toBe('"sso-acme-management"\n')
    expect((await machine.muster('discover')).code).toBe(0)
    expect((await first()).out).toBe('"acme-management"\n')
    expect((await machine.muster('sync')).code).toBe(0)
    expect((await first()).out).toBe('"acme-management"\n')
  })

  test('an account whose roles cannot be listed is named, and the others are listed', async () => {
    const victim = (await ssoMachine()).endpoint.fleet.accounts[1]?.id ?? ''
    const machine = await ssoMachine({
      faults: [{ operation: 'ListAccountRoles', account: victim, fault: 'denied' }],
    })
    await machine.signIn()
    const { code, out, err } = await machine.muster('discover', '--output', 'ndjson')
    expect(out).not.toContain(victim)
    expect(out.trim().split('\n').length).toBeGreaterThanOrEqual(4)
    expect(err).toBe(
      `accounts ${victim} ForbiddenException: ListAccountRoles failed with ForbiddenException. Ask for permission for ListAccountRoles, or choose a profile that has it.\nThe roles of 1 of 3 accounts could not be listed.\n`,
    )
    expect(code).toBe(3)
  })

  test.each([
    ['not logged in', null, [], 4, 'sso-session acme is not logged in. Run muster login --sso-session acme.'],
    [
      'expired',
      { expiresAt: seconds(0), refreshToken: null },
      [],
      4,
      'sso-session acme expired. Run muster login --sso-session acme.',
    ],
    [
      'throttled',
      {},
      ['throttled'],
      3,
      'sso-session acme gives no list of accounts (TooManyRequestsException). Sync again later, with fewer calls at once.',
    ],
    [
      'a page in place of an answer',
      {},
      ['html'],
      3,
      'The answer to ListAccounts is an HTML page, "Sign in" (HTTP status 200), which AWS does not send. If this network has a login page, sign in there with a browser; else look for a proxy or an endpoint_url that answers in place of AWS, then run the same command again.',
    ],
    [
      'a circle of page tokens',
      {},
      ['token-cycle'],
      3,
      'ListAccounts gave the same NextToken twice. Look for a proxy or an endpoint_url that answers in place of AWS, then run the same command again.',
    ],
  ] as const)('%s is one sentence', async (_, login, faults, code, text) => {
    const machine = await ssoMachine({
      faults: faults.map((fault) => ({ operation: 'ListAccounts', fault })),
    })
    if (login) await machine.signIn(login)
    const ended = await machine.muster('discover')
    expect([ended.code, ended.err]).toEqual([code, `muster: ${text}\n`])
  })
})

describe('--write', () => {
  test('appends what is missing, keeps every byte and a copy, and then there is nothing to add', async () => {
    const machine = await ssoMachine()
    await machine.signIn()
    const before = `# mine; \t keep\n${readFileSync(machine.configFile, 'utf8')}`.trimEnd()
    write(machine.configFile, before)
    const { code, out, err } = await machine.muster(
      'discover',
      '--write',
      '--region',
      'eu-west-1',
      '--output',
      'json',
    )
    expect(code).toBe(0)
    const after = readFileSync(machine.configFile, 'utf8')
    expect(after.startsWith(before)).toBe(true)
    const rows = JSON.parse(out) as Row[]
    expect(rows.every((row) => row.Profile !== null)).toBe(true)
    const added = after.slice(before.length)
    expect(err).toContain(`${rows.length - 3} profiles added to ${machine.configFile}; `)
    expect(added.match(/^\[profile /gm)).toHaveLength(rows.length - 3)
    expect(added).toContain(
      `\n[profile acme-prod-web-readonlyaccess]\nsso_session = acme\nsso_account_id = ${account(machine, 'acme-prod-web')}\nsso_role_name = ReadOnlyAccess\nregion = eu-west-1\n`,
    )
    const [copy, ...others] = copies(machine)
    expect(others).toEqual([])
    expect(readFileSync(`${dirname(machine.configFile)}/${copy}`, 'utf8')).toBe(before)
    const again = await machine.muster('discover', '--write')
    expect([again.code, again.err]).toEqual([0, 'Nothing to write: every role has a profile.\n'])
    expect(readFileSync(machine.configFile, 'utf8')).toBe(after)
    expect(copies(machine)).toHaveLength(1)
    const { out: listed } = await machine.muster('profiles', '--output', 'json')
    expect(
      (JSON.parse(listed) as { Problem: string | null }[]).every(({ Problem }) => Problem === null),
    ).toBe(true)
  })

  test('what another program saves while the file is extended stays, through a link too, and nothing is left', async () => {
    const machine = await ssoMachine()
    await machine.signIn()
    const real = join(machine.home, 'dotfiles/aws-config')
    mkdirSync(dirname(real))
    renameSync(machine.configFile, real)
    symlinkSync(real, machine.configFile)
    const saved = `${readFileSync(real, 'utf8')}\n[profile typed-just-now]\nregion = eu-west-1\n`
    const before = { call: 'fsync', writes: { file: real, text: saved } } as const
    const words = [program, 'discover', '--write']
    const { code, err } = await watched(dirname(real), words, machine.env, before)
    expect(err).toContain('aws-config changed while it was being extended and is as it was left')
    expect(err).toContain('run the same command again')
    expect(code).toBe(1)
    expect(readFileSync(real, 'utf8')).toBe(saved)
    expect(readdirSync(dirname(real))).toEqual(['aws-config'])
    expect((await machine.muster('discover', '--write')).code).toBe(0)
    expect(readFileSync(real, 'utf8').startsWith(saved)).toBe(true)
    expect(lstatSync(machine.configFile).isSymbolicLink()).toBe(true)
  })

  test('the config is the old one or the whole new one, wherever muster is killed', async () => {
    const machine = await ssoMachine()
    await machine.signIn()
    const folder = dirname(machine.configFile)
    const old = readFileSync(machine.configFile, 'utf8')
    const words = [program, 'discover', '--write']
    const { calls } = await watched(folder, words, machine.env)
    const whole = readFileSync(machine.configFile, 'utf8')
    const found = []
    for (let nth = 1; nth <= calls.length; nth += 1) {
      for (const name of readdirSync(folder).filter((each) => /\.bak$|\.tmp$/.test(each)))
        rmSync(join(folder, name))
      write(machine.configFile, old)
      const { signal } = await watched(folder, words, machine.env, { nth, signals: ['SIGKILL'] })
      expect(signal).toBe('SIGKILL')
      found.push(readFileSync(machine.configFile, 'utf8'))
    }
    expect(found.filter((each) => each !== old && each !== whole)).toEqual([])
    expect(new Set(found).size).toBe(2)
  })

  test('a profile that is written while AWS is asked is not written a second time', async () => {
    const slow = { operation: 'ListAccountRoles', fault: 'latency', ms: 2000 } as const
    const machine = await ssoMachine({ faults: [slow] })
    await machine.signIn()
    const { ended } = machine.start('discover', '--write')
    await expect.poll(() => machine.endpoint.countRequests('ListAccountRoles')).toBeGreaterThan(0)
    const mine = `[profile mine]\nsso_session = acme\nsso_account_id = ${account(machine, 'acme-prod-web')}\nsso_role_name = ReadOnlyAccess\n`
    write(machine.configFile, `${readFileSync(machine.configFile, 'utf8')}\n${mine}`)
    expect((await ended).code).toBe(0)
    const after = readFileSync(machine.configFile, 'utf8')
    expect(after).toContain('[profile acme-management-readonlyaccess]')
    expect(after).not.toContain('[profile acme-prod-web-readonlyaccess]')
  })

  test('a role whose name would write other keys is named and left out', async () => {
    const machine = await ssoMachine({ sso: { furtherRole: 'x\ncredential_process = touch /tmp/owned' } })
    await machine.signIn()
    const { err, code } = await machine.muster('discover', '--write')
    expect(err).toContain('no profile is written for it')
    expect(readFileSync(machine.configFile, 'utf8')).not.toContain('credential_process')
    expect(code).toBe(0)
  })

  test.each([
    [['--write', '--region', 'eu-west'], /^muster: --region takes the name of one region/],
    [['--write', '--name', '{accountname}'], /^muster: --name knows no \{accountname\}/],
    [['--region', 'eu-west-1'], /^muster: --name and --region are about the profiles that --write makes/],
  ])('%j is a usage error', async (words, text) => {
    const machine = await ssoMachine()
    await machine.signIn()
    const before = readFileSync(machine.configFile, 'utf8')
    const { code, err } = await machine.muster('discover', ...words)
    expect(err).toMatch(text)
    expect(code).toBe(2)
    expect(machine.endpoint.countRequests('ListAccounts')).toBe(0)
    expect(readFileSync(machine.configFile, 'utf8')).toBe(before)
  })
})

function account({ endpoint }: SsoMachine, name: string): string {
  return endpoint.fleet.accounts.find((each) => each.name === name)?.id ?? ''
}

function copies({ configFile }: SsoMachine): string[] {
  return readdirSync(dirname(configFile)).filter((name) => name.endsWith('.bak'))
}
