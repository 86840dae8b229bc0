import type { Kind } from '../model.ts'
import { nameColumn, nameTag, numberColumn, textColumn } from './column.ts'

export const prefixLists: Kind = {
  name: 'prefix-lists',
  title: 'Prefix lists',
  area: 'network',
  // DescribePrefixLists gives the lists of AWS alone.
  operation: 'DescribeManagedPrefixLists',
  input: {},
  list: 'PrefixLists',
  nested: null,
  id: 'PrefixListId',
  pageSize: { min: 1, max: 100 },
  edition: 1,
  columns: [
    nameTag,
    nameColumn('PrefixListName', { label: 'PREFIX LIST NAME', least: 15 }),
    textColumn('PrefixListId', { label: 'PREFIX LIST' }),
    textColumn('State'),
    textColumn('StateMessage', { label: 'MESSAGE' }),
    textColumn('AddressFamily', { label: 'FAMILY' }),
    numberColumn('MaxEntries', { label: 'MOST ENTRIES' }),
    numberColumn('ListVersion', { from: 'Version', label: 'VERSION' }),
    textColumn('OwnerId', { label: 'OWNER' }),
  ],
  table: [
    'PrefixListName',
    'PrefixListId',
    'State',
    'AddressFamily',
    'MaxEntries',
    'ListVersion',
    'OwnerId',
    'AccountName',
    'Region',
  ],
  spare: ['ListVersion', 'AddressFamily', 'MaxEntries', 'Profile', 'Region'],
  // EC2 API reference, ManagedPrefixList.
  state: {
    column: 'State',
    meanings: {
      'create-in-progress': 'changing',
      'create-complete': 'active',
      'create-failed': 'ended',
      'modify-in-progress': 'changing',
      'modify-complete': 'active',
      'modify-failed': 'ended',
      'restore-in-progress': 'changing',
      'restore-complete': 'active',
      'restore-failed': 'ended',
      'delete-in-progress': 'changing',
      'delete-complete': 'ended',
      'delete-failed': 'ended',
    },
  },
}
