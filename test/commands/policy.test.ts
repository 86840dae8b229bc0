import * as sdk from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { isListedAction } from '../../src/aws/listed-calls.ts'
import {
  describeTooLong,
  formatPolicy,
  makePolicy,
  type Policy,
} from '../../src/commands/policy/least-policy.ts'
import { selectKinds } from '../../src/config/kind-words.ts'
import { findKind, listKinds } from '../../src/kinds.ts'
import type { Fault, Kind, ScopeStatus } from '../../src/model.ts'
import { groupPassedOver } from '../../src/query/coverage.ts'
import { machine } from './in-process.ts'

const read = (out: string) => JSON.parse(out) as Policy
const actionsOf = (policy: Policy, sid: string) =>
  policy.Statement.find(({ Sid }) => Sid === sid)?.Action ?? []

describe('muster policy', () => {
  test('prints the least policy for what muster sync reads, and calls nothing', async () => {
    const { muster, endpoint } = await machine({}, { kinds: ['volumes'] })
    const { code, out, err } = await muster('policy')
    expect(code).toBe(0)
    expect(read(out)).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'ReadResources', Effect: 'Allow', Action: ['ec2:DescribeVolumes'], Resource: '*' },
        { Sid: 'ListRegions', Effect: 'Allow', Action: ['ec2:DescribeRegions'], Resource: '*' },
      ],
    })
    expect(err).toBe(
      'For volumes; --kind chooses others. sts:GetCallerIdentity, which is also called, needs no permission.\n',
    )
    expect(endpoint.countRequests()).toBe(0)
  })

  test('takes names, lists, globs, groups and excludes, and sorts the actions', async () => {
    const { muster } = await machine()
    const { out } = await muster('policy', '--kind', 'vpcs,addresses', '--kind', '*-gateways,!nat-*')
    expect(actionsOf(read(out), 'ReadResources')).toEqual(
      expect.arrayContaining(['ec2:DescribeAddresses', 'ec2:DescribeInternetGateways', 'ec2:DescribeVpcs']),
    )
    expect(out).not.toContain('DescribeNatGateways')
    const storage = actionsOf(read((await muster('policy', '--kind', 'storage')).out), 'ReadResources')
    expect(storage).toEqual([...storage].sort())
    expect(storage).toContain('ec2:DescribeSnapshots')
    expect(storage).not.toContain('ec2:DescribeVpcs')
  })

  test('allows with --kind all exactly what muster may send of EC2, without a wildcard', async () => {
    const { muster } = await machine()
    const { out } = await muster('policy', '--kind', 'all')
    const actions = read(out).Statement.flatMap(({ Action }) => Action)
    const listed = Object.keys(sdk)
      .flatMap((name) => /^(\w+)Command$/.exec(name)?.[1] ?? [])
      .filter(isListedAction)
    expect(listed.length).toBeGreaterThan(100)
    expect([...actions].sort()).toEqual(listed.map((operation) => `ec2:${operation}`).sort())
    expect(out).not.toMatch(/ec2:[^"]*\*/)
  })

  test('is what a denied scope asks for, in the answer and in its coverage as JSON', async () => {
    const faults = [{ operation: 'DescribeVolumes', fault: 'denied' } as const]
    const { muster } = await machine({ faults })
    const { code, err } = await muster('sync', '--kind', 'volumes', '--coverage', '-')
    expect(code).toBe(3)
    const { scopes } = JSON.parse(err.split('\n').find((line) => line.startsWith('{')) ?? '') as {
      scopes: { fault: Fault }[]
    }
    for (const { fault } of scopes)
      expect(fault).toMatchObject({ class: 'denied', action: 'ec2:DescribeVolumes' })
    const [, command = ''] = /-> Run (muster policy --kind \S+) and ask for what it prints/.exec(err) ?? []
    const { out } = await muster(...command.split(' ').slice(1))
    expect(read(out).Statement.flatMap(({ Action }) => Action)).toContain(scopes[0]?.fault.action)
  })

  test('is what a list of regions that IAM does not allow asks for, or that regions are named', async () => {
    const { muster } = await machine({ faults: [{ operation: 'DescribeRegions', fault: 'denied' }] })
    const { code, err } = await muster('sync', '--region', '*')
    expect(code).toBe(3)
    expect(err.match(/-> .*/g)).toEqual([
      '-> Run muster policy and ask for what it prints (ec2:DescribeRegions), name regions with --region, or choose a profile that has it.',
    ])
  })

  test('is one step for what a profile could not read and another one did, too', () => {
    const statuses = (['volumes', 'vpcs'] as const).map((kind): ScopeStatus => {
      const action = `ec2:${findKind(kind).operation}`
      const next = `Run muster policy --kind ${kind} and ask for what it prints (${action}), or choose a profile that has it.`
      const fault: Fault = { class: 'denied', code: 'UnauthorizedOperation', message: 'No.', next, action }
      return {
        scope: { profile: 'ro', account: '111122223333', region: 'us-east-1', kind },
        accountName: 'prod',
        state: 'fresh',
        syncedAt: 1,
        oldestAt: 1,
        rows: 1,
        fault: null,
        readBy: 'ro',
        others: [{ profile: 'admin', fault }],
        accepted: false,
      }
    })
    expect(groupPassedOver(statuses)).toEqual([
      {
        cause: 'prod: read with ro; admin: No.',
        next: 'Run muster policy --kind volumes,vpcs and ask for what it prints (ec2:DescribeVolumes, ec2:DescribeVpcs), or choose a profile that has it.',
        scopes: statuses,
      },
    ])
  })

  test.each([
    ['a kind that does not exist', ['policy', '--kind', 'volumse'], /There is no kind 'volumse'/],
    ['a word without its option', ['policy', 'volumes'], /muster policy --kind volumes\./],
  ])('refuses %s', async (_, words, says) => {
    const { muster } = await machine()
    const { code, out, err } = await muster(...words)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(says)
  })
})

