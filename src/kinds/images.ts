import type { Kind } from '../model.ts'
import { nameColumn, nameTag, numberColumn, textColumn, timeColumn } from './column.ts'

export const images: Kind = {
  name: 'images',
  title: 'Own images',
  area: 'compute',
  operation: 'DescribeImages',
  // Without an owner EC2 lists the public images of everybody, and without the second it leaves disabled ones out.
  input: { Owners: ['self'], IncludeDisabled: true },
  list: 'Images',
  nested: null,
  id: 'ImageId',
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    // The image's own name: people rarely tag images.
    nameColumn('Name', { least: 15 }),
    nameColumn('NameTag', { from: nameTag.expression, label: 'NAME TAG', least: 15 }),
    textColumn('ImageId', { label: 'IMAGE' }),
    textColumn('State'),
    textColumn('Architecture', { label: 'ARCH' }),
    textColumn('PlatformDetails', { label: 'PLATFORM' }),
    textColumn('Public', { from: 'to_string(Public)' }),
    numberColumn('RootVolumeSize', { from: 'BlockDeviceMappings[0].Ebs.VolumeSize', label: 'GIB' }),
    textColumn('SnapshotId', { from: 'BlockDeviceMappings[0].Ebs.SnapshotId', label: 'SNAPSHOT' }),
    textColumn('BootMode', { label: 'BOOT' }),
    textColumn('ImdsSupport', { label: 'IMDS' }),
    timeColumn('CreationDate', { label: 'AGE' }),
    timeColumn('DeprecationTime', { label: 'DEPRECATED' }),
    timeColumn('LastLaunchedTime', { label: 'LAUNCHED' }),
    nameColumn('Description', { least: 15 }),
    textColumn('OwnerId', { label: 'OWNER' }),
  ],
  table: [
    'Name',
    'ImageId',
    'State',
    'Architecture',
    'Public',
    'AccountName',
    'Region',
    'CreationDate',
    'DeprecationTime',
  ],
  spare: ['DeprecationTime', 'Architecture', 'Profile', 'Region'],
  // EC2 API reference, Image.
  state: {
    column: 'State',
    meanings: {
      pending: 'changing',
      available: 'active',
      invalid: 'ended',
      deregistered: 'ended',
      transient: 'changing',
      failed: 'ended',
      error: 'ended',
      disabled: 'inactive',
    },
  },
}
