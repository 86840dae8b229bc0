import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { base, identities, type Person, person, role } from '../identity/person.ts'

const guide = (of: Pick<Person, 'account' | 'serial'>) => `${base}
[sso-session empresa]
sso_start_url = https://empresa.awsapps.com/start
sso_region    = us-east-1

[profile staging]
sso_session    = empresa
sso_account_id = 111122223333
sso_role_name  = DevAccess
region         = us-east-1

[profile prod]
role_arn       = arn:aws:iam::444455556666:role/ProdDeploy
source_profile = staging
duration_seconds = 7200
region         = us-east-1

${role('deploy', of.account(1), 'base', 'duration_seconds = 7200')}
${role('second', of.account(2), 'deploy')}
${role('admin', of.account(3), 'base', `mfa_serial = ${of.serial}`, 'Operator')}
[profile command]
credential_process = exit 1
[profile broken]
role_arn = arn:aws:iam::444455556666:role/R
source_profile = nobody
[profile machine]
role_arn = arn:aws:iam::444455556666:role/R
credential_source = Ec2InstanceMetadata
duration_seconds = 7200
`

const list = ['profiles', '--output', 'json']

test('muster profiles shows chain, length of session and how each profile has access, without a call', async () => {
  const { muster, endpoint } = await person(guide)
  const ended = await muster(list)
  const found = identities(ended)
  const row = (name: string) => {
    const { Kind, Account, Chain, Session, Usable, By } = found[name] ?? {}
    return [Kind, Account, Chain, Session, Usable, By]
  }
  expect(row('base')).toEqual(['static', null, null, null, 'yes', 'keys'])
  expect(row('staging')).toEqual([
    'sso',
    '111122223333',
    'staging ← sso-session empresa',
    null,
    'no',
    'no SSO token',
  ])
  expect(row('prod')).toEqual([
    'role',
    '444455556666',
    'prod ← staging ← sso-session empresa',
    '1h, not 2h',
    'no',
    'no SSO token',
  ])
  expect(row('deploy').slice(2)).toEqual(['deploy ← base', '2h', 'yes', 'keys of base'])
  expect(row('second').slice(2)).toEqual(['second ← deploy ← base', '1h', 'yes', 'keys of base'])
  expect(row('admin').slice(2)).toEqual(['admin ← base', '1h', 'no', 'asks for an MFA code'])
  expect(row('command').slice(2)).toEqual(['command ← credential_process', null, null, 'a command'])
  expect(row('broken').slice(4)).toEqual(['no', 'does not work as it is written'])
  expect(row('machine').slice(2)).toEqual([
    'machine ← Ec2InstanceMetadata',
    '1h, not 2h',
    null,
    'the role of this machine',
  ])
  expect(ended.code).toBe(0)
  expect(endpoint.countRequests()).toBe(0)
})

test('a cached role session and an SSO token are usable until they end', async () => {
  const { muster, home, code } = await person(guide)
  expect((await muster(['whoami', '--profile', 'admin', '--mfa-code', code(0)])).code).toBe(0)
  const token = (content: object) => {
    mkdirSync(join(home, '.aws/sso/cache'), { recursive: true })
    const name = createHash('sha1').update('empresa').digest('hex')
    writeFileSync(join(home, '.aws/sso/cache', `${name}.json`), JSON.stringify(content))
  }
  const usabilityOf = async (name: string) => {
    const { Usable, By } = identities(await muster(list))[name] ?? {}
    return `${Usable}: ${By}`
  }
  expect(await usabilityOf('admin')).toMatch(/^yes: role session until \d{4}-\d\d-\d\dT[\d:]+\+00:00$/)
  token({ accessToken: 'hidden', expiresAt: '2099-01-01T00:00:00Z' })
  expect(await usabilityOf('prod')).toBe('yes: SSO token until 2099-01-01T00:00:00+00:00')
  token({ accessToken: 'hidden', expiresAt: '2001-01-01T00:00:00Z' })
  expect(await usabilityOf('staging')).toBe('no: SSO token expired')
  const registration = { registrationExpiresAt: '2099-01-01T00:00:00Z', clientId: 'c', clientSecret: 's' }
  token({ accessToken: 'hidden', expiresAt: '2001-01-01T00:00:00Z', refreshToken: 'hidden', ...registration })
  expect(await usabilityOf('staging')).toBe('yes: SSO token that renews by itself')
})
