import type { Kind } from '../model.ts'
import {
  addressColumn,
  instanceTypeColumn,
  nameColumn,
  nameTag,
  numberColumn,
  textColumn,
  timeColumn,
} from './column.ts'

export const instances: Kind = {
  name: 'instances',
  title: 'Instances',
  area: 'compute',
  operation: 'DescribeInstances',
  input: {},
  list: 'Reservations',
  nested: { list: 'Instances', id: 'ReservationId' },
  id: 'InstanceId',
  pageSize: { min: 5, max: 1000 },
  edition: 3,
  columns: [
    nameTag,
    textColumn('InstanceId', { label: 'INSTANCE' }),
    textColumn('State', { from: 'State.Name' }),
    instanceTypeColumn('InstanceType', { label: 'TYPE', least: 10 }),
    addressColumn('PrivateIpAddress', { label: 'PRIVATE IP' }),
    addressColumn('PublicIpAddress', { label: 'PUBLIC IP' }),
    timeColumn('LaunchTime', { label: 'AGE' }),
    textColumn('AvailabilityZone', { from: 'Placement.AvailabilityZone', label: 'ZONE' }),
    textColumn('ImageId', { label: 'IMAGE' }),
    textColumn('VpcId', { label: 'VPC' }),
    textColumn('SubnetId', { label: 'SUBNET' }),
    textColumn('Architecture', { label: 'ARCH' }),
    textColumn('PlatformDetails', { label: 'PLATFORM' }),
    nameColumn('KeyName', { label: 'KEY' }),
    textColumn('InstanceProfile', { from: 'IamInstanceProfile.Arn', label: 'INSTANCE PROFILE' }),
    // EC2 names the lifecycle of spot, scheduled and capacity block instances, and leaves it out of all others.
    textColumn('Lifecycle', { from: "InstanceLifecycle || 'on-demand'" }),
    nameColumn('AutoScalingGroup', {
      from: "Tags[?Key=='aws:autoscaling:groupName'].Value | [0]",
      label: 'AUTO SCALING GROUP',
    }),
    nameColumn('SecurityGroups', {
      from: "SecurityGroups[0] && join(', ', SecurityGroups[].GroupName)",
      label: 'SECURITY GROUPS',
    }),
    nameColumn('Owner', { from: "(Tags[?Key=='Owner'].Value | [0]) || (Tags[?Key=='owner'].Value | [0])" }),
    // Whether the metadata service asks for the tokens of its version 2, if it is there at all.
    textColumn('Imds', {
      from: "MetadataOptions.HttpEndpoint=='disabled' && 'disabled' || MetadataOptions.HttpTokens",
      label: 'IMDSV2',
    }),
    // JMESPath adds and does not multiply. A core has one thread or two (EC2 API reference, VCpuInfo).
    numberColumn('Vcpus', {
      from: 'CpuOptions.CoreCount && (CpuOptions.ThreadsPerCore==`1` && CpuOptions.CoreCount || CpuOptions.ThreadsPerCore==`2` && sum(CpuOptions.[CoreCount, CoreCount]) || `null`)',
    }),
    // Those of all interfaces. The saved query public-ips asks for the same expression.
    textColumn('PublicAddresses', {
      from: "join(' ', [NetworkInterfaces[].PrivateIpAddresses[].Association.PublicIp || `[]`, NetworkInterfaces[].Ipv6Addresses[].Ipv6Address || `[]`][])",
      label: 'PUBLIC ADDRESSES',
    }),
  ],
  joined: [
    {
      name: 'StatusChecks',
      kind: 'instance-status',
      column: 'Checks',
      type: 'text',
      label: 'STATUS CHECKS',
    },
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
  spare: ['PublicIpAddress', 'PrivateIpAddress', 'Profile', 'Region'],
  // EC2 API reference, InstanceState.
  state: {
    column: 'State',
    meanings: {
      pending: 'changing',
      running: 'active',
      stopping: 'changing',
      stopped: 'inactive',
      'shutting-down': 'changing',
      terminated: 'ended',
    },
  },
}
