import type { Kind } from '../model.ts'
import { addressColumn, nameTag, textColumn, timeColumn } from './column.ts'

export const natGateways: Kind = {
  name: 'nat-gateways',
  title: 'NAT gateways',
  area: 'network',
  operation: 'DescribeNatGateways',
  input: {},
  list: 'NatGateways',
  nested: null,
  id: 'NatGatewayId',
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('NatGatewayId', { label: 'NAT GATEWAY' }),
    textColumn('State'),
    textColumn('ConnectivityType', { label: 'TYPE' }),
    addressColumn('PublicIp', { from: 'NatGatewayAddresses[0].PublicIp', label: 'PUBLIC IP' }),
    addressColumn('PrivateIp', { from: 'NatGatewayAddresses[0].PrivateIp', label: 'PRIVATE IP' }),
    textColumn('NetworkInterfaceId', {
      from: 'NatGatewayAddresses[0].NetworkInterfaceId',
      label: 'INTERFACE',
    }),
    textColumn('VpcId', { label: 'VPC' }),
    textColumn('SubnetId', { label: 'SUBNET' }),
    textColumn('FailureCode', { label: 'FAILURE' }),
    timeColumn('CreateTime', { label: 'AGE' }),
  ],
  table: [
    'Name',
    'NatGatewayId',
    'State',
    'PublicIp',
    'VpcId',
    'SubnetId',
    'AccountName',
    'Region',
    'CreateTime',
  ],
  spare: ['SubnetId', 'VpcId', 'Profile', 'Region'],
  // EC2 API reference, NatGateway.
  state: {
    column: 'State',
    meanings: {
      pending: 'changing',
      available: 'active',
      deleting: 'changing',
      deleted: 'ended',
      failed: 'ended',
    },
  },
}
