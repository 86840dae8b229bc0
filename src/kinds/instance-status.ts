import type { Kind } from '../model.ts'
import { textColumn, timeColumn } from './column.ts'

/** Events that are over stay in the list for a week: their description begins with `[Completed]` or `[Canceled]`. */
const openEvents =
  "Events[?!starts_with(not_null(Description, ''), '[Completed]') && !starts_with(not_null(Description, ''), '[Canceled]')]"

export const instanceStatus: Kind = {
  name: 'instance-status',
  title: 'Instance status',
  area: 'compute',
  operation: 'DescribeInstanceStatus',
  // Without it EC2 lists running instances alone.
  input: { IncludeAllInstances: true },
  list: 'InstanceStatuses',
  nested: null,
  id: 'InstanceId',
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    textColumn('InstanceId', { label: 'INSTANCE' }),
    textColumn('State', { from: 'InstanceState.Name' }),
    // Of the words that EC2 has for a check, ok is the last one in the alphabet: another one wins.
    textColumn('Checks', {
      from: 'min([InstanceStatus.Status, SystemStatus.Status, AttachedEbsStatus.Status][?@])',
    }),
    textColumn('InstanceStatus', { from: 'InstanceStatus.Status', label: 'INSTANCE CHECK' }),
    textColumn('SystemStatus', { from: 'SystemStatus.Status', label: 'SYSTEM CHECK' }),
    textColumn('EbsStatus', { from: 'AttachedEbsStatus.Status', label: 'EBS CHECK' }),
    timeColumn('ImpairedSince', {
      from: 'min([InstanceStatus, SystemStatus, AttachedEbsStatus][].Details[].ImpairedSince)',
      label: 'IMPAIRED',
    }),
    textColumn('Event', { from: `${openEvents}.Code | [0]` }),
    timeColumn('EventTime', { from: `${openEvents}.NotBefore | [0]`, label: 'EVENT IN' }),
    textColumn('AvailabilityZone', { label: 'ZONE' }),
  ],
  table: [
    'InstanceId',
    'State',
    'Checks',
    'InstanceStatus',
    'SystemStatus',
    'EbsStatus',
    'Event',
    'AccountName',
    'Region',
    'EventTime',
  ],
  spare: ['EbsStatus', 'SystemStatus', 'InstanceStatus', 'Profile', 'Region'],
  // EC2 API reference, InstanceStatusSummary.
  state: {
    column: 'Checks',
    meanings: {
      ok: 'active',
      impaired: 'ended',
      initializing: 'changing',
      'insufficient-data': 'changing',
      'not-applicable': 'inactive',
    },
  },
}
