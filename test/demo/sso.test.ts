import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { FaultRule } from '../../src/demo/injected-faults.ts'
import { type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import type { SsoOptions } from '../../src/demo/sso/sso-state.ts'
import type { JsonObject } from '../../src/model.ts'
import { serve } from '../aws/wire.ts'
import { accountAt } from './sdk.ts'
import { followLink } from './sso-browser.ts'

let endpoint: Endpoint
/** The endpoint's clock, in ms since 1970: it stands still until a test moves it on, however slow the machine is. */
let now = Date.parse('2026-01-31T08:00:00Z')
afterEach(() => endpoint.close())

const verifier = 'v'.repeat(50)
const challenge = createHash('sha256').update(verifier).digest('base64url')
const callback = 'http://127.0.0.1/oauth/callback'
const scopes = ['sso:account:access']
const device = 'urn:ietf:params:oauth:grant-type:device_code'

describe('device codes', () => {
  test('pending until it is allowed, then a token that reaches the accounts', async () => {
    await start()
    const { client, authorization } = await askDevice({ scopes })
    const poll = () => post('/token', { ...client, grantType: device, deviceCode: authorization.deviceCode })
    expect(await poll()).toMatchObject({ status: 400, error: 'AuthorizationPendingException' })
    expect(await poll()).toMatchObject({ status: 400, body: { error: 'slow_down' } })
    await followLink(String(authorization.verificationUriComplete))
    now += 1000
    const { body } = await poll()
    expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: 28800 })
    const accounts = await get('/assignment/accounts', String(body.accessToken))
    expect((accounts.body.accountList as JsonObject[]).map(({ accountName }) => accountName)).toEqual(
      endpoint.fleet.accounts.map(({ name }) => name),
    )
    expect(endpoint.listIssued()).toEqual(
      expect.arrayContaining([String(body.accessToken), String(body.refreshToken)]),
    )
  })

  test('a code that was refused or has run out gives no token', async () => {
    await start({ deviceSeconds: 1 })
    const { client, authorization } = await askDevice({})
    const poll = () => post('/token', { ...client, grantType: device, deviceCode: authorization.deviceCode })
    await followLink(String(authorization.verificationUriComplete), 'Refuse')
    expect(await poll()).toMatchObject({ error: 'AccessDeniedException', body: { error: 'access_denied' } })
    const other = await askDevice({})
    now += 1100
    const late = await post('/token', {
      ...other.client,
      grantType: device,
      deviceCode: other.authorization.deviceCode,
    })
    expect(late).toMatchObject({ error: 'ExpiredTokenException', body: { error: 'expired_token' } })
  })

  test('without the scope there is no refresh token', async () => {
    await start()
    const { client, authorization } = await askDevice({})
    await followLink(String(authorization.verificationUriComplete))
    const { body } = await post('/token', {
      ...client,
      grantType: device,
      deviceCode: authorization.deviceCode,
    })
    expect(Object.keys(body)).not.toContain('refreshToken')
  })
})

describe('authorization codes', () => {
  test('the verifier is checked, a code is valid once, and so is a refresh token', async () => {
    await start()
    const { client, code, redirectUri } = await authorizationCode()
    const ask = (codeVerifier: string, each = code) =>
      post('/token', { ...client, grantType: 'authorization_code', code: each, codeVerifier, redirectUri })
    expect(await ask('w'.repeat(50))).toMatchObject({ error: 'InvalidGrantException' })
    expect(await ask(verifier)).toMatchObject({ error: 'InvalidGrantException' })
    const again = await authorizationCode()
    const exchange = { ...again.client, grantType: 'authorization_code', code: again.code }
    const given = await post('/token', {
      ...exchange,
      codeVerifier: verifier,
      redirectUri: again.redirectUri,
    })
    expect(given.status).toBe(200)
    const renew = { ...again.client, grantType: 'refresh_token', refreshToken: given.body.refreshToken }
    expect((await post('/token', renew)).status).toBe(200)
    expect(await post('/token', renew)).toMatchObject({ error: 'InvalidGrantException' })
  })

  test('a redirect that is not registered, another port aside, is refused', async () => {
    await start()
    const { clientId } = (await register({ scopes, redirectUris: [callback] })).body
    const address = (uri: string) => authorizeAddress(String(clientId), uri)
    expect((await fetch(address('http://127.0.0.1:4000/oauth/callback'))).status).toBe(200)
    expect((await fetch(address('http://127.0.0.1:4000/other'))).status).toBe(400)
    expect((await fetch(address('http://example.com/oauth/callback'))).status).toBe(400)
  })
})

