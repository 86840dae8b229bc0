import type { Kind } from '../model.ts'
import { nameTag, numberColumn, textColumn, timeColumn } from './column.ts'

export const flowLogs: Kind = {
  name: 'flow-logs',
  title: 'Flow logs',
  area: 'network',
  operation: 'DescribeFlowLogs',
  input: {},
  list: 'FlowLogs',
  nested: null,
  id: 'FlowLogId',
  // The service model gives no limits; these are the usual ones of EC2.
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('FlowLogId', { label: 'FLOW LOG' }),
    textColumn('DeliverLogsStatus', { label: 'DELIVERY' }),
    textColumn('DeliverLogsErrorMessage', { label: 'ERROR' }),
    textColumn('FlowLogStatus', { label: 'STATUS' }),
    textColumn('ResourceId', { label: 'RESOURCE' }),
    textColumn('TrafficType', { label: 'TRAFFIC' }),
    textColumn('LogDestinationType', { label: 'TO' }),
    textColumn('LogDestination', { from: 'LogDestination || LogGroupName', label: 'DESTINATION' }),
    numberColumn('MaxAggregationInterval', { label: 'SECONDS' }),
    textColumn('DeliverLogsPermissionArn', { label: 'ROLE' }),
    textColumn('LogFormat', { label: 'FORMAT' }),
    timeColumn('CreationTime', { label: 'AGE' }),
  ],
  table: [
    'FlowLogId',
    'DeliverLogsStatus',
    'ResourceId',
    'TrafficType',
    'LogDestinationType',
    'LogDestination',
    'AccountName',
    'Region',
    'CreationTime',
  ],
  spare: ['LogDestination', 'LogDestinationType', 'TrafficType', 'Profile', 'Region'],
  // EC2 API reference, FlowLog: FlowLogStatus is always ACTIVE, also if nothing is delivered.
  state: { column: 'DeliverLogsStatus', meanings: { SUCCESS: 'active', FAILED: 'ended' } },
}
