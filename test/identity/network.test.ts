import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Connection, ConnectionOptions } from '../../src/aws/connection.ts'
import { readAwsConfig } from '../../src/config/aws-config.ts'
import { selectProfiles } from '../../src/config/selection.ts'
import { parseSettings } from '../../src/config/settings.ts'
import { openSessions } from '../../src/identity/session.ts'
import { findKind } from '../../src/kinds.ts'
import { never } from '../aws/wire.ts'
import { homeWith } from '../config/folder.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { awsCli1 } from '../output/aws-formatters.ts'
import { answering, askAddresses, type Call } from './network-judge.ts'
import { type Row, rows } from './network-rows.ts'

describe('where each client calls, by every setting', () => {
  test.each(rows)('%s', async (_, row) => {
    const { calls, fault } = await callsOf(row, ['p', 'login'])
    expect(fault).toBeNull()
    const { ec2, sts, sso, oidc } = row
    const found = Object.fromEntries(calls.map(({ client, address }) => [client, address]))
    expect(found).toEqual({ ec2, sts, sso, oidc })
  })

  if (!awsCli1) process.stderr.write('SKIPPED: settings of the network beside botocore.\n')
  test.skipIf(!awsCli1)('is where botocore calls', async () => {
    const cases = rows.map(([, row]) => ({
      config: configOf(row),
      env: row.env ?? {},
      region: regionOf(row),
    }))
    const found = await askAddresses(awsCli1, cases)
    expect(Object.fromEntries(rows.map(([what], index) => [what, found[index]]))).toEqual(
      Object.fromEntries(rows.map(([what, { ec2, sts, sso, oidc }]) => [what, { ec2, sts, sso, oidc }])),
    )
  })
})

type Given = Pick<Row, 'env' | 'p' | 'others'>

test.each<[string, Given, string | null]>([
  ['nothing', {}, null],
  ['the profile', { p: 'ca_bundle = /p.pem\n' }, '/p.pem'],
  ['the profile, with ~', { p: 'ca_bundle = ~/p.pem\n' }, '@HOME@/p.pem'],
  ['the default profile, which is not taken', { others: '[default]\nca_bundle = /d.pem\n' }, null],
  ['AWS_CA_BUNDLE', { env: { AWS_CA_BUNDLE: '/e.pem' }, p: 'ca_bundle = /p.pem\n' }, '/e.pem'],
  [
    'the profile before REQUESTS_CA_BUNDLE',
    { env: { REQUESTS_CA_BUNDLE: '/r.pem' }, p: 'ca_bundle = /p.pem\n' },
    '/p.pem',
  ],
  ['REQUESTS_CA_BUNDLE', { env: { REQUESTS_CA_BUNDLE: '/r.pem' } }, '/r.pem'],
])('every client trusts the CA bundle of %s', async (_, given, bundle) => {
  const { bundles, home } = await callsOf({ ...given }, ['p', 'login'])
  expect([...new Set(bundles)]).toEqual([bundle?.replace('@HOME@', home) ?? null])
})

test.each<[string, Given, number]>([
  ['max_attempts of the profile', { p: 'max_attempts = 2\n' }, 2],
  ['AWS_MAX_ATTEMPTS', { env: { AWS_MAX_ATTEMPTS: '1' }, p: 'max_attempts = 2\n' }, 1],
  ['the profile', { p: 'max_attempts = 1\n', others: '[default]\nmax_attempts = 3\n' }, 1],
  ['the profile with adaptive retries', { p: 'max_attempts = 2\nretry_mode = adaptive\n' }, 2],
])('EC2 is asked as often as %s says', async (_, given, attempts) => {
  const { calls } = await callsOf(given, ['p'], true)
  expect(calls.filter(({ client }) => client === 'ec2')).toHaveLength(attempts)
})

test.each([
  ['services = gone', /^services \(.*config:4\) names the section \[services gone\], which does not exist;/],
  [
    'endpoint_url = 127.0.0.1:1',
    /^endpoint_url \(.*config:4\) is '127.0.0.1:1', which is not an address; write/,
  ],
  ['endpoint_url = localhost:1', /^endpoint_url .* is not an address; write http/],
  ['endpoint_url = http://u:hidden@h:99999', /^endpoint_url .* is 'http:\/\/h:99999', whose port is not a/],
  ['endpoint_url = http://[', /^endpoint_url .* which is not an address/],
  ['max_attempts = 0', /^max_attempts .* is '0', which is not a number of attempts/],
  ['max_attempts = many', /^max_attempts .* is 'many'/],
  ['retry_mode = quick', /^retry_mode .* is 'quick'; write legacy or standard or adaptive\.$/],
  ['sts_regional_endpoints = no', /^sts_regional_endpoints .* is 'no'; write legacy or regional\.$/],
  [
    'use_fips_endpoint = true\nendpoint_url = http://h',
    /^use_fips_endpoint .* and endpoint_url .* exclude each/,
  ],
])('%s is one sentence that names the setting and its line', async (line, sentence) => {
  const { fault, calls } = await callsOf({ p: `${line}\n` }, ['p'])
  expect(fault).toMatchObject({ class: 'configuration', message: expect.stringMatching(sentence) })
  expect(calls).toEqual([])
})

