import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { allocationIdOf, elasticIpOf } from '../ids.ts'
import { hash } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers } from '../xml.ts'
import { type DemoNatGateway, makeNatGateway, natGatewayCount } from './nat-gateways.ts'

export const addresses: SimulatedKind<DemoAddress> = {
  operation: 'DescribeAddresses',
  list: 'addressesSet',
  idParameter: 'AllocationId',
  pages: null,
  countItems: addressCount,
  itemAt: makeAddress,
  idOf: ({ allocationId }) => allocationId,
  xmlOf: addressXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'allocation-id': ({ allocationId }) => allocationId,
    'association-id': ({ gateway }) => gateway?.associationId ?? null,
    domain: () => 'vpc',
    'network-border-group': ({ region }) => region,
    'network-interface-id': ({ gateway }) => gateway?.interfaceId ?? null,
    'network-interface-owner-id': ({ gateway, ownerId }) => (gateway ? ownerId : null),
    'private-ip-address': ({ gateway }) => gateway?.privateIp ?? null,
    'public-ip': ({ publicIp }) => publicIp,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidAllocationID.NotFound', 'allocation', ids),
}

export interface DemoAddress {
  readonly allocationId: string
  readonly publicIp: string
  readonly ownerId: string
  readonly region: string
  /** The NAT gateway that has it; null if it costs money for nothing. */
  readonly gateway: DemoNatGateway | null
  readonly tags: readonly Tag[]
}

/** One for each NAT gateway, and up to three that nothing uses. */
function addressCount(cell: Cell): number {
  return cell.instances === 0 ? 0 : natGatewayCount(cell) + 1 + (hash(cell.seed, 89) % 3)
}

function makeAddress(cell: Cell, n: number): DemoAddress {
  const gateway = n < natGatewayCount(cell) ? makeNatGateway(cell, n) : null
  const name = `old-${cell.account.team}-address-${n + 1}`
  return {
    allocationId: allocationIdOf(cell, n),
    publicIp: elasticIpOf(cell, n),
    ownerId: cell.account.id,
    region: cell.region,
    gateway,
    tags: gateway?.tags ?? (hash(cell.seed, n, 90) % 2 === 0 ? [] : cellTags(cell, name)),
  }
}

function addressXml({ allocationId, publicIp, ownerId, region, gateway, tags }: DemoAddress): string {
  return itemXml({
    publicIp,
    allocationId,
    domain: 'vpc',
    associationId: gateway?.associationId ?? null,
    networkInterfaceId: gateway?.interfaceId ?? null,
    networkInterfaceOwnerId: gateway ? ownerId : null,
    privateIpAddress: gateway?.privateIp ?? null,
    publicIpv4Pool: 'amazon',
    networkBorderGroup: region,
    tagSet: tagMembers(tags),
  })
}
