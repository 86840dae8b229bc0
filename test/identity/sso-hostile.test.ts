import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeConnection } from '../../src/aws/connection.ts'
import { listenForCode } from '../../src/identity/sso/callback.ts'
import type { SsoContext } from '../../src/identity/sso/renewal.ts'
import { type LoginEvent, login } from '../../src/identity/sso/sso-login.ts'
import { makeSsoMemory } from '../../src/identity/sso/sso-memory.ts'
import { never, serve, type Wire } from '../aws/wire.ts'
import { homeWith } from '../config/folder.ts'

describe('the address that a browser comes back to', () => {
  test.each([
    ['GET // HTTP/1.1\r\nHost: @HOST@', 404],
    ['GET http://[ HTTP/1.1\r\nHost: @HOST@', 404],
    ['GET http://evil.example/oauth/callback?state=right&code=evil HTTP/1.1\r\nHost: @HOST@', 404],
    ['GET /oauth/callback?state=wrong&code=evil HTTP/1.1\r\nHost: @HOST@', 400],
    ['GET /oauth/callback HTTP/1.1\r\nHost: @HOST@', 400],
    ['GET /oauth/callback?state=right&code=evil HTTP/1.1\r\nHost: evil.example', 404],
    ['GET /oauth/callback?%ZZ&state=%E0%A4%A HTTP/1.1\r\nHost: @HOST@', 400],
    ['POST /oauth/callback?state=right&code=evil HTTP/1.1\r\nHost: @HOST@\r\nContent-Length: 0', 404],
    ['OPTIONS * HTTP/1.1\r\nHost: @HOST@', 404],
    ['CONNECT x:1 HTTP/1.1\r\nHost: @HOST@', null],
    ['\u0000\u0001\u0002', 400],
  ])('survives %j and waits on for the right answer', async (request, status) => {
    const callback = await listenForCode('right')
    try {
      const code = callback.code(never)
      const host = new URL(callback.redirectUri).host
      const answer = await rawAnswer(Number(host.split(':')[1]), request.replace('@HOST@', host))
      expect(answer).toBe(status)
      const right = await fetch(`${callback.redirectUri}?state=right&code=good`)
      expect(right.status).toBe(200)
      expect(await code).toBe('good')
    } finally {
      callback.close()
    }
  })
})

describe('a sign-in with a device code', () => {
  let answers: Readonly<Record<string, unknown>> = {}
  let polls: number[] = []
  let far: Wire
  beforeAll(async () => {
    far = await serve((request, response) => {
      const path = request.url ?? ''
      if (path === '/token') polls.push(performance.now())
      const pending = path === '/token' && polls.length < 2
      response.writeHead(pending ? 400 : 200, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify(pending ? { __type: 'AuthorizationPendingException' } : { ...good, ...answers }),
      )
    })
  })
  afterAll(() => far.close())

  test.each([[0], [-5], [0.001]])(
    'never asks more than once a second: interval %j',
    async (interval) => {
      const events = await signIn({ interval })
      expect(events.map(({ type }) => type)).toEqual(['code', 'done'])
      expect((polls[1] ?? 0) - (polls[0] ?? 0)).toBeGreaterThan(990)
    },
    20_000,
  )

  test.each([
    ['expiresIn', 1e300, /CreateToken holds 1e\+300 as expiresIn, which cannot be right/],
    ['expiresIn', -1, /CreateToken holds -1 as expiresIn/],
    ['clientSecretExpiresAt', 1e18, /RegisterClient holds 1000000000000000000 as clientSecretExpiresAt/],
    ['clientSecretExpiresAt', 'soon', /RegisterClient holds no clientSecretExpiresAt/],
    ['verificationUri', 'file:///etc/passwd', /holds a verificationUri that is not a web address/],
    ['verificationUriComplete', 'javascript:alert(1)', /a verificationUriComplete that is not a web address/],
    ['verificationUri', 'no address', /holds a verificationUri that is not a web address/],
  ])('reports an answer whose %s is %j in one sentence', async (name, value, sentence) => {
    await expect(signIn({ interval: 1, [name]: value })).rejects.toThrow(sentence)
  })

  async function signIn(more: Readonly<Record<string, unknown>>): Promise<readonly LoginEvent[]> {
    answers = more
    polls = []
    const events: LoginEvent[] = []
    const connection = makeConnection({ env: {}, caBundle: null })
    const context: SsoContext = {
      session: { name: 's', startUrl: 'https://x', region: 'us-east-1', scopes: [] },
      name: 'sso-session s',
      login: '--sso-session s',
      io: { home: homeWith({}), now: Date.now, signal: never },
      memory: makeSsoMemory(),
      connection,
      endpoints: { ssoEndpoint: far.url, ssoOidcEndpoint: far.url, fips: false, dualstack: false },
    }
    try {
      await login(context, 'device', (event) => events.push(event))
    } finally {
      connection.destroy()
    }
    return events
  }
})

/** Every member that an answer of SSO OIDC has. */
const good = {
  clientId: 'c',
  clientSecret: 's',
  clientSecretExpiresAt: 4_000_000_000,
  deviceCode: 'd',
  userCode: 'ABCD-EFGH',
  verificationUri: 'https://device.example/',
  verificationUriComplete: 'https://device.example/?user_code=ABCD-EFGH',
  expiresIn: 600,
  accessToken: 'token',
  refreshToken: 'r',
}

/** The status that a server answers bytes with; null if it closes the connection without a word. */
function rawAnswer(port: number, request: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(`${request}\r\nConnection: close\r\n\r\n`))
    socket.setEncoding('utf8').on('data', (data) => {
      text += data
    })
    socket.once('error', reject)
    socket.once('close', () => resolve(Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]) || null))
  })
}
