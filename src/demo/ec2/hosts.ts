import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { hostIdOf } from '../ids.ts'
import { hash } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'
import { hasHosts, hostType, placedInstances } from './instance-placement.ts'
import { makeInstance } from './instances.ts'

export const hosts: SimulatedKind<DemoHost> = {
  operation: 'DescribeHosts',
  list: 'hostSet',
  idParameter: 'HostId',
  pages: { min: 5, accepts: 500, gives: 500 },
  countItems: (cell) => (hasHosts(cell) ? hostCount : 0),
  itemAt: makeHost,
  idOf: ({ hostId }) => hostId,
  xmlOf: hostXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'auto-placement': () => 'on',
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    state: ({ releaseTime }) => (releaseTime === null ? 'available' : 'released'),
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidHostID.NotFound', 'host', ids),
}

export interface DemoHost {
  readonly hostId: string
  readonly ownerId: string
  readonly availabilityZone: string
  /** The ids of the instances on it. */
  readonly instanceIds: readonly string[]
  /** In ms since 1970. */
  readonly allocationTime: number
  readonly releaseTime: number | null
  readonly tags: readonly Tag[]
}

/** One with instances, one on which nothing runs, and one that was released. */
const hostCount = 3
/** Of a host for m5, of which hostType takes two vCPUs an instance (EC2 User Guide, "Dedicated Host configurations"). */
const hardware = { sockets: 2, cores: 48, vcpus: 96, perInstance: 2 }

function makeHost(cell: Cell, n: number): DemoHost {
  const hostId = hostIdOf(cell, n)
  const allocationTime = cell.now - (300 + (hash(cell.seed, n, 116) % 600)) * 86_400_000
  return {
    hostId,
    ownerId: cell.account.id,
    availabilityZone: `${cell.region}a`,
    instanceIds: n === 0 ? instanceIdsOn(cell, hostId) : [],
    allocationTime,
    releaseTime: n === 2 ? allocationTime + 90 * 86_400_000 : null,
    tags: n === 0 ? cellTags(cell, `${cell.account.team}-licensed`) : [],
  }
}

function instanceIdsOn(cell: Cell, hostId: string): readonly string[] {
  const instances = Array.from({ length: Math.min(cell.instances, placedInstances) }, (_, n) =>
    makeInstance(cell, n),
  )
  return instances.filter((each) => each.hostId === hostId).map(({ instanceId }) => instanceId)
}

function hostXml(host: DemoHost): string {
  const { hostId, ownerId, availabilityZone, instanceIds, allocationTime, releaseTime } = host
  const free = hardware.vcpus - instanceIds.length * hardware.perInstance
  return itemXml({
    autoPlacement: 'on',
    availabilityZone,
    availableCapacity:
      releaseTime === null
        ? {
            availableInstanceCapacity: [
              {
                availableCapacity: free / hardware.perInstance,
                instanceType: hostType,
                totalCapacity: hardware.vcpus / hardware.perInstance,
              },
            ],
            availableVCpus: free,
          }
        : null,
    hostId,
    hostProperties: {
      cores: hardware.cores,
      instanceFamily: hostType.slice(0, hostType.indexOf('.')),
      sockets: hardware.sockets,
      totalVCpus: hardware.vcpus,
    },
    instances: instanceIds.map((instanceId) => ({ instanceId, instanceType: hostType, ownerId })),
    state: releaseTime === null ? 'available' : 'released',
    allocationTime: xmlTime(allocationTime),
    releaseTime: releaseTime === null ? null : xmlTime(releaseTime),
    tagSet: tagMembers(host.tags),
    hostRecovery: 'off',
    allowsMultipleInstanceTypes: 'on',
    ownerId,
    memberOfServiceLinkedResourceGroup: false,
    hostMaintenance: 'on',
  })
}
