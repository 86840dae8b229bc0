import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { RestError } from '../../aws/rest.ts'

export interface Callback {
  /** `http://127.0.0.1:PORT/oauth/callback`. */
  readonly redirectUri: string
  /** The code that the browser brings back. Throws RestError if the sign-in was refused, or the signal's reason. */
  readonly code: (signal: AbortSignal) => Promise<string>
  readonly close: () => void
}

const path = '/oauth/callback'

/**
 * Waits on this machine for the browser that comes back from a sign-in (RFC 8252, section 7.3). Only a request that
 * carries the state and names this machine is the answer: any page in the browser could call the port.
 */
export async function listenForCode(state: string): Promise<Callback> {
  let answer: (query: URLSearchParams) => void = () => {}
  const receivedQuery = new Promise<URLSearchParams>((resolve) => {
    answer = resolve
  })
  const server = createServer((request, response) => {
    const query = queryOf(request)
    const isRight = query?.get('state') === state
    response.writeHead(isRight ? 200 : query ? 400 : 404, {
      'content-type': 'text/html; charset=utf-8',
      connection: 'close',
    })
    response.end(isRight ? closePage : '')
    if (query && isRight) answer(query)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    code: async (signal) => codeOf(await rejectOnAbort(receivedQuery, signal)),
    close: () => closeServer(server),
  }
}

const closePage =
  '<!DOCTYPE html><html><head><title>muster</title></head><body><p>muster has the answer. You may close this page.</p></body></html>'

/** What a request to the address carries; null for any other request, however it is written. */
function queryOf({ method, url = '', headers, socket }: IncomingMessage): URLSearchParams | null {
  const [own, query = ''] = url.split('?', 2)
  if (method !== 'GET' || own !== path) return null
  // A name of another machine that leads here belongs to whoever gave it that address.
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${socket.localPort}`)
  return hosts.includes(headers.host ?? '') ? new URLSearchParams(query) : null
}

function codeOf(query: URLSearchParams): string {
  const code = query.get('code')
  if (code) return code
  const refused = query.get('error') === 'access_denied'
  throw new RestError(refused ? 'AccessDeniedException' : 'InvalidRequestException', 400)
}

function rejectOnAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })
}

/** The answer to the browser may still be on its way. */
function closeServer(server: Server): void {
  server.close()
  server.closeIdleConnections()
}
