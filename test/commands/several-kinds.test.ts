import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/model.ts'
import { machine } from './in-process.ts'
import type { Machine } from './program.ts'

const denied = { operation: 'DescribeNetworkInterfaces', fault: 'denied' } as const

const unused = `# Security groups that no interface has
# kinds: security-groups, network-interfaces
# requires: network-interfaces
# let: used = NetworkInterfaces[].Groups[].GroupId
SecurityGroups[?!contains($used, GroupId)].[AccountId, Region, GroupId]
`

describe('a sync of several kinds', () => {
  test('reads those that the words name, in one run, and says which', async () => {
    let identified = 0
    const { muster } = await machine({
      onRequest: ({ operation }) => {
        if (operation === 'GetCallerIdentity') identified += 1
      },
    })
    const { code, out } = await muster('sync', '--kind', 'volumes,instances', '--kind', 'key-*')
    expect(code).toBe(0)
    expect(out).toMatch(/^Kinds: volumes, instances, key-pairs\n/)
    expect(out).toMatch(/\n\d+ volumes and instances and key-pairs in the cache /)
    const rows = await readScopes(muster)
    expect(new Set(rows.map(({ Kind }) => Kind))).toEqual(new Set(['volumes', 'instances', 'key-pairs']))
    expect(rows).toHaveLength(3 * 3 * 2)
    expect(rows.every(({ State }) => State === 'fresh')).toBe(true)
    // Each profile says once who it is, whatever the number of kinds.
    expect(identified).toBe(3)
  })

  test('without a word reads those of the settings, and says how to add some', async () => {
    const { muster } = await machine({}, { kinds: ['vpcs', 'sub*'] })
    const { out } = await muster('sync')
    expect(out).toMatch(/^Kinds: vpcs, subnets; add others with --kind .*"kinds" in the settings\.\n/)
    expect(out).toMatch(/\n\d+ vpcs and subnets in the cache /)
    expect(new Set((await readScopes(muster)).map(({ Kind }) => Kind))).toEqual(new Set(['vpcs', 'subnets']))
  })

  test('reads the others if one is denied', async () => {
    const { muster } = await machine({ faults: [denied] })
    const { code, err } = await muster('sync', '--kind', 'network-interfaces,subnets')
    expect(code).toBe(3)
    expect(err).toContain('/network-interfaces')
    const rows = await readScopes(muster)
    const states = (kind: string) => new Set(rows.filter(({ Kind }) => Kind === kind).map((row) => row.State))
    expect(states('subnets')).toEqual(new Set(['fresh']))
    expect(states('network-interfaces')).toEqual(new Set(['failed']))
  })
})

test('kinds that one account denies are one line, and their policy one command', async () => {
  const { muster } = await machine({
    faults: ['DescribeSubnets', 'DescribeVpcs', 'DescribeImages'].map((operation) => ({
      operation,
      fault: 'denied',
    })),
  })
  const { code, err } = await muster('sync', '--kind', 'subnets,vpcs,images,volumes')
  expect(code).toBe(3)
  const lines = err.split('\n').filter((line) => line !== '' && !line.startsWith('DEMO'))
  expect(lines).toHaveLength(3)
  expect(lines[1]).toContain('/subnets, ')
  expect(lines[1]).toContain('the ec2:DescribeSubnets action; 2 other kinds are denied as well')
  expect(lines[2]).toMatch(
    /muster policy --kind subnets,vpcs,images and ask .*\(ec2:DescribeSubnets, ec2:DescribeVpcs, ec2:DescribeImages\)/,
  )
})

describe('an expression over several kinds', () => {
  test('runs over a document with all their lists, each as it is alone', async () => {
    const { muster } = await machine()
    const ask = async (...args: string[]) =>
      JSON.parse((await muster('query', ...args, '--output', 'json', '--no-origin')).out)
    const whole = await ask('--query', '@', '--kind', 'instances,volumes,subnets')
    expect(Object.keys(whole)).toEqual(['Reservations', 'Volumes', 'Subnets'])
    expect(whole.Reservations.length).toBeGreaterThan(10)
    for (const [kind, list] of [
      ['instances', 'Reservations'],
      ['volumes', 'Volumes'],
      ['subnets', 'Subnets'],
    ] as const)
      expect(whole[list]).toEqual(await ask('--query', list, '--kind', kind))
    const counts = '[length(Volumes), length(Subnets[?MapPublicIpOnLaunch])]'
    const stock = ['--engine', 'jmespath']
    const words = [counts, '--kind', 'volumes,subnets']
    expect(await ask('--query', ...words)).toEqual(await ask('--query', ...words, ...stock))
  })

  test('covers the scopes of all of them', async () => {
    const { muster } = await machine({ faults: [denied] })
    const words = ['--kind', 'subnets,network-interfaces', '--query', 'length(Subnets)']
    const { code, err, out } = await muster('query', ...words)
    expect(code).toBe(3)
    expect(Number(out)).toBeGreaterThan(0)
    expect(err).toContain('6 of 12 scopes')
  })

  test('is not asked page by page, and a table is of one kind', async () => {
    const { muster } = await machine()
    const live = await muster('query', '--live', '--kind', 'subnets,vpcs', '--query', 'Subnets')
    expect([live.code, live.err]).toEqual([2, expect.stringContaining('--live reads one kind')])
    const table = await muster('query', '--kind', 'subnets,vpcs')
    expect([table.code, table.err]).toEqual([2, expect.stringContaining('A table is of one kind')])
  })

  test('may only use names that one of them has', async () => {
    const { muster } = await machine()
    const words = ['--kind', 'subnets,vpcs', '--query', 'Vpcs[].{Id: VpcId}', '--sort']
    expect((await muster('query', ...words, 'Id')).code).toBe(0)
    const wrong = await muster('query', ...words, 'SubnetId')
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("'SubnetId' is in no row")])
  })
})

