import { describe, expect, test } from 'vitest'
import { readAwsConfig } from '../../src/config/aws-config.ts'
import { isAccountWanted, type SelectionRequest, selectProfiles } from '../../src/config/selection.ts'
import { parseSettings } from '../../src/config/settings.ts'
import { exitCodes, MusterError } from '../../src/errors.ts'
import { homeWith } from './folder.ts'

const sso = (name: string, account: string, role: string, region: string) =>
  `[profile ${name}]\nsso_session = s\nsso_account_id = ${account}\nsso_role_name = ${role}\nregion = ${region}\n`
const fleet = [
  '[default]\nregion = eu-west-1\n',
  sso('prod-a', '111111111111', 'View', 'eu-west-1'),
  sso('prod-a-admin', '111111111111', 'Admin', 'us-east-1'),
  sso('prod-b', '222222222222', 'View', 'eu-west-1'),
  '[profile keys]\naws_access_key_id = A\naws_secret_access_key = s\n',
  '[profile base]\nregion = eu-west-1\n',
  '[sso-session s]\nsso_start_url = https://x\nsso_region = eu-west-1\n',
].join('')
const keys = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 's' }

interface Given {
  readonly profiles?: readonly string[]
  readonly accounts?: readonly string[]
  readonly regions?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly settings?: unknown
  readonly config?: string
  readonly allowInstance?: boolean
}

const webIdentity = { AWS_ROLE_ARN: 'arn:aws:iam::1:role/R', AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }

describe('which profiles', () => {
  test.each<[string, Given, readonly string[]]>([
    ['a name', { profiles: ['prod-b'] }, ['prod-b']],
    ['a list and a repeat', { profiles: ['prod-b,keys', 'keys'] }, ['prod-b', 'keys']],
    ['a glob, one profile for each account', { profiles: ['prod-*'] }, ['prod-a', 'prod-b']],
    ['all, without those that hold no credentials', { profiles: ['*'] }, ['prod-a', 'prod-b', 'keys']],
    ['the exact name of one without credentials', { profiles: ['base'] }, ['base']],
    ['all but some', { profiles: ['!prod-a*'] }, ['prod-b', 'keys']],
    ['keys in the environment', { env: { ...keys, AWS_PROFILE: 'keys' } }, ['environment']],
    ['--profile before keys in the environment', { profiles: ['prod-b'], env: keys }, ['prod-b']],
    [
      'AWS_PROFILE before the settings',
      { env: { AWS_PROFILE: 'keys' }, settings: { profiles: ['*'] } },
      ['keys'],
    ],
    ['the settings', { settings: { profiles: ['prod-b'] } }, ['prod-b']],
    [
      'a default that is alone',
      { config: '[default]\naws_access_key_id=A\naws_secret_access_key=s\n' },
      ['default'],
    ],
    ['AWS_DEFAULT_PROFILE', { env: { AWS_DEFAULT_PROFILE: 'keys' } }, ['keys']],
    [
      'AWS_PROFILE before AWS_DEFAULT_PROFILE, as for the AWS CLI v2',
      { env: { AWS_PROFILE: 'prod-b', AWS_DEFAULT_PROFILE: 'keys' } },
      ['prod-b'],
    ],
    [
      'half a key in the environment, which stops the AWS CLI as well',
      { env: { AWS_ACCESS_KEY_ID: 'A', AWS_PROFILE: 'keys' } },
      ['environment'],
    ],
    ['a web identity before AWS_PROFILE', { env: { ...webIdentity, AWS_PROFILE: 'keys' } }, ['web-identity']],
    ['a flag before a web identity', { profiles: ['keys'], env: webIdentity }, ['keys']],
    [
      'a container behind AWS_PROFILE that names only a region',
      { env: { AWS_PROFILE: 'base', AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x' } },
      ['container'],
    ],
    [
      'the instance behind AWS_PROFILE that names only a region',
      { env: { AWS_PROFILE: 'base' }, allowInstance: true },
      ['instance'],
    ],
    ['the instance', { config: '', allowInstance: true }, ['instance']],
    ['a container', { config: '', env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x' } }, ['container']],
    [
      'a web identity before a default that holds keys',
      { config: '[default]\naws_access_key_id=A\naws_secret_access_key=s\n', env: webIdentity },
      ['web-identity'],
    ],
    [
      'a default that assumes a role before a web identity',
      {
        config: '[default]\nrole_arn=arn:aws:iam::1:role/R\ncredential_source=Environment\n',
        env: webIdentity,
      },
      ['default'],
    ],
    ['an account', { profiles: ['prod-*'], accounts: ['222222222222'] }, ['prod-b']],
    ['profiles whose account is not known stay', { profiles: ['*'], accounts: ['2*'] }, ['prod-b', 'keys']],
    [
      'the preferred role',
      { profiles: ['prod-*'], settings: { preferRoles: ['Admin'] } },
      ['prod-a-admin', 'prod-b'],
    ],
  ])('%s', (_, given, names) => {
    expect(select(given).map((each) => each.name)).toEqual(names)
  })

  test.each<[string, Given, string, number]>([
    ['a mistyped name', { profiles: ['prod-c'] }, "Did you mean 'prod-a'?", exitCodes.usage],
    ['a mistyped exclude', { profiles: ['*,!prodb'] }, "Did you mean 'prod-b'?", exitCodes.usage],
    ['a glob without a match', { profiles: ['dev-*'] }, "No profile matches 'dev-*'", exitCodes.usage],
    ['nothing left', { profiles: ['keys', '!k*'] }, "No profile is left of 'keys,!k*'", exitCodes.usage],
    [
      'a list in AWS_PROFILE',
      { env: { AWS_PROFILE: 'keys,prod-a' } },
      "no profile 'keys,prod-a'",
      exitCodes.usage,
    ],
    [
      'nothing that names a profile',
      {},
      "--profile '*' for all of them. There are: prod-a, ",
      exitCodes.usage,
    ],
    ['no such account', { profiles: ['prod-*'], accounts: ['9*'] }, '--account 9*', exitCodes.usage],
    [
      'an account that one of several words does not match',
      { profiles: ['prod-*'], accounts: ['222222222222', 'prud-a'] },
      "'prud-a' (from --account). Did you mean 'prod-a'?",
      exitCodes.usage,
    ],
    [
      'an account to leave out that is not there',
      { profiles: ['prod-*'], accounts: ['!prud-b'] },
      "Did you mean 'prod-b'?",
      exitCodes.usage,
    ],
    ['a bad account', { profiles: ['prod-*'], accounts: ['12'] }, "'12' is no account", exitCodes.usage],
    ['no profiles', { config: '' }, 'muster demo', exitCodes.credentials],
    [
      'metadata forbidden',
      { config: '', allowInstance: true, env: { AWS_EC2_METADATA_DISABLED: 'true' } },
      'aws configure sso',
      exitCodes.credentials,
    ],
  ])('%s is an error that says what to do', (_, given, message, exitCode) => {
    const error = failure(given)
    expect(error.message).toContain(message)
    expect(error.exitCode).toBe(exitCode)
  })

  test('a long list of profiles is cut after 20', () => {
    const many = Array.from({ length: 25 }, (_, index) => sso(`p${index}`, '111111111111', 'V', 'eu-west-1'))
    expect(failure({ config: many.join('') }).message).toContain('p19 … and 5 more')
  })
})

test('profiles of one account become one, which reads the regions of all and names the others', () => {
  expect(select({ profiles: ['prod-*'] })[0]).toMatchObject({
    name: 'prod-a',
    account: '111111111111',
    regions: { type: 'named', names: ['eu-west-1', 'us-east-1'] },
    collapsed: [{ name: 'prod-a-admin' }],
  })
})

test('of the profiles of one account, one that can work stays', () => {
  const broken = sso('broken', '111111111111', 'View', 'eu-west-1').replace('= s\n', '= gone\n')
  const [first] = select({ profiles: ['*'], config: broken + fleet })
  expect(first).toMatchObject({ name: 'prod-a', collapsed: [{ name: 'prod-a-admin' }, { name: 'broken' }] })
})

describe('which regions', () => {
  const env = { AWS_REGION: 'eu-north-1', AWS_DEFAULT_REGION: 'eu-south-1' }
  const settings = { regions: ['ap-south-1'] }
  test.each<[string, Given, unknown]>([
    ['--region', { regions: ['us-west-2,eu-west-3'], env }, makeChoice('us-west-2', 'eu-west-3')],
    ['AWS_REGION', { env, settings }, makeChoice('eu-north-1')],
    ['AWS_DEFAULT_REGION', { env: { AWS_DEFAULT_REGION: 'eu-south-1' }, settings }, makeChoice('eu-south-1')],
    ['the settings', { settings }, makeChoice('ap-south-1')],
    ['the profile', {}, makeChoice('eu-west-1')],
    ['all', { regions: ['*'] }, { type: 'enabled', patterns: ['*'] }],
    [
      'a glob and a name',
      { regions: ['eu-*', 'us-gov-west-1'] },
      { type: 'enabled', patterns: ['eu-*', 'us-gov-west-1'] },
    ],
    ['all but one', { regions: ['!us-east-1'] }, { type: 'enabled', patterns: ['!us-east-1'] }],
    ['nothing', { config: sso('prod-b', '222222222222', 'V', '') }, { type: 'none' }],
    [
      'a profile whose region is not one',
      { config: sso('prod-b', '222222222222', 'V', 'Ireland') },
      { type: 'none' },
    ],
  ])('%s decides where to look', (_, given, regions) => {
    expect(select({ profiles: ['prod-b'], ...given })[0]?.regions).toEqual(regions)
  })

  test.each(['eu-west', 'Ireland', 'eu-west-1a', '!x'])('%s is refused with an example', (word) => {
    expect(failure({ profiles: ['prod-b'], regions: [word] }).message).toContain('such as eu-west-1')
  })

  test.each<[string, Given, string]>([
    ['AWS_PROFILE', { env: { ...keys, AWS_PROFILE: 'prod-a-admin' } }, 'us-east-1'],
    ['AWS_DEFAULT_PROFILE', { env: { ...keys, AWS_DEFAULT_PROFILE: 'prod-a-admin' } }, 'us-east-1'],
    ['AWS_REGION', { env: { ...keys, AWS_PROFILE: 'base', AWS_REGION: 'eu-west-3' } }, 'eu-west-3'],
  ])('keys in the environment use the region of %s', (_, given, region) => {
    expect(select(given)[0]).toMatchObject({
      source: 'environment',
      profile: null,
      regions: makeChoice(region),
    })
  })

  test('keys in the environment call where the profile of AWS_PROFILE says', () => {
    const config = `${fleet}[profile local]\nendpoint_url = http://127.0.0.1:9\nregion = RegionOne\n`
    const env = { ...keys, AWS_PROFILE: 'local' }
    expect(select({ config, env })[0]).toMatchObject({
      regions: makeChoice('RegionOne'),
      network: { ec2Endpoint: 'http://127.0.0.1:9' },
    })
    const missing = failure({ env: { ...keys, AWS_PROFILE: 'gone' } })
    expect(missing.message).toMatch(/^There is no profile 'gone' \(from AWS_PROFILE\)/)
  })

  test('a region of any name works behind an endpoint of its own, and nowhere else', () => {
    const local = `[profile local]\nendpoint_url = http://127.0.0.1:9\naws_access_key_id = A\naws_secret_access_key = s\n`
    const given = { config: local, profiles: ['local'] }
    expect(select({ ...given, regions: ['RegionOne'] })[0]?.regions).toEqual(makeChoice('RegionOne'))
    expect(failure({ ...given, regions: ['Region One'] }).message).toContain('is no region')
    expect(failure({ profiles: ['keys'], regions: ['RegionOne'] }).message).toContain('is no region')
  })

  test('keys in the environment use the region of the default profile', () => {
    expect(select({ env: keys })[0]).toMatchObject({
      source: 'environment',
      profile: null,
      regions: makeChoice('eu-west-1'),
    })
  })
})

test.each([
  [[], '111111111111', 'a', true],
  [['111111111111'], '111111111111', null, true],
  [['222222222222'], '111111111111', null, false],
  [['prod-*'], '111111111111', 'prod-a', true],
  [['!prod-*'], '111111111111', 'prod-a', false],
  [['!2*'], '111111111111', 'prod-a', true],
])('--account %j wants account %s named %s: %s', (patterns, account, name, wanted) => {
  expect(isAccountWanted(patterns, account, name)).toBe(wanted)
})

function makeChoice(...names: readonly string[]) {
  return { type: 'named', names }
}

function select(given: Given) {
  return selectProfiles(requestOf(given))
}

function failure(given: Given): MusterError {
  try {
    select(given)
  } catch (error) {
    if (error instanceof MusterError) return error
    throw error
  }
  throw new Error('nothing failed')
}

function requestOf(given: Given): SelectionRequest {
  const { profiles = [], accounts = [], regions = [], env = {}, settings = {}, allowInstance = false } = given
  return {
    selection: { profiles, accounts, regions },
    config: readAwsConfig({ env: {}, home: homeWith({ '.aws/config': given.config ?? fleet }) }),
    settings: parseSettings(settings, 'config.json'),
    env,
    allowInstance,
  }
}