describe('the portal', () => {
  test('gives 20 role credentials a second and start URL, and 429 for more', async () => {
    await start()
    const { id, roleName } = accountAt(endpoint, 1)
    const [one, other] = [
      await signIn('https://one.example/start'),
      await signIn('https://two.example/start'),
    ]
    const ask = (token: string) =>
      get(`/federation/credentials?account_id=${id}&role_name=${roleName}`, token)
    const answers = await Promise.all(Array.from({ length: 22 }, () => ask(one)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20)
    expect(answers.filter(({ error }) => error === 'TooManyRequestsException')).toHaveLength(2)
    expect((await ask(other)).body.roleCredentials).toMatchObject({ expiration: expect.any(Number) })
    now += 1000
    expect((await ask(one)).status).toBe(200)
  })

  test('pages accounts and roles, and refuses a role that is not assigned', async () => {
    await start()
    const token = await signIn()
    const first = await get('/assignment/accounts?max_result=5', token)
    expect(first.body.accountList).toHaveLength(5)
    const rest = await get(`/assignment/accounts?max_result=100&next_token=${first.body.nextToken}`, token)
    expect(rest.body.accountList).toHaveLength(7)
    const { id } = accountAt(endpoint, 1)
    const roles = await get(`/assignment/roles?account_id=${id}&max_result=1`, token)
    expect(roles.body).toMatchObject({ nextToken: 'place-1', roleList: [{ accountId: id }] })
    const none = await get(`/federation/credentials?account_id=${id}&role_name=Nobody`, token)
    expect(none).toMatchObject({ status: 403, error: 'ForbiddenException' })
  })

  test('a token that was logged out, and one that never was, are refused', async () => {
    await start()
    const token = await signIn()
    expect((await post('/logout', {}, token)).status).toBe(200)
    for (const each of [token, 'made-up']) {
      expect(await get('/assignment/accounts', each)).toMatchObject({
        status: 401,
        error: 'UnauthorizedException',
        body: { message: 'Session token not found or invalid' },
      })
    }
  })

  test.each([
    ['throttled', 429, 'TooManyRequestsException'],
    ['denied', 403, 'ForbiddenException'],
    ['not-found', 404, 'ResourceNotFoundException'],
    ['expired-token', 401, 'UnauthorizedException'],
    ['invalid-request', 400, 'InvalidRequestException'],
    ['server-error', 500, 'InternalFailure'],
  ] as const)('%s is %i %s', async (fault, status, error) => {
    await start({}, [{ operation: 'ListAccounts', fault }])
    expect(await get('/assignment/accounts', await signIn())).toMatchObject({ status, error })
  })
})

async function start(sso: SsoOptions = {}, faults: FaultRule[] = []): Promise<void> {
  endpoint = await startEndpoint({ sso, faults, clock: () => now })
}

const register = (more: JsonObject) =>
  post('/client/register', { clientName: 'test', clientType: 'public', ...more })

async function askDevice(more: JsonObject, startUrl = 'https://acme.awsapps.com/start') {
  const { clientId, clientSecret } = (await register(more)).body
  const client = { clientId, clientSecret } as JsonObject
  return { client, authorization: (await post('/device_authorization', { ...client, startUrl })).body }
}

async function signIn(startUrl?: string): Promise<string> {
  const { client, authorization } = await askDevice({ scopes }, startUrl)
  await followLink(String(authorization.verificationUriComplete))
  const { body } = await post('/token', {
    ...client,
    grantType: device,
    deviceCode: authorization.deviceCode,
  })
  return String(body.accessToken)
}

function authorizeAddress(clientId: string, redirectUri: string): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state: 's',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    scopes: 'sso:account:access',
  })
  return `${endpoint.url}/authorize?${query}`
}

/** What comes back on the loopback redirect. */
async function authorizationCode() {
  const { clientId, clientSecret } = (
    await register({ scopes, redirectUris: [callback], issuerUrl: 'https://acme.awsapps.com/start' })
  ).body
  let code = ''
  const wire = await serve((request, response) => {
    code = new URL(request.url ?? '', 'http://x').searchParams.get('code') ?? ''
    response.end('ok')
  })
  const redirectUri = `${wire.url}/oauth/callback`
  await followLink(authorizeAddress(String(clientId), redirectUri))
  wire.close()
  return { client: { clientId, clientSecret } as JsonObject, code, redirectUri }
}

async function post(path: string, body: object, token = '') {
  return answered(
    await fetch(`${endpoint.url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'x-amz-sso_bearer_token': token },
    }),
  )
}

async function get(path: string, token: string) {
  return answered(await fetch(`${endpoint.url}${path}`, { headers: { 'x-amz-sso_bearer_token': token } }))
}

async function answered(response: Response) {
  const text = await response.text()
  const body = (text === '' ? {} : JSON.parse(text)) as JsonObject
  return { status: response.status, error: response.headers.get('x-amzn-errortype'), body }
}
