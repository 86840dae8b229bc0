import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/model.ts'
import { launch, program } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const terminated = { State: { Name: 'terminated' } }
const stopped = { State: { Name: 'stopped' } }
const interfaces = (address: JsonObject, ipv6: readonly string[] = []) => ({
  NetworkInterfaces: [
    { PrivateIpAddresses: [address], Ipv6Addresses: ipv6.map((Ipv6Address) => ({ Ipv6Address })) },
  ],
})
const v1 = (more: JsonObject = {}) => ({ MetadataOptions: { HttpTokens: 'optional', ...more } })
const named = { Tags: [{ Key: 'Name', Value: 'web' }] }

/** Instances that a person would want in the list, in its order, and then those that do not belong in it. */
const lists: readonly (readonly [
  query: string,
  wanted: readonly JsonObject[],
  others: readonly JsonObject[],
])[] = [
  [
    'stopped-longest',
    [
      { ...stopped, StateTransitionReason: 'User initiated (2024-01-02 03:04:05 GMT)' },
      { ...stopped, StateTransitionReason: 'User initiated (2025-01-02 03:04:05 GMT)' },
      { ...stopped, StateTransitionReason: '' },
      { ...stopped, StateTransitionReason: 'Server.SpotInstanceShutdown' },
      stopped,
    ],
    [terminated, { State: { Name: 'running' } }],
  ],
  [
    'stopped-longer-than',
    [
      { ...stopped, StateTransitionReason: 'User initiated (2024-01-02 03:04:05 GMT)' },
      { ...stopped, StateTransitionReason: '' },
    ],
    [terminated, { ...stopped, StateTransitionReason: 'User initiated (2999-01-02 03:04:05 GMT)' }],
  ],
  [
    'imdsv1',
    [v1(), v1({ HttpEndpoint: 'enabled' })],
    [
      v1({ HttpEndpoint: 'disabled' }),
      { ...v1(), ...terminated },
      { MetadataOptions: { HttpTokens: 'required' } },
    ],
  ],
  [
    'public-ips',
    [
      { PublicIpAddress: '203.0.113.9' },
      interfaces({ Association: { PublicIp: '203.0.113.10' } }),
      interfaces({ PrivateIpAddress: '10.0.0.1' }, ['2001:db8::1']),
    ],
    [interfaces({ PrivateIpAddress: '10.0.0.2' }), { PublicIpAddress: '203.0.113.11', ...terminated }],
  ],
  ['no-name', [{ Tags: [] }, {}, { Tags: [{ Key: 'Name', Value: '' }] }], [named, terminated]],
  ['no-owner', [named, {}], [terminated, { Tags: [{ Key: 'Owner', Value: '' }] }]],
  [
    'oldest',
    [{ LaunchTime: '2020-01-01T00:00:00+00:00' }, { LaunchTime: '2021-01-01T00:00:00+00:00' }],
    [{ LaunchTime: '2019-01-01T00:00:00+00:00', ...terminated }],
  ],
]

describe('a saved query that ships lists what its title says', () => {
  test.each(lists)('%s', async (query, wanted, others) => {
    const rows = await ask(query, [...others, ...wanted.toReversed()])
    const ids = wanted.map((_, index) => idOf(others.length + wanted.length - 1 - index))
    const found = rows.map(({ InstanceId }) => InstanceId)
    expect(found.toSorted()).toEqual(ids.toSorted())
    if (/^(stopped|oldest)/.test(query)) expect(found.slice(0, 1)).toEqual(ids.slice(0, 1))
    // Nothing without a time comes before one with a time.
    const times = rows.map(({ Stopped }) => Stopped ?? null)
    if (query.startsWith('stopped'))
      expect(times).toEqual([...times.filter(Boolean), ...times.filter((each) => !each)])
  })

  test('public-ips names every address of an instance', async () => {
    const [row] = await ask('public-ips', [
      {
        PublicIpAddress: '203.0.113.1',
        ...interfaces({ Association: { PublicIp: '203.0.113.2' } }, ['2001:db8::1']),
      },
    ])
    expect(row).toMatchObject({ PublicIpAddress: '203.0.113.1', AllAddresses: '203.0.113.2 2001:db8::1' })
  })

  test.each(['by-type', 'by-image', 'by-account'])('%s counts no terminated instance', async (query) => {
    const one = { InstanceType: 'm5.large', ImageId: 'ami-1', AccountName: 'prod' }
    expect(await ask(query, [one, one, { ...one, ...terminated }])).toMatchObject([{ Count: 2 }])
  })
})

async function ask(query: string, instances: readonly JsonObject[]): Promise<readonly JsonObject[]> {
  const home = temporaryFolder()
  const file = join(home, 'instances.json')
  const bodies = instances.map((each, index) => ({
    InstanceId: idOf(index),
    State: { Name: 'running' },
    ...each,
  }))
  writeFileSync(file, JSON.stringify({ Reservations: [{ Instances: bodies }] }))
  const env = { PATH: process.env.PATH ?? '', HOME: home }
  const { code, out, err } = await launch(
    process.execPath,
    [program, 'query', query, '--input', file, '--output', 'json'],
    env,
  ).ended
  expect(code, err).toBe(0)
  return JSON.parse(out) as readonly JsonObject[]
}

function idOf(index: number): string {
  return `i-${index.toString(16).padStart(17, '0')}`
}
