import type { Kind } from '../model.ts'
import { addressColumn, nameColumn, nameTag, textColumn, timeColumn } from './column.ts'

export const networkInterfaces: Kind = {
  name: 'network-interfaces',
  title: 'Network interfaces',
  area: 'network',
  operation: 'DescribeNetworkInterfaces',
  input: {},
  list: 'NetworkInterfaces',
  nested: null,
  id: 'NetworkInterfaceId',
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    // DescribeNetworkInterfaces alone calls the tags TagSet.
    { ...nameTag, expression: "TagSet[?Key=='Name'].Value | [0]" },
    textColumn('NetworkInterfaceId', { label: 'INTERFACE' }),
    textColumn('Status'),
    textColumn('InterfaceType', { label: 'TYPE' }),
    nameColumn('Description', { least: 15 }),
    addressColumn('PrivateIpAddress', { label: 'PRIVATE IP' }),
    addressColumn('PublicIp', { from: 'Association.PublicIp', label: 'PUBLIC IP' }),
    addressColumn('Ipv6Address', { from: 'Ipv6Addresses[0].Ipv6Address', label: 'IPV6' }),
    textColumn('InstanceId', { from: 'Attachment.InstanceId', label: 'INSTANCE' }),
    textColumn('GroupIds', { from: "join(' ', Groups[].GroupId || `[]`)", label: 'GROUPS' }),
    textColumn('VpcId', { label: 'VPC' }),
    textColumn('SubnetId', { label: 'SUBNET' }),
    textColumn('AvailabilityZone', { label: 'ZONE' }),
    textColumn('RequesterManaged', { from: 'to_string(RequesterManaged)', label: 'AWS MANAGED' }),
    textColumn('RequesterId', { label: 'REQUESTER' }),
    timeColumn('AttachTime', { from: 'Attachment.AttachTime', label: 'ATTACHED' }),
    textColumn('OwnerId', { label: 'OWNER' }),
  ],
  table: [
    'NetworkInterfaceId',
    'Status',
    'InterfaceType',
    'PrivateIpAddress',
    'PublicIp',
    'InstanceId',
    'AccountName',
    'Region',
    'Description',
  ],
  spare: ['Description', 'InterfaceType', 'Profile', 'Region'],
  // EC2 API reference, NetworkInterface.
  state: {
    column: 'Status',
    meanings: {
      available: 'unused',
      associated: 'active',
      attaching: 'changing',
      'in-use': 'active',
      detaching: 'changing',
      pending: 'changing',
    },
  },
}
