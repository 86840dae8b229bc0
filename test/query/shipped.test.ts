import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/model.ts'
import { askDocument, expectOnlyWanted, type ListCase } from './ask-document.ts'

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

const rule = { GroupId: 'sg-1', IsEgress: false, IpProtocol: 'tcp', CidrIpv4: '0.0.0.0/0' }
const old = '2020-01-01T00:00:00+00:00'
const future = '2999-01-01T00:00:00+00:00'
const backup = { VolumeId: 'vol-1', State: 'completed', StartTime: old }
const healthy = { InstanceStatus: { Status: 'ok' }, SystemStatus: { Status: 'ok' }, Events: [] }
const addressed = { PrivateIpAddresses: [{ Association: { PublicIp: '203.0.113.1' } }] }

/** Documents of other kinds: the list, the id, what a person would want in the list, and what would lead that person astray. */
const ofKinds: readonly ListCase[] = [
  ['default-vpcs', 'Vpcs', 'VpcId', [{ IsDefault: true }], [{ IsDefault: false }]],
  [
    'full-subnets',
    'Subnets',
    'SubnetId',
    [{ AvailableIpAddressCount: 0 }, { AvailableIpAddressCount: 31, Ipv6Native: false }],
    [{ AvailableIpAddressCount: 32 }, { AvailableIpAddressCount: 0, Ipv6Native: true }],
  ],
  [
    'open-to-world',
    'SecurityGroupRules',
    'SecurityGroupRuleId',
    [
      { ...rule, FromPort: 22, ToPort: 22 },
      { ...rule, FromPort: 0, ToPort: 65_535 },
      { ...rule, FromPort: -1, ToPort: -1, IpProtocol: '-1' },
      { ...rule, FromPort: 3000, ToPort: 3400, CidrIpv4: null, CidrIpv6: '::/0' },
      { ...rule, FromPort: 2376, ToPort: 2376 },
      { ...rule, FromPort: 11_211, ToPort: 11_211, IpProtocol: 'udp' },
    ],
    [
      { ...rule, FromPort: 443, ToPort: 443 },
      { ...rule, FromPort: 22, ToPort: 22, IsEgress: true },
      { ...rule, FromPort: 22, ToPort: 22, CidrIpv4: '10.0.0.0/8' },
      { ...rule, FromPort: 22, ToPort: 22, IpProtocol: 'udp' },
      { ...rule, FromPort: 8, ToPort: 0, IpProtocol: 'icmp' },
    ],
  ],
  [
    'default-groups-with-rules',
    'SecurityGroups',
    'GroupId',
    [{ GroupName: 'default', IpPermissions: [], IpPermissionsEgress: [{ IpProtocol: '-1' }] }],
    [
      { GroupName: 'default', IpPermissions: [], IpPermissionsEgress: [] },
      { GroupName: 'web', IpPermissions: [], IpPermissionsEgress: [{ IpProtocol: '-1' }] },
    ],
  ],
  [
    'unattached-addresses',
    'Addresses',
    'AllocationId',
    [{ PublicIp: '192.0.2.1' }],
    [{ PublicIp: '192.0.2.2', AssociationId: 'eipassoc-1' }],
  ],
  [
    'unused-interfaces',
    'NetworkInterfaces',
    'NetworkInterfaceId',
    [{ Status: 'available', RequesterManaged: false }],
    [
      { Status: 'in-use', RequesterManaged: false },
      { Status: 'available', RequesterManaged: true },
      { Status: 'available', RequesterManaged: false, Operator: { Managed: true } },
    ],
  ],
  [
    'public-interfaces',
    'NetworkInterfaces',
    'NetworkInterfaceId',
    [addressed, { ...addressed, Association: { PublicIp: '203.0.113.2' } }],
    [{ PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.1' }] }],
  ],
  [
    'old-snapshots',
    'Snapshots',
    'SnapshotId',
    [backup, { ...backup, State: 'error' }],
    [
      { ...backup, StartTime: future },
      { ...backup, State: 'pending' },
      { ...backup, VolumeId: 'vol-ffffffff' },
    ],
  ],
  [
    'old-images',
    'Images',
    'ImageId',
    [{ CreationDate: '2020-01-01T00:00:00.000Z' }],
    [{ CreationDate: future }],
  ],
  ['public-images', 'Images', 'ImageId', [{ Public: true }], [{ Public: false }]],
  ['old-key-pairs', 'KeyPairs', 'KeyPairId', [{ CreateTime: old }], [{ CreateTime: future }, {}]],
  ['gp2-volumes', 'Volumes', 'VolumeId', [{ VolumeType: 'gp2', Size: 8 }], [{ VolumeType: 'gp3', Size: 8 }]],
  [
    'blackhole-routes',
    'RouteTables',
    'RouteTableId',
    [{ Routes: [{ State: 'active' }, { State: 'blackhole', DestinationCidrBlock: '10.9.0.0/16' }] }],
    [{ Routes: [{ State: 'active' }] }, { Routes: [] }],
  ],
  [
    'detached-gateways',
    'InternetGateways',
    'InternetGatewayId',
    [{ Attachments: [] }],
    [{ Attachments: [{ State: 'available', VpcId: 'vpc-1' }] }],
  ],
  [
    'nat-addresses',
    'NatGateways',
    'NatGatewayId',
    [{ State: 'available', NatGatewayAddresses: [{ PublicIp: '192.0.2.1' }] }],
    [
      { State: 'deleted', NatGatewayAddresses: [{ PublicIp: '192.0.2.1' }] },
      { State: 'available', NatGatewayAddresses: [{ PrivateIp: '10.0.0.1' }] },
    ],
  ],
  [
    'outdated-templates',
    'LaunchTemplates',
    'LaunchTemplateId',
    [{ DefaultVersionNumber: 1, LatestVersionNumber: 2 }],
    [{ DefaultVersionNumber: 2, LatestVersionNumber: 2 }],
  ],
  [
    'free-hosts',
    'Hosts',
    'HostId',
    [
      { State: 'available', AvailableCapacity: { AvailableVCpus: 94 }, Instances: [{ InstanceId: 'i-1' }] },
      { State: 'available', AvailableCapacity: { AvailableVCpus: 96 } },
    ],
    [
      { State: 'available', AvailableCapacity: { AvailableVCpus: 0 } },
      { State: 'released', AvailableCapacity: { AvailableVCpus: 96 } },
      { State: 'permanent-failure' },
    ],
  ],
  [
    'empty-hosts',
    'Hosts',
    'HostId',
    [{ State: 'available', Instances: [] }, { State: 'available' }],
    [
      { State: 'available', Instances: [{ InstanceId: 'i-1' }] },
      { State: 'released', Instances: [] },
    ],
  ],
  [
    'unused-capacity',
    'CapacityReservations',
    'CapacityReservationId',
    [{ State: 'active', AvailableInstanceCount: 2 }],
    [
      { State: 'active', AvailableInstanceCount: 0 },
      { State: 'expired', AvailableInstanceCount: 2 },
    ],
  ],
  [
    'expiring-reserved-instances',
    'ReservedInstances',
    'ReservedInstancesId',
    [
      { State: 'active', End: old },
      { State: 'active', End: new Date(Date.now() + 80 * 86_400_000).toISOString() },
    ],
    [
      { State: 'active', End: new Date(Date.now() + 100 * 86_400_000).toISOString() },
      { State: 'retired', End: old },
      { State: 'queued', End: old },
    ],
  ],
  [
    'open-spot-requests',
    'SpotInstanceRequests',
    'SpotInstanceRequestId',
    [{ State: 'open', Status: { Code: 'capacity-not-available' } }, { State: 'open' }],
    [
      { State: 'active', Status: { Code: 'fulfilled' } },
      { State: 'cancelled', Status: { Code: 'request-canceled-and-instance-running' } },
    ],
  ],
  [
    'interrupted-spot-requests',
    'SpotInstanceRequests',
    'SpotInstanceRequestId',
    [
      { State: 'closed', Status: { Code: 'instance-terminated-by-price' } },
      { State: 'open', Status: { Code: 'instance-stopped-no-capacity' } },
    ],
    [
      { State: 'closed', Status: { Code: 'instance-terminated-by-user' } },
      { State: 'closed', Status: { Code: 'instance-terminated-by-schedule' } },
      { State: 'active', Status: { Code: 'fulfilled' } },
      { State: 'open' },
    ],
  ],
  [
    'impaired-instances',
    'InstanceStatuses',
    'InstanceId',
    [
      { ...healthy, SystemStatus: { Status: 'impaired', Details: [{ ImpairedSince: old }] } },
      { ...healthy, InstanceStatus: { Status: 'impaired' } },
      { ...healthy, AttachedEbsStatus: { Status: 'impaired' } },
    ],
    [healthy, { ...healthy, InstanceStatus: { Status: 'initializing' } }, {}],
  ],
  [
    'scheduled-events',
    'InstanceStatuses',
    'InstanceId',
    [
      { ...healthy, Events: [{ Code: 'system-reboot', Description: 'A reboot', NotBefore: future }] },
      {
        ...healthy,
        Events: [{ Code: 'instance-stop', Description: '[Completed] It is' }, { Code: 'instance-stop' }],
      },
    ],
    [
      healthy,
      {
        ...healthy,
        Events: [{ Code: 'system-reboot', Description: '[Completed] A reboot', NotBefore: old }],
      },
      { ...healthy, Events: [{ Code: 'system-reboot', Description: '[Canceled] A reboot', NotBefore: old }] },
    ],
  ],
]

describe('a saved query that ships lists what its title says, of other kinds than the usual one', () => {
  test.each(ofKinds)('%s', expectOnlyWanted)
})

async function ask(query: string, instances: readonly JsonObject[]): Promise<readonly JsonObject[]> {
  const bodies = instances.map((each, index) => ({
    InstanceId: idOf(index),
    State: { Name: 'running' },
    ...each,
  }))
  return askDocument(query, { Reservations: [{ Instances: bodies }] })
}

function idOf(index: number): string {
  return `i-${index.toString(16).padStart(17, '0')}`
}