describe('the least policy', () => {
  test('is each kind for itself its own action and the list of regions, under Sids that IAM takes', () => {
    for (const kind of listKinds()) {
      const { Statement } = makePolicy([kind])
      expect(Statement[0]?.Action).toContain(`ec2:${kind.operation}`)
      for (const { Sid } of Statement) expect(Sid).toMatch(/^[A-Za-z0-9]+$/)
    }
  })

  test('has what a kind follows under a Sid of its own, unless that is selected, too', () => {
    const [volumes, vpcs] = ['volumes', 'vpcs'].map(findKind) as [Kind, Kind]
    const parent = { kind: 'vpcs', id: 'VpcId', parameter: 'VpcId' }
    const child: Kind = { ...volumes, operation: 'DescribeThings', parent }
    const actions = (kinds: readonly Kind[]) =>
      makePolicy(kinds).Statement.map(({ Sid, Action }) => [Sid, ...Action])
    expect(actions([child])).toEqual([
      ['ReadResources', 'ec2:DescribeThings'],
      ['FollowParents', 'ec2:DescribeVpcs'],
      ['ListRegions', 'ec2:DescribeRegions'],
    ])
    expect(actions([child, vpcs])).toEqual([
      ['ReadResources', 'ec2:DescribeThings', 'ec2:DescribeVpcs'],
      ['ListRegions', 'ec2:DescribeRegions'],
    ])
  })

  test('says nothing twice, not for two reasons either', () => {
    const all = selectKinds(['all'])
    const regions = all.slice(0, 1).map((kind) => ({ ...kind, operation: 'DescribeRegions' }))
    const actions = makePolicy([...all, ...regions, ...all]).Statement.flatMap(({ Action }) => Action)
    expect(actions).toContain('ec2:DescribeRegions')
    expect(new Set(actions).size).toBe(actions.length)
  })

  test('says when IAM does not take it: 6,144 characters are taken, white space aside, and one more is not', () => {
    const [kind] = listKinds()
    if (!kind) throw new Error('there is a kind')
    const makeLong = (length: number) => {
      const empty = makePolicy([{ ...kind, operation: '' }])
      const rest = length - JSON.stringify(empty).length
      return makePolicy([{ ...kind, operation: 'D'.repeat(rest) }])
    }
    expect(formatPolicy(makeLong(6144)).replace(/\s/g, '')).toHaveLength(6144)
    expect(describeTooLong(makeLong(6144))).toBeNull()
    expect(describeTooLong(makeLong(6145))).toMatch(
      /^The policy has 6,145 characters without white space.* 6,144 .*\n {2}-> .*ec2:Describe\*/,
    )
  })
})
