import type { Kind } from '../model.ts'
import { nameColumn, nameTag, numberColumn, textColumn } from './column.ts'

export const placementGroups: Kind = {
  name: 'placement-groups',
  title: 'Placement groups',
  area: 'compute',
  operation: 'DescribePlacementGroups',
  input: {},
  list: 'PlacementGroups',
  nested: null,
  id: 'GroupId',
  pageSize: null,
  edition: 1,
  columns: [
    // The group's own name, by which instances name it.
    nameColumn('GroupName', { label: 'NAME', least: 15 }),
    textColumn('GroupId', { label: 'GROUP' }),
    nameColumn('NameTag', { from: nameTag.expression, label: 'NAME TAG', least: 15 }),
    textColumn('State'),
    textColumn('Strategy'),
    numberColumn('PartitionCount', { label: 'PARTITIONS' }),
    textColumn('SpreadLevel', { label: 'SPREAD OVER' }),
    textColumn('GroupArn', { label: 'ARN' }),
    textColumn('ManagedBy', { from: 'Operator.Principal', label: 'MANAGED BY' }),
  ],
  table: [
    'GroupName',
    'GroupId',
    'State',
    'Strategy',
    'PartitionCount',
    'SpreadLevel',
    'AccountName',
    'Region',
  ],
  spare: ['SpreadLevel', 'PartitionCount', 'Profile', 'Region'],
  // EC2 API reference, PlacementGroup.
  state: {
    column: 'State',
    meanings: {
      pending: 'changing',
      available: 'active',
      deleting: 'changing',
      deleted: 'ended',
    },
  },
}
