import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { containerPath, containerToken } from '../../src/demo/metadata.ts'
import { type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import { mfaCode, mfaSerial } from '../../src/demo/sts/mfa-devices.ts'
import { mfaRole, webIdentityToken } from '../../src/demo/sts/sts-answers.ts'
import { accountAt, type Keys, sts } from './sdk.ts'

let endpoint: Endpoint
beforeEach(async () => {
  endpoint = await startEndpoint()
})
afterEach(() => endpoint.close())

const badCode = 'MultiFactorAuthentication failed with invalid MFA one time pass code. '

describe('an MFA device', () => {
  test('a code is accepted once, and none from before it', async () => {
    await expect(sessionToken(code(1))).resolves.toBeTruthy()
    for (const used of [code(1), code(0), '000000']) {
      await expect(sessionToken(used)).rejects.toMatchObject({ name: 'AccessDenied', message: badCode })
    }
    await expect(sessionToken(code(2))).resolves.toBeTruthy()
  })

  test('a session remembers that it had a code; a role that asks for one takes it', async () => {
    const arn = `arn:aws:iam::${accountAt(endpoint, 1).id}:role/${mfaRole}`
    await expect(assume(arn, accountAt(endpoint, 0))).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(assume(arn, keysOf(await plainSession()))).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(assume(arn, keysOf(await sessionToken(code(0))))).resolves.toBeTruthy()
    const withCode = { SerialNumber: serial(), TokenCode: code(1) }
    await expect(assume(arn, accountAt(endpoint, 0), withCode)).resolves.toBeTruthy()
  })

  test('a session cannot ask for a session, and a role has no device', async () => {
    const keys = keysOf(await sessionToken(code(0)))
    await expect(sts(endpoint, keys).send(new GetSessionTokenCommand({}))).rejects.toThrow(
      'Cannot call GetSessionToken with session credentials',
    )
    const role = keysOf(await assume(inventory(), keys))
    const device = { SerialNumber: serial(), TokenCode: code(1) }
    await expect(assume(inventory(2), role, device)).rejects.toThrow('unable to validate MFA code')
  })
})

test('a web identity is a role without a signature, until its token ends', async () => {
  const login = (token: string) =>
    sts(endpoint, { accessKeyId: '', secretAccessKey: '' }).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: inventory(),
        RoleSessionName: 'pod',
        WebIdentityToken: token,
      }),
    )
  const keys = keysOf(await login(webIdentityToken(Date.now() + 60_000)))
  const { Arn } = await sts(endpoint, keys).send(new GetCallerIdentityCommand({}))
  expect(Arn).toMatch(/assumed-role\/Inventory\/pod$/)
  await expect(login(webIdentityToken(Date.now() - 60_000))).rejects.toThrow('Token expired')
  await expect(login('nonsense')).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' })
})

test('a session and a sign-in end when the endpoint’s own clock says so', async () => {
  let now = Date.parse('2030-01-01T00:00:00Z')
  const far = await startEndpoint({ clock: () => now })
  try {
    const session = new GetSessionTokenCommand({ DurationSeconds: 900 })
    const given = await sts(far, accountAt(far, 0)).send(session)
    expect(given.Credentials?.Expiration?.toISOString()).toBe('2030-01-01T00:15:00.000Z')
    const identify = () => sts(far, keysOf(given)).send(new GetCallerIdentityCommand({}))
    now += 899_999
    await expect(identify()).resolves.toBeTruthy()
    now += 1
    await expect(identify()).rejects.toMatchObject({ name: 'ExpiredToken' })
    const registered = await fetch(`${far.url}/client/register`, {
      method: 'POST',
      body: JSON.stringify({ clientName: 'test', clientType: 'public' }),
    })
    expect(await registered.json()).toMatchObject({ clientIdIssuedAt: now / 1000 })
  } finally {
    await far.close()
  }
})

test('a container gets credentials for its token alone', async () => {
  const get = (authorization: string) =>
    fetch(`${endpoint.url}${containerPath}`, { headers: { authorization } })
  expect((await get('guess')).status).toBe(401)
  expect(await arnOf(await get(containerToken))).toMatch(/assumed-role\/Inventory\/container$/)
})

test('an instance gets credentials by metadata version 2 alone', async () => {
  const at = `${endpoint.url}/latest/meta-data/iam/security-credentials/`
  expect((await fetch(at)).status).toBe(401)
  const token = await (await fetch(`${endpoint.url}/latest/api/token`, { method: 'PUT' })).text()
  const headers = { 'x-aws-ec2-metadata-token': token }
  const role = await (await fetch(at, { headers })).text()
  expect(await arnOf(await fetch(`${at}${role}`, { headers }))).toMatch(/assumed-role\/Inventory\/i-0demo$/)
})

const serial = () => mfaSerial(accountAt(endpoint, 0).id)
const code = (n: number) => mfaCode(serial(), n)
const inventory = (index = 1) => `arn:aws:iam::${accountAt(endpoint, index).id}:role/Inventory`

function sessionToken(TokenCode: string) {
  const command = new GetSessionTokenCommand({ SerialNumber: serial(), TokenCode })
  return sts(endpoint, accountAt(endpoint, 0)).send(command)
}

function plainSession() {
  return sts(endpoint, accountAt(endpoint, 0)).send(new GetSessionTokenCommand({}))
}

function assume(RoleArn: string, caller: Keys, more: object = {}) {
  return sts(endpoint, caller).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test', ...more }))
}

interface Answer {
  readonly Credentials?:
    | Readonly<Record<'AccessKeyId' | 'SecretAccessKey' | 'SessionToken', string | undefined>>
    | undefined
}

function keysOf({ Credentials: given }: Answer): Keys {
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  }
}

async function arnOf(response: Response): Promise<string> {
  const given = (await response.json()) as Record<string, string>
  const keys = keysOf({
    Credentials: {
      AccessKeyId: given.AccessKeyId,
      SecretAccessKey: given.SecretAccessKey,
      SessionToken: given.Token,
    },
  })
  return (await sts(endpoint, keys).send(new GetCallerIdentityCommand({}))).Arn ?? ''
}
