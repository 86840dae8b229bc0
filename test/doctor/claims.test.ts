import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { fromIni, fromNodeProviderChain } from '@aws-sdk/credential-providers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startEndpoint } from '../../src/demo/server.ts'
import { runAws } from '../helpers/run-aws.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { type AwsCli, awsCli1, awsCli2, pyenvRoot } from '../output/aws-formatters.ts'

const keys = 'aws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n'

/** What the rules say about clients, regions and the environment, which no reading of a file can show. */
describe('endpoint_url of the default profile', () => {
  const config = `[default]\nendpoint_url = http://127.0.0.1:9\n[profile p]\nregion = eu-west-1\n${keys}`

  test('leaks into an SDK client of another profile', async () => {
    useEnvironment(fileOf(config), { AWS_ENDPOINT_URL: undefined })
    expect(await hostOf(new EC2Client({ profile: 'p', region: 'eu-west-1' }))).toBe('127.0.0.1')
  })

  test.skipIf(!awsCli1)('does not leak in the AWS CLI', () => {
    const { endpoint } = askSession(awsCli1, fileOf(config), { AWS_PROFILE: 'p' })
    expect(endpoint).toBe('https://ec2.eu-west-1.amazonaws.com')
  })
})

describe('services sections', () => {
  const local = '[services local]\nec2 =\n  endpoint_url = http://127.0.0.1:9\n'
  const p = `[profile p]\nregion = eu-west-1\n${keys}`

  test('those of the default profile leak into an SDK client of another profile', async () => {
    useEnvironment(fileOf(`[default]\nservices = local\n${p}${local}`), { AWS_ENDPOINT_URL: undefined })
    expect(await hostOf(new EC2Client({ profile: 'p', region: 'eu-west-1' }))).toBe('127.0.0.1')
  })

  test('one that is missing: the SDK calls AWS itself', async () => {
    const config = fileOf(`${p}services = other\n${local}`)
    useEnvironment(config, { AWS_ENDPOINT_URL: undefined, AWS_PROFILE: 'p' })
    expect(await hostOf(new EC2Client({}))).toBe('ec2.eu-west-1.amazonaws.com')
  })

  test.skipIf(!awsCli1)('one that is missing: the AWS CLI stops', () => {
    const { endpoint } = askSession(awsCli1, fileOf(`${p}services = other\n${local}`), { AWS_PROFILE: 'p' })
    expect(endpoint).toMatch(/not configured to use the services section.*other|services section.*other/)
  })
})

describe('AWS_PROFILE beside key variables', () => {
  const config = `[profile p]\nregion = eu-west-1\n${keys}`
  const env = { AWS_PROFILE: 'p', AWS_ACCESS_KEY_ID: 'AKIAVARIABLE', AWS_SECRET_ACCESS_KEY: 's' }

  test('the SDK takes the profile', async () => {
    useEnvironment(fileOf(config), env)
    expect((await fromNodeProviderChain()()).accessKeyId).toBe('AKIAPROFILE')
  })

  test.skipIf(!awsCli1)('the AWS CLI takes the keys', () => {
    expect(askSession(awsCli1, fileOf(config), env)).toMatchObject({
      key: 'AKIAVARIABLE',
      region: 'eu-west-1',
    })
  })
})

describe('AWS_DEFAULT_PROFILE', () => {
  const config = `[default]\nregion = us-east-1\n[profile p]\nregion = eu-west-1\n[profile q]\nregion = eu-north-1\n`
  const env = { AWS_DEFAULT_PROFILE: 'p', AWS_PROFILE: 'q' }

  test('is not used by the SDK', async () => {
    useEnvironment(fileOf(config), env)
    expect(await new EC2Client({}).config.region()).toBe('eu-north-1')
  })

  test.skipIf(!awsCli1)('comes first in the AWS CLI', () => {
    expect(askSession(awsCli1, fileOf(config), env).region).toBe('eu-west-1')
  })
})

describe('regions', () => {
  const config = `[default]\nregion = us-east-1\n[profile p]\noutput = json\n[profile q]\nregion = eu-west-1\n`

  test('the SDK takes AWS_REGION, not AWS_DEFAULT_REGION, and none of default', async () => {
    const file = fileOf(config)
    useEnvironment(file, { AWS_PROFILE: 'q', AWS_DEFAULT_REGION: 'us-west-2' })
    expect(await new EC2Client({}).config.region()).toBe('eu-west-1')
    useEnvironment(file, { AWS_PROFILE: 'q', AWS_REGION: 'us-west-2' })
    expect(await new EC2Client({}).config.region()).toBe('us-west-2')
    useEnvironment(file, { AWS_PROFILE: 'p' })
    await expect(new EC2Client({}).config.region()).rejects.toThrow('Region is missing')
  })

  test.skipIf(!awsCli1)(
    'the AWS CLI takes AWS_DEFAULT_REGION, not AWS_REGION in version 1, and none of default',
    () => {
      const file = fileOf(config)
      expect(askSession(awsCli1, file, { AWS_PROFILE: 'q', AWS_DEFAULT_REGION: 'us-west-2' }).region).toBe(
        'us-west-2',
      )
      expect(askSession(awsCli1, file, { AWS_PROFILE: 'q', AWS_REGION: 'us-west-2' }).region).toBe(
        'eu-west-1',
      )
      expect(askSession(awsCli1, file, { AWS_PROFILE: 'p' })).toMatchObject({
        region: null,
        endpoint: 'You must specify a region.',
      })
    },
  )
})

