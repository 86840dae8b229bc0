import type { Kind } from '../model.ts'
import { nameColumn, nameTag, numberColumn, textColumn, timeColumn } from './column.ts'

export const snapshots: Kind = {
  name: 'snapshots',
  title: 'Own snapshots',
  area: 'storage',
  operation: 'DescribeSnapshots',
  // Without it EC2 lists the public snapshots of everybody as well.
  input: { OwnerIds: ['self'] },
  list: 'Snapshots',
  nested: null,
  id: 'SnapshotId',
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('SnapshotId', { label: 'SNAPSHOT' }),
    textColumn('State'),
    textColumn('VolumeId', { label: 'VOLUME' }),
    numberColumn('VolumeSize', { label: 'GIB' }),
    numberColumn('FullSnapshotSizeInBytes', { label: 'BYTES' }),
    textColumn('StorageTier', { label: 'TIER' }),
    textColumn('Encrypted', { from: 'to_string(Encrypted)' }),
    textColumn('Progress'),
    timeColumn('StartTime', { label: 'AGE' }),
    nameColumn('Description', { least: 15 }),
    textColumn('OwnerId', { label: 'OWNER' }),
  ],
  table: [
    'Name',
    'SnapshotId',
    'State',
    'VolumeId',
    'VolumeSize',
    'StorageTier',
    'AccountName',
    'Region',
    'Encrypted',
    'StartTime',
    'Description',
  ],
  spare: ['Description', 'Encrypted', 'StorageTier', 'Profile', 'Region'],
  // EC2 API reference, Snapshot.
  state: {
    column: 'State',
    meanings: {
      pending: 'changing',
      completed: 'active',
      error: 'ended',
      recoverable: 'inactive',
      recovering: 'changing',
    },
  },
}
