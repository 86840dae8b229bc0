import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { faultFrom } from '../../src/aws/faults.ts'
import { readPages } from '../../src/aws/read-pages.ts'
import { findKind } from '../../src/kinds.ts'
import { clientAt, never } from './wire.ts'

test.each([
  ['SSH', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
  ['TLS', Buffer.from('15030100020228', 'hex')],
  ['XML without a head', '<DescribeInstancesResponse/>'],
  ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  [
    'another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  ],
  ['20 KB of header', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
])('an endpoint that answers %s is malformed, and the user is sent to look for it', async (_, bytes) => {
  const server = createServer((socket) => socket.once('data', () => socket.end(bytes)).on('error', () => {}))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const reading = readPages(clientAt(url), findKind('instances'), { pageSize: null }, never).next()
  const error = await reading.catch((thrown: unknown) => thrown)
  expect(faultFrom(error, { profile: 'p', region: null })).toMatchObject({
    class: 'malformed',
    next: expect.stringMatching(/^Look for a proxy or an endpoint_url/),
  })
})
