import { describe, expect, onTestFinished, test } from 'vitest'
import type { BeforeAttempt } from '../../src/aws/attempts.ts'
import { callLimiter } from '../../src/aws/call-limiter.ts'
import { makeCircuits } from '../../src/aws/circuits.ts'
import { ec2Client } from '../../src/aws/clients.ts'
import { faultFrom } from '../../src/aws/faults.ts'
import { readPages } from '../../src/aws/read-pages.ts'
import { retryStrategy } from '../../src/aws/retries.ts'
import { findKind } from '../../src/kinds.ts'
import { bodyOf, connect, never, serve } from './wire.ts'

const volumes = findKind('volumes')
const context = { profile: 'p', region: 'us-east-1', operation: 'DescribeVolumes' }

describe('the wait before a call is made again', () => {
  const waits = async (errorType: 'THROTTLING' | 'TRANSIENT', random: number) => {
    const strategy = retryStrategy({ maxAttempts: 9, random: () => random })
    const all: number[] = []
    let token = await strategy.acquireInitialRetryToken('aws')
    for (;;) {
      const next = await strategy.refreshRetryTokenForRetry(token, { errorType }).catch(() => null)
      if (!next) return all
      all.push(next.getRetryDelay())
      token = next
    }
  }

  test('doubles from a second for a throttle, up to 20 s, and there are eight of nine attempts', async () => {
    expect(await waits('THROTTLING', 1)).toEqual([1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 20_000])
  })

  test('doubles from 50 ms for what failed otherwise', async () => {
    expect(await waits('TRANSIENT', 1)).toEqual([50, 100, 200, 400, 800, 1600, 3200, 6400])
  })

  test('is random between nothing and its bound', async () => {
    expect(await waits('THROTTLING', 0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    expect((await waits('THROTTLING', 0.5)).slice(0, 3)).toEqual([500, 1000, 2000])
  })

  test('never comes after a refusal that would be the same again', async () => {
    const strategy = retryStrategy({ maxAttempts: 9 })
    const token = await strategy.acquireInitialRetryToken('aws')
    await expect(strategy.refreshRetryTokenForRetry(token, { errorType: 'CLIENT_ERROR' })).rejects.toThrow()
  })
})

describe('a pause that AWS asks for', () => {
  const date = 'Thu, 26 Nov 2026 03:00:00 GMT'

  test.each<[string, Record<string, string>, number]>([
    ['in seconds', { 'retry-after': '0.3' }, 300],
    // The answer's own clock, whatever this machine's says.
    ['as a date', { date, 'retry-after': 'Thu, 26 Nov 2026 03:00:01 GMT' }, 1000],
    ['in milliseconds, in a header of AWS', { 'x-amz-retry-after': '200' }, 200],
    ['in words that mean nothing', { 'retry-after': 'tomorrow' }, 0],
    ['that is over', { date, 'retry-after': 'Thu, 26 Nov 2026 02:00:00 GMT' }, 0],
  ])('%s is made before the next attempt', async (_, headers, pause) => {
    const { client, waits, requests } = await throttledAtFirst(1, headers)
    await readOne(client)
    expect(requests()).toBe(2)
    expect(waits).toHaveLength(1)
    expect(waits[0]).toBeGreaterThanOrEqual(pause)
    expect(waits[0]).toBeLessThanOrEqual(pause + 1000)
  })

  test.each<[string, Record<string, string>, number]>([
    ['a throttle that asks for a day', { 'retry-after': '86400' }, 86_400],
    ['a throttle that asks for a minute and a second', { 'retry-after': '61' }, 61],
    ['eleven days in milliseconds', { 'x-amz-retry-after': '1000000000' }, 1_000_000],
    ['a date in another century', { date, 'retry-after': 'Thu, 26 Nov 2126 03:00:00 GMT' }, 3_155_673_600],
  ])('is left to a later sync if it is too long: %s', async (_, headers, pause) => {
    const { client, waits, requests } = await throttledAtFirst(1, headers)
    const error = await readOne(client).catch((reason: unknown) => reason)
    expect(faultFrom(error, context)).toEqual({
      class: 'throttled',
      code: 'RequestLimitExceeded',
      message: `AWS asks for a pause of ${pause} s before DescribeVolumes is tried again; muster waits for at most 60 s.`,
      next: 'Sync again after that time.',
    })
    expect([requests(), waits]).toEqual([1, []])
  })
})

test('a pause that is too long is named after the last attempt as well', async () => {
  const { client } = await throttledAtFirst(1, { 'retry-after': '86400' }, { maxAttempts: 1 })
  const error = await readOne(client).catch((reason: unknown) => reason)
  expect(faultFrom(error, context).message).toContain('AWS asks for a pause of 86400 s')
})

test.each(['standard', 'adaptive'] as const)(
  'in retry mode %s every attempt waits for its turn, and every throttle is heard of',
  async (retryMode) => {
    const turns: string[] = []
    const beforeAttempt: BeforeAttempt = async (operation, bucket) => {
      turns.push(`${operation} ${bucket}`)
      expect(requests()).toBe(turns.length - 1)
    }
    const { client, waits, requests } = await throttledAtFirst(2, {}, { beforeAttempt, retryMode })
    await readOne(client)
    expect(turns).toEqual(Array(3).fill('DescribeVolumes paged'))
    expect(waits).toHaveLength(2)
    expect(waits[0]).toBeLessThanOrEqual(1000)
    expect(waits[1]).toBeLessThanOrEqual(2000)
  },
)

test('an attempt that failed without a throttle is heard of by itself, with the wait until the next one', async () => {
  let requests = 0
  const wire = await serve(async (request, response) => {
    await bodyOf(request)
    requests += 1
    if (requests > 2) return void response.end('<R xmlns="x"><volumeSet/></R>')
    response
      .writeHead(500)
      .end('<Response><Errors><Error><Code>InternalError</Code></Error></Errors></Response>')
  })
  onTestFinished(() => wire.close())
  const waits: string[] = []
  const client = ec2Client({
    region: 'us-east-1',
    endpoint: wire.url,
    credentials: async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }),
    connection: connect({}, 60_000),
    onThrottle: () => waits.push('throttled'),
    onFailure: (wait) => waits.push(wait <= 100 ? 'failed' : String(wait)),
  })
  await readOne(client)
  expect(waits).toEqual(['failed', 'failed'])
})

