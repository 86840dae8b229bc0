import { describe, expect, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { Json, JsonObject } from '../../src/model.ts'
import { makeResourceReader } from '../../src/query/column-readers.ts'

const tag = (Key: string, Value: string) => ({ Tags: [{ Key, Value }] })
const groups = (...names: readonly string[]) => ({
  SecurityGroups: names.map((GroupName, index) => ({ GroupName, GroupId: `sg-${index}` })),
})
const cpu = (CoreCount: number, ThreadsPerCore: number) => ({ CpuOptions: { CoreCount, ThreadsPerCore } })

/** What a column makes of an instance as the AWS CLI prints it. */
const values: readonly (readonly [column: string, instance: JsonObject, value: Json])[] = [
  [
    'PublicAddresses',
    {
      NetworkInterfaces: [
        {
          PrivateIpAddresses: [
            { Association: { PublicIp: '198.51.100.1' } },
            {},
            { Association: { PublicIp: '198.51.100.2' } },
          ],
        },
        { Ipv6Addresses: [{ Ipv6Address: '2001:db8::1' }], PrivateIpAddresses: [{}] },
      ],
    },
    '198.51.100.1 198.51.100.2 2001:db8::1',
  ],
  ['PublicAddresses', {}, ''],
  ['Lifecycle', { InstanceLifecycle: 'spot' }, 'spot'],
  ['Lifecycle', { InstanceLifecycle: 'capacity-block' }, 'capacity-block'],
  ['Lifecycle', {}, 'on-demand'],
  ['AutoScalingGroup', tag('aws:autoscaling:groupName', 'web-asg'), 'web-asg'],
  ['AutoScalingGroup', tag('Name', 'web'), null],
  ['AutoScalingGroup', {}, null],
  ['SecurityGroups', groups('web', 'ssh'), 'web, ssh'],
  ['SecurityGroups', groups('web'), 'web'],
  ['SecurityGroups', groups(), null],
  ['SecurityGroups', {}, null],
  ['Owner', tag('Owner', 'amara'), 'amara'],
  ['Owner', tag('owner', 'amara'), 'amara'],
  ['Owner', { Tags: [...tag('owner', 'small').Tags, ...tag('Owner', 'capital').Tags] }, 'capital'],
  ['Owner', tag('OWNER', 'amara'), null],
  ['Imds', { MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' } }, 'required'],
  ['Imds', { MetadataOptions: { HttpTokens: 'optional' } }, 'optional'],
  ['Imds', { MetadataOptions: { HttpTokens: 'optional', HttpEndpoint: 'disabled' } }, 'disabled'],
  ['Imds', {}, null],
  ['Vcpus', cpu(4, 2), 8],
  ['Vcpus', cpu(96, 2), 192],
  ['Vcpus', cpu(3, 1), 3],
  // Rather none than a wrong one.
  ['Vcpus', cpu(4, 4), null],
  ['Vcpus', {}, null],
]

const checks = (instance: string | null, system: string | null, ebs: string | null) => ({
  ...(instance === null ? {} : { InstanceStatus: { Status: instance } }),
  ...(system === null ? {} : { SystemStatus: { Status: system } }),
  ...(ebs === null ? {} : { AttachedEbsStatus: { Status: ebs } }),
})
const failing = (ImpairedSince: string) => ({ Status: 'impaired', Details: [{ ImpairedSince }] })
const event = (Code: string, Description: string | null = null) => ({
  Code,
  NotBefore: `2026-12-0${Code.length % 9}T00:00:00+00:00`,
  ...(Description === null ? {} : { Description }),
})

/** The same for further kinds of compute. */
const valuesOfOthers: readonly (readonly [kind: string, column: string, item: JsonObject, value: Json])[] = [
  ['instance-status', 'Checks', checks('ok', 'ok', 'ok'), 'ok'],
  ['instance-status', 'Checks', checks('ok', 'ok', null), 'ok'],
  ['instance-status', 'Checks', checks('ok', 'ok', 'impaired'), 'impaired'],
  ['instance-status', 'Checks', checks('initializing', 'impaired', 'ok'), 'impaired'],
  ['instance-status', 'Checks', checks('insufficient-data', 'initializing', 'ok'), 'initializing'],
  ['instance-status', 'Checks', checks('not-applicable', 'insufficient-data', null), 'insufficient-data'],
  ['instance-status', 'Checks', checks('not-applicable', 'not-applicable', null), 'not-applicable'],
  ['instance-status', 'Checks', checks(null, null, null), null],
  ['instance-status', 'ImpairedSince', { InstanceStatus: failing('2'), SystemStatus: failing('1') }, '1'],
  ['instance-status', 'ImpairedSince', checks('ok', 'ok', null), null],
  ['instance-status', 'Event', { Events: [event('instance-stop')] }, 'instance-stop'],
  [
    'instance-status',
    'Event',
    { Events: [event('instance-stop', '[Completed] x'), event('system-reboot', 'x')] },
    'system-reboot',
  ],
  ['instance-status', 'Event', { Events: [event('system-reboot', '[Canceled] x')] }, null],
  ['instance-status', 'EventTime', { Events: [event('system-reboot')] }, '2026-12-04T00:00:00+00:00'],
  ['instance-status', 'Event', {}, null],
  ['spot-requests', 'SpotPrice', { SpotPrice: '0.192000' }, 0.192],
  ['spot-requests', 'SpotPrice', {}, null],
  ['hosts', 'InstanceCount', { Instances: [{}, {}] }, 2],
  ['hosts', 'InstanceCount', {}, 0],
  ['reserved-instances', 'HourlyCharge', { RecurringCharges: [{ Frequency: 'Hourly', Amount: 0.06 }] }, 0.06],
  ['reserved-instances', 'HourlyCharge', {}, null],
]

describe('a column of a kind of compute', () => {
  test.each(valuesOfOthers)('%s: %s of %j is %j', (kind, column, item, value) => {
    expect(makeResourceReader(column, findKind(kind))(item)).toEqual(value)
  })
})

describe('a column of instances', () => {
  test.each(values)('%s of %j is %j', (column, instance, value) => {
    expect(makeResourceReader(column, findKind('instances'))(instance)).toEqual(value)
  })
})
