import type { Kind } from '../model.ts'
import { addressColumn, nameTag, numberColumn, textColumn } from './column.ts'

export const subnets: Kind = {
  name: 'subnets',
  title: 'Subnets',
  area: 'network',
  operation: 'DescribeSubnets',
  input: {},
  list: 'Subnets',
  nested: null,
  id: 'SubnetId',
  ranges: ['CidrBlock', 'Ipv6CidrBlockAssociationSet[].Ipv6CidrBlock'],
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('SubnetId', { label: 'SUBNET' }),
    textColumn('State'),
    textColumn('VpcId', { label: 'VPC' }),
    addressColumn('CidrBlock', { label: 'RANGE' }),
    addressColumn('Ipv6CidrBlock', {
      from: 'Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock',
      label: 'IPV6 RANGE',
    }),
    numberColumn('AvailableIpAddressCount', { label: 'FREE' }),
    textColumn('AvailabilityZone', { label: 'ZONE' }),
    textColumn('AvailabilityZoneId', { label: 'ZONE ID' }),
    textColumn('MapPublicIpOnLaunch', { from: 'to_string(MapPublicIpOnLaunch)', label: 'PUBLIC IP' }),
    textColumn('DefaultForAz', { from: 'to_string(DefaultForAz)', label: 'DEFAULT' }),
    textColumn('OwnerId', { label: 'OWNER' }),
  ],
  table: [
    'Name',
    'SubnetId',
    'VpcId',
    'CidrBlock',
    'AvailableIpAddressCount',
    'AvailabilityZone',
    'MapPublicIpOnLaunch',
    'AccountName',
    'Region',
  ],
  spare: ['MapPublicIpOnLaunch', 'VpcId', 'Profile', 'Region'],
  // EC2 API reference, Subnet.
  state: {
    column: 'State',
    meanings: {
      pending: 'changing',
      available: 'active',
      unavailable: 'ended',
      failed: 'ended',
      'failed-insufficient-capacity': 'ended',
    },
  },
}
