import type { Kind } from '../model.ts'
import { nameTag, number, text, time } from './column.ts'

export const volumes: Kind = {
  name: 'volumes',
  title: 'Volumes',
  operation: 'DescribeVolumes',
  input: {},
  list: 'Volumes',
  nested: null,
  id: 'VolumeId',
  pageSize: { min: 5, max: 500 },
  edition: 1,
  columns: [
    nameTag,
    text('VolumeId', { label: 'VOLUME' }),
    text('State'),
    text('VolumeType', { label: 'TYPE' }),
    number('Size', { label: 'GIB' }),
    number('Iops'),
    text('Encrypted', { from: 'to_string(Encrypted)' }),
    text('InstanceId', { from: 'Attachments[0].InstanceId', label: 'INSTANCE' }),
    time('CreateTime', { label: 'AGE' }),
    text('AvailabilityZone', { label: 'ZONE' }),
    text('SnapshotId', { label: 'SNAPSHOT' }),
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
