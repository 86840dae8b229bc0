import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { readAwsConfig } from '../../src/config/aws-config.ts'
import { selectProfiles } from '../../src/config/selection.ts'
import { parseSettings } from '../../src/config/settings.ts'
import type { MfaDevice } from '../../src/identity/mfa-device.ts'
import { openSessions } from '../../src/identity/session.ts'
import { bodyOf, never, serve, type Wire } from '../aws/wire.ts'
import { homeWith } from '../config/folder.ts'

const serial = 'arn:aws:iam::111122223333:mfa/me'
const config = ['one', 'two', 'three']
  .map(
    (name, index) =>
      `[profile ${name}]\nrole_arn = arn:aws:iam::11112222333${index}:role/R\nsource_profile = base\nmfa_serial = ${serial}\nregion = us-east-1\n`,
  )
  .join('')
const base = '[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n'

interface Policy {
  /** GetSessionToken is denied, before or after AWS has used the code up. */
  readonly session?: 'denied' | 'denied-and-used-up'
  /** A session's credentials may assume no role. */
  readonly roleBySession?: 'denied'
  /** Nobody may assume a role at all. */
  readonly role?: 'denied'
}

let far: Wire | null = null
afterEach(() => far?.close())

/** STS with a policy, which accepts every code once. */
async function sts({ session, roleBySession, role }: Policy) {
  const calls: string[] = []
  const used = new Set<string>()
  far = await serve(async (request, response) => {
    const body = await bodyOf(request)
    const action = body.get('Action') ?? ''
    const code = body.get('TokenCode')
    const caller = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (action !== 'GetCallerIdentity') calls.push([action, caller, code].filter(Boolean).join(' '))
    const refuse = (message: string) => {
      response.writeHead(403, { 'content-type': 'text/xml' })
      response.end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`,
      )
    }
    if (action === 'GetSessionToken' && session === 'denied') return refuse('not authorized: explicit deny')
    if (code !== null && used.has(code)) {
      return refuse('MultiFactorAuthentication failed with invalid MFA one time pass code.')
    }
    if (code !== null) used.add(code)
    if (action === 'GetSessionToken' && session) return refuse('not authorized: explicit deny')
    if (action === 'AssumeRole') {
      if (role || (roleBySession && caller === 'ASIASESSION')) return refuse('not authorized: sts:AssumeRole')
      if (code === null && caller !== 'ASIASESSION') return refuse('not authorized: sts:AssumeRole')
    }
    const account = body.get('RoleArn')?.split(':')[4] ?? /(\d{12})$/.exec(caller)?.[1] ?? '999999999999'
    const key = action === 'AssumeRole' ? `ASIA${account}` : 'ASIASESSION'
    const credentials = `<Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`
    const result =
      action === 'GetCallerIdentity'
        ? `<Arn>arn:aws:sts::${account}:assumed-role/R/x</Arn><Account>${account}</Account>`
        : `${credentials}<AssumedRoleUser><AssumedRoleId>A:x</AssumedRoleId><Arn>arn:aws:sts::${account}:assumed-role/R/x</Arn></AssumedRoleUser>`
    response.end(`<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`)
  })
  return { url: far.url, calls }
}

/** What each profile comes to, what was asked, and what was sent, with codes 000001, 000002 and so on. */
async function run(
  policy: Policy,
  names: readonly string[],
  home = homeWith({ '.aws/config': config + base }),
) {
  const { url, calls } = await sts(policy)
  const questions: MfaDevice[] = []
  const env = { AWS_ENDPOINT_URL: url, AWS_MAX_ATTEMPTS: '1' }
  const read = readAwsConfig({ env, home })
  const selection = { profiles: [...names], accounts: [], regions: [] }
  const settings = parseSettings({}, 'config.json')
  const chosen = selectProfiles({ selection, config: read, settings, env, allowInstance: false })
  const askMfa = async (device: MfaDevice) => {
    questions.push(device)
    return String(questions.length).padStart(6, '0')
  }
  const io = { env, home, now: Date.now, signal: never }
  const sessions = openSessions({ io, config: read, chosen, askMfa })
  const outcomes = await Promise.all(
    chosen.map(async (each) => {
      const session = sessions.open(each)
      await session.collectCodes()
      return session.identify(never).then(
        ({ account }) => account,
        (error: unknown) => session.toFault(error, null).code,
      )
    }),
  )
  sessions.close()
  far?.close()
  return { outcomes, calls, questions, home }
}

const [first, second, third] = ['111122223330', '111122223331', '111122223332']

describe('a role that names an MFA device', () => {
  test('alone on it is assumed with the code at once, as by the AWS CLI', async () => {
    const { outcomes, calls } = await run({ session: 'denied' }, ['one'])
    expect(outcomes).toEqual([first])
    expect(calls).toEqual(['AssumeRole AKIABASE 000001'])
  })

  test('beside others needs one code for all, by a session', async () => {
    const { outcomes, calls } = await run({}, ['one', 'two', 'three'])
    expect(outcomes).toEqual([first, second, third])
    expect(calls).toEqual(['GetSessionToken AKIABASE 000001', ...Array(3).fill('AssumeRole ASIASESSION')])
  })

  test('takes the code that was typed where GetSessionToken is denied before it is used up', async () => {
    const { outcomes, calls, questions } = await run({ session: 'denied' }, ['one', 'two'])
    expect(outcomes).toEqual([first, second])
    expect(calls).toEqual([
      'GetSessionToken AKIABASE 000001',
      'AssumeRole AKIABASE 000001',
      'AssumeRole AKIABASE 000002',
    ])
    expect(questions.map(({ profile }) => profile)).toEqual(['one', 'two'])
  })

  test('asks a second time and says why where AWS has used the code up', async () => {
    const { outcomes, questions } = await run({ session: 'denied-and-used-up' }, ['one', 'two'])
    expect(outcomes).toEqual([first, second])
    expect(questions[1]?.reason).toMatch(
      /^AWS gives base no session .* has used the code up: the next one goes with/,
    )
    expect(questions).toHaveLength(3)
  })

  test('asks a second time and says why where the session may not assume it', async () => {
    const { outcomes, questions } = await run({ roleBySession: 'denied' }, ['one', 'two'])
    expect(outcomes).toEqual([first, second])
    expect(questions[1]?.reason).toMatch(
      /^The session of base .* may not assume the role of (one|two): the next code/,
    )
    expect(questions).toHaveLength(3)
  })

  test('is asked for once more only, however many roles nobody may assume', async () => {
    const { outcomes, questions } = await run({ role: 'denied' }, ['one', 'two', 'three'])
    expect(outcomes).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied'])
    expect(questions).toHaveLength(2)
  })

  test('is remembered with its device: the next run sends each code with its role', async () => {
    const policy = { session: 'denied-and-used-up' } as const
    const { home } = await run(policy, ['one', 'two'])
    const file = join(home, '.local/state/muster/mfa.json')
    expect(readFileSync(file, 'utf8')).not.toMatch(/AKIA|mfa/)
    const again = await run(policy, ['one', 'two', 'three'], home)
    expect(again.outcomes).toEqual([first, second, third])
    // The first two are kept in the AWS CLI's cache.
    expect(again.calls).toEqual(['AssumeRole AKIABASE 000001'])
  })

  test('is not remembered where the session is of use', async () => {
    const { home } = await run({}, ['one', 'two'])
    expect(existsSync(join(home, '.local/state/muster/mfa.json'))).toBe(false)
  })
})
