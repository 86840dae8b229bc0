import type { Kind } from '../model.ts'
import { nameColumn, nameTag, numberColumn, textColumn } from './column.ts'

export const securityGroups: Kind = {
  name: 'security-groups',
  title: 'Security groups',
  area: 'network',
  operation: 'DescribeSecurityGroups',
  input: {},
  list: 'SecurityGroups',
  nested: null,
  id: 'GroupId',
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('GroupId', { label: 'GROUP' }),
    nameColumn('GroupName', { label: 'GROUP NAME', least: 15 }),
    nameColumn('Description', { least: 15 }),
    textColumn('VpcId', { label: 'VPC' }),
    numberColumn('InboundPermissions', { from: 'length(IpPermissions || `[]`)', label: 'IN' }),
    numberColumn('OutboundPermissions', { from: 'length(IpPermissionsEgress || `[]`)', label: 'OUT' }),
    textColumn('OwnerId', { label: 'OWNER' }),
  ],
  table: [
    'GroupName',
    'GroupId',
    'VpcId',
    'InboundPermissions',
    'OutboundPermissions',
    'AccountName',
    'Region',
    'Description',
  ],
  spare: ['Description', 'OutboundPermissions', 'Profile', 'Region'],
  state: null,
}
