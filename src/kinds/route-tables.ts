import type { Kind } from '../model.ts'
import { nameTag, numberColumn, textColumn } from './column.ts'

export const routeTables: Kind = {
  name: 'route-tables',
  title: 'Route tables',
  area: 'network',
  operation: 'DescribeRouteTables',
  input: {},
  list: 'RouteTables',
  nested: null,
  id: 'RouteTableId',
  pageSize: { min: 5, max: 100 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('RouteTableId', { label: 'ROUTE TABLE' }),
    textColumn('VpcId', { label: 'VPC' }),
    textColumn('Main', { from: "Associations[?Main] && 'true' || 'false'" }),
    numberColumn('SubnetCount', { from: 'length(Associations[?SubnetId] || `[]`)', label: 'SUBNETS' }),
    numberColumn('RouteCount', { from: 'length(Routes || `[]`)', label: 'ROUTES' }),
    numberColumn('BlackholeCount', {
      from: "length(Routes[?State=='blackhole'] || `[]`)",
      label: 'BLACKHOLES',
    }),
    textColumn('DefaultTarget', {
      from: "Routes[?DestinationCidrBlock=='0.0.0.0/0'] | [0] | not_null(GatewayId, NatGatewayId, TransitGatewayId, VpcPeeringConnectionId, NetworkInterfaceId, LocalGatewayId, CarrierGatewayId, CoreNetworkArn)",
      label: 'DEFAULT ROUTE',
    }),
    textColumn('OwnerId', { label: 'OWNER' }),
  ],
  table: [
    'Name',
    'RouteTableId',
    'VpcId',
    'Main',
    'SubnetCount',
    'RouteCount',
    'BlackholeCount',
    'DefaultTarget',
    'AccountName',
    'Region',
  ],
  spare: ['RouteCount', 'BlackholeCount', 'VpcId', 'Profile', 'Region'],
  state: null,
}
