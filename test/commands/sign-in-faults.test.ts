import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FaultRule } from '../../src/demo/injected-faults.ts'
import { base, type Person, person, role } from '../identity/person.ts'

const chain = (of: Pick<Person, 'account'>) => base + role('p', of.account(1), 'base')
const stsFault = (fault: FaultRule['fault'], operation = 'AssumeRole'): FaultRule => ({ operation, fault })

describe('what AWS refuses at sign-in, from the wire to the sentence', () => {
  test.each<[string, FaultRule, RegExp, RegExp, number]>([
    [
      'keys that AWS does not know',
      stsFault('auth-failure'),
      /InvalidClientTokenId: The security token included in the request is invalid\./,
      /Renew the credentials of profile base; aws sts get-caller-identity --profile base tests them\./,
      4,
    ],
    [
      'a source that has expired',
      stsFault('expired-token'),
      /ExpiredToken: The security token included in the request is expired/,
      /Renew the credentials of profile base/,
      4,
    ],
    [
      'a secret that does not match',
      stsFault('signature'),
      /SignatureDoesNotMatch: The request signature we calculated does not match/,
      /Check that the secret key of profile base belongs to its access key/,
      4,
    ],
    [
      'a region in which STS is off',
      stsFault('region-disabled'),
      /RegionDisabledException: STS is not activated in this region/,
      /Choose another region for profile p, or have STS activated in this one\./,
      3,
    ],
    [
      'a role that may not be assumed',
      stsFault('denied'),
      /AccessDenied: .*not authorized to perform: sts:AssumeRole/,
      /Check that the role of profile p trusts base/,
      3,
    ],
    [
      'a service control policy',
      stsFault('denied-by-policy'),
      /AccessDenied: .*explicit deny in a service control policy/,
      /Ask whoever runs the organisation/,
      3,
    ],
    [
      'a throttle that does not pass',
      stsFault('throttled'),
      /Throttling: Rate exceeded/,
      /Sync again later/,
      3,
    ],
    [
      'a 5xx',
      stsFault('server-error'),
      /InternalFailure: The request processing has failed/,
      /sync again/,
      3,
    ],
    ['a reset', stsFault('reset'), /ECONNRESET/, /Check the network, the proxy and the endpoint/, 3],
    [
      'HTML',
      stsFault('html'),
      /MalformedAnswer|XML|char/,
      /a proxy or an endpoint_url that answers in place/,
      3,
    ],
    ['half an answer', stsFault('truncated'), /XML|MalformedAnswer/, /a proxy or an endpoint_url/, 3],
    ['nothing', stsFault('empty-body'), /AssumeRole is empty/, /a proxy or an endpoint_url/, 3],
    [
      'a disabled region of EC2',
      { operation: 'DescribeInstances', fault: 'region-disabled' },
      /OptInRequired: You are not subscribed to this service\./,
      /Enable the region in the account/,
      3,
    ],
  ])('%s', async (_, fault, cause, next, exit) => {
    const { muster } = await person(chain, { faults: [fault] })
    const { code, err } = await muster(['sync', '--profile', 'p'])
    expect(err).toMatch(cause)
    expect(err).toMatch(next)
    expect(code).toBe(exit)
  })
})

describe('what cannot work as ~/.aws stands, before any call', () => {
  const arn = 'role_arn = arn:aws:iam::111122223333:role/R\nregion = us-east-1\n'
  test.each<[string, string, RegExp, number]>([
    ['no such profile', base, /There is no profile 'p' \(from --profile\)\..*There are: base\./, 2],
    [
      'a missing source',
      `[profile p]\n${arn}source_profile = nobody\n`,
      /source_profile 'nobody', which does not exist/,
      3,
    ],
    [
      'a role without a source',
      `[profile p]\n${arn}`,
      /has a role_arn without a source; add source_profile or credential_source/,
      3,
    ],
    [
      'two sources',
      `[profile p]\n${arn}source_profile = base\ncredential_source = Environment\n${base}`,
      /has both source_profile and credential_source; keep one/,
      3,
    ],
    [
      'a cycle',
      role('p', '111122223333', 'q') + role('q', '111122223333', 'p'),
      /leads back to itself: p → q → p/,
      3,
    ],
    [
      'a bad duration',
      `[profile p]\n${arn}source_profile = base\nduration_seconds = abc\n${base}`,
      /duration_seconds that is not a number from 900 to 43200/,
      3,
    ],
    [
      'an MFA device and nobody to ask',
      `[profile p]\n${arn}source_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n${base}`,
      /MfaRequired: Profile p needs a code of the MFA device arn:aws:iam::1:mfa\/me\.[\s\S]*--mfa-code CODE/,
      4,
    ],
    [
      'a process that fails',
      '[profile p]\nregion = us-east-1\ncredential_process = sh -c "exit 9"\n',
      /The credential_process of profile p ended with exit code 9\./,
      4,
    ],
    ['an unclosed header', '[profile p\nregion = us-east-1\n', /There is no profile 'p'/, 2],
  ])('%s', async (_, config, expected, exit) => {
    const { muster, endpoint } = await person(() => config)
    const { code, err } = await muster(['sync', '--profile', 'p'])
    expect(err).toMatch(expected)
    expect(err).not.toContain('this is a bug')
    expect(code).toBe(exit)
    expect(endpoint.countRequests()).toBe(0)
  })

  test('a file that cannot be read', async () => {
    const { muster, home } = await person(() => base)
    rmSync(join(home, '.aws/config'))
    mkdirSync(join(home, '.aws/config'))
    const { code, err } = await muster(['sync', '--profile', 'base'])
    expect(err).toMatch(/Cannot read .*config: it is a folder; make it a file that you may read\./)
    expect(code).toBe(4)
  })

  test('a folder for sessions that cannot be made does not fail the command', async () => {
    const { muster, home } = await person(chain)
    writeFileSync(join(home, '.aws/cli'), 'no folder')
    const { code, err } = await muster(['sync', '--profile', 'p'])
    expect(err).toMatch(/^1 of 1 scopes/m)
    expect(code).toBe(0)
  })
})
