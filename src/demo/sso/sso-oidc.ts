import { createHash } from 'node:crypto'
import type { Json, JsonObject } from '../../model.ts'
import { AwsRefusal, jsonAnswer, type WireAnswer } from '../http-answer.ts'
import { bodyMembers, type SsoCall } from './sso-call.ts'
import { invalidClient, invalidGrant, invalidRequest } from './sso-refusals.ts'
import { type Client, type Grant, issue, type SsoState } from './sso-state.ts'

export function registerClient(state: SsoState, call: SsoCall): WireAnswer {
  const body = bodyMembers(call)
  if (text(body.clientName) === '' || body.clientType !== 'public') {
    throw new AwsRefusal(400, 'InvalidClientMetadataException', 'clientName or clientType is not valid.')
  }
  const now = Date.now()
  const client: Client = {
    id: issue(state, 'client-'),
    secret: issue(state, 'eyJraWQiOiJkZW1vIn0.'),
    scopes: list(body.scopes),
    redirectUris: list(body.redirectUris),
    issuerUrl: text(body.issuerUrl),
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
  const startUrl = text(body.startUrl)
  if (startUrl === '') throw invalidRequest('startUrl is missing.')
  const seconds = state.options.deviceSeconds ?? 600
  const userCode = issue(state, '')
    .replace(/[^A-Z]/g, '')
    .padEnd(8, 'Q')
    .replace(/^(.{4})(.{4}).*$/, '$1-$2')
  const device = issue(state, 'device-')
  const expires = Date.now() + seconds * 1000
  state.devices.set(device, { ...grant(client, startUrl, expires), userCode })
  return jsonAnswer({
    deviceCode: device,
    userCode,
    verificationUri: `${call.origin}/device`,
    verificationUriComplete: `${call.origin}/device?user_code=${userCode}`,
    expiresIn: seconds,
    interval: state.options.interval ?? 1,
  })
}

/** A grant that nobody has answered yet. */
export function grant(client: Client, startUrl: string, expires: number): Grant {
  const nothing = { userCode: '', redirectUri: '', challenge: '' }
  return { client, startUrl, expires, ...nothing, answer: 'pending', polledAt: 0 }
}

export function createToken(state: SsoState, call: SsoCall): WireAnswer {
  const body = bodyMembers(call)
  const client = clientOf(state, body)
  switch (body.grantType) {
    case 'urn:ietf:params:oauth:grant-type:device_code':
      return fromDevice(state, body, client)
    case 'authorization_code':
      return fromCode(state, body, client)
    case 'refresh_token':
      return fromRefresh(state, body, client)
    default:
      throw new AwsRefusal(400, 'UnsupportedGrantTypeException', 'The grant type is not supported.')
  }
}

function fromDevice(state: SsoState, body: JsonObject, client: Client): WireAnswer {
  const device = text(body.deviceCode)
  const asked = state.devices.get(device)
  if (!asked || asked.client !== client) throw invalidGrant()
  const now = Date.now()
  if (asked.expires <= now) throw new AwsRefusal(400, 'ExpiredTokenException', 'Device code has expired')
  const since = now - asked.polledAt
  asked.polledAt = now
  if (since < (state.options.interval ?? 1) * 1000 - 100) {
    throw new AwsRefusal(400, 'SlowDownException', 'Slow down.')
  }
  if (asked.answer === 'pending') {
    throw new AwsRefusal(400, 'AuthorizationPendingException', 'The authorization is pending.')
  }
  state.devices.delete(device)
  if (asked.answer === 'refused') throw new AwsRefusal(400, 'AccessDeniedException', 'Access denied.')
  return tokens(state, client, asked.startUrl)
}

function fromCode(state: SsoState, body: JsonObject, client: Client): WireAnswer {
  const code = text(body.code)
  const asked = state.codes.get(code)
  state.codes.delete(code)
  const proof = createHash('sha256').update(text(body.codeVerifier)).digest('base64url')
  const fits = asked?.client === client && asked.redirectUri === body.redirectUri && asked.challenge === proof
  if (!asked || !fits || asked.expires <= Date.now()) throw invalidGrant()
  return tokens(state, client, asked.startUrl)
}

function fromRefresh(state: SsoState, body: JsonObject, client: Client): WireAnswer {
  const secret = text(body.refreshToken)
  const known = state.refresh.get(secret)
  state.refresh.delete(secret)
  if (!known || known.client !== client) throw invalidGrant()
  return tokens(state, client, known.startUrl)
}

/** A refresh token comes only with the scope `sso:account:access`. */
function tokens(state: SsoState, client: Client, startUrl: string): WireAnswer {
  const seconds = state.options.tokenSeconds ?? 28_800
  const token = { client, startUrl, expires: Date.now() + seconds * 1000 }
  const accessToken = issue(state, 'aoaAAAAA')
  state.tokens.set(accessToken, token)
  const answer = { accessToken, tokenType: 'Bearer', expiresIn: seconds }
  if (!client.scopes.includes('sso:account:access')) return jsonAnswer(answer)
  const refreshToken = issue(state, 'aorAAAAA')
  state.refresh.set(refreshToken, token)
  return jsonAnswer({ ...answer, refreshToken })
}

function clientOf(state: SsoState, { clientId, clientSecret }: JsonObject): Client {
  const client = state.clients.get(text(clientId))
  if (!client || client.secret !== clientSecret) throw invalidClient()
  if (client.expires > Date.now()) return client
  throw new AwsRefusal(401, 'InvalidClientException', 'The client registration has expired.')
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function list(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
}
