import type { WireAnswer } from '../http-answer.ts'
import type { SsoCall } from './sso-call.ts'
import { makeGrant } from './sso-oidc.ts'
import { invalidClientRefusal, invalidRequestRefusal } from './sso-refusals.ts'
import { issueSecret, type SsoState } from './sso-state.ts'

/** The page that a browser is sent to for a code; following "Allow" or "Refuse" leads back to the redirect. */
export function authorize(state: SsoState, { query }: SsoCall): WireAnswer {
  const client = state.clients.get(query.get('client_id') ?? '')
  if (!client) throw invalidClientRefusal()
  const redirect = redirectOf(query.get('redirect_uri') ?? '', client.redirectUris)
  const challenge = query.get('code_challenge') ?? ''
  if (query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256' || !challenge) {
    throw invalidRequestRefusal('response_type, code_challenge or code_challenge_method is not valid.')
  }
  const answer = query.get('answer')
  if (answer === null) return makeChoicePage('/authorize', query)
  redirect.searchParams.set('state', query.get('state') ?? '')
  if (answer !== 'allow') redirect.searchParams.set('error', 'access_denied')
  else {
    const code = issueSecret(state, 'code-')
    const grant = makeGrant(client, client.issuerUrl, state.issuer.now() + 600_000)
    state.codes.set(code, { ...grant, redirectUri: query.get('redirect_uri') ?? '', challenge })
    redirect.searchParams.set('code', code)
  }
  return { status: 302, type: 'text/html', body: '', headers: { location: redirect.href } }
}

/** The page on which a device code is entered. */
export function showDevicePage(state: SsoState, { query }: SsoCall): WireAnswer {
  const code = query.get('user_code')
  if (code === null) {
    return makePage('<form><label>Code <input name="user_code"></label> <button>Go on</button></form>')
  }
  return findPendingGrant(state, code)
    ? makeChoicePage('/device/answer', query)
    : makePage('<p>This code is not known.</p>')
}

export function allowDevice(state: SsoState, { query }: SsoCall): WireAnswer {
  const grant = findPendingGrant(state, query.get('user_code') ?? '')
  if (!grant) return makePage('<p>This code is not known.</p>')
  grant.answer = query.get('answer') === 'allow' ? 'allowed' : 'refused'
  return makePage('<p>You may close this page.</p>')
}

function findPendingGrant(state: SsoState, code: string) {
  return [...state.devices.values()].find(({ userCode, answer }) => userCode === code && answer === 'pending')
}

/** AWS takes any port of a registered loopback address (RFC 8252, section 7.3). */
function redirectOf(uri: string, registered: readonly string[]): URL {
  const loopback = /^(http:\/\/127\.0\.0\.1)(?::\d+)?(\/.*)?$/.exec(uri)
  if (loopback && registered.includes(`${loopback[1]}${loopback[2] ?? ''}`)) return new URL(uri)
  throw invalidRequestRefusal('redirect_uri is not registered.')
}

function makeChoicePage(path: string, query: URLSearchParams): WireAnswer {
  const linkFor = (answer: string) => `${path}?${new URLSearchParams([...query, ['answer', answer]])}`
  const [allow, refuse] = [linkFor('allow'), linkFor('refuse')].map((each) => each.replaceAll('&', '&amp;'))
  return makePage(
    `<p>Allow muster to read your accounts?</p><a href="${allow}">Allow</a> <a href="${refuse}">Refuse</a>`,
  )
}

function makePage(body: string): WireAnswer {
  const page = `<!DOCTYPE html><html><head><title>Demo sign-in</title></head><body>${body}</body></html>`
  return { status: 200, type: 'text/html', body: page }
}
