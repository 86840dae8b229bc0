import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { FaultRule } from '../../src/demo/injected-faults.ts'
import type { JsonObject } from '../../src/model.ts'
import { type SsoMachine, seconds, ssoMachine, startUrl, write } from './sso-machine.ts'

const past = seconds(Date.now() - 3_600_000)
const profile = 'sso-acme-prod-web'
const refuseRoles = (fault: FaultRule['fault']): FaultRule => ({ operation: 'GetRoleCredentials', fault })
const role = 'the role Inventory in account 111111111111'

interface Case {
  readonly what: string
  readonly faults?: readonly FaultRule[]
  /** What is in the cache; null for a login that is valid. */
  readonly login: ((machine: SsoMachine) => unknown) | null
  readonly line: string
  readonly next: string
  readonly code: number
}

const login = 'Run muster login --sso-session acme.'
const signInExpired = (more: JsonObject) => (machine: SsoMachine) =>
  machine.signIn({ expiresAt: past, ...more })

const table: readonly Case[] = [
  {
    what: 'no login in the cache',
    login: () => {},
    line: 'sso-session acme is not logged in: 1 account (PLACE)',
    next: login,
    code: 4,
  },
  {
    what: 'a login that is not JSON',
    login: (machine) => write(machine.loginFile(), '{"accessToken": "aoa'),
    line: 'sso-session acme has a login in ~/.aws/sso/cache that cannot be read: 1 account (PLACE)',
    next: login,
    code: 4,
  },
  {
    what: 'a login without an expiry',
    login: (machine) => machine.signIn({ expiresAt: null }),
    line: 'sso-session acme has a login in ~/.aws/sso/cache that cannot be read: 1 account (PLACE)',
    next: login,
    code: 4,
  },
  {
    what: 'expired, without a refresh token',
    login: signInExpired({ refreshToken: null }),
    line: 'sso-session acme expired: 1 account (PLACE)',
    next: login,
    code: 4,
  },
  {
    what: 'expired, and so is the registration of the client',
    login: signInExpired({ registrationExpiresAt: past }),
    line: 'sso-session acme expired: 1 account (PLACE)',
    next: login,
    code: 4,
  },
  {
    what: 'expired, and the refresh token is refused',
    login: signInExpired({ refreshToken: 'aorOld' }),
    line: 'sso-session acme expired and is not renewed: 1 account (PLACE)',
    next: login,
    code: 4,
  },
  {
    what: 'expired, and SSO OIDC fails',
    faults: [{ operation: 'CreateToken', nth: { from: 2, to: 1e9 }, fault: 'server-error' }],
    login: signInExpired({}),
    line: 'PLACE InternalServerException: sso-session acme expired and could not be renewed (InternalServerException).',
    next: 'AWS failed by itself: wait a moment, then sync again.',
    code: 3,
  },
  {
    what: 'expired, and the connection breaks',
    faults: [{ operation: 'CreateToken', nth: { from: 2, to: 1e9 }, fault: 'reset' }],
    login: signInExpired({}),
    line: 'PLACE ECONNRESET: sso-session acme expired and could not be renewed (ECONNRESET).',
    next: 'Check the network, the proxy and the endpoint, then sync again.',
    code: 3,
  },
  {
    what: '401, and nothing renews it',
    faults: [refuseRoles('expired-token')],
    login: (machine) => machine.signIn({ refreshToken: null }),
    line: 'sso-session acme expired or was logged out: 1 account (PLACE)',
    next: login,
    code: 4,
  },
  {
    what: '401, and the renewed token is refused too',
    faults: [refuseRoles('expired-token')],
    login: null,
    line: 'sso-session acme expired or was logged out: 1 account (PLACE)',
    next: login,
    code: 4,
  },
  {
    what: 'expired, and SSO OIDC does not answer',
    faults: [{ operation: 'CreateToken', nth: { from: 2, to: 1e9 }, fault: 'stalled' }],
    login: signInExpired({}),
    line: 'PLACE TimeoutError: sso-session acme expired and could not be renewed (TimeoutError).',
    next: 'Check the network, the proxy and the endpoint, then sync again.',
    code: 3,
  },
  {
    what: '403',
    faults: [refuseRoles('denied')],
    login: null,
    line: `PLACE ForbiddenException: sso-session acme gives you no access to ${role}.`,
    next: 'Choose one that muster discover --sso-session acme lists.',
    code: 3,
  },
  {
    what: '404',
    faults: [refuseRoles('not-found')],
    login: null,
    line: `PLACE ResourceNotFoundException: sso-session acme does not know ${role}.`,
    next: 'Choose one that muster discover --sso-session acme lists.',
    code: 3,
  },
  {
    what: '429, again and again',
    faults: [refuseRoles('throttled')],
    login: null,
    line: `PLACE TooManyRequestsException: sso-session acme gives no credentials for ${role}: too many requests.`,
    next: 'Sync again later, with fewer calls at once.',
    code: 3,
  },
  {
    what: '400',
    faults: [refuseRoles('invalid-request')],
    login: null,
    line: `PLACE InvalidRequestException: sso-session acme calls the request for ${role} not valid.`,
    next: `Correct profile ${profile} in ~/.aws.`,
    code: 3,
  },
  {
    what: '500',
    faults: [refuseRoles('server-error')],
    login: null,
    line: `PLACE InternalFailure: sso-session acme gives no credentials for ${role} (InternalFailure).`,
    next: 'AWS failed by itself: wait a moment, then sync again.',
    code: 3,
  },
  {
    what: 'no answer',
    faults: [refuseRoles('stalled')],
    login: null,
    line: `PLACE TimeoutError: sso-session acme gives no credentials for ${role} (TimeoutError).`,
    next: 'Check the network, the proxy and the endpoint, then sync again.',
    code: 3,
  },
  {
    what: 'a page in place of an answer',
    faults: [refuseRoles('html')],
    login: null,
    line: 'PLACE MalformedAnswer: The answer to GetRoleCredentials is an HTML page, "Sign in" (HTTP status 200), which AWS does not send.',
    next: 'If this network has a login page, sign in there with a browser; else look for a proxy or an endpoint_url that answers in place of AWS, then sync again.',
    code: 3,
  },
  {
    what: 'an empty answer',
    faults: [refuseRoles('empty-body')],
    login: null,
    line: 'PLACE MalformedAnswer: The answer to GetRoleCredentials holds no accessKeyId.',
    next: 'Look for a proxy or an endpoint_url that answers in place of AWS, then sync again.',
    code: 3,
  },
]

