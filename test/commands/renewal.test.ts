import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { describe, expect, test } from 'vitest'
import { instances } from '../../src/demo/ec2/instances.ts'
import { resourceIds } from '../demo/resources.ts'
import { accountAt, sts } from '../demo/sdk.ts'
import { base, type Person, person, role } from '../identity/person.ts'

const ids = 'Reservations[].Instances[].InstanceId'
const pages = ['--page-size', '5', '--output', 'json']

describe('a session that expires in the middle of a sync', () => {
  test('is renewed, along its whole chain, and no instance is lost or doubled', async () => {
    const machine = await personOfBriefSessions(
      3,
      (of) =>
        base +
        role('one', of.account(1), 'base') +
        role('two', of.account(2), 'base') +
        role('three', of.account(3), 'two'),
    )
    const { endpoint, muster } = machine
    const { code, out, err } = await muster(['query', ids, '--profile', 'one,two,three', ...pages])
    expect(err).toMatch(/^3 of 3 scopes/)
    expect(code).toBe(0)
    expect(JSON.parse(out).toSorted()).toEqual(idsOf(machine, [1, 2, 3]))
    expect(endpoint.countRequests('AssumeRole')).toBeGreaterThan(4)
  })

  test('is renewed with --live, too', async () => {
    const machine = await personOfBriefSessions(1, (of) => base + role('one', of.account(1), 'base'))
    const { code, out } = await machine.muster(['query', ids, '--live', '--profile', 'one', ...pages])
    expect(code).toBe(0)
    expect(JSON.parse(out).toSorted()).toEqual(idsOf(machine, [1]))
    expect(machine.endpoint.countRequests('AssumeRole')).toBeGreaterThan(1)
  })

  test.each([[[]], [['--live']]])(
    'fails alone where it cannot be: what was fetched stays %j',
    async (more) => {
      const machine = await personOfBriefSessions(
        1,
        (of) => base + role('one', of.account(2), 'base') + temporary,
      )
      await addTemporaryKeys(machine, 1)
      const words = ['query', ids, '--profile', 'temporary,one', ...pages, ...more]
      const { code, out, err } = await machine.muster(words)
      expect(err).toMatch(/1 of 2 scopes, 1 missing/)
      expect(err).toMatch(/temporary\/us-east-1 RequestExpired: Request has expired/)
      expect(err).toContain('-> Renew the credentials of profile temporary')
      expect(code).toBe(3)
      const found = JSON.parse(out) as string[]
      expect(found).toEqual(expect.arrayContaining(idsOf(machine, [2])))
      const own = idsOf(machine, [1]).filter((id) => found.includes(id))
      expect(own.length).toBeGreaterThan(0)
      expect(own.length).toBeLessThan(idsOf(machine, [1]).length)
    },
  )

  test('fails with the reason of its source where that has expired for good', async () => {
    const machine = await personOfBriefSessions(
      1,
      (of) => role('one', of.account(1), 'temporary') + temporary,
    )
    await addTemporaryKeys(machine, 0)
    const { code, out, err } = await machine.muster(['query', ids, '--profile', 'one', ...pages])
    expect(err).toMatch(/one\/us-east-1 ExpiredToken: The security token included in the request is expired/)
    expect(err).toContain('-> Renew the credentials of profile temporary')
    expect(JSON.parse(out)).not.toEqual([])
    expect(code).toBe(3)
  })

  test('uses no code a second time: the device is named', async () => {
    const machine = await personOfBriefSessions(
      1,
      (of) => base + role('one', of.account(1), 'base', `mfa_serial = ${of.serial}`, 'Operator'),
    )
    const { code: mfa, muster, serial } = machine
    const { code, out, err } = await muster([
      'query',
      ids,
      '--profile',
      'one',
      '--mfa-code',
      mfa(0),
      ...pages,
    ])
    expect(err).toContain(`MfaRefused: AWS refused the code of the MFA device ${serial} (profile one).`)
    // Pages that were read before the session ended are an answer, though not a whole one.
    expect(JSON.parse(out)).not.toEqual([])
    expect(code).toBe(3)
  })
})

test('a cached session that AWS has ended is assumed again', async () => {
  let now = Date.now()
  const options = { sessionLife: 500, clock: () => now }
  const machine = await person((of) => base + role('one', of.account(1), 'base'), options)
  const whoami = ['whoami', '--profile', 'one']
  expect((await machine.muster(whoami)).code).toBe(0)
  now += 500
  expect((await machine.muster(whoami)).code).toBe(0)
  expect(machine.endpoint.countRequests('AssumeRole')).toBe(2)
})

/** Sessions end when four pages of the account have come, however long those take. */
async function personOfBriefSessions(index: number, config: Parameters<typeof person>[0]): Promise<Person> {
  let now = Date.now()
  const made: Person = await person(config, {
    instances: 160,
    regions: 1,
    sessionLife: 4,
    clock: () => now,
    onRequest({ account, operation }) {
      if (operation === 'DescribeInstances' && account === made.account(index)) now += 1
    },
  })
  return made
}

const temporary = '[profile temporary]\nregion = us-east-1\n'

/** Keys of an account's own user that end and cannot be made again. */
async function addTemporaryKeys({ endpoint, home }: Person, index: number): Promise<void> {
  const { Credentials: given } = await sts(endpoint, accountAt(endpoint, index)).send(
    new GetSessionTokenCommand({}),
  )
  appendFileSync(
    join(home, '.aws/credentials'),
    `[temporary]\naws_access_key_id = ${given?.AccessKeyId}\naws_secret_access_key = ${given?.SecretAccessKey}\naws_session_token = ${given?.SessionToken}\n`,
  )
}

function idsOf({ endpoint: { fleet }, account }: Person, indexes: readonly number[]): string[] {
  return indexes.flatMap((index) => resourceIds(instances, fleet, account(index), 'us-east-1')).sort()
}
