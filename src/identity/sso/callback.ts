import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { RestError } from '../../aws/rest.ts'

export interface Callback {
  /** `http://127.0.0.1:PORT/oauth/callback`. */
  readonly redirectUri: string
  /** The code that the browser brings back. Throws RestError where the sign-in was refused, the signal's reason. */
  readonly code: (signal: AbortSignal) => Promise<string>
  readonly close: () => void
}

const path = '/oauth/callback'

/**
 * Waits on this machine for the browser that comes back from a sign-in (RFC 8252, section 7.3). Only what carries
 * the state counts: any page in the browser could call the port.
 */
export async function listenForCode(state: string): Promise<Callback> {
  let answer: (query: URLSearchParams) => void = () => {}
  const answered = new Promise<URLSearchParams>((resolve) => {
    answer = resolve
  })
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const isOurs = request.method === 'GET' && url.pathname === path
    const counts = isOurs && url.searchParams.get('state') === state
    response.writeHead(counts ? 200 : isOurs ? 400 : 404, {
      'content-type': 'text/html; charset=utf-8',
      connection: 'close',
    })
    response.end(counts ? closePage : '')
    if (counts) answer(url.searchParams)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    code: async (signal) => codeOf(await orAborted(answered, signal)),
    close: () => closed(server),
  }
}

const closePage =
  '<!DOCTYPE html><html><head><title>muster</title></head><body><p>muster has the answer. You may close this page.</p></body></html>'

function codeOf(query: URLSearchParams): string {
  const code = query.get('code')
  if (code) return code
  const refused = query.get('error') === 'access_denied'
  throw new RestError(refused ? 'AccessDeniedException' : 'InvalidRequestException', 400)
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })
}

/** The answer to the browser may still be on its way. */
function closed(server: Server): void {
  server.close()
  server.closeIdleConnections()
}
