import { createHash } from 'node:crypto'
import type { Json, JsonObject } from '../../model.ts'
import { AwsRefusal, jsonAnswer, type WireAnswer } from '../http-answer.ts'
import { bodyMembers, type SsoCall } from './sso-call.ts'
import { invalidClientRefusal, invalidGrantRefusal, invalidRequestRefusal } from './sso-refusals.ts'
import { type Grant, issueSecret, type RegisteredClient, type SsoState } from './sso-state.ts'

export function registerClient(state: SsoState, call: SsoCall): WireAnswer {
  const body = bodyMembers(call)
  if (textOrEmpty(body.clientName) === '' || body.clientType !== 'public') {
    throw new AwsRefusal(400, 'InvalidClientMetadataException', 'clientName or clientType is not valid.')
  }
  const now = state.issuer.now()
  const client: RegisteredClient = {
    id: issueSecret(state, 'client-'),
    secret: issueSecret(state, 'eyJraWQiOiJkZW1vIn0.'),
    scopes: textListOf(body.scopes),
    redirectUris: textListOf(body.redirectUris),
    issuerUrl: textOrEmpty(body.issuerUrl),
    expires: now + (state.options.registrationSeconds ?? 90 * 86_400) * 1000,
  }
  // A client's id is no secret: it stands in the address of the sign-in page.
  state.issued.delete(client.id)
  state.clients.set(client.id, client)
  return jsonAnswer({
    clientId: client.id,
    clientSecret: client.secret,
    clientIdIssuedAt: Math.floor(now / 1000),
    clientSecretExpiresAt: Math.floor(client.expires / 1000),
  })
}

export function startDeviceAuthorization(state: SsoState, call: SsoCall): WireAnswer {
  const body = bodyMembers(call)
  const client = clientOf(state, body)
  const startUrl = textOrEmpty(body.startUrl)
  if (startUrl === '') throw invalidRequestRefusal('startUrl is missing.')
  const seconds = state.options.deviceSeconds ?? deviceLife
  const userCode = issueSecret(state, '')
    .replace(/[^A-Z]/g, '')
    .padEnd(8, 'Q')
    .replace(/^(.{4})(.{4}).*$/, '$1-$2')
  const device = issueSecret(state, 'device-')
  const expires = state.issuer.now() + seconds * 1000
  state.devices.set(device, { ...makeGrant(client, startUrl, expires), userCode })
  return jsonAnswer({
    deviceCode: device,
    userCode,
    verificationUri: `${call.origin}/device`,
    verificationUriComplete: `${call.origin}/device?user_code=${userCode}`,
    expiresIn: seconds,
    interval: state.options.interval ?? 1,
  })
}

const deviceLife = 600

/** A grant that nobody has answered yet. */
export function makeGrant(client: RegisteredClient, startUrl: string, expires: number): Grant {
  const nothing = { userCode: '', redirectUri: '', challenge: '' }
  return { client, startUrl, expires, ...nothing, answer: 'pending', polledAt: 0 }
}

export function createToken(state: SsoState, call: SsoCall): WireAnswer {
  const body = bodyMembers(call)
  const client = clientOf(state, body)
  switch (body.grantType) {
    case 'urn:ietf:params:oauth:grant-type:device_code':
      return exchangeDeviceCode(state, body, client)
    case 'authorization_code':
      return exchangeCode(state, body, client)
    case 'refresh_token':
      return exchangeRefreshToken(state, body, client)
    default:
      throw new AwsRefusal(400, 'UnsupportedGrantTypeException', 'The grant type is not supported.')
  }
}

function exchangeDeviceCode(state: SsoState, body: JsonObject, client: RegisteredClient): WireAnswer {
  const device = textOrEmpty(body.deviceCode)
  const grant = state.devices.get(device)
  if (!grant || grant.client !== client) throw invalidGrantRefusal()
  const now = state.issuer.now()
  if (grant.expires <= now) throw new AwsRefusal(400, 'ExpiredTokenException', 'Device code has expired')
  const since = now - grant.polledAt
  grant.polledAt = now
  if (since < (state.options.interval ?? 1) * 1000 - 100) {
    throw new AwsRefusal(400, 'SlowDownException', 'Slow down.')
  }
  if (grant.answer === 'pending' && !isAllowedByNow(state, grant)) {
    throw new AwsRefusal(400, 'AuthorizationPendingException', 'The authorization is pending.')
  }
  state.devices.delete(device)
  if (grant.answer === 'refused') throw new AwsRefusal(400, 'AccessDeniedException', 'Access denied.')
  return issueTokens(state, client, grant.startUrl)
}

function isAllowedByNow({ options, issuer }: SsoState, { expires }: Grant): boolean {
  const { allowedAfter, deviceSeconds = deviceLife } = options
  return allowedAfter !== undefined && issuer.now() >= expires - (deviceSeconds - allowedAfter) * 1000
}

function exchangeCode(state: SsoState, body: JsonObject, client: RegisteredClient): WireAnswer {
  const code = textOrEmpty(body.code)
  const grant = state.codes.get(code)
  state.codes.delete(code)
  const proof = createHash('sha256').update(textOrEmpty(body.codeVerifier)).digest('base64url')
  const fits = grant?.client === client && grant.redirectUri === body.redirectUri && grant.challenge === proof
  if (!grant || !fits || grant.expires <= state.issuer.now()) throw invalidGrantRefusal()
  return issueTokens(state, client, grant.startUrl)
}

function exchangeRefreshToken(state: SsoState, body: JsonObject, client: RegisteredClient): WireAnswer {
  const secret = textOrEmpty(body.refreshToken)
  const token = state.refresh.get(secret)
  state.refresh.delete(secret)
  if (!token || token.client !== client) throw invalidGrantRefusal()
  return issueTokens(state, client, token.startUrl)
}

/** A refresh token comes only with the scope `sso:account:access`. */
function issueTokens(state: SsoState, client: RegisteredClient, startUrl: string): WireAnswer {
  const seconds = state.options.tokenSeconds ?? 28_800
  const token = { client, startUrl, expires: state.issuer.now() + seconds * 1000 }
  const accessToken = issueSecret(state, 'aoaAAAAA')
  state.tokens.set(accessToken, token)
  const answer = { accessToken, tokenType: 'Bearer', expiresIn: seconds }
  if (!client.scopes.includes('sso:account:access')) return jsonAnswer(answer)
  const refreshToken = issueSecret(state, 'aorAAAAA')
  state.refresh.set(refreshToken, token)
  return jsonAnswer({ ...answer, refreshToken })
}

function clientOf(state: SsoState, { clientId, clientSecret }: JsonObject): RegisteredClient {
  const client = state.clients.get(textOrEmpty(clientId))
  if (!client || client.secret !== clientSecret) throw invalidClientRefusal()
  if (client.expires > state.issuer.now()) return client
  throw new AwsRefusal(401, 'InvalidClientException', 'The client registration has expired.')
}

function textOrEmpty(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function textListOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
}
