import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type AwsConfig, profileFingerprint, readAwsConfig } from '../../src/config/aws-config.ts'
import type { Profile } from '../../src/config/profile.ts'
import { homeWith } from './folder.ts'

const config = `
[default]
region = eu-west-1
[profile keys]
aws_access_key_id = AKIA1
aws_secret_access_key = s
[profile role]
role_arn = arn:aws:iam::111122223333:role/team/Reader
source_profile = keys
region = eu-north-1
[profile hop]
role_arn = arn:aws:iam::444455556666:role/Auditor
source_profile = role
[profile metadata]
role_arn = arn:aws:iam::111122223333:role/R
credential_source = Ec2InstanceMetadata
[profile web]
role_arn = arn:aws:iam::111122223333:role/W
web_identity_token_file = /t
[profile process]
credential_process = /bin/p
[profile sso]
sso_session = corp
sso_account_id = 777788889999
sso_role_name = View
[profile nosession]
sso_session = gone
sso_account_id = 777788889999
sso_role_name = View
[profile legacy]
sso_start_url = https://x
sso_region = eu-west-1
sso_account_id = 12
sso_role_name = View
[profile login]
login_session = arn:aws:iam::1:user/a
[profile ring1]
role_arn = arn:aws:iam::111122223333:role/R
source_profile = ring2
[profile ring2]
role_arn = arn:aws:iam::111122223333:role/R
source_profile = ring1
[profile orphan]
role_arn = arn:aws:iam::111122223333:role/R
source_profile = nobody
[profile bare]
role_arn = arn:aws:iam::111122223333:role/R
[profile self]
role_arn = arn:aws:iam::111122223333:role/R
source_profile = self
aws_access_key_id = AKIA2
aws_secret_access_key = s
[profile both]
role_arn = arn:aws:iam::111122223333:role/R
source_profile = keys
credential_source = Environment
[profile half]
aws_access_key_id = AKIA3
[profile sso-and-keys]
sso_session = corp
sso_account_id = 777788889999
sso_role_name = View
aws_access_key_id = AKIA4
aws_secret_access_key = s
[profile role-and-keys]
role_arn = arn:aws:iam::111122223333:role/R
aws_access_key_id = AKIA5
aws_secret_access_key = s
[profile over-role-and-keys]
role_arn = arn:aws:iam::111122223333:role/R
source_profile = role-and-keys
[profile session-only]
sso_session = corp
[profile tokenless]
web_identity_token_file = /t
[profile other-start]
sso_session = corp
sso_start_url = https://y
sso_account_id = 777788889999
sso_role_name = View
[sso-session corp]
sso_start_url = https://x
sso_region = eu-west-1
`

const rows: readonly (readonly [name: string, facts: Partial<Profile>, problem: RegExp | null])[] = [
  ['default', { kind: 'none', region: 'eu-west-1', account: null, line: 2 }, /holds no credentials/],
  ['keys', { kind: 'static', account: null, chain: ['keys'], line: 4 }, null],
  [
    'role',
    {
      kind: 'role',
      account: '111122223333',
      role: 'Reader',
      region: 'eu-north-1',
      source: 'keys',
      chain: ['role', 'keys'],
    },
    null,
  ],
  ['hop', { kind: 'role', account: '444455556666', region: null, chain: ['hop', 'role', 'keys'] }, null],
  ['metadata', { kind: 'credential-source', account: '111122223333', chain: ['metadata'] }, null],
  ['web', { kind: 'web-identity', role: 'W' }, null],
  ['process', { kind: 'process' }, null],
  ['sso', { kind: 'sso', account: '777788889999', role: 'View' }, null],
  ['nosession', { kind: 'sso', account: '777788889999' }, /sso-session 'gone', which does not exist/],
  ['legacy', { kind: 'legacy-sso', account: null }, null],
  ['login', { kind: 'login' }, null],
  ['ring1', { kind: 'role', chain: ['ring1', 'ring2'] }, /ring1 → ring2 → ring1/],
  ['orphan', { kind: 'role', chain: ['orphan'] }, /'nobody', which does not exist/],
  ['bare', { kind: 'role', source: null }, /role_arn without a source/],
  ['self', { kind: 'role', chain: ['self'] }, null],
  ['both', { kind: 'role' }, /both source_profile and credential_source/],
  [
    'half',
    { kind: 'static', keys: null },
    /no aws_secret_access_key beside its aws_access_key_id in .*config/,
  ],
  ['sso-and-keys', { kind: 'sso', account: '777788889999' }, null],
  ['role-and-keys', { kind: 'role', kindAsSource: 'static', problemAsSource: null }, /without a source/],
  ['over-role-and-keys', { kind: 'role', chain: ['over-role-and-keys', 'role-and-keys'] }, null],
  ['session-only', { kind: 'sso' }, /lacks sso_account_id and sso_role_name/],
  ['tokenless', { kind: 'web-identity' }, /without a role_arn/],
  ['other-start', { kind: 'sso' }, /another sso_start_url than \[sso-session corp\]/],
]

