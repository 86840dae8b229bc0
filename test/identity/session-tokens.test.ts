import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SelectedProfile } from '../../src/config/selection.ts'
import { bodyOf, never, serve, type Wire } from '../aws/wire.ts'
import { homeWith } from '../config/folder.ts'
import { hasAwsV1, runAwsV1 } from '../helpers/aws-v1.ts'
import { openAt } from './open.ts'

/** The tokens that came with GetCallerIdentity and AssumeRole. */
let seen: (string | null)[] = []
let far: Wire
beforeAll(async () => {
  far = await serve(async (request, response) => {
    const action = (await bodyOf(request)).get('Action')
    seen.push(request.headers['x-amz-security-token']?.toString() ?? null)
    const result =
      action === 'AssumeRole'
        ? '<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>role</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>A:x</AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role/R/x</Arn></AssumedRoleUser>'
        : '<Arn>arn:aws:iam::111122223333:user/u</Arn><UserId>U</UserId><Account>111122223333</Account>'
    response.end(
      `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${result}</${action}Result></${action}Response>`,
    )
  })
})
afterAll(() => far.close())

const keys = 'aws_access_key_id = ASIA1\naws_secret_access_key = s\n'
const variables = { AWS_ACCESS_KEY_ID: 'ASIA2', AWS_SECRET_ACCESS_KEY: 's' }
const role = '[profile r]\nrole_arn = arn:aws:iam::111122223333:role/R\nregion = us-east-1\n'

interface Given {
  readonly config?: string
  readonly credentials?: string
  readonly env?: Readonly<Record<string, string>>
  readonly profile: string | null
  /** The tokens of the calls, in their order. */
  readonly tokens: readonly (string | null)[]
}

/** Every place in which a session token can stand, by either name. */
const places: readonly (readonly [string, Given])[] = [
  [
    'aws_security_token in the credentials file',
    { credentials: `[p]\n${keys}aws_security_token = old\n`, profile: 'p', tokens: ['old'] },
  ],
  [
    'aws_security_token in the config file',
    { config: `[profile p]\n${keys}aws_security_token = old\n`, profile: 'p', tokens: ['old'] },
  ],
  [
    'aws_security_token before aws_session_token',
    {
      credentials: `[p]\n${keys}aws_session_token = new\naws_security_token = old\n`,
      profile: 'p',
      tokens: ['old'],
    },
  ],
  [
    'aws_session_token alone',
    { credentials: `[p]\n${keys}aws_session_token = new\n`, profile: 'p', tokens: ['new'] },
  ],
  [
    'a token of the other file, which is not the keys’',
    {
      config: '[profile p]\naws_session_token = new\naws_security_token = old\n',
      credentials: `[p]\n${keys}`,
      profile: 'p',
      tokens: [null],
    },
  ],
  [
    'aws_security_token of a role’s source',
    {
      config: `${role}source_profile = p\n`,
      credentials: `[p]\n${keys}aws_security_token = old\n`,
      profile: 'r',
      tokens: ['old', 'role'],
    },
  ],
  [
    'AWS_SECURITY_TOKEN',
    { env: { ...variables, AWS_SECURITY_TOKEN: 'old' }, profile: null, tokens: ['old'] },
  ],
  [
    'AWS_SECURITY_TOKEN before AWS_SESSION_TOKEN',
    {
      env: { ...variables, AWS_SESSION_TOKEN: 'new', AWS_SECURITY_TOKEN: 'old' },
      profile: null,
      tokens: ['old'],
    },
  ],
  [
    'AWS_SECURITY_TOKEN of a role’s credential_source',
    {
      config: `${role}credential_source = Environment\n`,
      env: { ...variables, AWS_SECURITY_TOKEN: 'old' },
      profile: 'r',
      tokens: ['old', 'role'],
    },
  ],
]

test.each(places)('%s is sent', async (_, given) => {
  const { home, env } = machineOf(given)
  const { config, openSelected, close } = openAt(home, env, { shareRoles: false })
  const profile = config.profiles.find(({ name }) => name === given.profile) ?? null
  const selected: SelectedProfile = {
    name: given.profile ?? 'environment',
    source: profile ? 'profile' : 'environment',
    account: null,
    regions: { type: 'named', names: ['us-east-1'] },
    profile,
    network: profile?.network ?? config.network,
    collapsed: [],
  }
  seen = []
  await openSelected(selected).identify(never)
  close()
  expect(seen).toEqual(given.tokens)
})

if (!hasAwsV1) process.stderr.write('SKIPPED: session tokens beside the AWS CLI v1.\n')
test.skipIf(!hasAwsV1).each(places)('%s is sent by the AWS CLI v1, too', async (_, given) => {
  const { home, env } = machineOf(given)
  const named = given.profile === null ? [] : ['--profile', given.profile]
  seen = []
  const words = ['sts', 'get-caller-identity', ...named]
  await runAwsV1(words, { ...env, HOME: home, AWS_DEFAULT_REGION: 'us-east-1' })
  expect(seen).toEqual(given.tokens)
})

function machineOf({ config = '', credentials = '', env = {} }: Given) {
  const home = homeWith({ '.aws/config': config, '.aws/credentials': credentials })
  return { home, env: { AWS_ENDPOINT_URL: far.url, AWS_EC2_METADATA_DISABLED: 'true', ...env } }
}
