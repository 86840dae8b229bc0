import type { Kind } from '../model.ts'
import { instanceTypeColumn, nameTag, numberColumn, textColumn, timeColumn } from './column.ts'

export const reservedInstances: Kind = {
  name: 'reserved-instances',
  title: 'Reserved instances',
  area: 'compute',
  operation: 'DescribeReservedInstances',
  input: {},
  list: 'ReservedInstances',
  nested: null,
  id: 'ReservedInstancesId',
  pageSize: null,
  edition: 1,
  columns: [
    nameTag,
    textColumn('ReservedInstancesId', { label: 'RESERVED INSTANCES' }),
    textColumn('State'),
    instanceTypeColumn('InstanceType', { label: 'TYPE', least: 10 }),
    numberColumn('InstanceCount', { label: 'INSTANCES' }),
    timeColumn('End', { label: 'EXPIRES' }),
    timeColumn('Start', { label: 'AGE' }),
    // Seconds: 31536000 is a year.
    numberColumn('Duration', { label: 'SECONDS' }),
    textColumn('OfferingClass', { label: 'CLASS' }),
    textColumn('OfferingType', { label: 'PAYMENT' }),
    textColumn('ProductDescription', { label: 'PLATFORM' }),
    textColumn('Scope'),
    textColumn('AvailabilityZone', { label: 'ZONE' }),
    textColumn('InstanceTenancy', { label: 'TENANCY' }),
    numberColumn('FixedPrice', { label: 'FIXED PRICE' }),
    numberColumn('UsagePrice', { label: 'USAGE PRICE' }),
    numberColumn('HourlyCharge', {
      from: "RecurringCharges[?Frequency=='Hourly'].Amount | [0]",
      label: 'AN HOUR',
    }),
    textColumn('CurrencyCode', { label: 'CURRENCY' }),
  ],
  table: [
    'ReservedInstancesId',
    'State',
    'InstanceType',
    'InstanceCount',
    'OfferingClass',
    'Scope',
    'AccountName',
    'Region',
    'End',
  ],
  spare: ['Scope', 'OfferingClass', 'Profile', 'Region'],
  // EC2 API reference, ReservedInstances.
  state: {
    column: 'State',
    meanings: {
      'payment-pending': 'changing',
      active: 'active',
      'payment-failed': 'ended',
      retired: 'ended',
      queued: 'changing',
      'queued-deleted': 'ended',
    },
  },
}
