import type { Kind } from '../model.ts'
import { nameTag, numberColumn, textColumn, timeColumn } from './column.ts'

export const volumes: Kind = {
  name: 'volumes',
  title: 'Volumes',
  area: 'storage',
  operation: 'DescribeVolumes',
  input: {},
  list: 'Volumes',
  nested: null,
  id: 'VolumeId',
  pageSize: { min: 5, max: 500 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('VolumeId', { label: 'VOLUME' }),
    textColumn('State'),
    textColumn('VolumeType', { label: 'TYPE' }),
    numberColumn('Size', { label: 'GIB' }),
    numberColumn('Iops'),
    textColumn('Encrypted', { from: 'to_string(Encrypted)' }),
    textColumn('InstanceId', { from: 'Attachments[0].InstanceId', label: 'INSTANCE' }),
    timeColumn('CreateTime', { label: 'AGE' }),
    textColumn('AvailabilityZone', { label: 'ZONE' }),
    textColumn('SnapshotId', { label: 'SNAPSHOT' }),
  ],
  table: [
    'Name',
    'VolumeId',
    'State',
    'VolumeType',
    'Size',
    'AccountName',
    'Region',
    'InstanceId',
    'Encrypted',
    'CreateTime',
  ],
  spare: ['Encrypted', 'Iops', 'Profile', 'Region'],
  // EC2 API reference, Volume.
  state: {
    column: 'State',
    meanings: {
      creating: 'changing',
      available: 'unused',
      'in-use': 'active',
      deleting: 'changing',
      deleted: 'ended',
      error: 'ended',
    },
  },
}
