import type { Kind } from '../model.ts'
import { addressColumn, nameTag, textColumn } from './column.ts'

export const vpcs: Kind = {
  name: 'vpcs',
  title: 'VPCs',
  area: 'network',
  operation: 'DescribeVpcs',
  input: {},
  list: 'Vpcs',
  nested: null,
  id: 'VpcId',
  ranges: ['CidrBlock', 'CidrBlockAssociationSet[].CidrBlock', 'Ipv6CidrBlockAssociationSet[].Ipv6CidrBlock'],
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('VpcId', { label: 'VPC' }),
    textColumn('State'),
    addressColumn('CidrBlock', { label: 'RANGE' }),
    textColumn('AllCidrBlocks', {
      from: "join(' ', CidrBlockAssociationSet[?CidrBlockState.State=='associated'].CidrBlock || `[]`)",
      label: 'ALL RANGES',
    }),
    addressColumn('Ipv6CidrBlock', {
      from: 'Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock',
      label: 'IPV6 RANGE',
    }),
    textColumn('IsDefault', { from: 'to_string(IsDefault)', label: 'DEFAULT' }),
    textColumn('InstanceTenancy', { label: 'TENANCY' }),
    textColumn('DhcpOptionsId', { label: 'DHCP OPTIONS' }),
    textColumn('OwnerId', { label: 'OWNER' }),
  ],
  table: ['Name', 'VpcId', 'State', 'CidrBlock', 'Ipv6CidrBlock', 'IsDefault', 'AccountName', 'Region'],
  spare: ['Ipv6CidrBlock', 'State', 'Profile', 'Region'],
  // EC2 API reference, Vpc.
  state: { column: 'State', meanings: { pending: 'changing', available: 'active' } },
}
