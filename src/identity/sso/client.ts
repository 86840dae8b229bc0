import type { Connection } from '../../aws/connection.ts'
import { FaultError, malformedError } from '../../aws/faults.ts'
import { type RestCall, sendRestCall } from '../../aws/rest.ts'
import type { Network } from '../../config/network.ts'
import { isRegionName, type Partition, partitionOf } from '../../config/region-names.ts'
import type { SsoSession } from '../../config/sso-sessions.ts'
import { isObject } from '../../json-object.ts'
import type { JsonObject } from '../../model.ts'

/** Where a sign-in's calls go, and how. */
export interface SsoClient {
  readonly session: SsoSession
  readonly endpoints: Pick<Network, 'ssoEndpoint' | 'ssoOidcEndpoint' | 'fips' | 'dualstack'>
  readonly connection: Connection
}

type SsoRestCall = Omit<RestCall, 'endpoint'>

/**
 * A call of the SSO portal with an access token. Throws RestError; a FaultError for an address or an answer that is not
 * one.
 */
export function callPortal(
  client: SsoClient,
  accessToken: string,
  call: SsoRestCall,
  signal: AbortSignal,
): Promise<JsonObject> {
  const { endpoints, connection } = client
  const endpoint = endpoints.ssoEndpoint ?? addressOf('portal.sso', client)
  const headers = { 'x-amz-sso_bearer_token': accessToken }
  return sendRestCall(connection, { ...call, headers, endpoint }, signal)
}

/**
 * A call of SSO OIDC. Throws as `callPortal`. A connection that was kept open may have been closed at the other end
 * just now, as happens between polls that are seconds apart: then the call is made once more.
 */
export async function callOidc(
  client: SsoClient,
  call: SsoRestCall,
  signal: AbortSignal,
): Promise<JsonObject> {
  const request = { ...call, endpoint: oidcAddress(client) }
  try {
    return await sendRestCall(client.connection, request, signal)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (signal.aborted || (code !== 'ECONNRESET' && code !== 'EPIPE')) throw error
    return sendRestCall(client.connection, request, signal)
  }
}

/** The address of SSO OIDC, under which the sign-in page stands too. */
export function oidcAddress(client: SsoClient): string {
  return client.endpoints.ssoOidcEndpoint ?? addressOf('oidc', client)
}

/** A member of an answer that must be a text. */
export function textMember(answer: JsonObject, name: string, operation: string): string {
  const value = answer[name]
  if (typeof value === 'string' && value !== '') return value
  throw malformedError(`The answer to ${operation} holds no ${name}.`)
}

/** A member of an answer that must be a number of seconds: how long something lasts, ten years at most. */
export function lengthMember(answer: JsonObject, name: string, operation: string): number {
  return numberMember(answer, name, operation, 315_576_000)
}

/** A member of an answer that must be a time in seconds since 1970, before the year 2200. */
export function timeMember(answer: JsonObject, name: string, operation: string): number {
  return numberMember(answer, name, operation, 7_258_118_400)
}

function numberMember(answer: JsonObject, name: string, operation: string, most: number): number {
  const value = answer[name]
  if (typeof value !== 'number') throw malformedError(`The answer to ${operation} holds no ${name}.`)
  if (value >= 0 && value <= most) return value
  throw malformedError(`The answer to ${operation} holds ${value} as ${name}, which cannot be right.`)
}

/** A member of an answer that must be a web address: a person is to open it. */
export function addressMember(answer: JsonObject, name: string, operation: string): string {
  const text = textMember(answer, name, operation)
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href
  throw malformedError(`The answer to ${operation} holds a ${name} that is not a web address.`)
}

/** A member of an answer that must be a list of objects. */
export function listMember(answer: JsonObject, name: string, operation: string): readonly JsonObject[] {
  const value = answer[name]
  if (Array.isArray(value) && value.every(isObject)) return value
  throw malformedError(`The answer to ${operation} holds no ${name}.`)
}

/** AWS's own address (rule sets of sso and sso-oidc). A region that is not a host's name must not lead elsewhere. */
function addressOf(host: string, { session, endpoints }: Pick<SsoClient, 'session' | 'endpoints'>): string {
  const { region } = session
  if (!isRegionName(region)) {
    const message = `The sso_region '${region}' is not a region's name.`
    const next = 'Correct sso_region in ~/.aws/config.'
    throw new FaultError({ class: 'configuration', code: 'SsoRegion', message, next })
  }
  const partition = partitionOf(region)
  const { fips, dualstack } = endpoints
  const [plain, dual] = suffixes[partition]
  // GovCloud's plain addresses are FIPS ones.
  const isPlain = !fips || (partition === 'aws-us-gov' && !dualstack)
  return `https://${host}${isPlain ? '' : '-fips'}.${region}.${dualstack ? dual : plain}`
}

/** AWS's domains, and those for IPv6 (partitions.json of the AWS SDKs). */
const suffixes: Readonly<Record<Partition, readonly [plain: string, dualstack: string]>> = {
  aws: ['amazonaws.com', 'api.aws'],
  'aws-us-gov': ['amazonaws.com', 'api.aws'],
  'aws-cn': ['amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  'aws-eusc': ['amazonaws.eu', 'api.amazonwebservices.eu'],
  'aws-iso': ['c2s.ic.gov', 'api.aws.ic.gov'],
  'aws-iso-b': ['sc2s.sgov.gov', 'api.aws.scloud'],
  'aws-iso-e': ['cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  'aws-iso-f': ['csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
}
