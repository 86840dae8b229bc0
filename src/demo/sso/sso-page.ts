import type { WireAnswer } from '../http-answer.ts'
import type { SsoCall } from './sso-call.ts'
import { grant } from './sso-oidc.ts'
import { invalidClient, invalidRequest } from './sso-refusals.ts'
import { issue, type SsoState } from './sso-state.ts'

/** The page that a browser is sent to for a code; following "Allow" or "Refuse" leads back to the redirect. */
export function authorize(state: SsoState, { query }: SsoCall): WireAnswer {
  const client = state.clients.get(query.get('client_id') ?? '')
  if (!client) throw invalidClient()
  const redirect = redirectOf(query.get('redirect_uri') ?? '', client.redirectUris)
  const challenge = query.get('code_challenge') ?? ''
  if (query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256' || !challenge) {
    throw invalidRequest('response_type, code_challenge or code_challenge_method is not valid.')
  }
  const answer = query.get('answer')
  if (answer === null) return choice('/authorize', query)
  redirect.searchParams.set('state', query.get('state') ?? '')
  if (answer !== 'allow') redirect.searchParams.set('error', 'access_denied')
  else {
    const code = issue(state, 'code-')
    const asked = grant(client, client.issuerUrl, Date.now() + 600_000)
    state.codes.set(code, { ...asked, redirectUri: query.get('redirect_uri') ?? '', challenge })
    redirect.searchParams.set('code', code)
  }
  return { status: 302, type: 'text/html', body: '', headers: { location: redirect.href } }
}

/** The page on which a device code is entered. */
export function devicePage(state: SsoState, { query }: SsoCall): WireAnswer {
  const code = query.get('user_code')
  if (code === null) {
    return html('<form><label>Code <input name="user_code"></label> <button>Go on</button></form>')
  }
  return pending(state, code) ? choice('/device/answer', query) : html('<p>This code is not known.</p>')
}

export function allowDevice(state: SsoState, { query }: SsoCall): WireAnswer {
  const asked = pending(state, query.get('user_code') ?? '')
  if (!asked) return html('<p>This code is not known.</p>')
  asked.answer = query.get('answer') === 'allow' ? 'allowed' : 'refused'
  return html('<p>You may close this page.</p>')
}

function pending(state: SsoState, code: string) {
  return [...state.devices.values()].find(({ userCode, answer }) => userCode === code && answer === 'pending')
}

/** AWS takes any port of a registered loopback address (RFC 8252, section 7.3). */
function redirectOf(uri: string, registered: readonly string[]): URL {
  const loopback = /^(http:\/\/127\.0\.0\.1)(?::\d+)?(\/.*)?$/.exec(uri)
  if (loopback && registered.includes(`${loopback[1]}${loopback[2] ?? ''}`)) return new URL(uri)
  throw invalidRequest('redirect_uri is not registered.')
}

function choice(path: string, query: URLSearchParams): WireAnswer {
  const link = (answer: string) => `${path}?${new URLSearchParams([...query, ['answer', answer]])}`
  const [allow, refuse] = [link('allow'), link('refuse')].map((each) => each.replaceAll('&', '&amp;'))
  return html(
    `<p>Allow muster to read your accounts?</p><a href="${allow}">Allow</a> <a href="${refuse}">Refuse</a>`,
  )
}

function html(body: string): WireAnswer {
  const page = `<!DOCTYPE html><html><head><title>Demo sign-in</title></head><body>${body}</body></html>`
  return { status: 200, type: 'text/html', body: page }
}
