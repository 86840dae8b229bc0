import type { DebugLog } from '../io.ts'
import { cleanText } from '../redact.ts'
import type { BodyPieces } from './body-pieces.ts'

interface Asked {
  readonly hostname: string
  readonly port?: number | undefined
  readonly headers: Readonly<Record<string, string | undefined>>
}

interface Answered {
  readonly response: { readonly statusCode: number; readonly headers: Asked['headers'] }
  readonly body: BodyPieces
}

/**
 * Has one attempt of a call written into the debug log: what is asked, and what comes back. Of the answer its status,
 * its size and the names that AWS gives to the request and to an error; neither credentials nor resources.
 */
export async function logAttempt<T extends Answered>(
  debug: DebugLog,
  operation: string,
  request: Asked,
  send: () => Promise<T>,
): Promise<T> {
  const call = describeCall(operation, request)
  const startedAt = performance.now()
  const elapsed = () => `${Math.round(performance.now() - startedAt)} ms`
  debug.write('call', `asked ${call}`)
  try {
    const answered = await send()
    debug.write('call', `answered ${call}: ${describeAnswer(answered)}, ${elapsed()}`)
    return answered
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${cleanText(error.message)}` : String(error)
    debug.write('call', `no answer to ${call}: ${text}, ${elapsed()}`)
    throw error
  }
}

/** `DescribeInstances in eu-west-1 at ec2.eu-west-1.amazonaws.com, attempt 1 of 9`. */
function describeCall(operation: string, { hostname, port, headers }: Asked): string {
  // The scope of a signature: `Credential=AKIA…/20261125/eu-west-1/ec2/aws4_request` (AWS Signature Version 4).
  const region = /Credential=[^/,]*\/\d{8}\/([\w-]+)\//.exec(headerOf(headers, 'authorization') ?? '')?.[1]
  const [, attempt, most] =
    /attempt=(\d+)(?:; max=(\d+))?/.exec(headerOf(headers, 'amz-sdk-request') ?? '') ?? []
  const parts = [
    region === undefined ? operation : `${operation} in ${region}`,
    ` at ${hostname}${port === undefined ? '' : `:${port}`}`,
    attempt === undefined ? '' : `, attempt ${attempt}${most === undefined ? '' : ` of ${most}`}`,
  ]
  return parts.join('')
}

/** `HTTP 503 RequestLimitExceeded, request id 1b2c…, 312 bytes`. */
function describeAnswer({ response: { statusCode, headers }, body }: Answered): string {
  const { requestId, code } = namesIn(body, headers)
  const status = `HTTP ${statusCode}${statusCode >= 400 && code !== undefined ? ` ${code}` : ''}`
  return `${status}, request id ${requestId ?? 'not given'}, ${body.length} bytes`
}

/** EC2 names the request first in its answer, STS and errors last; SSO in a header. */
function namesIn(body: BodyPieces, headers: Asked['headers']) {
  const ends = `${body.slice(0, 1000).toString('latin1')} ${body.slice(Math.max(0, body.length - 1000)).toString('latin1')}`
  const inBody = /<requestid>([\w-]{1,64})<\/requestid>/i.exec(ends)?.[1]
  const inHeader = headerOf(headers, 'x-amzn-requestid') ?? headerOf(headers, 'x-amz-request-id')
  const code =
    /<Code>([\w.]{1,80})<\/Code>/.exec(ends)?.[1] ??
    /^\w{1,80}/.exec(headerOf(headers, 'x-amzn-errortype') ?? '')?.[0] ??
    /"error":"(\w{1,80})"/.exec(ends)?.[1]
  return { requestId: inBody ?? inHeader, code }
}

function headerOf(headers: Asked['headers'], name: string): string | undefined {
  const found = Object.keys(headers).find((each) => each.toLowerCase() === name)
  return found === undefined ? undefined : headers[found]
}