describe('a saved query over two kinds', () => {
  test('finds what the other kind does not name', async () => {
    const made = await machineWith('unused', unused)
    const expected = await findUnused(made)
    expect(expected.length).toBeGreaterThan(0)
    for (const engine of ['muster', 'jmespath']) {
      const { code, out } = await made.muster('query', 'unused', '--output', 'json', '--engine', engine)
      expect(code).toBe(0)
      expect(JSON.parse(out)).toEqual(expected)
    }
    expect((await made.muster('queries', 'check', 'unused')).code).toBe(0)
  })

  test('leaves out where the kind that it requires was not read to its end, and names it', async () => {
    const made = await machineWith('unused', unused)
    const expected = await findUnused(made)
    const account = made.endpoint.fleet.accounts[1]?.id ?? ''
    const blocked = await machineWith('unused', unused, { faults: [{ ...denied, account }] })
    const { code, err, out } = await blocked.muster('query', 'unused', '--output', 'json')
    expect(code).toBe(3)
    expect(JSON.parse(out)).toEqual(expected.filter(([id]) => id !== account))
    expect(err).toContain('8 of 12 scopes, 4 missing')
    expect(err).toContain('UnauthorizedOperation')
  })

  test('has no rows while that kind was never read', async () => {
    const made = await machineWith('unused', unused)
    expect((await made.muster('sync', '--kind', 'security-groups')).code).toBe(0)
    const { code, err, out } = await made.muster('query', 'unused', '--output', 'json', '--offline')
    expect([code, JSON.parse(out)]).toEqual([3, []])
    expect(err).toContain('never synced')
  })

  test.each([
    ['# kinds: vpcs, vpcs\nVpcs', ":1:10: 'vpcs, vpcs' names a kind twice"],
    ['# kind: vpcs\n# kinds: vpcs, subnets\nVpcs', ":2:3: 'kind' is there already"],
    ['# kinds: vpcs, subnets\n# requires: images\n[Vpcs, Subnets]', ":2:13: 'images' is not among"],
    ['# kinds: vpcs, subnets\nVpcs', ':2:1: the expression never looks at Subnets'],
    ['# let: a\nReservations', ":1:8: 'a' gives no name to an expression"],
    ['# let: a = Reservations[\nReservations[$a]', ':1:'],
    ['# let: a = $b\n# let: b = Reservations\n[$a, $b]', ':1:12: $b is not declared'],
    ['# let: a = Reservations\n[0]', ':1:8: a is declared and never used as $a'],
    ['# let: a = nope(Reservations)\n$a', ':1:12: There is no function'],
  ])('%j is refused where it is wrong', async (text, message) => {
    const made = await machineWith('wrong', text)
    const { code, out } = await made.muster('queries', 'check', 'wrong', '--output', 'json')
    expect(code).toBe(2)
    const problems = JSON.parse(out) as { Line: number; Column: number; Problem: string }[]
    expect(problems.map((each) => `:${each.Line}:${each.Column}: ${each.Problem}`).join('\n')).toContain(
      message,
    )
  })
})

async function machineWith(name: string, text: string, options: Parameters<typeof machine>[0] = {}) {
  const made = await machine(options)
  const folder = join(made.home, '.config/muster/queries')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.jmespath`), text)
  return made
}

/** The groups of the whole fleet that no interface has, found without an expression. */
async function findUnused({ muster }: Machine): Promise<readonly (readonly string[])[]> {
  const read = async (kind: string, list: string) =>
    JSON.parse(
      (await muster('query', '--kind', kind, '--query', list, '--output', 'json')).out,
    ) as JsonObject[]
  const groups = await read('security-groups', 'SecurityGroups')
  const used = new Set(
    (await read('network-interfaces', 'NetworkInterfaces[].Groups[]')).map(({ GroupId }) => GroupId),
  )
  return groups
    .filter(({ GroupId }) => !used.has(GroupId))
    .map(({ AccountId, Region, GroupId }) => [String(AccountId), String(Region), String(GroupId)])
}

async function readScopes(muster: Machine['muster']): Promise<readonly Record<string, string>[]> {
  return JSON.parse((await muster('status', '--output', 'json')).out)
}
