import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { containerPath, containerToken } from '../../src/demo/metadata.ts'
import { webIdentityToken } from '../../src/demo/sts/sts-answers.ts'
import { aws, hasAws } from '../identity/aws-cli-v1.ts'
import { identities, type Person, person } from '../identity/person.ts'

const whoami = ['whoami', '--output', 'json']

describe('the chain without a profile, in the AWS CLI’s order', () => {
  /** Every way to sign in at once; each test removes the first. */
  async function whoamiEverywhere() {
    const machine = await person(
      (of) => `[default]
region = us-east-1
role_arn = arn:aws:iam::${of.account(1)}:role/Inventory
credential_source = Environment
role_session_name = default
`,
    )
    const [owner] = machine.endpoint.fleet.accounts
    const keys = {
      AWS_ACCESS_KEY_ID: owner?.accessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: owner?.secretAccessKey ?? '',
    }
    writeFileSync(join(machine.home, '.aws/credentials'), '')
    return { ...machine, keys, web: webIdentity(machine, machine.account(2)), ...machineEnv(machine) }
  }
  const none = (home: string) => ({
    AWS_CONFIG_FILE: `${home}/none`,
    AWS_SHARED_CREDENTIALS_FILE: `${home}/none`,
  })

  test('key variables come first', async () => {
    const { muster, keys, web, container, instance, account } = await whoamiEverywhere()
    const { environment } = identities(await muster(whoami, { ...keys, ...web, ...container, ...instance }))
    expect(environment).toMatchObject({ Account: account(0), Source: 'environment', Expiry: null })
  })

  test('then a default that assumes a role', async () => {
    const { muster, keys, web, container, account } = await whoamiEverywhere()
    const { default: found } = identities(
      await muster([...whoami, '--profile', 'default'], { ...keys, ...web, ...container }),
    )
    expect(found).toMatchObject({ Account: account(1), Source: 'credential-source' })
    expect(found?.Arn).toMatch(/Inventory\/default$/)
    expect(found?.Chain).toBe('default ← Environment')
  })

  test('then a web identity, before the container', async () => {
    const { muster, web, container, instance, account, home } = await whoamiEverywhere()
    const found = identities(await muster(whoami, { ...none(home), ...web, ...container, ...instance }))
    expect(found['web-identity']).toMatchObject({ Account: account(2), Source: 'web-identity' })
    expect(found['web-identity']?.Arn).toMatch(/Inventory\/pod$/)
  })

  test('then the container, with the token of a variable or of a file', async () => {
    const { muster, container, instance, account, home } = await whoamiEverywhere()
    const { container: found } = identities(
      await muster(whoami, { ...none(home), ...container, ...instance }),
    )
    expect(found).toMatchObject({ Account: account(0), Source: 'container' })
    expect(found?.Arn).toMatch(/Inventory\/container$/)
    expect(Date.parse(found?.Expiry ?? '')).toBeGreaterThan(Date.now())
    const file = join(home, 'token')
    writeFileSync(file, containerToken)
    const { AWS_CONTAINER_AUTHORIZATION_TOKEN: _, ...bare } = container
    const byFile = { ...none(home), ...bare, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file }
    expect(identities(await muster(whoami, byFile)).container?.Account).toBe(account(0))
  })

  test('then the instance', async () => {
    const { program, instance, account, home } = await whoamiEverywhere()
    const { instance: found } = identities(await program(whoami, { ...none(home), ...instance }))
    expect(found).toMatchObject({ Account: account(0), Source: 'instance' })
    expect(found?.Arn).toMatch(/Inventory\/i-0demo$/)
  })

  if (!hasAws) process.stderr.write('SKIPPED: no AWS CLI v1 on the PATH to judge the order of sources.\n')

  test.skipIf(!hasAws)('the real AWS CLI takes the same', async () => {
    const machine = await whoamiEverywhere()
    const { program, keys, web, container, instance, home } = machine
    const alone = none(home)
    for (const env of [
      { ...keys, ...web, ...container, ...instance },
      { ...alone, ...web, ...container, ...instance },
      { ...alone, ...container, ...instance },
      { ...alone, ...instance },
    ]) {
      const [found] = Object.values(identities(await program(whoami, env)))
      expect(`${found?.Arn}\n`).toBe(await aws(machine, ['--region', 'us-east-1'], { env }))
    }
  })

  test('and if there is nothing, exit code 4 and what to do', async () => {
    const { muster, home } = await whoamiEverywhere()
    const { code, err } = await muster(whoami, none(home))
    expect(err).toMatch(/No AWS profile with credentials was found in .*; run aws configure sso to add one/)
    expect(code).toBe(4)
  })

  test('a refused token is reported, without the token', async () => {
    const { muster, container, home } = await whoamiEverywhere()
    const wrong = { ...none(home), ...container, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a-secret-guess' }
    const { code, out, err } = await muster(whoami, wrong)
    expect(out).toMatch(/ContainerCredentials: The container gives no credentials: .*401/)
    expect(out + err).not.toContain('a-secret-guess')
    expect(code).toBe(4)
  })
})

describe('credential_source', () => {
  test.each([
    ['Environment', 'Inventory/environment'],
    ['EcsContainer', 'Inventory/container'],
    ['Ec2InstanceMetadata', 'Inventory/i-0demo'],
  ])('%s', async (source) => {
    const machine = await person(
      (of) =>
        `[profile p]\nregion = us-east-1\nrole_arn = arn:aws:iam::${of.account(2)}:role/Inventory\ncredential_source = ${source}\n`,
    )
    const [owner] = machine.endpoint.fleet.accounts
    const keys = {
      AWS_ACCESS_KEY_ID: owner?.accessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: owner?.secretAccessKey ?? '',
    }
    const { container, instance } = machineEnv(machine)
    const env = { Environment: keys, EcsContainer: container, Ec2InstanceMetadata: instance }[source] ?? {}
    const { p } = identities(await machine.program([...whoami, '--profile', 'p'], env))
    expect(p).toMatchObject({ Account: machine.account(2), Chain: `p ← ${source}`, Fault: null })
    // The hour of a chain holds for the machine's roles, not for a user's keys.
    const { out } = await machine.muster(['profiles', '--output', 'json'])
    expect(out).toContain('"Session": "1h"')
  })

  test('that names a source that is not there: exit code 4 and what to set', async () => {
    const { muster } = await person(
      (of) =>
        `[profile p]\nregion = us-east-1\nrole_arn = arn:aws:iam::${of.account(2)}:role/Inventory\ncredential_source = Environment\n`,
    )
    const { code, out } = await muster([...whoami, '--profile', 'p'])
    expect(out).toContain('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set.')
    expect(code).toBe(4)
  })

  test('that is not valid: the profile is named', async () => {
    const { muster } = await person(
      (of) =>
        `[profile p]\nregion = us-east-1\nrole_arn = arn:aws:iam::${of.account(2)}:role/Inventory\ncredential_source = environment\n`,
    )
    const { code, out } = await muster([...whoami, '--profile', 'p'])
    expect(out).toContain('credential_source that is not Environment, EcsContainer or Ec2InstanceMetadata')
    expect(code).toBe(3)
  })
})

describe('a web identity profile', () => {
  const config = (of: Pick<Person, 'account'>, file: string) =>
    `[profile pod]\nregion = us-east-1\nrole_arn = arn:aws:iam::${of.account(1)}:role/Inventory\nweb_identity_token_file = ${file}\nrole_session_name = me\n`

  test.each<[string, string | null, RegExp, number]>([
    ['signs in', webIdentityToken(Date.now() + 600_000), /assumed-role\/Inventory\/me/, 0],
    ['with an expired token', webIdentityToken(1000), /ExpiredTokenException: Token expired/, 4],
    ['with a token that is not one', 'nonsense', /InvalidIdentityToken/, 4],
    ['without its file', null, /The web identity token .*token cannot be read: ENOENT/, 4],
  ])('%s', async (_, token, expected, exit) => {
    const machine = await person((of) => config(of, '/nowhere'))
    const file = join(machine.home, 'token')
    writeFileSync(join(machine.home, '.aws/config'), config(machine, file))
    if (token !== null) writeFileSync(file, `${token}\n`)
    const { code, out, err } = await machine.muster([...whoami, '--profile', 'pod'])
    expect(out).toMatch(expected)
    if (token !== null) expect(out + err).not.toContain(token.slice(0, 60))
    expect(code).toBe(exit)
  })
})

test('login_session is the SDK’s: the error says what is missing, and how to log in', async () => {
  const { muster } = await person(
    () => '[profile p]\nregion = us-east-1\nlogin_session = arn:aws:iam::1:user/me\n',
  )
  const { code, out } = await muster([...whoami, '--profile', 'p'])
  expect(out).toContain('LoginSession: Profile p has no login that can be used.')
  expect(out).toContain('Run aws login --profile p.')
  expect(code).toBe(4)
})

function machineEnv({ endpoint }: Pick<Person, 'endpoint'>) {
  return {
    container: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint.url}${containerPath}`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken,
    },
    instance: { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint.url },
  }
}

function webIdentity({ home }: Pick<Person, 'home'>, account: string) {
  const file = join(home, 'web-identity')
  writeFileSync(file, webIdentityToken(Date.now() + 600_000))
  return {
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ROLE_ARN: `arn:aws:iam::${account}:role/Inventory`,
    AWS_ROLE_SESSION_NAME: 'pod',
  }
}
