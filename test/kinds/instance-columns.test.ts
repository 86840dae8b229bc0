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

describe('a column of instances', () => {
  test.each(values)('%s of %j is %j', (column, instance, value) => {
    expect(makeResourceReader(column, findKind('instances'))(instance)).toEqual(value)
  })
})
