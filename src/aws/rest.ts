import { parseObject } from '../json-object.ts'
import type { JsonObject } from '../model.ts'
import type { Connection, RequestHandler } from './connection.ts'
import { malformedError } from './faults.ts'
import { findForeignPage } from './foreign-answer.ts'

/** One call of a service that speaks JSON over REST (AWS restJson1, without a signature). */
export interface RestCall {
  readonly operation: string
  readonly method: 'GET' | 'POST'
  /** The service's address; the call's path is added to it. */
  readonly endpoint: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: JsonObject
}

/** What a service said instead of an answer. Its name is AWS's name of the error. */
export class RestError extends Error {
  readonly $metadata: { readonly httpStatusCode: number }

  constructor(name: string, status: number) {
    super(name)
    this.name = name
    this.$metadata = { httpStatusCode: status }
  }
}

/**
 * Sends a call and gives the members of the answer. A refusal is a RestError, which leaves out the service's own words
 * as they may hold what was sent; an answer that is not a JSON object is a malformed FaultError.
 */
export async function sendRestCall(
  connection: Connection,
  call: RestCall,
  signal: AbortSignal,
): Promise<JsonObject> {
  const { response } = await connection.signInHandler.handle(requestOf(call), { abortSignal: signal })
  const body = await bodyOf(response.body)
  const { statusCode, headers } = response
  const foreign = statusCode < 500 ? findForeignPage(call.operation, body, statusCode) : null
  if (foreign) throw foreign
  const text = body.toString()
  const members = parseObject(text)
  if (statusCode >= 400)
    throw new RestError(errorNameOf(headers['x-amzn-errortype'], members, statusCode), statusCode)
  if (statusCode >= 200 && statusCode < 300 && (members || text === '')) return members ?? {}
  throw malformedError(`The answer to ${call.operation} is not JSON.`)
}

function requestOf({ method, endpoint, path, query, headers, body }: RestCall) {
  const url = new URL(endpoint)
  const request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: `${url.pathname.replace(/\/$/, '')}${path}`,
    query: { ...query },
    headers: {
      host: url.host,
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  }
  // The handler reads members only; the SDK's class has methods besides.
  return request as unknown as Parameters<RequestHandler['handle']>[0]
}

async function bodyOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** `Name`, `Name:http://…` or `namespace#Name` in the header or the body (restJson1), else OAuth's word. */
function errorNameOf(header: string | undefined, members: JsonObject | null, status: number): string {
  const errorType = header ?? members?.__type ?? members?.error
  const name = typeof errorType === 'string' ? errorType.replace(/:.*$/, '').replace(/^.*#/, '') : ''
  return /^\w{1,80}$/.test(name) ? name : `Http${status}`
}
