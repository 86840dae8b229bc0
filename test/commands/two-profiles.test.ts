import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeFleet } from '../../src/demo/fleet.ts'
import type { DemoOptions } from '../../src/demo/server.ts'
import { ssoDemoConfig } from '../../src/demo/sso/sso-config.ts'
import { machine } from './in-process.ts'

const fleet = { accounts: 6, regions: 2, instances: 90 }
/** An account with keys of its own, and a login that nobody has. */
const dev = makeFleet(fleet).accounts[5]
const [id, name] = [dev?.id ?? '', dev?.name ?? '']
const sso = `sso-${name}`
const count = 'length(Reservations[].Instances[])'

describe('of two profiles of one account', () => {
  test('the one that is signed in does not wait for the failure of the other', async () => {
    const { muster } = await twoProfiles()
    expect((await muster('query', '--profile', sso)).code).toBe(4)
    const fresh = await muster('query', count, '--profile', 'dev')
    expect(fresh.code).toBe(0)
    expect(Number(fresh.out)).toBeGreaterThan(0)
    expect((await muster('sync', '--profile', sso)).code).not.toBe(0)
    const offline = await muster('query', count, '--profile', 'dev', '--offline')
    expect(offline).toMatchObject({ code: 0, out: fresh.out })
    expect(offline.err).toMatch(/^1 of 1 scopes; oldest data \d+s\n$/)
    // For the profile that failed last, the same rows are older ones of a scope that failed.
    const failed = await muster('query', count, '--profile', sso, '--offline')
    expect(failed.out).toBe(fresh.out)
    expect(failed.err).toContain('1 not read again (')
  })

  test.each([
    ['whose account is declared in one alone', `${sso},dev`, 'query'],
    ['in the other order', `dev,${sso}`, 'query'],
    ['which are remembered', `${sso},dev`, 'sync'],
  ])('the one that is signed in reads for both, %s', async (_, profiles, command) => {
    const { muster } = await twoProfiles()
    if (command === 'sync') expect((await muster('sync', '--profile', 'dev')).code).toBe(0)
    const { code, err } = await muster('sync', '--profile', profiles)
    expect([code, err]).toEqual([0, expect.stringContaining('1 of 1 scopes')])
    const alone = await muster('query', count, '--profile', 'dev', '--offline')
    const both = await muster('query', count, '--profile', profiles, '--offline')
    expect(both).toMatchObject({ code: 0, out: alone.out })
    expect(Number(alone.out)).toBeGreaterThan(0)
    if (profiles.startsWith(sso) && command === 'sync') {
      const line = `  dev: read with dev; ${sso}: sso-session acme is not logged in.\n    -> Run muster login --sso-session acme.`
      expect(err).toContain(line)
      expect(both.err).toContain(line)
    }
  })

  test('that both declare it, the preferred one is tried first, and the other reads', async () => {
    const { muster } = await withRoles()
    const read = await muster('query', count, '--profile', `${sso},by-role`)
    const alone = await muster('query', count, '--profile', 'dev')
    expect(read).toMatchObject({ code: 0, out: alone.out })
    expect(read.err).toContain(`by-role: read with by-role; ${sso}: sso-session acme is not logged in.`)
    const offline = await muster('query', count, '--profile', `${sso},by-role`, '--offline')
    expect(offline).toMatchObject({ code: 0, out: alone.out })
    const live = await muster('query', count, '--profile', `${sso},by-role`, '--live')
    expect(live).toMatchObject({ code: 0, out: alone.out })
    expect(live.err).toContain(`by-role: read with by-role; ${sso}: sso-session acme is not logged in.`)
  })

  test.each([[[]], [['--live']]])(
    'that declare it both: what one is denied is read with the other %j',
    async (more) => {
      const denied = { account: id, operation: 'DescribeInstances', fault: 'denied', nth: 1 } as const
      const { muster } = await withRoles({ faults: [denied] })
      const words = ['query', count, '--profile', 'by-role,by-other-role']
      const read = await muster(...words, ...more)
      expect(read.code).toBe(0)
      expect(read.err).toContain('read with by-other-role; by-role: You are not authorized')
      expect((await muster(...words, '--live')).out).toBe(read.out)
    },
  )

  test('what one is denied is read with the other, and both reasons are named if it is denied, too', async () => {
    const denied = { account: id, operation: 'DescribeInstances', fault: 'denied' } as const
    const once = await twoProfiles({ faults: [{ ...denied, nth: 1 }] })
    const read = await once.muster('query', count, '--profile', 'admin,dev')
    // Nobody knows yet that both lead to one account: they find out while they sign in.
    const again = await once.muster('query', count, '--profile', 'admin,dev', '--offline')
    expect(read).toMatchObject({ code: 0, out: again.out })
    expect(read.err).toMatch(/read with (dev; admin|admin; dev): You are not authorized/)
    expect(again.err).toContain('1 of 1 scopes')

    const always = await twoProfiles({ faults: [denied] })
    await always.muster('sync', '--profile', 'admin,dev')
    const none = await always.muster('query', count, '--profile', 'admin,dev', '--sync')
    expect([none.code, none.out]).toEqual([3, '0\n'])
    expect(none.err).toContain('UnauthorizedOperation')
    expect(none.err).toMatch(/: (dev|admin): You are not authorized/)
  })

  test('what one is denied in the middle of its pages is read whole with the other, remembered or not', async () => {
    const denied = { account: id, operation: 'DescribeInstances', fault: 'denied' } as const
    const small = ['--page-size', '5', '--profile', 'admin,dev'] as const
    // While the first reads its second page, the other one has long turned out to lead to the same account.
    const unknown = await twoProfiles({ faults: [{ ...denied, nth: 2 }] })
    const whole = await unknown.muster('query', count, '--profile', 'dev', '--live')
    const late = await unknown.muster('query', count, ...small, '--sync')
    expect(late).toMatchObject({ code: 0, out: whole.out })

    const known = await twoProfiles({ faults: [{ ...denied, nth: 3 }] })
    for (const profile of ['dev', 'admin']) await known.muster('sync', '--profile', profile)
    const read = await known.muster('query', count, ...small, '--sync')
    expect(read).toMatchObject({ code: 0, out: whole.out })
    expect(read.err).toContain('read with dev; admin: You are not authorized')
  })

  test('the second is asked nothing while the first can read', async () => {
    const { muster, endpoint } = await twoProfiles()
    await muster('sync', '--profile', 'admin')
    await muster('sync', '--profile', 'dev')
    const before = endpoint.countRequests('GetCallerIdentity')
    expect((await muster('sync', '--profile', 'admin,dev')).code).toBe(0)
    expect(endpoint.countRequests('GetCallerIdentity')).toBe(before + 1)
  })
})

