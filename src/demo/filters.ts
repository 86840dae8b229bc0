import { AwsRefusal } from './answer.ts'
import type { DemoInstance } from './instance.ts'
import type { DemoVolume } from './volume.ts'

export interface Filter {
  readonly name: string
  readonly matches: (value: string) => boolean
}

/** `Filter.N.Name` and `Filter.N.Value.M` of a request; `*` and `?` are wildcards. */
export function filtersOf(params: URLSearchParams): readonly Filter[] {
  const filters: Filter[] = []
  for (let n = 1; params.has(`Filter.${n}.Name`); n++) {
    const patterns = listOf(params, `Filter.${n}.Value`).map(wildcard)
    const matches = (value: string): boolean => patterns.some((pattern) => pattern.test(value))
    filters.push({ name: params.get(`Filter.${n}.Name`) ?? '', matches })
  }
  return filters
}

/** `InstanceId.1`, `InstanceId.2` … of a request. */
export function listOf(params: URLSearchParams, name: string): readonly string[] {
  const list: string[] = []
  for (let n = 1; params.has(`${name}.${n}`); n++) list.push(params.get(`${name}.${n}`) ?? '')
  return list
}

export function instancePasses(instance: DemoInstance, filters: readonly Filter[]): boolean {
  return filters.every(({ name, matches }) => instanceValues(instance, name).some(matches))
}

export function volumePasses(volume: DemoVolume, filters: readonly Filter[]): boolean {
  return filters.every(({ name, matches }) => volumeValues(volume, name).some(matches))
}

function instanceValues(instance: DemoInstance, name: string): readonly string[] {
  switch (name) {
    case 'instance-state-name':
      return [instance.state]
    case 'availability-zone':
      return [instance.availabilityZone]
    case 'instance-type':
      return [instance.instanceType]
    case 'instance-id':
      return [instance.instanceId]
    case 'vpc-id':
      return [instance.vpcId]
    default:
      return tagValues(instance.tags, name)
  }
}

function volumeValues(volume: DemoVolume, name: string): readonly string[] {
  switch (name) {
    case 'status':
      return [volume.state]
    case 'availability-zone':
      return [volume.availabilityZone]
    case 'volume-type':
      return [volume.type]
    case 'encrypted':
      return [String(volume.encrypted)]
    case 'attachment.instance-id':
      return volume.attachment ? [volume.attachment.instanceId] : []
    default:
      return tagValues(volume.tags, name)
  }
}

function tagValues(tags: DemoInstance['tags'], name: string): readonly string[] {
  if (name === 'tag-key') return tags.map(([key]) => key)
  if (!name.startsWith('tag:')) {
    throw new AwsRefusal(400, 'InvalidParameterValue', `The filter '${name}' is invalid`)
  }
  return tags.filter(([key]) => key === name.slice(4)).map(([, value]) => value)
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${escaped}$`, 's')
}
