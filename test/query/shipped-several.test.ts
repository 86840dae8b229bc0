import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/model.ts'
import { askDocument } from './ask-document.ts'

const group = (GroupId: string, more: JsonObject = {}) => ({ GroupId, GroupName: GroupId, ...more })
const snapshot = (SnapshotId: string, VolumeId: string) => ({ SnapshotId, VolumeId, StartTime: '2026-01-01' })
const vpc = (VpcId: string, CidrBlock: string, more: JsonObject = {}) => ({
  VpcId,
  CidrBlock,
  IsDefault: false,
  CidrBlockAssociationSet: [{ CidrBlock }],
  ...more,
})

/** The document, the column that is another in each row, and its values in the order in which a person would want them. */
const questions: readonly (readonly [
  query: string,
  document: JsonObject,
  column: string,
  wanted: readonly string[],
])[] = [
  [
    'unused-security-groups',
    {
      SecurityGroups: [
        group('sg-free'),
        group('sg-only-itself'),
        group('sg-default', { GroupName: 'default' }),
        group('sg-of-interface'),
        group('sg-of-rule'),
        group('sg-of-template'),
        group('sg-of-template-interface'),
        group('sg-by-name', { GroupName: 'named' }),
        group('sg-of-request'),
        group('sg-of-closed-request'),
        group('sg-of-fleet'),
        group('sg-of-cancelled-fleet'),
        group('sg-of-vpn-endpoint'),
      ],
      NetworkInterfaces: [{ Groups: [{ GroupId: 'sg-of-interface' }] }, { Groups: [] }, {}],
      SecurityGroupRules: [
        { GroupId: 'sg-of-interface', ReferencedGroupInfo: { GroupId: 'sg-of-rule' } },
        { GroupId: 'sg-only-itself', ReferencedGroupInfo: { GroupId: 'sg-only-itself' } },
        { GroupId: 'sg-free', CidrIpv4: '0.0.0.0/0' },
      ],
      LaunchTemplateVersions: [
        { LaunchTemplateData: { SecurityGroupIds: ['sg-of-template'] } },
        { LaunchTemplateData: { NetworkInterfaces: [{ Groups: ['sg-of-template-interface'] }] } },
        { LaunchTemplateData: { SecurityGroups: ['named'] } },
        { LaunchTemplateData: {} },
      ],
      SpotInstanceRequests: [
        { State: 'open', LaunchSpecification: { SecurityGroups: [{ GroupId: 'sg-of-request' }] } },
        { State: 'closed', LaunchSpecification: { SecurityGroups: [{ GroupId: 'sg-of-closed-request' }] } },
        { State: 'open' },
      ],
      SpotFleetRequestConfigs: [
        {
          SpotFleetRequestState: 'active',
          SpotFleetRequestConfig: {
            LaunchSpecifications: [{ SecurityGroups: [{ GroupId: 'sg-of-fleet' }] }],
          },
        },
        {
          SpotFleetRequestState: 'cancelled',
          SpotFleetRequestConfig: {
            LaunchSpecifications: [{ SecurityGroups: [{ GroupId: 'sg-of-cancelled-fleet' }] }],
          },
        },
        { SpotFleetRequestState: 'active', SpotFleetRequestConfig: {} },
      ],
      ClientVpnEndpoints: [{ SecurityGroupIds: ['sg-of-vpn-endpoint'] }, {}],
    },
    'GroupId',
    ['sg-free', 'sg-of-cancelled-fleet', 'sg-of-closed-request', 'sg-only-itself'],
  ],
  [
    'snapshots-without-volume',
    {
      Snapshots: [
        snapshot('snap-free', 'vol-gone'),
        snapshot('snap-copy', 'vol-ffffffff'),
        snapshot('snap-of-volume', 'vol-1'),
        snapshot('snap-of-image', 'vol-gone'),
      ],
      Volumes: [{ VolumeId: 'vol-1' }],
      Images: [
        { BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-of-image' } }, { VirtualName: 'ephemeral0' }] },
      ],
    },
    'SnapshotId',
    ['snap-free'],
  ],
  [
    'old-images-in-use',
    {
      Images: [
        { ImageId: 'ami-newer', CreationDate: '2021-01-01T00:00:00.000Z' },
        { ImageId: 'ami-older', CreationDate: '2020-01-01T00:00:00.000Z' },
        { ImageId: 'ami-young', CreationDate: '2999-01-01T00:00:00.000Z' },
        { ImageId: 'ami-unused', CreationDate: '2020-01-01T00:00:00.000Z' },
        { ImageId: 'ami-of-terminated', CreationDate: '2020-01-01T00:00:00.000Z' },
      ],
      Reservations: [
        {
          Instances: [
            { ImageId: 'ami-older', State: { Name: 'stopped' } },
            { ImageId: 'ami-young', State: { Name: 'running' } },
          ],
        },
        {
          Instances: [
            { ImageId: 'ami-newer', State: { Name: 'running' } },
            { ImageId: 'ami-of-terminated', State: { Name: 'terminated' } },
          ],
        },
      ],
    },
    'ImageId',
    ['ami-older', 'ami-newer'],
  ],
  [
    'public-addresses',
    {
      NetworkInterfaces: [
        {
          NetworkInterfaceId: 'eni-elb',
          Description: 'ELB app/web/1',
          PrivateIpAddresses: [
            { Association: { PublicIp: '203.0.113.1' } },
            { PrivateIpAddress: '10.0.0.9' },
          ],
        },
        {
          NetworkInterfaceId: 'eni-two',
          Attachment: { InstanceId: 'i-1' },
          PrivateIpAddresses: [
            { Association: { PublicIp: '203.0.113.2' } },
            { Association: { PublicIp: '203.0.113.3' } },
          ],
        },
        {
          NetworkInterfaceId: 'eni-six',
          PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.8' }],
          Ipv6Addresses: [{ Ipv6Address: '2001:db8::1' }],
        },
        { NetworkInterfaceId: 'eni-private', PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.7' }] },
        {
          NetworkInterfaceId: 'eni-nat',
          Description: 'Interface for NAT Gateway nat-zonal',
          PrivateIpAddresses: [{ Association: { PublicIp: '203.0.113.5' } }],
        },
      ],
      NatGateways: [
        { NatGatewayId: 'nat-zonal', State: 'available', NatGatewayAddresses: [{ PublicIp: '203.0.113.5' }] },
        {
          NatGatewayId: 'nat-regional',
          State: 'available',
          NatGatewayAddresses: [{ PublicIp: '203.0.113.6' }],
        },
        { NatGatewayId: 'nat-deleted', State: 'deleted', NatGatewayAddresses: [{ PublicIp: '203.0.113.7' }] },
      ],
      Addresses: [
        { AllocationId: 'eipalloc-used', PublicIp: '203.0.113.2', AssociationId: 'eipassoc-1' },
        { AllocationId: 'eipalloc-nat', PublicIp: '203.0.113.6', AssociationId: 'eipassoc-2' },
        { AllocationId: 'eipalloc-free', PublicIp: '203.0.113.8' },
        // Its interface is in an account that was not read.
        { PublicIp: '203.0.113.9', AssociationId: 'eipassoc-3', NetworkInterfaceId: 'eni-elsewhere' },
      ],
    },
    'Owner',
    [
      'ELB app/web/1',
      'i-1',
      'Interface for NAT Gateway nat-zonal',
      'nat-regional',
      'nothing',
      'eni-elsewhere',
      'eni-six',
    ],
  ],
  [
    'overlapping-vpcs',
    {
      Vpcs: [
        vpc('vpc-wide', '10.0.0.0/8'),
        vpc('vpc-inside', '10.7.0.0/16'),
        vpc('vpc-apart', '192.168.0.0/24'),
        vpc('vpc-second', '172.16.0.0/24', {
          CidrBlockAssociationSet: [{ CidrBlock: '172.16.0.0/24' }, { CidrBlock: '10.8.0.0/24' }],
        }),
        vpc('vpc-default', '172.31.0.0/16', { IsDefault: true }),
        vpc('vpc-default-too', '172.31.0.0/16', { IsDefault: true }),
      ],
    },
    'VpcId',
    ['vpc-wide', 'vpc-inside', 'vpc-second'],
  ],
  [
    'default-vpcs-in-use',
    {
      Vpcs: [
        vpc('vpc-used', '172.31.0.0/16', { IsDefault: true }),
        vpc('vpc-idle', '172.31.0.0/16', { IsDefault: true }),
        vpc('vpc-own', '10.0.0.0/16'),
      ],
      NetworkInterfaces: [{ VpcId: 'vpc-used' }, { VpcId: 'vpc-own' }],
    },
    'VpcId',
    ['vpc-used'],
  ],
  [
    'vpcs-without-flow-logs',
    {
      Vpcs: [
        vpc('vpc-logged', '10.0.0.0/16'),
        vpc('vpc-unlogged', '10.1.0.0/16'),
        vpc('vpc-default-idle', '172.31.0.0/16', { IsDefault: true }),
        vpc('vpc-default-used', '172.31.0.0/16', { IsDefault: true }),
      ],
      FlowLogs: [
        { ResourceId: 'vpc-logged', FlowLogStatus: 'ACTIVE' },
        { ResourceId: 'subnet-1', FlowLogStatus: 'ACTIVE' },
      ],
      NetworkInterfaces: [{ VpcId: 'vpc-default-used' }],
    },
    'VpcId',
    ['vpc-unlogged', 'vpc-default-used'],
  ],
]

describe('a saved query over several kinds lists what its title says', () => {
  test.each(questions)('%s', async (query, document, column, wanted) => {
    const rows = await askDocument(query, document)
    expect(rows.map((row) => row[column])).toEqual(wanted)
  })
})
