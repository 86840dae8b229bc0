import { usageError } from './errors.ts'
import type { Column, Kind, View } from './model.ts'

/** Fields that muster adds to every resource, to say where it was found. */
export const originFields = ['AccountId', 'AccountName', 'Profile', 'Region'] as const

/** Slots that the store keeps for column values; a kind has at most as many columns. */
export const columnSlots = 16

/**
 * The kinds that muster reads. Page limits: EC2 API reference, MaxResults of each operation. Adding a kind is
 * adding a row here.
 */
export const kinds: readonly Kind[] = [
  {
    name: 'instances',
    title: 'Instances',
    operation: 'DescribeInstances',
    input: {},
    list: 'Reservations',
    nested: { list: 'Instances', id: 'ReservationId' },
    id: 'InstanceId',
    pageSize: { min: 5, max: 1000 },
    columns: [
      text('Name', "Tags[?Key=='Name'].Value | [0]"),
      text('InstanceId'),
      text('State', 'State.Name'),
      text('InstanceType'),
      text('PrivateIpAddress'),
      text('PublicIpAddress'),
      time('LaunchTime'),
      text('AvailabilityZone', 'Placement.AvailabilityZone'),
      text('ImageId'),
      text('VpcId'),
      text('SubnetId'),
      text('Architecture'),
      text('PlatformDetails'),
      text('KeyName'),
      text('InstanceProfile', 'IamInstanceProfile.Arn'),
    ],
    table: [
      'Name',
      'InstanceId',
      'State',
      'InstanceType',
      'AccountName',
      'Region',
      'PrivateIpAddress',
      'PublicIpAddress',
      'LaunchTime',
    ],
  },
  {
    name: 'volumes',
    title: 'Volumes',
    operation: 'DescribeVolumes',
    input: {},
    list: 'Volumes',
    nested: null,
    id: 'VolumeId',
    pageSize: { min: 5, max: 500 },
    columns: [
      text('Name', "Tags[?Key=='Name'].Value | [0]"),
      text('VolumeId'),
      text('State'),
      text('VolumeType'),
      number('Size'),
      number('Iops'),
      text('Encrypted', 'to_string(Encrypted)'),
      text('InstanceId', 'Attachments[0].InstanceId'),
      time('CreateTime'),
      text('AvailabilityZone'),
      text('SnapshotId'),
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
  },
]

/** The kind of that name; a usage error that lists the kinds where there is none. */
export function kindNamed(name: string): Kind {
  const kind = kinds.find((candidate) => candidate.name === name)
  if (kind) return kind
  throw usageError(`There is no kind '${name}'; choose one of: ${kinds.map((each) => each.name).join(', ')}.`)
}

/** The view of a kind's table in these scopes, of which nothing else is asked. */
export function plainView(kind: string, scopes: View['scopes']): View {
  return {
    kind,
    query: null,
    expression: null,
    parameters: [],
    engine: 'muster',
    filter: null,
    sort: null,
    columns: null,
    group: null,
    scopes,
    origin: true,
  }
}

function text(name: string, expression = name): Column {
  return { name, expression, type: 'text' }
}

function number(name: string, expression = name): Column {
  return { name, expression, type: 'number' }
}

function time(name: string, expression = name): Column {
  return { name, expression, type: 'time' }
}
