import { describe, expect, onTestFinished, test } from 'vitest'
import { type Circuits, makeCircuits, mostLost, pauseOfCircuit } from '../../src/aws/circuits.ts'
import { ec2Client } from '../../src/aws/clients.ts'
import { faultFrom } from '../../src/aws/faults.ts'
import { readPages } from '../../src/aws/read-pages.ts'
import { findKind } from '../../src/kinds.ts'
import { machine } from '../commands/program.ts'
import { bodyOf, connect, never, serve } from './wire.ts'

const volumes = findKind('volumes')
const answer = '<R xmlns="x"><volumeSet/></R>'

describe('an address at which nothing listens', () => {
  test('is broken off after five calls in a row, and what was broken off is named', async () => {
    const url = await closedAddress()
    const { read } = callers(url)
    for (let call = 0; call < mostLost; call += 1) expect((await read()).code).toBe('ECONNREFUSED')
    expect(await read({ owner: '222222222222' })).toEqual({
      class: 'network',
      code: 'BrokenOff',
      message: `${new URL(url).host} could not be reached by 5 calls in a row (ECONNREFUSED), so muster broke it off and did not try this one.`,
      next: 'Check the network, the proxy and the endpoint, then sync again.',
    })
  })

  test('says nothing about another region', async () => {
    const { read } = callers(await closedAddress())
    for (let call = 0; call < mostLost; call += 1) await read()
    expect((await read()).code).toBe('BrokenOff')
    expect((await read({ region: 'eu-west-1' })).code).toBe('ECONNREFUSED')
  })

  test('says nothing about another address in the region', async () => {
    const circuits = makeCircuits()
    const { read } = callers(await closedAddress(), circuits)
    for (let call = 0; call < mostLost; call += 1) await read()
    const well = await serve(
      async (request, response) => void response.end((await bodyOf(request)) && answer),
    )
    onTestFinished(() => well.close())
    expect((await callers(well.url, circuits).read()).code).toBe('none')
  })

  test('is tried by one call after a while, and is in reach again as soon as that is answered', async () => {
    let now = 0
    let isDown = true
    const wire = await serve(async (request, response) => {
      await bodyOf(request)
      if (!isDown) response.end(answer)
    })
    onTestFinished(() => wire.close())
    const { read } = callers(
      wire.url,
      makeCircuits(() => now),
    )
    for (let call = 0; call < mostLost; call += 1) expect((await read()).code).toBe('ETIMEDOUT')
    now += pauseOfCircuit - 1
    expect((await read()).code).toBe('BrokenOff')
    now += 1
    const both = await Promise.all([read(), read()])
    expect(both.map(({ code }) => code)).toEqual(['ETIMEDOUT', 'BrokenOff'])
    expect((await read()).code).toBe('BrokenOff')
    now += pauseOfCircuit
    isDown = false
    expect((await read()).code).toBe('none')
    expect((await Promise.all([read(), read()])).map(({ code }) => code)).toEqual(['none', 'none'])
  })
})

describe('an address that does not answer an account', () => {
  test('is broken off for that account alone', async () => {
    const wire = await serve(async (request, response) => {
      const isStuck = request.headers.authorization?.includes('AKIASTUCK')
      await bodyOf(request)
      if (!isStuck) response.end(answer)
    })
    onTestFinished(() => wire.close())
    const { read } = callers(wire.url)
    const stuck = { owner: '333333333333', key: 'AKIASTUCK' }
    for (let call = 0; call < mostLost; call += 1) expect((await read(stuck)).code).toBe('ETIMEDOUT')
    expect(await read(stuck)).toMatchObject({
      code: 'BrokenOff',
      message: expect.stringContaining(
        'gave no answer to 5 calls of an account in a row (ETIMEDOUT), so muster broke it off for that account and',
      ),
    })
    expect((await read()).code).toBe('none')
  })

  test('is not broken off while it answers in between', async () => {
    let calls = 0
    const wire = await serve(async (request, response) => {
      await bodyOf(request)
      calls += 1
      if (calls % 3 === 0) response.end(answer)
    })
    onTestFinished(() => wire.close())
    const { read } = callers(wire.url)
    const codes: string[] = []
    for (let call = 0; call < 12; call += 1) codes.push((await read()).code)
    expect(codes).toEqual(Array(4).fill(['ETIMEDOUT', 'ETIMEDOUT', 'none']).flat())
  })
})

