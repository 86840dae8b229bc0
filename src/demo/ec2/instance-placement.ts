import type { Cell } from '../fleet.ts'
import { capacityReservationIdOf, hostIdOf, placementGroupIdOf, placementGroupNameOf } from '../ids.ts'
import { elementXml } from '../xml.ts'
import type { InstanceState } from './instance-state.ts'

/** What an instance was launched into, besides its zone; null where it names none. */
export interface InstancePlacement {
  readonly hostId: string | null
  readonly groupId: string | null
  readonly groupName: string | null
  readonly capacityReservationId: string | null
}

/** Only so many instances of a cell are on hosts and in reservations, so that those are made without a long search. */
export const placedInstances = 200

/** What the dedicated hosts and the first capacity reservation of a cell are for. */
export const hostType = 'm5.large'
export const reservedType = 'm6i.xlarge'

/** Whether a cell has dedicated hosts. */
export function hasHosts({ account, instances }: Cell): boolean {
  return account.environment === 'prod' && instances > 0
}

interface PlacedInstance extends Pick<InstanceState, 'state' | 'spotRequestId'> {
  readonly instanceType: string
  readonly zone: number
  readonly windows: boolean
  readonly role: string
}

/** Where the nth instance of a cell is placed. Hosts are in the first zone, as the reservation is. */
export function placementOf(cell: Cell, n: number, instance: PlacedInstance): InstancePlacement {
  const { instanceType, zone, state, spotRequestId, windows, role } = instance
  const runs = state === 'running' || state === 'pending'
  const placed = n < placedInstances && runs && zone === 0 && spotRequestId === null && !windows
  const isGrouped = role === 'search' && zone === 1
  return {
    hostId: placed && instanceType === hostType && hasHosts(cell) ? hostIdOf(cell, 0) : null,
    groupId: isGrouped ? placementGroupIdOf(cell) : null,
    groupName: isGrouped ? placementGroupNameOf(cell) : null,
    capacityReservationId: placed && instanceType === reservedType ? capacityReservationIdOf(cell, 0) : null,
  }
}

/** `<placement>` of an instance. */
export function placementXml({
  availabilityZone,
  hostId,
  groupId,
  groupName,
}: InstancePlacement & { readonly availabilityZone: string }): string {
  const tenancy = hostId === null ? 'default' : 'host'
  const host = hostId === null ? '' : `<affinity>default</affinity><hostId>${hostId}</hostId>`
  return `<placement><availabilityZone>${availabilityZone}</availabilityZone><groupName>${groupName ?? ''}</groupName>${elementXml('groupId', groupId)}<tenancy>${tenancy}</tenancy>${host}</placement>`
}

/** `<capacityReservationId>` and what the instance asked for: the reservation, or any that is open. */
export function reservationXml({ capacityReservationId }: InstancePlacement): string {
  if (capacityReservationId === null) {
    return '<capacityReservationSpecification><capacityReservationPreference>open</capacityReservationPreference></capacityReservationSpecification>'
  }
  const id = elementXml('capacityReservationId', capacityReservationId)
  return `${id}<capacityReservationSpecification><capacityReservationTarget>${id}</capacityReservationTarget></capacityReservationSpecification>`
}
