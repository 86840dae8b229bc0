import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DemoAccount } from '../../src/demo/fleet.ts'
import { machine } from './in-process.ts'
import { fleetIds, type Machine, writeSettings } from './program.ts'

/** What further profiles say about their account: the ARN of a role names it, keys do not. */
const ways = {
  'roles, which declare their account': [roleIn],
  'keys, which do not': [keysOf],
  'a role and keys': [keysOf, roleIn],
} as const

const ids = ['query', 'Reservations[].Instances[].InstanceId', '--output', 'json'] as const

describe.each(Object.entries(ways))('accounts that several profiles lead to by %s', (_, sections) => {
  test('are read once, and each of their rows is there once, in every way to ask', async () => {
    const on = await makeDoubled(sections)
    const all = fleetIds(on.endpoint.fleet)
    // The first time nobody knows whose keys they are; the second time the cache does.
    for (const round of [1, 2]) {
      for (const words of [['sync'], [...ids, '--sync']]) {
        const before = on.endpoint.countRequests('DescribeInstances')
        const { code, out, err } = await on.muster(...words)
        expect([round, code], err).toEqual([round, 0])
        expect(err).toMatch(/^6 of 6 scopes; /m)
        expect(on.endpoint.countRequests('DescribeInstances') - before).toBe(6)
        if (words.length > 1) expect(listOf(out)).toEqual(all)
      }
      for (const more of [['--offline'], []])
        expect(listOf((await on.muster(...ids, ...more)).out)).toEqual(all)
    }
    const { out: scopes } = await on.muster('status', '--output', 'json')
    expect(JSON.parse(scopes)).toHaveLength(6)
    const { out: rows } = await on.muster('query', '--offline', '--columns', 'InstanceId', '--output', 'text')
    expect(rows.trim().split(/\s+/).sort()).toEqual(all)
    const file = join(on.home, 'all.ndjson')
    for (const more of [['--sync'], ['--offline', '--force']]) {
      expect((await on.muster('export', '--to', file, ...more)).code).toBe(0)
      const lines = readFileSync(file, 'utf8').trim().split('\n')
      expect(lines.map((line) => (JSON.parse(line) as { InstanceId: string }).InstanceId).sort()).toEqual(all)
    }
  })

  test('are read once by --live, at one go and page by page', async () => {
    const on = await makeDoubled(sections)
    const all = fleetIds(on.endpoint.fleet)
    const { out, code } = await on.muster(...ids, '--live')
    expect([code, listOf(out)]).toEqual([0, all])
    expect(on.endpoint.countRequests('DescribeInstances')).toBe(6)
    const found: string[] = []
    let token: string | undefined
    do {
      const more = token === undefined ? [] : ['--starting-token', token]
      const page = await on.muster(...ids, '--live', '--max-items', '25', ...more)
      found.push(...listOf(page.out))
      token = /^next token: (\S+)$/m.exec(page.err)?.[1]
    } while (token !== undefined)
    expect(found.sort()).toEqual(all)
  })

  test('are read once in the regions of all of them, where each names its own', async () => {
    const on = await makeDoubled(sections, 'eu-west-1')
    writeSettings(on.home, { profiles: ['*'] })
    const all = fleetIds(on.endpoint.fleet)
    expect(on.endpoint.fleet.regions.map(({ name }) => name)).toEqual(['us-east-1', 'eu-west-1'])
    for (const more of [['--sync'], ['--offline'], ['--live']]) {
      const { out, code } = await on.muster(...ids, ...more)
      expect([code, listOf(out)]).toEqual([0, all])
    }
  })
})

/** A machine on which each account of the fleet has a profile of the demo's own and further ones. */
async function makeDoubled(
  sections: readonly ((account: DemoAccount, owner: string) => string)[],
  region = 'us-east-1',
): Promise<Machine> {
  const on = await machine({ accounts: 3, regions: 2, instances: 90 })
  const { accounts } = on.endpoint.fleet
  const profiles = accounts.flatMap((account, index) =>
    sections.map((section, n) => {
      const head = `[profile further-${index}-${n}]\nregion = ${region}\nendpoint_url = ${on.endpoint.url}\n`
      return head + section(account, accounts[0]?.name ?? '')
    }),
  )
  appendFileSync(on.configFile, `\n${profiles.join('\n')}`)
  return on
}

function roleIn({ id, roleName, externalId }: DemoAccount, owner: string): string {
  const external = externalId === null ? '' : `external_id = ${externalId}\n`
  return `role_arn = arn:aws:iam::${id}:role/${roleName}\nsource_profile = ${owner}\n${external}`
}

function keysOf({ accessKeyId, secretAccessKey }: DemoAccount): string {
  return `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
}

function listOf(json: string): string[] {
  return (JSON.parse(json) as string[]).sort()
}