test.each<[string, Given, string]>([
  ['nothing', {}, 'https://eu-west-1.signin.aws.amazon.com'],
  ['endpoint_url of the profile', { p: 'endpoint_url = http://127.0.0.1:9\n' }, 'http://127.0.0.1:9'],
  [
    'endpoint_url of the default profile',
    { others: '[default]\nendpoint_url = http://127.0.0.1:9\n' },
    'https://eu-west-1.signin.aws.amazon.com',
  ],
])('a login of aws login is renewed where its profile says: %s', async (_, given, address) => {
  keepLoginSession()
  const session = '[profile session]\nlogin_session = me\nregion = eu-west-1\n'
  const others = `${session}${given.p ?? ''}${given.others ?? ''}`
  const { calls } = await callsOf({ others }, ['session'])
  expect(calls.map((call) => call.address)).toEqual([address])
})

/** What `aws login` keeps of a login that has ended, as the SDK looks for it. */
function keepLoginSession(): void {
  const folder = temporaryFolder()
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const expiresAt = '2020-01-01T00:00:00Z'
  const login = {
    accessToken: { accessKeyId: 'A', secretAccessKey: 's', sessionToken: 't', accountId: '1', expiresAt },
    clientId: 'c',
    refreshToken: 'r',
    dpopKey: privateKey.export({ type: 'sec1', format: 'pem' }),
  }
  const name = `${createHash('sha256').update('me').digest('hex')}.json`
  writeFileSync(join(folder, name), JSON.stringify(login))
  loginFolder = folder
  onTestFinished(() => {
    loginFolder = ''
  })
}

let loginFolder = ''

/** What keys, and a login that must be renewed, call with these settings; no socket is opened. */
async function callsOf(row: Given & Pick<Row, 'region'>, names: readonly string[], fails = false) {
  const home = homeWith({ '.aws/config': configOf(row) })
  keepLogin(home)
  const calls: Call[] = []
  const bundles: (string | null)[] = []
  const connect = ({ caBundle }: ConnectionOptions): Connection => {
    bundles.push(caBundle?.path ?? null)
    return answering(calls, fails)
  }
  const env = { ...row.env }
  const seen = { ...env, AWS_CONFIG_FILE: join(home, '.aws/config') }
  seenBySdk(loginFolder === '' ? seen : { ...seen, AWS_LOGIN_CACHE_DIRECTORY: loginFolder })
  const config = readAwsConfig({ env, home })
  const io = { env, home, now: Date.now, signal: never }
  const sessions = openSessions({ io, config, connect, shareRoles: false })
  let fault = null
  for (const name of names) {
    const selection = { profiles: [name], accounts: [], regions: [] }
    const settings = parseSettings({}, 'config.json')
    const [selected] = selectProfiles({ selection, config, settings, env, allowInstance: false })
    if (!selected) throw new Error(`no profile ${name}`)
    const session = sessions.open(selected)
    try {
      await session.identify(never)
      await session.readPages(findKind('volumes'), regionOf(row), { pageSize: null }, never).next()
    } catch (error) {
      fault = session.toFault(error, null)
    }
  }
  return { calls, bundles, fault, home }
}

/** The SDK looks at the process itself; it must find what would lead it astray. */
function seenBySdk(env: Readonly<Record<string, string>>): void {
  const before = { ...process.env }
  onTestFinished(() => {
    process.env = before
  })
  const others = Object.entries(before).filter(([name]) => !name.startsWith('AWS_'))
  process.env = { ...Object.fromEntries(others), ...env }
}

function regionOf({ region = 'eu-west-1' }: Pick<Row, 'region'>): string {
  return region
}

/** The settings come first, so that their line is known. */
function configOf(row: Given & Pick<Row, 'region'>): string {
  const region = regionOf(row)
  const { p = '', others = '' } = row
  return [
    `[profile p]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n${p}region = ${region}\n`,
    `[profile login]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = R\n${p}region = ${region}\n`,
    `[sso-session s]\nsso_start_url = https://x\nsso_region = ${region}\n`,
    others,
  ].join('')
}

/** A login that has ended and can be renewed. */
function keepLogin(home: string): void {
  const login = {
    startUrl: 'https://x',
    region: 'us-east-1',
    accessToken: `old${home}`,
    expiresAt: '2020-01-01T00:00:00Z',
    clientId: 'c',
    clientSecret: 's',
    refreshToken: 'r',
    registrationExpiresAt: '2099-01-01T00:00:00Z',
  }
  const folder = join(home, '.aws/sso/cache')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${createHash('sha1').update('s').digest('hex')}.json`), JSON.stringify(login))
}
