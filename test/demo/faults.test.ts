import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterEach, describe, expect, test } from 'vitest'
import type { DemoFault, FaultRule } from '../../src/demo/injected-faults.ts'
import { type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import { accountAt, ec2, instancePages, sts } from './sdk.ts'

let endpoint: Endpoint
afterEach(() => endpoint.close())

describe('faults that the endpoint is asked to make', () => {
  const refusals: readonly (readonly [DemoFault, string, number, RegExp])[] = [
    ['throttled', 'RequestLimitExceeded', 503, /Request limit exceeded/],
    ['denied', 'UnauthorizedOperation', 403, /not authorized to perform: ec2:DescribeInstances because/],
    ['denied-by-policy', 'UnauthorizedOperation', 403, /with an explicit deny in a service control policy/],
    ['auth-failure', 'AuthFailure', 401, /not able to validate/],
    ['server-error', 'InternalError', 500, /internal error/],
    ['expired-token', 'RequestExpired', 400, /expired/],
  ]
  test.each(refusals)('%s is %s with status %i', async (fault, name, httpStatusCode, words) => {
    await start([{ fault }])
    const error = await describeInstances().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode } })
    expect(String(error)).toMatch(words)
  })

  const wire: readonly (readonly [DemoFault, RegExp])[] = [
    ['reset', /ECONNRESET|socket hang up|aborted/],
    ['truncated', /XML parse error/],
  ]
  test.each(wire)('%s fails in the SDK', async (fault, words) => {
    await start([{ fault }])
    await expect(describeInstances()).rejects.toThrow(words)
  })

  test.each(['html', 'empty-body'] as const)('%s comes with status 200 and no list', async (fault) => {
    await start([{ fault }])
    expect((await describeInstances()).Reservations).toBeUndefined()
  })

  test('a stalled request is never answered', async () => {
    await start([{ fault: 'stalled' }])
    const client = ec2(endpoint, accountAt(endpoint, 1))
    const abortSignal = AbortSignal.timeout(300)
    const call = client.send(new DescribeInstancesCommand({ MaxResults: 5 }), { abortSignal })
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('latency delays the answer that comes anyway', async () => {
    await start([{ fault: 'latency', ms: 200 }])
    const began = performance.now()
    expect((await describeInstances()).Reservations?.length).toBeGreaterThan(0)
    expect(performance.now() - began).toBeGreaterThan(190)
  })

  test('a refused page token strikes the second page, not the first', async () => {
    await start([{ fault: 'token-refused' }])
    expect((await describeInstances()).NextToken).toBeTruthy()
    const pages = instancePages(ec2(endpoint, accountAt(endpoint, 1)), 5)
    await expect(pages).rejects.toMatchObject({ name: 'InvalidPaginationToken' })
  })

  test('the SDK retries past two throttles', async () => {
    await start([{ fault: 'throttled', times: 2 }])
    const client = ec2(endpoint, accountAt(endpoint, 1), 'us-east-1', 3)
    const answer = await client.send(new DescribeInstancesCommand({ MaxResults: 5 }))
    expect(answer.Reservations?.length).toBeGreaterThan(0)
    expect(endpoint.countRequests('DescribeInstances')).toBe(3)
  })

  test('rules strike the account, region, operation and turn that they name, and nothing else', async () => {
    await start([{ fault: 'server-error', region: 'eu-west-1', operation: 'DescribeInstances', nth: 2 }])
    const client = ec2(endpoint, accountAt(endpoint, 1), 'eu-west-1')
    const call = () => client.send(new DescribeInstancesCommand({ MaxResults: 5 }))
    await describeInstances()
    await call()
    await expect(call()).rejects.toMatchObject({ name: 'InternalError' })
    await call()
    await sts(endpoint, accountAt(endpoint, 1)).send(new GetCallerIdentityCommand({}))
    expect(endpoint.countRequests()).toBe(5)
  })

  test('the denied account refuses instances, an unknown key everything', async () => {
    await start([])
    await expect(describeInstances(8)).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
    const keys = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' }
    const call = ec2(endpoint, keys).send(new DescribeInstancesCommand({ MaxResults: 5 }))
    await expect(call).rejects.toMatchObject({ name: 'AuthFailure' })
    const identity = sts(endpoint, keys).send(new GetCallerIdentityCommand({}))
    await expect(identity).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  })
})

async function start(faults: readonly FaultRule[]): Promise<void> {
  endpoint = await startEndpoint({ faults })
}

function describeInstances(account = 1) {
  return ec2(endpoint, accountAt(endpoint, account)).send(new DescribeInstancesCommand({ MaxResults: 5 }))
}
