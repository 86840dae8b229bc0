import type { RequestListener, ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { ec2Client } from '../../src/aws/clients.ts'
import { makeConnection } from '../../src/aws/connection.ts'
import { faultFrom } from '../../src/aws/faults.ts'
import { readPages } from '../../src/aws/read-pages.ts'
import { sendRestCall } from '../../src/aws/rest.ts'
import { findKind } from '../../src/kinds.ts'
import { never, serve } from './wire.ts'

const volumes = findKind('volumes')
const body =
  '<DescribeVolumesResponse><volumeSet><item><volumeId>vol-1</volumeId></item></volumeSet></DescribeVolumesResponse>'

const ways: readonly (readonly [way: string, stall: (response: ServerResponse) => void, message: RegExp])[] =
  [
    ['that never begins', () => {}, /requestTimeout|timed out|did not|without/i],
    ['that is silent after its headers', (response) => response.flushHeaders(), /stood still/],
    ['that is silent after 100 bytes', (response) => response.write(body.slice(0, 100)), /stood still/],
    ['of a byte at a time', (response) => repeat(response, '<'), /stood still/],
    ['that has no end', (response) => repeat(response, '<a/>'.repeat(1000)), /had not ended/],
  ]

test.each(ways)('an answer %s is given up as a fault of the network', async (_, stall, message) => {
  let closed = 0
  const read = await reader(1, (_request, response) => {
    response.once('close', () => {
      closed += 1
    })
    stall(response)
  })
  const fault = faultFrom(await read().catch((error: unknown) => error), { profile: 'p', region: null })
  expect(fault).toMatchObject({ class: 'network', code: 'ETIMEDOUT' })
  expect(fault.message).toMatch(message)
  expect(fault.next).toMatch(/Check the network/)
  await expect.poll(() => closed).toBe(1)
})

test.each([
  ['that is shorter than its headers say', { 'content-length': body.length }],
  ['without its last piece', {}],
])('an answer %s is said to have been cut off, and is a fault of the network', async (_, headers) => {
  const read = await reader(1, (_request, response) => {
    response.writeHead(200, headers)
    response.write(body.slice(0, 50), () => response.destroy())
  })
  const fault = faultFrom(await read().catch((error: unknown) => error), { profile: 'p', region: null })
  expect(fault).toMatchObject({
    class: 'network',
    code: 'ECONNRESET',
    message: 'The connection ended before the answer did.',
  })
})

test.each(ways)('a call whose answer is one %s is made again, as any other that failed', async (_, stall) => {
  let requests = 0
  const read = await reader(3, (_request, response) => {
    requests += 1
    if (requests < 3) stall(response)
    else response.end(body)
  })
  const { value } = await read()
  expect(value?.resources).toMatchObject([{ id: 'vol-1' }])
  expect(requests).toBe(3)
})

test('an answer that comes slowly but steadily is taken whole', async () => {
  const item = `<item><volumeId>vol-${'x'.repeat(2000)}</volumeId></item>`
  const read = await reader(1, async (_request, response) => {
    response.write('<DescribeVolumesResponse><volumeSet>')
    for (let n = 0; n < 12; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      response.write(item)
    }
    response.end('</volumeSet></DescribeVolumesResponse>')
  })
  expect((await read()).value?.resources).toHaveLength(12)
})

test('a call of the sign-in whose answer stands still is given up, too', async () => {
  const wire = await serve((_, response) => void response.write('{'))
  onTestFinished(() => wire.close())
  const call = {
    operation: 'ListAccounts',
    method: 'GET',
    endpoint: wire.url,
    path: '/assignment/accounts',
  } as const
  await expect(sendRestCall(connection(), call, never)).rejects.toMatchObject({ name: 'TimeoutError' })
})

test('an answer that stands still ends at once when the user ends muster', async () => {
  const stop = new AbortController()
  const slow = connection(3_600_000)
  const read = await reader(
    3,
    (_, response) => {
      response.write('<')
      setTimeout(() => stop.abort(), 100)
    },
    slow,
    stop.signal,
  )
  await expect(read()).rejects.toMatchObject({ name: 'AbortError' })
})

function connection(ms = 400) {
  const limits = { requestTimeout: ms, progressTimeout: ms, bodyTimeout: 4 * ms }
  const made = makeConnection({ env: {}, caBundle: null, ...limits })
  onTestFinished(() => made.destroy())
  return made
}

async function reader(
  maxAttempts: number,
  listener: RequestListener,
  through = connection(),
  signal: AbortSignal = never,
) {
  const wire = await serve(listener)
  onTestFinished(() => wire.close())
  const credentials = async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' })
  const options = { region: 'us-east-1', endpoint: wire.url, credentials, connection: through, maxAttempts }
  return () => readPages(ec2Client(options), volumes, { pageSize: null }, signal).next()
}

function repeat(response: ServerResponse, text: string): void {
  const timer = setInterval(() => response.write(text), 20)
  response.once('close', () => clearInterval(timer))
}