test('a chain that asks for more than an hour is refused by STS; without the key it lasts an hour', async () => {
  const endpoint = await startEndpoint({ accounts: 3, regions: 1, instances: 1 })
  onTestFinished(() => endpoint.close())
  const [first, second, third] = endpoint.fleet.accounts
  const role = (account: typeof first, source: string, more = '') =>
    `role_arn = arn:aws:iam::${account?.id}:role/${account?.roleName}\nsource_profile = ${source}\nregion = us-east-1\n${account?.externalId ? `external_id = ${account.externalId}\n` : ''}${more}`
  const config = [
    `[profile user]\naws_access_key_id = ${first?.accessKeyId}\naws_secret_access_key = ${first?.secretAccessKey}\n`,
    `[profile staging]\n${role(second, 'user')}`,
    `[profile prod]\n${role(third, 'staging', 'duration_seconds = 7200\n')}`,
    `[profile fixed]\n${role(third, 'staging')}`,
  ].join('')
  useEnvironment(fileOf(config), { AWS_ENDPOINT_URL: endpoint.url })
  await expect(fromIni({ profile: 'prod' })()).rejects.toThrow(
    /1 hour session limit for roles assumed by role chaining/,
  )
  const { expiration } = await fromIni({ profile: 'fixed' })()
  expect(Math.round(((expiration?.getTime() ?? 0) - Date.now()) / 60_000)).toBe(60)
})

describe.each([
  ['1', awsCli1],
  ['2', awsCli2],
])('the aws command, version %s (skipped where it is missing)', (version, cli) => {
  if (!cli)
    process.stderr.write(`SKIPPED: the aws command v${version} on files that the SDK reads otherwise.\n`)

  test.skipIf(!cli)('lists a quoted name with a blank, and no section without "profile"', async () => {
    const config = fileOf('[profile "my prof"]\nregion = us-east-1\n[foo]\nregion = us-east-1\n')
    const { out } = await askCommand(cli, config, 'configure', 'get', 'region', '--profile', 'my prof')
    expect(out).toBe('us-east-1\n')
    const { err } = await askCommand(cli, config, 'sts', 'get-caller-identity', '--profile', 'foo')
    expect(err).toMatch(/could not be found/)
  })

  test.skipIf(!cli)('keeps a comment in the value, reads a colon and capitals', async () => {
    const config = fileOf('[profile p]\nRegion : us-east-1 # here\n')
    const { out } = await askCommand(cli, config, 'configure', 'get', 'region', '--profile', 'p')
    expect(out).toBe('us-east-1 # here\n')
  })

  test.skipIf(!cli)('refuses the file for a section that stands twice', async () => {
    const config = fileOf('[profile p]\nregion = us-east-1\n[profile p]\noutput = json\n')
    const { err } = await askCommand(cli, config, 'configure', 'get', 'region', '--profile', 'p')
    expect(err).toMatch(/Unable to parse config file/)
  })
})

if (!awsCli1)
  process.stderr.write('SKIPPED: what the AWS CLI does with profiles, regions and the environment.\n')

function fileOf(config: string): string {
  const file = join(temporaryFolder(), 'config')
  writeFileSync(file, config)
  return file
}

/** The variables of this test alone; the AWS ones of the machine are not seen. */
function useEnvironment(config: string, env: Readonly<Record<string, string | undefined>>): void {
  const before = { ...process.env }
  onTestFinished(() => {
    process.env = before
  })
  const others = Object.entries(before).filter(
    ([name]) => !name.startsWith('AWS_') || name.startsWith('AWS_E'),
  )
  const all = {
    ...Object.fromEntries(others),
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
    ...env,
  }
  process.env = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** Where a client would send a request, which is not sent. */
async function hostOf(client: EC2Client): Promise<string> {
  let host = ''
  client.middlewareStack.add(
    () =>
      async ({ request }) => {
        host = (request as { hostname: string }).hostname
        throw new Error('not sent')
      },
    { step: 'build' },
  )
  await expect(client.send(new DescribeRegionsCommand({}))).rejects.toThrow('not sent')
  return host
}

/** Runs the aws command itself. */
function askCommand(cli: AwsCli | null, config: string, ...args: readonly string[]) {
  const home = temporaryFolder()
  const env = { PATH: process.env.PATH, PYENV_ROOT: pyenvRoot, AWS_CONFIG_FILE: config, HOME: home }
  return runAws(cli as AwsCli, args, env)
}

/** The key, region and EC2 endpoint that the AWS CLI's session has. */
function askSession(cli: AwsCli | null, config: string, env: Readonly<Record<string, string>>) {
  const all = {
    PATH: process.env.PATH,
    PYENV_ROOT: pyenvRoot,
    AWS_CONFIG_FILE: config,
    HOME: '/nowhere',
    ...env,
  }
  return JSON.parse(execFileSync(cli?.python ?? '', ['-c', session], { env: all, encoding: 'utf8' })) as {
    readonly key: string | null
    readonly region: string | null
    readonly endpoint: string
  }
}

const session = `
import json
import botocore.session

session = botocore.session.Session()
credentials = session.get_credentials()
try:
    endpoint = session.create_client('ec2').meta.endpoint_url
except Exception as error:
    endpoint = str(error)
print(json.dumps({
    'key': credentials and credentials.access_key,
    'region': session.get_config_variable('region'),
    'endpoint': endpoint,
}))
`
