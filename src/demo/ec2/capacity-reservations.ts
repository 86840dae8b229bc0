import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { capacityReservationIdOf } from '../ids.ts'
import { hash } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'
import { placedInstances, reservedType } from './instance-placement.ts'
import { makeInstance } from './instances.ts'

export const capacityReservations: SimulatedKind<DemoCapacityReservation> = {
  operation: 'DescribeCapacityReservations',
  list: 'capacityReservationSet',
  idParameter: 'CapacityReservationId',
  pages: { min: 1, accepts: 1000, gives: 1000 },
  countItems: (cell) => (cell.instances === 0 ? 0 : reservations),
  itemAt: makeCapacityReservation,
  idOf: ({ capacityReservationId }) => capacityReservationId,
  xmlOf: capacityReservationXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    'end-date': ({ endDate }) => (endDate === null ? null : xmlTime(endDate)),
    'end-date-type': ({ endDate }) => (endDate === null ? 'unlimited' : 'limited'),
    'instance-match-criteria': () => 'targeted',
    'instance-platform': () => 'Linux/UNIX',
    'instance-type': ({ instanceType }) => instanceType,
    'owner-id': ({ ownerId }) => ownerId,
    state: ({ state }) => state,
    tenancy: () => 'default',
  },
  unknownRefusal: (ids) =>
    notFoundRefusal('InvalidCapacityReservationId.NotFound', 'capacity reservation', ids),
}

export interface DemoCapacityReservation {
  readonly capacityReservationId: string
  readonly ownerId: string
  readonly region: string
  readonly instanceType: string
  readonly availabilityZone: string
  readonly total: number
  readonly available: number
  readonly state: 'active' | 'expired'
  /** In ms since 1970. */
  readonly createDate: number
  readonly endDate: number | null
  readonly tags: readonly Tag[]
}

/** One in which instances run, one that nobody uses, and one that has ended. */
const reservations = 3
const day = 86_400_000

function makeCapacityReservation(cell: Cell, n: number): DemoCapacityReservation {
  const h = hash(cell.seed, n, 120)
  const capacityReservationId = capacityReservationIdOf(cell, n)
  const used = n === 0 ? countInstancesIn(cell, capacityReservationId) : 0
  const available = n === 2 ? 0 : n === 1 ? 1 + (h % 4) : h % 2
  const ends = [null, 45, -2]
  const end = ends[n] ?? null
  return {
    capacityReservationId,
    ownerId: cell.account.id,
    region: cell.region,
    instanceType: n === 0 ? reservedType : 'g5.xlarge',
    availabilityZone: `${cell.region}${n === 0 ? 'a' : 'b'}`,
    // EC2 makes none for no instance at all.
    total: n === 2 ? 2 : Math.max(1, used + available),
    available: n === 2 ? 0 : Math.max(1, used + available) - used,
    state: n === 2 ? 'expired' : 'active',
    createDate: cell.now - (60 + ((h >>> 4) % 300)) * day,
    endDate: end === null ? null : cell.now + end * day,
    tags: n === 0 ? cellTags(cell, `${cell.account.team}-peak`) : [],
  }
}

function countInstancesIn(cell: Cell, id: string): number {
  let count = 0
  for (let n = 0; n < Math.min(cell.instances, placedInstances); n++) {
    if (makeInstance(cell, n).capacityReservationId === id) count += 1
  }
  return count
}

function capacityReservationXml(reservation: DemoCapacityReservation): string {
  const { capacityReservationId, ownerId, region, endDate, createDate } = reservation
  return itemXml({
    capacityReservationId,
    ownerId,
    capacityReservationArn: `arn:aws:ec2:${region}:${ownerId}:capacity-reservation/${capacityReservationId}`,
    instanceType: reservation.instanceType,
    instancePlatform: 'Linux/UNIX',
    availabilityZone: reservation.availabilityZone,
    tenancy: 'default',
    totalInstanceCount: reservation.total,
    availableInstanceCount: reservation.available,
    ebsOptimized: false,
    ephemeralStorage: false,
    state: reservation.state,
    startDate: xmlTime(createDate),
    endDate: endDate === null ? null : xmlTime(endDate),
    endDateType: endDate === null ? 'unlimited' : 'limited',
    instanceMatchCriteria: 'targeted',
    createDate: xmlTime(createDate),
    tagSet: tagMembers(reservation.tags),
    reservationType: 'default',
  })
}
