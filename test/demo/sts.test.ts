import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import { accountAt, ec2, type Keys, sts } from './sdk.ts'

let endpoint: Endpoint
beforeEach(async () => {
  endpoint = await startEndpoint()
})
afterEach(() => endpoint.close())

describe('the simulated STS', () => {
  test('a role of another account is assumed, and reads that account', async () => {
    const account = accountAt(endpoint, 1)
    const keys = await assume(1)
    const identity = await sts(endpoint, keys).send(new GetCallerIdentityCommand({}))
    expect(identity).toMatchObject({
      Account: account.id,
      Arn: `arn:aws:sts::${account.id}:assumed-role/Inventory/test`,
    })
    const page = await ec2(endpoint, keys).send(new DescribeInstancesCommand({ MaxResults: 5 }))
    expect(page.Reservations?.[0]?.OwnerId).toBe(account.id)
  })

  test('credentials outlive the endpoint that gave them, as a cached session must', async () => {
    const keys = await assume(1)
    await endpoint.close()
    endpoint = await startEndpoint()
    const identity = await sts(endpoint, keys).send(new GetCallerIdentityCommand({}))
    expect(identity.Account).toBe(accountAt(endpoint, 1).id)
  })

  test('a role without the external id, a missing role and an outsider are refused', async () => {
    await expect(assume(9)).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(assume(9, { ExternalId: 'acme-inventory' })).resolves.toBeTruthy()
    await expect(assume(1, { RoleArn: 'arn:aws:iam::123456789012:role/None' })).rejects.toThrow(
      /is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role\/None/,
    )
    await expect(assume(1, {}, accountAt(endpoint, 5))).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('a chained role lasts an hour at most, any role 12', async () => {
    const keys = await assume(1, { DurationSeconds: 43_200 })
    await expect(assume(2, { DurationSeconds: 3600 }, keys)).resolves.toBeTruthy()
    await expect(assume(2, { DurationSeconds: 7200 }, keys)).rejects.toThrow(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
    await expect(assume(1, { DurationSeconds: 43_201 })).rejects.toMatchObject({ name: 'ValidationError' })
    await expect(assume(1, { DurationSeconds: 60 })).rejects.toMatchObject({ name: 'ValidationError' })
  })

  test('a session past its life is refused as expired, by STS and EC2 in their own words', async () => {
    await endpoint.close()
    endpoint = await startEndpoint({ sessionLife: 0 })
    const keys = await assume(1)
    const identity = sts(endpoint, keys).send(new GetCallerIdentityCommand({}))
    await expect(identity).rejects.toMatchObject({ name: 'ExpiredToken' })
    const page = ec2(endpoint, keys).send(new DescribeInstancesCommand({ MaxResults: 5 }))
    await expect(page).rejects.toMatchObject({ name: 'RequestExpired' })
  })
})

async function assume(
  index: number,
  more: { RoleArn?: string; ExternalId?: string; DurationSeconds?: number } = {},
  caller: Keys = accountAt(endpoint, 0),
): Promise<Keys> {
  const RoleArn = `arn:aws:iam::${accountAt(endpoint, index).id}:role/Inventory`
  const input = { RoleArn, RoleSessionName: 'test', ...more }
  const { Credentials: given } = await sts(endpoint, caller).send(new AssumeRoleCommand(input))
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  }
}
