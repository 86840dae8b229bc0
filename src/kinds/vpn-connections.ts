import type { Kind } from '../model.ts'
import { nameTag, numberColumn, textColumn, timeColumn } from './column.ts'

export const vpnConnections: Kind = {
  name: 'vpn-connections',
  title: 'VPN connections',
  area: 'network',
  operation: 'DescribeVpnConnections',
  input: {},
  list: 'VpnConnections',
  nested: null,
  id: 'VpnConnectionId',
  pageSize: null,
  edition: 1,
  columns: [
    nameTag,
    textColumn('VpnConnectionId', { label: 'VPN' }),
    textColumn('State'),
    numberColumn('TunnelsUp', { from: "length(VgwTelemetry[?Status=='UP'] || `[]`)", label: 'UP' }),
    numberColumn('TunnelsDown', { from: "length(VgwTelemetry[?Status=='DOWN'] || `[]`)", label: 'DOWN' }),
    textColumn('CustomerGatewayId', { label: 'CUSTOMER GATEWAY' }),
    textColumn('AwsGateway', {
      from: 'not_null(TransitGatewayId, VpnGatewayId, CoreNetworkArn, VpnConcentratorId)',
      label: 'AWS GATEWAY',
    }),
    textColumn('OutsideIpAddresses', {
      from: "join(' ', VgwTelemetry[].OutsideIpAddress || `[]`)",
      label: 'ADDRESSES',
    }),
    textColumn('StaticRoutesOnly', { from: 'to_string(Options.StaticRoutesOnly)', label: 'STATIC ROUTES' }),
    numberColumn('AcceptedRouteCount', {
      from: 'sum(VgwTelemetry[].AcceptedRouteCount || `[]`)',
      label: 'ROUTES',
    }),
    timeColumn('LastStatusChange', {
      from: 'max(VgwTelemetry[].LastStatusChange || `[]`)',
      label: 'CHANGED',
    }),
    textColumn('Category'),
    textColumn('Type'),
  ],
  table: [
    'Name',
    'VpnConnectionId',
    'State',
    'TunnelsUp',
    'TunnelsDown',
    'CustomerGatewayId',
    'AwsGateway',
    'AccountName',
    'Region',
    'LastStatusChange',
  ],
  spare: ['LastStatusChange', 'AwsGateway', 'Profile', 'Region'],
  // EC2 API reference, VpnConnection. A connection is available also if its tunnels are down.
  state: {
    column: 'State',
    meanings: { pending: 'changing', available: 'active', deleting: 'changing', deleted: 'ended' },
  },
}
