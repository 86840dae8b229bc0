import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import type { JsonObject } from '../../src/model.ts'
import { awsV1, hasAwsV1 } from '../helpers/aws-v1.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { accountAt } from './sdk.ts'
import { followLink } from './sso-browser.ts'

let endpoint: Endpoint
beforeAll(async () => {
  endpoint = await startEndpoint({ sso: { interval: 1 } })
})
afterAll(() => endpoint.close())

describe('the AWS CLI v1, as a judge of the simulated sign-in', () => {
  if (!hasAwsV1) process.stderr.write('SKIPPED: no AWS CLI v1 on the PATH to judge the sign-in.\n')

  test.skipIf(!hasAwsV1)('a device code, the accounts, a role, and out again', async () => {
    const home = temporaryFolder()
    const aws = (words: string, ...more: string[]) => awsV1(home, endpoint.url, words, ...more)
    const { id, roleName } = accountAt(endpoint, 1)
    const client = await aws('sso-oidc register-client --client-name t --client-type public')
    const known = ['--client-id', text(client.clientId), '--client-secret', text(client.clientSecret)]
    // Version 1 fetches an option's value that is a URL: inside JSON it leaves it alone.
    const start = JSON.stringify({ startUrl: 'https://acme.awsapps.com/start' })
    const authorization = await aws(
      'sso-oidc start-device-authorization',
      '--cli-input-json',
      start,
      ...known,
    )
    const grant = 'urn:ietf:params:oauth:grant-type:device_code'
    const code = ['--grant-type', grant, '--device-code', text(authorization.deviceCode)]
    const create = () => aws('sso-oidc create-token', ...known, ...code)
    await expect(create()).rejects.toThrow('(AuthorizationPendingException)')
    await followLink(text(authorization.verificationUriComplete))
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const token = ['--access-token', text((await create()).accessToken)]
    const accounts = await aws('sso list-accounts --page-size 5', ...token)
    expect(accounts.accountList).toHaveLength(12)
    const roles = await aws('sso list-account-roles --page-size 1', ...token, '--account-id', id)
    expect((roles.roleList as JsonObject[]).map((role) => role.roleName)).toContain(roleName)
    const role = ['--account-id', id, '--role-name', roleName]
    const given = await aws('sso get-role-credentials', ...token, ...role)
    expect(given.roleCredentials).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) })
    await aws('sso logout', ...token)
    await expect(aws('sso list-accounts', ...token)).rejects.toThrow('(UnauthorizedException)')
  })
})

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