test('calls that are throttled leave every other call of the client its attempts', async () => {
  // The SDK's own budget is 100 throttles for all calls of a client.
  const calls = 130
  const { client, requests } = await throttledAtFirst(calls)
  await Promise.all(Array.from({ length: calls }, () => readOne(client)))
  expect(requests()).toBe(2 * calls)
})

test('a call that waits after a throttle holds up no other operation, region or account', async () => {
  const mayCall = callLimiter()
  let throttles = 0
  const wire = await serve(async (request, response) => {
    const operation = (await bodyOf(request)).get('Action')
    const isThrottled =
      operation === 'DescribeVolumes' && /AKIAONE.*us-east-1/.test(`${request.headers.authorization}`)
    if (isThrottled && throttles === 0) {
      throttles += 1
      response.writeHead(503, { 'retry-after': '1' }).end(throttled)
    } else response.end(`<R xmlns="x"><${operation === 'DescribeVpcs' ? 'vpcSet' : 'volumeSet'}/></R>`)
  })
  onTestFinished(() => wire.close())
  const connection = connect({}, 60_000)
  const circuits = makeCircuits()
  const ended: string[] = []
  const ask = async (key: string, region: string, kind: 'volumes' | 'vpcs') => {
    const client = ec2Client({
      region,
      endpoint: wire.url,
      credentials: async () => ({ accessKeyId: key, secretAccessKey: 'secret' }),
      connection,
      circuit: { circuits, getOwner: () => key },
      beforeAttempt: (operation, bucket, signal) => mayCall(`${key}/${region}/${operation}`, bucket, signal),
      onThrottle: () => ended.push('throttled'),
    })
    await readPages(client, findKind(kind), { pageSize: null }, never).next()
    ended.push(`${key} ${region} ${kind}`)
  }
  const first = ask('AKIAONE', 'us-east-1', 'volumes')
  await expect.poll(() => ended).toEqual(['throttled'])
  const others = [
    ['AKIAONE', 'us-east-1', 'vpcs'],
    ['AKIAONE', 'eu-west-1', 'volumes'],
    ['AKIATWO', 'us-east-1', 'volumes'],
  ] as const
  await Promise.all([first, ...others.map(([key, region, kind]) => ask(key, region, kind))])
  expect(ended).toHaveLength(5)
  expect(ended.at(-1)).toBe('AKIAONE us-east-1 volumes')
})

const throttled =
  '<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors><RequestID>r</RequestID></Response>'

/** A client of a server that throttles its first requests, with what it hears. */
async function throttledAtFirst(
  times: number,
  headers: Record<string, string> = {},
  more: {
    readonly beforeAttempt?: BeforeAttempt
    readonly retryMode?: 'standard' | 'adaptive'
    readonly maxAttempts?: number
  } = {},
) {
  let requests = 0
  const wire = await serve(async (request, response) => {
    await bodyOf(request)
    requests += 1
    if (requests > times) return void response.end('<R xmlns="x"><volumeSet/></R>')
    response.writeHead(503, headers).end(throttled)
  })
  onTestFinished(() => wire.close())
  const waits: number[] = []
  const client = ec2Client({
    region: 'us-east-1',
    endpoint: wire.url,
    credentials: async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }),
    connection: connect({}, 60_000),
    onThrottle: (wait) => waits.push(wait),
    ...more,
  })
  return { client, waits, requests: () => requests }
}

function readOne(client: ReturnType<typeof ec2Client>) {
  return readPages(client, volumes, { pageSize: null }, never).next()
}
