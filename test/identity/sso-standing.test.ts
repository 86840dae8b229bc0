import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { readAwsConfig } from '../../src/config/aws-config.ts'
import { signInStatusesOf } from '../../src/identity/sso/session-standing.ts'
import { homeWith } from '../config/folder.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const config = `
[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = us-east-1

[profile older]
sso_start_url = https://old.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = Reader

[profile older-too]
sso_start_url = https://old.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 222222222222
sso_role_name = Reader
`
const renewal = { clientId: 'c', clientSecret: 's', refreshToken: 'r' }
const login = (expiresAt: string, registrationExpiresAt: string) => ({
  accessToken: 'a',
  expiresAt,
  registrationExpiresAt,
  ...renewal,
})

test.each([
  ['never', null, null],
  ['unreadable', { accessToken: 'a' }, null],
  ['unreadable', { expiresAt: '2026-11-24T13:00:00Z' }, null],
  ['unreadable', [], null],
  ['unreadable', 'a', null],
  ['unreadable', { accessToken: 'a\r\nx: y', expiresAt: '2026-11-24T13:00:00Z' }, null],
  ['unreadable', { accessToken: 7, expiresAt: '2026-11-24T13:00:00Z' }, null],
  ['unreadable', { accessToken: 'a', expiresAt: 'soon' }, null],
  ['ends', { accessToken: 'a', expiresAt: '2026-11-24T13:00:00Z' }, '2026-11-24T13:00:00Z'],
  ['ends', { accessToken: 'a', expiresAt: '2026-11-24T13:00:00UTC' }, '2026-11-24T13:00:00Z'],
  ['expired', { accessToken: 'a', expiresAt: '2026-11-24T11:00:00Z' }, '2026-11-24T11:00:00Z'],
  ['renews', login('2026-11-24T11:00:00Z', '2027-01-01T00:00:00Z'), '2027-01-01T00:00:00Z'],
  ['ends', login('2026-11-24T13:00:00Z', '2026-11-01T00:00:00Z'), '2026-11-24T13:00:00Z'],
  ['expired', login('2026-11-24T11:00:00Z', '2026-11-01T00:00:00Z'), '2026-11-24T11:00:00Z'],
])('a session is reported as %s by %j', (state, cached, until) => {
  const [acme] = standings(cached === null ? {} : { acme: cached })
  expect(acme).toMatchObject({ name: 'sso-session acme', login: '--sso-session acme', state })
  expect(acme?.until).toBe(until === null ? null : Date.parse(until))
})

test('older profiles of one start URL are one sign-in, which is never renewed', () => {
  const old = login('2026-11-24T13:00:00Z', '2027-01-01T00:00:00Z')
  const [, older, ...more] = standings({ 'https://old.awsapps.com/start': old })
  expect(older).toMatchObject({
    name: 'SSO start URL https://old.awsapps.com/start',
    login: '--profile older',
    state: 'ends',
  })
  expect(more).toEqual([])
})

function standings(logins: Readonly<Record<string, unknown>>) {
  const files = Object.entries(logins).map(([key, value]) => [
    `.aws/sso/cache/${createHash('sha1').update(key).digest('hex')}.json`,
    JSON.stringify(value),
  ])
  const home = homeWith({ '.aws/config': config, ...Object.fromEntries(files) })
  return signInStatusesOf(readAwsConfig({ env: {}, home }), { home, now: () => now })
}