describe('from the wire to the sentence and the exit code', () => {
  test.each(table)('$what', async ({ faults = [], login: prepare, line, next, code }) => {
    const machine = await ssoMachine({ faults })
    await (prepare ? prepare(machine) : machine.signIn())
    const { err, code: ended } = await machine.muster('sync', '--profile', profile)
    const id = machine.endpoint.fleet.accounts.find(({ name }) => `sso-${name}` === profile)?.id ?? ''
    const place = `${profile}/us-east-1`
    // A sync that takes more than ten seconds says how far it has come.
    const lines = err.split('\n').filter((text) => !text.startsWith('syncing'))
    expect(lines.slice(1, 3)).toEqual([
      `  ${line.replace('PLACE', place).replace('111111111111', id)}`,
      `    -> ${next}`,
    ])
    expect(ended).toBe(code)
    expect(machine.endpoint.countRequests('CreateToken')).toBeLessThanOrEqual(3)
  })

  test('a session that has no section', async () => {
    const machine = await ssoMachine()
    writeFileSync(
      machine.configFile,
      readFileSync(machine.configFile, 'utf8').replace('sso-session acme', 'sso-session acne'),
    )
    const { err, code } = await machine.muster('sync', '--profile', profile)
    expect(err).toContain(
      `${profile}/us-east-1 ProfileProblem: Profile '${profile}' names the sso-session 'acme', which does not exist; add [sso-session acme]`,
    )
    expect(code).toBe(3)
  })

  test.each([
    ['not logged in', null, 'is not logged in'],
    ['expired', past, 'expired'],
  ])('profiles of the older form that are %s are one line, and one login', async (_, expiresAt, words) => {
    const machine = await ssoMachine()
    const keys = (name: string, account: string) =>
      `\n[profile ${name}]\nsso_start_url = ${startUrl}\nsso_region = us-east-1\nsso_account_id = ${account}\nsso_role_name = Inventory\nregion = us-east-1\nendpoint_url = ${machine.endpoint.url}\n`
    appendFileSync(machine.configFile, keys('old-a', '111111111111') + keys('old-b', '222222222222'))
    if (expiresAt !== null) await machine.signIn({ expiresAt }, startUrl)
    const { err, code } = await machine.muster('sync', '--profile', 'old-*')
    // A sync that takes more than ten seconds says how far it has come.
    const lines = err.split('\n').filter((text) => !text.startsWith('syncing'))
    expect(lines.slice(1, 3)).toEqual([
      `  SSO start URL ${startUrl} ${words}: 2 accounts (old-a/us-east-1, old-b/us-east-1)`,
      '    -> Run muster login --profile old-a.',
    ])
    expect(machine.endpoint.countRequests('GetRoleCredentials')).toBe(0)
    expect(code).toBe(4)
  })
})
