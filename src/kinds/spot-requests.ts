import type { Kind } from '../model.ts'
import { instanceTypeColumn, nameTag, numberColumn, textColumn, timeColumn } from './column.ts'

export const spotRequests: Kind = {
  name: 'spot-requests',
  title: 'Spot requests',
  area: 'compute',
  operation: 'DescribeSpotInstanceRequests',
  input: {},
  list: 'SpotInstanceRequests',
  nested: null,
  id: 'SpotInstanceRequestId',
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('SpotInstanceRequestId', { label: 'REQUEST' }),
    textColumn('State'),
    // Why it is in this state, as `fulfilled` or `capacity-not-available`.
    textColumn('StatusCode', { from: 'Status.Code', label: 'STATUS' }),
    timeColumn('StatusTime', { from: 'Status.UpdateTime', label: 'SINCE' }),
    textColumn('Type'),
    instanceTypeColumn('InstanceType', {
      from: 'LaunchSpecification.InstanceType',
      label: 'TYPE',
      least: 10,
    }),
    textColumn('InstanceId', { label: 'INSTANCE' }),
    // The most that is paid an hour, which AWS gives as text.
    numberColumn('SpotPrice', { from: 'to_number(SpotPrice)', label: 'MAX PRICE' }),
    textColumn('InstanceInterruptionBehavior', { label: 'IF INTERRUPTED' }),
    textColumn('ImageId', { from: 'LaunchSpecification.ImageId', label: 'IMAGE' }),
    textColumn('ProductDescription', { label: 'PLATFORM' }),
    textColumn('LaunchedAvailabilityZone', { label: 'ZONE' }),
    textColumn('FaultCode', { from: 'Fault.Code', label: 'FAULT' }),
    timeColumn('ValidUntil', { label: 'EXPIRES' }),
    timeColumn('CreateTime', { label: 'AGE' }),
  ],
  table: [
    'SpotInstanceRequestId',
    'State',
    'StatusCode',
    'InstanceType',
    'InstanceId',
    'AccountName',
    'Region',
    'CreateTime',
  ],
  spare: ['InstanceType', 'Profile', 'Region'],
  // EC2 User Guide, "Spot Instance request states".
  state: {
    column: 'State',
    meanings: {
      open: 'changing',
      active: 'active',
      closed: 'ended',
      cancelled: 'ended',
      failed: 'ended',
      disabled: 'inactive',
    },
  },
}
