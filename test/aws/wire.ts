import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ec2Client } from '../../src/aws/clients.ts'
import { type Connection, makeConnection } from '../../src/aws/connection.ts'

export interface Wire {
  readonly url: string
  readonly close: () => void
}

/** A server on 127.0.0.1 that answers as it is asked to; `dropsErrors`: without a word to what is not HTTP. */
export async function serve(listener: RequestListener, dropsErrors = false): Promise<Wire> {
  const server = createServer(listener)
  if (dropsErrors) server.on('clientError', (_, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${port}`, close }
}

export async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request) text += chunk
  return new URLSearchParams(text)
}

export function connect(env: Record<string, string> = {}, requestTimeout = 500): Connection {
  const path = env.AWS_CA_BUNDLE
  const caBundle = path === undefined ? null : { path, setting: 'AWS_CA_BUNDLE' }
  return makeConnection({ env, caBundle, requestTimeout })
}

export function clientAt(endpoint: string, connection = connect()) {
  const credentials = async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' })
  return ec2Client({ region: 'us-east-1', endpoint, credentials, connection, maxAttempts: 1 })
}

export const never = new AbortController().signal
