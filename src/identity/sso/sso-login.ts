import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { isTransient } from '../../aws/faults.ts'
import { RestError } from '../../aws/rest.ts'
import type { JsonObject } from '../../model.ts'
import { listenForCode } from './callback.ts'
import { addressMember, callOidc, lengthMember, oidcAddress, textMember, timeMember } from './client.ts'
import { signInError } from './login-errors.ts'
import type { SsoContext } from './renewal.ts'
import { type Registration, writeLogin } from './token-cache.ts'

/** What whoever signs in must know. */
export type LoginEvent =
  /** An address to open in a browser of this machine. */
  | { readonly type: 'url'; readonly url: string }
  /** A page to open anywhere, and the code to enter or, at `complete`, to compare. */
  | { readonly type: 'code'; readonly url: string; readonly code: string; readonly complete: string }
  /** The login is in the cache. `until`: when its access token ends, in ms since 1970. */
  | { readonly type: 'done'; readonly until: number; readonly renews: boolean }

/** How long a sign-in may take; AWS's codes are valid for 10 minutes. In ms. */
const patience = 600_000

/**
 * Signs in and keeps the login in `~/.aws/sso/cache` in the AWS CLI's format. `browser`: a code that the browser
 * brings back to this machine, proven with PKCE; `device`: a code that is entered anywhere, and the only way of
 * the older profiles. Ends when the user has answered. Throws MusterError, or the signal's reason.
 */
export async function login(
  context: SsoContext,
  way: 'browser' | 'device',
  emit: (event: LoginEvent) => void,
): Promise<void> {
  const late = AbortSignal.timeout(patience)
  const signal = AbortSignal.any([context.io.signal, late])
  try {
    const isDevice = way === 'device' || context.session.name === null
    await (isDevice ? signInByDevice(context, emit, signal) : signInByBrowser(context, emit, signal))
  } catch (error) {
    context.io.signal.throwIfAborted()
    throw signInError(late.aborted ? new RestError('ExpiredTokenException', 400) : error, context)
  }
}

async function signInByBrowser(
  context: SsoContext,
  emit: (event: LoginEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const state = randomBytes(24).toString('base64url')
  const verifier = randomBytes(48).toString('base64url')
  const callback = await listenForCode(state)
  try {
    const { redirectUri } = callback
    // AWS takes any port of the registered loopback address.
    const registered = redirectUri.replace(/:\d+/, '')
    const grantTypes = ['authorization_code', 'refresh_token']
    const more = { grantTypes, redirectUris: [registered], issuerUrl: context.session.startUrl }
    const client = await registerClient(context, more, signal)
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: client.clientId,
      redirect_uri: redirectUri,
      state,
      code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      scopes: scopesOf(context).join(' '),
    })
    emit({ type: 'url', url: `${oidcAddress(context)}/authorize?${query}` })
    const code = await callback.code(signal)
    const grant = { grantType: 'authorization_code', code, codeVerifier: verifier, redirectUri }
    await storeLogin(context, client, await createToken(context, client, grant, signal), emit)
  } finally {
    callback.close()
  }
}

async function signInByDevice(
  context: SsoContext,
  emit: (event: LoginEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const client = await registerClient(context, {}, signal)
  const { clientId, clientSecret } = client
  const body = { clientId, clientSecret, startUrl: context.session.startUrl }
  const operation = 'StartDeviceAuthorization'
  const call = { operation, method: 'POST', path: '/device_authorization', body } as const
  const authorization = await callOidc(context, call, signal)
  const url = addressMember(authorization, 'verificationUri', operation)
  const complete =
    authorization.verificationUriComplete === undefined
      ? url
      : addressMember(authorization, 'verificationUriComplete', operation)
  const grant = {
    grantType: 'urn:ietf:params:oauth:grant-type:device_code',
    deviceCode: textMember(authorization, 'deviceCode', operation),
  }
  emit({ type: 'code', url, code: textMember(authorization, 'userCode', operation), complete })
  // 5 s more when it is asked too often (RFC 8628, section 3.5).
  let failures = 0
  for (let seconds = intervalOf(authorization); ; ) {
    await pause(seconds * 1000, undefined, { signal })
    try {
      return await storeLogin(context, client, await createToken(context, client, grant, signal), emit)
    } catch (error) {
      const name = error instanceof RestError ? error.name : ''
      if (name === 'SlowDownException') seconds += 5
      if (name === 'SlowDownException' || name === 'AuthorizationPendingException') failures = 0
      else if (!isTransient(error) || ++failures > 3) throw error
    }
  }
}

/** How long to wait between two questions, in seconds: 5 if the service does not say, and never less than one. */
function intervalOf({ interval }: JsonObject): number {
  return typeof interval === 'number' && interval <= 60 ? Math.max(1, interval) : 5
}

async function registerClient(
  context: SsoContext,
  more: JsonObject,
  signal: AbortSignal,
): Promise<Registration> {
  const operation = 'RegisterClient'
  const scopes = scopesOf(context)
  const body = {
    clientName: 'muster',
    clientType: 'public',
    ...(scopes.length > 0 ? { scopes } : {}),
    ...more,
  }
  const call = { operation, method: 'POST', path: '/client/register', body } as const
  const answer = await callOidc(context, call, signal)
  return {
    clientId: textMember(answer, 'clientId', operation),
    clientSecret: textMember(answer, 'clientSecret', operation),
    registrationExpires: timeMember(answer, 'clientSecretExpiresAt', operation) * 1000,
  }
}

/** Without this scope AWS gives no refresh token; the older profiles take none. */
function scopesOf({ session }: SsoContext): readonly string[] {
  return session.name === null || session.scopes.length > 0 ? session.scopes : ['sso:account:access']
}

function createToken(
  context: SsoContext,
  { clientId, clientSecret }: Registration,
  grant: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  const body = { clientId, clientSecret, ...grant }
  return callOidc(context, { operation: 'CreateToken', method: 'POST', path: '/token', body }, signal)
}

async function storeLogin(
  { session, io }: SsoContext,
  client: Registration,
  answer: JsonObject,
  emit: (event: LoginEvent) => void,
): Promise<void> {
  const accessToken = textMember(answer, 'accessToken', 'CreateToken')
  const expires = io.now() + lengthMember(answer, 'expiresIn', 'CreateToken') * 1000
  const refreshToken = typeof answer.refreshToken === 'string' ? answer.refreshToken : null
  writeLogin(session, io.home, { accessToken, expires }, client, refreshToken)
  emit({ type: 'done', until: expires, renews: refreshToken !== null })
}