/** The same machine, and two profiles that assume a role in the account, which they declare by that. */
async function withRoles(options: DemoOptions = {}) {
  const made = await twoProfiles(options)
  const base = makeFleet(fleet).accounts[0]
  const common = `region = us-east-1\nendpoint_url = ${made.endpoint.url}`
  const keys = `aws_access_key_id = ${base?.accessKeyId}\naws_secret_access_key = ${base?.secretAccessKey}`
  const role = `role_arn = arn:aws:iam::${id}:role/Inventory\nsource_profile = base`
  const profiles = [
    ['base', keys],
    ['by-role', role],
    ['by-other-role', role],
  ] as const
  for (const [profile, lines] of profiles)
    appendFileSync(made.configFile, `\n[profile ${profile}]\n${common}\n${lines}\n`)
  return made
}

/** A machine with three profiles of one account: two with its keys, one whose SSO session nobody has signed in to. */
async function twoProfiles(options: DemoOptions = {}) {
  const made = await machine({ ...fleet, ...options }, { regions: ['us-east-1'], profiles: [] })
  const { endpoint, home, configFile } = made
  const withKeys = (profile: string) =>
    `\n[profile ${profile}]\nregion = us-east-1\nendpoint_url = ${endpoint.url}\naws_access_key_id = ${dev?.accessKeyId}\naws_secret_access_key = ${dev?.secretAccessKey}\n`
  writeFileSync(configFile, ssoDemoConfig(endpoint.fleet, endpoint.url) + withKeys('dev') + withKeys('admin'))
  writeFileSync(join(home, '.aws/credentials'), '')
  return made
}
