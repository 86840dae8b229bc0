import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { publicSubnetIdOf, vpcIdOf } from '../ids.ts'
import { hash, hexId } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'

export const flowLogs: SimulatedKind<DemoFlowLog> = {
  operation: 'DescribeFlowLogs',
  list: 'flowLogSet',
  idParameter: 'FlowLogId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => flowLogsOf(cell).length,
  itemAt: (cell, n) => flowLogsOf(cell)[n] as DemoFlowLog,
  idOf: ({ flowLogId }) => flowLogId,
  xmlOf: flowLogXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'deliver-log-status': statusOf,
    'flow-log-id': ({ flowLogId }) => flowLogId,
    'log-destination-type': ({ logGroup }) => typeOf(logGroup),
    'log-group-name': ({ logGroup }) => logGroup,
    'resource-id': ({ resourceId }) => resourceId,
    'traffic-type': ({ traffic }) => traffic,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidFlowLogId.NotFound', 'flow log', ids),
}

export interface DemoFlowLog {
  readonly flowLogId: string
  readonly resourceId: string
  readonly ownerId: string
  readonly region: string
  readonly traffic: 'ALL' | 'REJECT'
  /** Of CloudWatch Logs; null for one that goes to S3. */
  readonly logGroup: string | null
  /** Why nothing is delivered; null if it is. */
  readonly error: 'Access error' | 'Rate limited' | null
  /** In ms since 1970. */
  readonly creationTime: number
  readonly tags: readonly Tag[]
}

const loggedFields = ['version', 'account-id', 'interface-id', 'srcaddr', 'dstaddr', 'action', 'log-status']

/** Of the VPC with all instances, in two of three cells beyond the first region; in production also of a subnet. */
function flowLogsOf(cell: Cell): readonly DemoFlowLog[] {
  const { account, region, regionIndex } = cell
  if (cell.instances === 0) return []
  const make = (k: number, more: Partial<DemoFlowLog>): DemoFlowLog => ({
    flowLogId: `fl-${hexId(cell.seed, k, 116)}`,
    resourceId: vpcIdOf(cell),
    ownerId: account.id,
    region,
    traffic: 'ALL',
    logGroup: null,
    error: null,
    creationTime: cell.now - (100 + (hash(cell.seed, k, 117) % 900)) * 86_400_000,
    tags: cellTags(cell, `${account.team}-flow-log`),
    ...more,
  })
  const logs: DemoFlowLog[] = []
  if (regionIndex === 0 || hash(cell.seed, 118) % 3 !== 0) logs.push(make(0, {}))
  if (account.environment !== 'prod') return logs
  const rejected = { resourceId: publicSubnetIdOf(cell, 0), traffic: 'REJECT', tags: [] } as const
  const h = hash(cell.seed, 119)
  const error = h % 4 === 0 ? 'Access error' : h % 4 === 1 ? 'Rate limited' : null
  return [...logs, make(1, { ...rejected, logGroup: `/vpc/${account.team}/rejected`, error })]
}

function statusOf({ error }: DemoFlowLog): string {
  return error === null ? 'SUCCESS' : 'FAILED'
}

function typeOf(logGroup: string | null): string {
  return logGroup === null ? 's3' : 'cloud-watch-logs'
}

function flowLogXml(log: DemoFlowLog): string {
  const { flowLogId, resourceId, ownerId, region, traffic, logGroup, error, creationTime, tags } = log
  const arn =
    logGroup === null
      ? 'arn:aws:s3:::acme-flow-logs'
      : `arn:aws:logs:${region}:${ownerId}:log-group:${logGroup}`
  return itemXml({
    creationTime: xmlTime(creationTime),
    deliverLogsErrorMessage: error,
    deliverLogsPermissionArn: logGroup === null ? null : `arn:aws:iam::${ownerId}:role/flow-logs`,
    deliverLogsStatus: statusOf(log),
    flowLogId,
    flowLogStatus: 'ACTIVE',
    logGroupName: logGroup,
    resourceId,
    trafficType: traffic,
    logDestinationType: typeOf(logGroup),
    logDestination: arn,
    logFormat: loggedFields.map((name) => `\${${name}}`).join(' '),
    tagSet: tagMembers(tags),
    maxAggregationInterval: 600,
    destinationOptions:
      logGroup === null
        ? { fileFormat: 'parquet', hiveCompatiblePartitions: true, perHourPartition: false }
        : null,
  })
}
