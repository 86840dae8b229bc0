import { expect, test } from 'vitest'
import { readAwsConfig } from '../../src/config/aws-config.ts'
import { type SessionLength, sessionLengthOf } from '../../src/config/session-length.ts'
import { homeWith } from './folder.ts'

const role = 'role_arn = arn:aws:iam::111122223333:role/R\n'
const config = `[profile keys]
aws_access_key_id = AKIA1
aws_secret_access_key = s
[sso-session s]
sso_start_url = https://x
sso_region = us-east-1
[profile sso]
sso_session = s
sso_account_id = 111122223333
sso_role_name = View
[profile machine]
${role}credential_source = Ec2InstanceMetadata
[profile web]
${role}web_identity_token_file = /t
duration_seconds = 7200
`

const rows: readonly (readonly [what: string, lines: string, length: SessionLength])[] = [
  ['a role of keys', 'source_profile = keys', { seconds: 3600, chained: false, refused: false }],
  [
    'a role of keys for long',
    'source_profile = keys\nduration_seconds = 43200',
    { seconds: 43_200, chained: false, refused: false },
  ],
  [
    'a role of keys for too long',
    'source_profile = keys\nduration_seconds = 43201',
    { seconds: 43_200, chained: false, refused: true },
  ],
  ['a role of SSO', 'source_profile = sso', { seconds: 3600, chained: true, refused: false }],
  [
    'a role of SSO for 15 minutes',
    'source_profile = sso\nduration_seconds = 900',
    { seconds: 900, chained: true, refused: false },
  ],
  [
    'a role of SSO for two hours',
    'source_profile = sso\nduration_seconds = 7200',
    { seconds: 3600, chained: true, refused: true },
  ],
  [
    "a role of the instance's role",
    'source_profile = machine\nduration_seconds = 3601',
    { seconds: 3600, chained: true, refused: true },
  ],
  [
    'a role by the instance',
    'credential_source = Ec2InstanceMetadata\nduration_seconds = 3601',
    { seconds: 3600, chained: true, refused: true },
  ],
]

test.each(rows)('a session lasts as long as AWS grants it, for %s', (_, lines, length) => {
  expect(lengthOf('p', `${config}[profile p]\n${role}${lines}\n`)).toEqual(length)
})

test('keys and SSO say nothing of their end', () => {
  const unknown = { seconds: null, chained: false, refused: false }
  expect(lengthOf('keys', config)).toEqual(unknown)
  expect(lengthOf('sso', config)).toEqual(unknown)
})

test('duration_seconds does not change the length of a web identity', () => {
  expect(lengthOf('web', config)).toEqual({ seconds: 3600, chained: false, refused: false })
})

function lengthOf(name: string, text: string): SessionLength {
  const { profiles } = readAwsConfig({ env: {}, home: homeWith({ '.aws/config': text }) })
  const profile = profiles.find((each) => each.name === name)
  if (!profile) throw new Error(`no profile ${name}`)
  return sessionLengthOf(profile)
}
