import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { base, identities, person, role } from '../identity/person.ts'

const whoami = (profiles: string) => ['whoami', '--profile', profiles, '--output', 'json']

describe('the profiles of the guide', () => {
  test('prove a deploy role, and a chain over three accounts', async () => {
    const { muster, account, endpoint } = await person(
      (of) =>
        base +
        role('deploy', of.account(1), 'base', 'role_session_name = release\nduration_seconds = 7200') +
        role('staging', of.account(2), 'base') +
        role('prod', of.account(3), 'staging'),
    )
    const ended = await muster(whoami('deploy,prod'))
    const { deploy, prod } = identities(ended)
    expect(deploy).toMatchObject({
      Account: account(1),
      Arn: `arn:aws:sts::${account(1)}:assumed-role/Inventory/release`,
      Source: 'role',
      Chain: 'deploy ← base',
      Fault: null,
    })
    expect(Date.parse(deploy?.Expiry ?? '') - Date.now()).toBeGreaterThan(7_000_000)
    expect(prod).toMatchObject({ Account: account(3), Chain: 'prod ← staging ← base' })
    expect(ended.code).toBe(0)
    expect(endpoint.countRequests('AssumeRole')).toBe(3)
  })

  test('prove an MFA profile with the code of the command line', async () => {
    const { muster, account, code, serial } = await person(
      (of) => base + role('admin', of.account(1), 'base', `mfa_serial = ${of.serial}`, 'Operator'),
    )
    const ended = await muster([...whoami('admin'), '--mfa-code', `${serial}=${code(0)}`])
    expect(identities(ended).admin?.Arn).toMatch(`arn:aws:sts::${account(1)}:assumed-role/Operator/`)
    expect(ended.code).toBe(0)
  })

  test('prove a role that asks for an external id', async () => {
    const { muster, account } = await person(
      (of) =>
        base +
        role('with', of.account(9), 'base', 'external_id = acme-inventory') +
        role('without', of.account(9), 'base'),
      { accounts: 10 },
    )
    expect(identities(await muster(whoami('with'))).with?.Account).toBe(account(9))
    const { code, out } = await muster(whoami('without'))
    expect(out).toMatch(/AccessDenied: User: .* is not authorized to perform: sts:AssumeRole/)
    expect(out).toContain('Check that the role of profile without trusts base (external_id, mfa_serial)')
    expect(code).toBe(3)
  })
})

test('an account that is not the declared one is an error, and the others are listed', async () => {
  const { muster, home, account } = await person(
    (of) => base + role('right', of.account(1), 'base') + role('wrong', of.account(2), 'base'),
  )
  expect((await muster(whoami('right,wrong'))).code).toBe(0)
  swapKeys(join(home, '.aws/cli/cache'), account(2), account(1))
  const ended = await muster(whoami('right,wrong'))
  const { right, wrong } = identities(ended)
  expect(right).toMatchObject({ Account: account(1), Fault: null })
  expect(wrong).toMatchObject({ Account: account(2), Arn: null })
  expect(wrong?.Fault).toContain(
    `Profile wrong declares account ${account(2)} but its credentials belong to ${account(1)}.`,
  )
  expect(ended.err).toContain('1 of 2 profiles could not sign in.')
  expect(ended.code).toBe(3)
})

/** Puts the keys of one account's cached session into that of another, as nobody should. */
function swapKeys(folder: string, into: string, from: string): void {
  const sessions = readdirSync(folder).map((name) => {
    const file = join(folder, name)
    return { file, session: JSON.parse(readFileSync(file, 'utf8')) as { Credentials: { AccountId: string } } }
  })
  const of = (account: string) => sessions.find(({ session }) => session.Credentials.AccountId === account)
  const { file, session } = of(into) ?? sessions[0] ?? { file: '', session: null }
  writeFileSync(file, JSON.stringify({ ...session, Credentials: of(from)?.session.Credentials }))
}

test.each(['table', 'csv', 'ndjson', 'text', 'yaml', 'aws-table'])('as %s too', async (format) => {
  const { muster, account } = await person((of) => base + role('a', of.account(1), 'base'))
  const { code, out } = await muster(['whoami', '--profile', 'a', '--output', format])
  expect(out).toContain(account(1))
  expect(code).toBe(0)
})
