import { expect, test } from 'vitest'
import { readAwsConfig } from '../../src/config/aws-config.ts'
import type { SelectedProfile } from '../../src/config/selection.ts'
import { openSessions } from '../../src/identity/session.ts'
import { bodyOf, never, serve } from '../aws/wire.ts'
import { homeWith } from '../config/folder.ts'

/** STS that gives out the key `ASIA<account>` for a role and knows whose it is. */
async function startSts() {
  const calls: string[] = []
  const wire = await serve(async (request, response) => {
    const body = await bodyOf(request)
    const action = body.get('Action') ?? ''
    const role = body.get('RoleArn') ?? ''
    calls.push(`${action} ${role.split('/')[1] ?? ''}`.trim())
    const account = /ASIA(\d{12})/.exec(request.headers.authorization ?? '')?.[1] ?? '999999999999'
    const result =
      action === 'AssumeRole'
        ? `<Credentials><AccessKeyId>ASIA${role.split(':')[4]}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`
        : `<Account>${account}</Account><Arn>arn:aws:iam::${account}:user/u</Arn>`
    response.end(`<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`)
  })
  return { ...wire, calls }
}

function open(config: string, env: Record<string, string>) {
  const home = homeWith({ '.aws/config': config })
  const read = readAwsConfig({ env, home })
  const sessions = openSessions({
    io: { env, home, now: Date.now, signal: never },
    config: read,
    maxAttempts: 1,
  })
  const session = (name: string, account?: string) => {
    const profile = read.profiles.find((each) => each.name === name) ?? null
    const regions: SelectedProfile['regions'] = { type: 'named', names: ['us-east-1'] }
    const network = profile?.network ?? read.network
    const declared = account ?? profile?.account ?? null
    return sessions.open({
      name,
      source: 'profile',
      account: declared,
      regions,
      profile,
      network,
      collapsed: [],
    })
  }
  return { session, close: sessions.close }
}

const role = (name: string, account: number, source: string, more = '') =>
  `[profile ${name}]\nrole_arn = arn:aws:iam::${account}:role/${name}\nsource_profile = ${source}\n${more}\n`

const base = '[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n'

test('40 profiles behind a chain assume every role once', async () => {
  const sts = await startSts()
  const leaves = Array.from({ length: 40 }, (_, i) => role(`leaf${i}`, 300000000000 + i, 'mid'))
  const config =
    base + role('first', 111111111111, 'base') + role('mid', 222222222222, 'first') + leaves.join('')
  const { session, close } = open(config, { AWS_ENDPOINT_URL: sts.url })
  const found = await Promise.all(leaves.map((_, i) => session(`leaf${i}`).identify(never)))
  expect(found.map(({ account }) => account)).toEqual(leaves.map((_, i) => String(300000000000 + i)))
  const assumed = sts.calls.filter((call) => call.startsWith('AssumeRole'))
  expect(assumed).toHaveLength(42)
  expect(new Set(assumed).size).toBe(42)
  close()
  sts.close()
})

test('credentials of another account than the declared one are a configuration fault', async () => {
  const sts = await startSts()
  const { session, close } = open(base, { AWS_ENDPOINT_URL: sts.url })
  const opened = session('base', '123456789012')
  const error: unknown = await opened.identify(never).catch((reason: unknown) => reason)
  const fault = opened.toFault(error, null)
  expect(fault.class).toBe('configuration')
  expect(fault.message).toContain('declares account 123456789012 but its credentials belong to 999999999999')
  close()
  sts.close()
})

test.each([
  ['an MFA device', 'mfa_serial = arn:aws:iam::1:mfa/me', 'base', 'credentials', 'arn:aws:iam::1:mfa/me'],
  ['a bad duration', 'duration_seconds = abc', 'base', 'configuration', 'duration_seconds'],
  ['a missing source', '', 'nobody', 'configuration', 'nobody'],
  ['a cycle', '', 'r', 'configuration', 'leads back'],
])('%s is reported before any call', async (_, more, source, kind, text) => {
  const sts = await startSts()
  const { session, close } = open(base + role('r', 111111111111, source, more), { AWS_ENDPOINT_URL: sts.url })
  const opened = session('r')
  const error: unknown = await opened.identify(never).catch((reason: unknown) => reason)
  const fault = opened.toFault(error, null)
  expect(fault.class).toBe(kind)
  expect(fault.message).toContain(text)
  expect(sts.calls).toEqual([])
  close()
  sts.close()
})

test('each profile is asked at its own endpoint, whatever default says', async () => {
  const [sts, other] = [await startSts(), await startSts()]
  const config = `[default]\nendpoint_url = ${other.url}\n${base}endpoint_url = ${sts.url}\n`
  const { session, close } = open(config, {})
  await session('base').identify(never)
  expect([sts.calls.length, other.calls.length]).toEqual([1, 0])
  close()
  sts.close()
  other.close()
})

test('a missing SSO login names the command that fixes it', async () => {
  const sso =
    '[sso-session corp]\nsso_start_url = http://127.0.0.1:1/\nsso_region = us-east-1\n[profile s]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = R\n'
  const { session, close } = open(sso, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })
  const opened = session('s')
  const error: unknown = await opened.identify(never).catch((reason: unknown) => reason)
  expect(opened.toFault(error, null)).toMatchObject({
    class: 'credentials',
    next: 'Run muster login --sso-session corp.',
  })
  close()
})