test.each(rows)('profile %s is recognised for what it is', (name, facts, problem) => {
  const profile = profileNamed(read({ '.aws/config': config }), name)
  expect(profile).toMatchObject(facts)
  if (problem) expect(profile.problem).toMatch(problem)
  else expect(profile.problem).toBeNull()
})

test('a key is not put together from both files, and a token of the other file is not taken', () => {
  const config = read({
    '.aws/config':
      '[profile split]\naws_secret_access_key = s\n[profile two]\naws_access_key_id = AKIACONFIG\naws_secret_access_key = s\naws_session_token = t\n',
    '.aws/credentials':
      '[split]\naws_access_key_id = AKIA1\n[two]\naws_access_key_id = AKIA2\naws_secret_access_key = s2\n',
  })
  expect(profileNamed(config, 'split')).toMatchObject({
    kind: 'static',
    keys: null,
    problem: expect.any(String),
  })
  expect(profileNamed(config, 'two').keys).toEqual({ accessKeyId: 'AKIA2', secretAccessKey: 's2' })
})

describe('the files', () => {
  test('missing ones hold no profiles', () => {
    expect(read({}).profiles).toEqual([])
  })

  test('AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are honoured, ~ is the home', () => {
    const files = { 'c.ini': '[profile a]\nregion=x\n', 'k.ini': '[a]\naws_access_key_id=A\n' }
    const read1 = read(files, { AWS_CONFIG_FILE: '~/c.ini', AWS_SHARED_CREDENTIALS_FILE: '~/k.ini' })
    expect(profileNamed(read1, 'a').values).toEqual({ region: 'x', aws_access_key_id: 'A' })
  })

  test.each(['$HOME/real/c', '\u0024{HOME}/real/c', '~/real/c', '$PLACE/c', '$PLACE/$NONE/../c'])(
    'AWS_CONFIG_FILE may be %s, as for the AWS CLI',
    (path) => {
      const home = homeWith({ 'real/c': '[profile a]\nregion = x\n', 'real/$NONE/x': '' })
      const env = { AWS_CONFIG_FILE: path, HOME: home, PLACE: join(home, 'real') }
      expect(profileNamed(readAwsConfig({ env, home }), 'a').region).toBe('x')
    },
  )

  test('names in quotes, with blanks and umlauts, keys in capitals and colons are read', () => {
    const config = read({
      '.aws/config':
        "[profile \"My Company Prod\"]\nRegion : eu-west-1\n[profile 'o\"b']\nregion=x\n[profile   größe ]\nsso_session = My Session\nsso_account_id = 777788889999\nsso_role_name = View\n[sso-session 'My Session']\nsso_start_url = https://x/#/\nsso_region = us-east-1\n",
    })
    expect(config.problems).toEqual([])
    expect(config.profiles.map(({ name, kind, region, problem }) => [name, kind, region, problem])).toEqual([
      ['My Company Prod', 'none', 'eu-west-1', expect.any(String)],
      ['o"b', 'none', 'x', expect.any(String)],
      ['größe', 'sso', null, null],
    ])
    expect(config.ssoSessions).toEqual([
      { name: 'My Session', startUrl: 'https://x/#/', region: 'us-east-1', scopes: [] },
    ])
  })

  test('a folder in place of a file is an error that names it', () => {
    const home = homeWith({})
    mkdirSync(join(home, '.aws/config'), { recursive: true })
    expect(() => readAwsConfig({ env: {}, home })).toThrow(`${join(home, '.aws/config')}: it is a folder`)
  })

  test('a path that is too long is an error that says so', () => {
    const env = { AWS_CONFIG_FILE: `/${'n'.repeat(5000)}` }
    expect(() => readAwsConfig({ env, home: '/' })).toThrow(/^Cannot read \/n{298}…: the path is too long; /)
  })

  test('problems name file and line, and say how a profile is written', () => {
    const { problems, configFile, credentialsFile } = read({
      '.aws/config': '[profile a]\njunk\n[foo]\nx=1\n',
      '.aws/credentials': '[profile b]\nx=1\n',
    })
    expect(problems).toEqual([
      `${configFile}:2: the line is not "key = value"; the AWS CLI refuses the file`,
      `${configFile}:3: [foo] is ignored; write [profile foo]`,
      `${credentialsFile}:1: [profile b] is ignored; write [b] in this file`,
    ])
  })
})

