import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAwsConfig } from '../../src/config/aws-config.ts'
import { serve, type Wire } from '../aws/wire.ts'
import { homeWith } from '../config/folder.ts'
import { awsCli1 } from '../output/aws-formatters.ts'
import { openAt } from './open.ts'
import { answerAs, askAccessKeys } from './source-judge.ts'

/** What a profile may name, and the key that it leads to. */
const sources = {
  role: {
    lines: ['role_arn = arn:aws:iam::111122223333:role/R', 'source_profile = base'],
    key: 'ROLExAKIABASE',
  },
  'web-identity': {
    lines: ['role_arn = arn:aws:iam::111122223333:role/W', 'web_identity_token_file = @HOME@/token'],
    key: 'ASIAWEB',
  },
  sso: {
    lines: ['sso_session = s', 'sso_account_id = 111122223333', 'sso_role_name = R'],
    key: 'ASIASESSION',
  },
  'legacy-sso': {
    lines: [
      'sso_start_url = https://example.awsapps.com/start',
      'sso_region = us-east-1',
      'sso_account_id = 111122223333',
      'sso_role_name = R',
    ],
    key: 'ASIALEGACY',
  },
  login: { lines: ['login_session = arn:aws:iam::111122223333:user/u'], key: 'login' },
  process: { lines: ['credential_process = @HOME@/process'], key: 'AKIAPROCESS' },
  keys: { lines: ['aws_access_key_id = AKIA@FILE@', 'aws_secret_access_key = s'], key: 'AKIA@FILE@' },
} as const

type Kind = keyof typeof sources
type File = 'config' | 'credentials'
type Placed = readonly [kind: Kind, file: File]

/** What the AWS CLI looks at first (recorded of botocore 1.43.11); keys of the config file come last. */
const order = [
  'web-identity',
  'role',
  'sso',
  'legacy-sso',
  'keys credentials',
  'login',
  'process',
  'keys config',
] as const

/** As the source of a role, a profile with keys is no role. */
const orderAsSource = [...order.filter((each) => each !== 'role'), 'role'] as const

const kinds = Object.keys(sources) as Kind[]
const files: readonly File[] = ['config', 'credentials']
const pairs = kinds
  .flatMap((one, index) => kinds.slice(index + 1).map((other) => [one, other] as const))
  .flatMap(([one, other]) =>
    files.flatMap((a) =>
      files.map((b): Placed[] => [
        [one, a],
        [other, b],
      ]),
    ),
  )
const cases: readonly (readonly Placed[])[] = [
  ...kinds.flatMap((kind) => files.map((file): Placed[] => [[kind, file]])),
  ...pairs,
  [
    ['keys', 'config'],
    ['keys', 'credentials'],
  ],
]

let far: Wire
beforeAll(async () => {
  far = await serve(answerAs)
})
afterAll(() => far.close())

describe('every pair of sources in one profile, in both files', () => {
  test.each(['p', 'over'])(
    'gives muster the credentials that the AWS CLI takes, for profile %s',
    async (name) => {
      const found: Record<string, string> = {}
      const wanted: Record<string, string> = {}
      for (const placed of cases) {
        wanted[title(placed)] = expected(placed, name)
        found[title(placed)] = await keyInMuster(machineWith(placed), name)
      }
      expect(found).toEqual(wanted)
    },
  )

  if (!awsCli1) process.stderr.write('SKIPPED: pairs of sources beside the AWS CLI v1.\n')
  test.skipIf(!awsCli1).each(['p', 'over'])(
    'gives the AWS CLI v1 what is recorded, for profile %s',
    async (name) => {
      const homes = cases.map(machineWith)
      const found = await askAccessKeys(awsCli1, homes, name, far.url)
      expect(Object.fromEntries(cases.map((placed, index) => [title(placed), found[index]]))).toEqual(
        Object.fromEntries(cases.map((placed) => [title(placed), expected(placed, name)])),
      )
    },
  )
})

/** The access key of the first source in the AWS CLI's order; behind a role, the key that the role is assumed with. */
function expected(placed: readonly Placed[], name: string): string {
  const isKeys = placed.some(([kind]) => kind === 'keys')
  const ranks: readonly string[] = name === 'over' && isKeys ? orderAsSource : order
  const rank = ([kind, file]: Placed) => ranks.indexOf(kind === 'keys' ? `keys ${file}` : kind)
  const [first] = placed.toSorted((a, b) => rank(a) - rank(b))
  if (!first) return ''
  const key = sources[first[0]].key.replace('@FILE@', first[1].toUpperCase())
  return name === 'p' || key === 'login' ? key : `ROLEx${key}`
}

function title(placed: readonly Placed[]): string {
  return placed.map(([kind, file]) => `${kind} in ${file}`).join(', ')
}

function machineWith(placed: readonly Placed[]): string {
  const home = homeWith({})
  const textOf = (file: File) => {
    const lines = placed.filter(([, each]) => each === file).flatMap(([kind]) => sources[kind].lines)
    // The AWS CLI takes no key twice in one section; the later role is the one that both have.
    const byKey = new Map(lines.map((line) => [line.split(' ')[0], line]))
    return [...byKey.values()].join('\n').replaceAll('@HOME@', home).replaceAll('@FILE@', file.toUpperCase())
  }
  const base = '[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n'
  const over =
    '[profile over]\nrole_arn = arn:aws:iam::111122223333:role/O\nsource_profile = p\nregion = us-east-1\n'
  const session =
    '[sso-session s]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n'
  const config = `${base}${over}${session}[profile p]\nregion = us-east-1\n${textOf('config')}\n`
  write(home, '.aws/config', config)
  write(home, '.aws/credentials', `[p]\n${textOf('credentials')}\n`)
  write(home, 'token', 'eyJ.x.y')
  write(
    home,
    'process',
    `#!/bin/sh\necho '{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"s"}'\n`,
    0o700,
  )
  for (const [name, token] of [
    ['s', 'session'],
    ['https://example.awsapps.com/start', 'legacy'],
  ] as const) {
    const login = {
      startUrl: 'https://example.awsapps.com/start',
      region: 'us-east-1',
      accessToken: token,
      expiresAt: '2099-01-01T00:00:00Z',
    }
    const hash = createHash('sha1').update(name).digest('hex')
    write(home, `.aws/sso/cache/${hash}.json`, JSON.stringify(login))
  }
  return home
}

function write(home: string, path: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(join(home, path)), { recursive: true })
  writeFileSync(join(home, path), text, { mode })
}

/** The access key that muster signs with, which is the user's name at this far side. */
async function keyInMuster(home: string, name: string): Promise<string> {
  const env = { AWS_ENDPOINT_URL: far.url, PATH: process.env.PATH ?? '' }
  expect(readAwsConfig({ env, home }).problems).toEqual([])
  const { session, close } = openAt(home, env, { shareRoles: false })
  const opened = session(name)
  try {
    const { arn } = await opened.identify(new AbortController().signal)
    return arn.split('/').at(-1) ?? ''
  } catch (error) {
    const { code, message } = opened.toFault(error, null)
    return code === 'LoginSession' ? 'login' : message
  } finally {
    close()
  }
}