test.each([
  ['denied', 403, 'UnauthorizedOperation'],
  ['throttled', 503, 'RequestLimitExceeded'],
  ['refused for its keys', 401, 'AuthFailure'],
  ['failed by AWS itself', 500, 'InternalError'],
])('calls that are %s break nothing off', async (_, status, code) => {
  const wire = await serve(async (request, response) => {
    await bodyOf(request)
    const body = `<Response><Errors><Error><Code>${code}</Code><Message>No.</Message></Error></Errors><RequestID>r</RequestID></Response>`
    response.writeHead(status).end(body)
  })
  onTestFinished(() => wire.close())
  const { read } = callers(wire.url)
  for (let call = 0; call < 2 * mostLost; call += 1) expect((await read()).code).toBe(code)
})

test('muster sync says quickly of every profile after the fifth that its address was broken off', async () => {
  const { muster, endpoint } = await machine({ accounts: 8, regions: 1, instances: 16 })
  await endpoint.close()
  const { code, err } = await muster('sync', '--concurrency', '1')
  expect(err).toMatch(/^0 of 8 scopes, 8 missing\n/)
  expect(err).toMatch(/ and 1 more ECONNREFUSED: /)
  expect(err).toMatch(
    /BrokenOff: 127\.0\.0\.1:\d+ could not be reached by 5 calls in a row \(ECONNREFUSED\), so muster broke it off/,
  )
  expect(err.match(/-> Check the network, the proxy and the endpoint/g)).toHaveLength(2)
  expect(code).toBe(3)
})

test('muster sync names every region that was broken off, and no account in place of others', async () => {
  const cut = ['eu-west-1', 'eu-central-1'].map((region) => ({ region, fault: 'reset' }) as const)
  const { muster } = await machine({ accounts: 2, regions: 3, instances: 9, faults: cut })
  const kinds = 'instances,volumes,vpcs,subnets,security-groups,nat-gateways,route-tables'
  const { err } = await muster('sync', '--kind', kinds, '--concurrency', '1')
  expect(err).toMatch(
    /BrokenOff: 127\.0\.0\.1:\d+ gave no answer to 5 calls of an account in a row \(ECONNRESET\), so muster broke it off for that account and did not try this one\. So it was in eu-(west|central)-1\.\n/,
  )
  expect(err.match(/BrokenOff/g)).toHaveLength(1)
})

/** The address of a server that is gone. */
async function closedAddress(): Promise<string> {
  const wire = await serve(() => {})
  wire.close()
  return wire.url
}

/** Calls at an address, each by a client of its own, through the same circuits; `none`: the call was answered. */
function callers(endpoint: string, circuits: Circuits = makeCircuits()) {
  const connection = connect({}, 150)
  return {
    async read({ owner = '111111111111', region = 'us-east-1', key = 'AKIAEXAMPLE' } = {}) {
      const client = ec2Client({
        region,
        endpoint,
        credentials: async () => ({ accessKeyId: key, secretAccessKey: 'secret' }),
        connection,
        maxAttempts: 1,
        circuit: { circuits, getOwner: () => owner },
      })
      const context = { profile: 'p', region, operation: 'DescribeVolumes' }
      return readPages(client, volumes, { pageSize: null }, never)
        .next()
        .then(
          () => ({ code: 'none' }),
          (error: unknown) => faultFrom(error, context),
        )
    },
  }
}