const endpoints = `
[profile a]
region = eu-west-1
services = local
endpoint_url = http://global
[services local]
ec2 =
  endpoint_url = http://ec2
`
test.each([
  [{}, 'http://ec2', 'http://global'],
  [{ AWS_ENDPOINT_URL: 'http://env' }, 'http://env', 'http://env'],
  [{ AWS_ENDPOINT_URL: 'http://env', AWS_ENDPOINT_URL_STS: 'http://sts' }, 'http://env', 'http://sts'],
  [{ AWS_ENDPOINT_URL_EC2: 'http://env2' }, 'http://env2', 'http://global'],
  [{ AWS_ENDPOINT_URL: 'http://env', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, null, null],
])('endpoints with %j are %s and %s', (env, ec2Endpoint, stsEndpoint) => {
  const { network } = profileNamed(read({ '.aws/config': endpoints }, env), 'a')
  expect(network).toMatchObject({ ec2Endpoint, stsEndpoint })
})

test.each([
  [{}, 'http://sso', 'http://oidc'],
  [{ AWS_ENDPOINT_URL: 'http://env' }, 'http://env', 'http://env'],
  [{ AWS_ENDPOINT_URL_SSO: 'http://p', AWS_ENDPOINT_URL_SSO_OIDC: 'http://o' }, 'http://p', 'http://o'],
  [{ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, null, null],
])('the sign-in of an SSO profile is, with %j, at %s and %s', (env, ssoEndpoint, ssoOidcEndpoint) => {
  const entries = 'sso =\n  endpoint_url = http://sso\nsso_oidc =\n  endpoint_url = http://oidc\n'
  const config = endpoints.replace('[services local]\n', `[services local]\n${entries}`)
  const { network } = profileNamed(read({ '.aws/config': config }, env), 'a')
  expect(network).toMatchObject({ ssoEndpoint, ssoOidcEndpoint })
})

test.each([
  ['AKIA1', 'AKIA9', true],
  ['= s\n', '= other\n', false],
  ['eu-north-1', 'eu-west-3', false],
  ['111122223333:role/team', '999922223333:role/team', true],
])('changing %j into %j makes muster forget the account of a role two hops away: %s', (from, to, changes) => {
  const before = profileFingerprint(profileNamed(read({ '.aws/config': config }), 'hop'))
  const after = profileFingerprint(profileNamed(read({ '.aws/config': config.replaceAll(from, to) }), 'hop'))
  expect(before).toMatch(/^[0-9a-f]{64}$/)
  expect(after !== before).toBe(changes)
})

function read(files: Readonly<Record<string, string>>, env = {}): AwsConfig {
  return readAwsConfig({ env, home: homeWith(files) })
}

function profileNamed({ profiles }: AwsConfig, name: string): Profile {
  const profile = profiles.find((each) => each.name === name)
  if (!profile) throw new Error(`no profile ${name}`)
  return profile
}
