import type { Connection } from '../../aws/connection.ts'
import { FaultError, malformed } from '../../aws/faults.ts'
import { type RestCall, restCall } from '../../aws/rest.ts'
import type { Endpoints } from '../../config/endpoints.ts'
import type { SsoSession } from '../../config/sso-sessions.ts'
import type { Json, JsonObject } from '../../model.ts'

/** Where a sign-in's calls go, and how. */
export interface SsoClient {
  readonly session: SsoSession
  readonly endpoints: Pick<Endpoints, 'ssoEndpoint' | 'ssoOidcEndpoint'>
  readonly connection: Connection
}

type Call = Omit<RestCall, 'endpoint'>

/** A call of the SSO portal with an access token. Throws RestError; a FaultError for an address or an answer that is none. */
export function callPortal(
  client: SsoClient,
  accessToken: string,
  call: Call,
  signal: AbortSignal,
): Promise<JsonObject> {
  const { session, endpoints, connection } = client
  const endpoint = endpoints.ssoEndpoint ?? `https://portal.sso.${domain(session)}`
  const headers = { 'x-amz-sso_bearer_token': accessToken }
  return restCall(connection, { ...call, headers, endpoint }, signal)
}

/**
 * A call of SSO OIDC. Throws as `callPortal`. A connection that was kept open may have been closed at the other end
 * just now, as happens between polls that are seconds apart: then the call is made once more.
 */
export async function callOidc(client: SsoClient, call: Call, signal: AbortSignal): Promise<JsonObject> {
  const whole = { ...call, endpoint: oidcAddress(client) }
  try {
    return await restCall(client.connection, whole, signal)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (signal.aborted || (code !== 'ECONNRESET' && code !== 'EPIPE')) throw error
    return restCall(client.connection, whole, signal)
  }
}

/** The address of SSO OIDC, under which the sign-in page stands too. */
export function oidcAddress({ session, endpoints }: SsoClient): string {
  return endpoints.ssoOidcEndpoint ?? `https://oidc.${domain(session)}`
}

/** A member of an answer that must be a text. */
export function textMember(answer: JsonObject, name: string, operation: string): string {
  const value = answer[name]
  if (typeof value === 'string' && value !== '') return value
  throw malformed(`The answer to ${operation} holds no ${name}.`)
}

/** A member of an answer that must be a number. */
export function numberMember(answer: JsonObject, name: string, operation: string): number {
  const value = answer[name]
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw malformed(`The answer to ${operation} holds no ${name}.`)
}

/** A member of an answer that must be a list of objects. */
export function listMember(answer: JsonObject, name: string, operation: string): readonly JsonObject[] {
  const value = answer[name]
  if (Array.isArray(value) && value.every(isObject)) return value
  throw malformed(`The answer to ${operation} holds no ${name}.`)
}

/** AWS's domains by partition (endpoints of the AWS SDKs). A region that is no name must not lead elsewhere. */
function domain({ region }: SsoSession): string {
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) {
    const message = `The sso_region '${region}' is no region's name.`
    const next = 'Correct sso_region in ~/.aws/config.'
    throw new FaultError({ class: 'configuration', code: 'SsoRegion', message, next })
  }
  const [, suffix = 'amazonaws.com'] = suffixes.find(([prefix]) => region.startsWith(prefix)) ?? []
  return `${region}.${suffix}`
}

const suffixes: readonly (readonly [prefix: string, suffix: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
]

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
