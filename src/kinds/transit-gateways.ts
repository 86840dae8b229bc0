import type { Kind } from '../model.ts'
import { nameColumn, nameTag, numberColumn, textColumn, timeColumn } from './column.ts'

export const transitGateways: Kind = {
  name: 'transit-gateways',
  title: 'Transit gateways',
  area: 'network',
  operation: 'DescribeTransitGateways',
  input: {},
  list: 'TransitGateways',
  nested: null,
  id: 'TransitGatewayId',
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('TransitGatewayId', { label: 'TRANSIT GATEWAY' }),
    textColumn('State'),
    nameColumn('Description', { least: 15 }),
    numberColumn('AmazonSideAsn', { from: 'Options.AmazonSideAsn', label: 'ASN' }),
    textColumn('AutoAccept', { from: 'Options.AutoAcceptSharedAttachments', label: 'AUTO ACCEPT' }),
    textColumn('DefaultAssociation', {
      from: 'Options.DefaultRouteTableAssociation',
      label: 'DEFAULT ASSOCIATION',
    }),
    textColumn('DefaultPropagation', {
      from: 'Options.DefaultRouteTablePropagation',
      label: 'DEFAULT PROPAGATION',
    }),
    textColumn('DefaultRouteTableId', {
      from: 'Options.AssociationDefaultRouteTableId',
      label: 'DEFAULT ROUTE TABLE',
    }),
    textColumn('CidrBlocks', {
      from: "join(' ', Options.TransitGatewayCidrBlocks || `[]`)",
      label: 'RANGES',
    }),
    textColumn('OwnerId', { label: 'OWNER' }),
    timeColumn('CreationTime', { label: 'AGE' }),
  ],
  table: [
    'Name',
    'TransitGatewayId',
    'State',
    'AmazonSideAsn',
    'AutoAccept',
    'OwnerId',
    'AccountName',
    'Region',
    'CreationTime',
    'Description',
  ],
  spare: ['Description', 'AutoAccept', 'AmazonSideAsn', 'Profile', 'Region'],
  // EC2 API reference, TransitGateway.
  state: {
    column: 'State',
    meanings: {
      pending: 'changing',
      available: 'active',
      modifying: 'changing',
      deleting: 'changing',
      deleted: 'ended',
    },
  },
}
