import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import {
  allocationIdOf,
  associationIdOf,
  elasticIpOf,
  natGatewayIdOf,
  natInterfaceIdOf,
  publicSubnetIdOf,
  vpcAddressOf,
  vpcIdOf,
} from '../ids.ts'
import { hash } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'

export const natGateways: SimulatedKind<DemoNatGateway> = {
  operation: 'DescribeNatGateways',
  list: 'natGatewaySet',
  idParameter: 'NatGatewayId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: natGatewayCount,
  itemAt: makeNatGateway,
  idOf: ({ natGatewayId }) => natGatewayId,
  xmlOf: natGatewayXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'nat-gateway-id': ({ natGatewayId }) => natGatewayId,
    state: () => 'available',
    'subnet-id': ({ subnetId }) => subnetId,
    'vpc-id': ({ vpcId }) => vpcId,
  },
  unknownRefusal: (ids) => notFoundRefusal('NatGatewayNotFound', 'Nat Gateway', ids),
}

export interface DemoNatGateway {
  readonly natGatewayId: string
  readonly vpcId: string
  readonly subnetId: string
  /** In ms since 1970. */
  readonly createTime: number
  readonly allocationId: string
  readonly associationId: string
  readonly interfaceId: string
  readonly privateIp: string
  readonly publicIp: string
  readonly tags: readonly Tag[]
}

/** One in each zone in production, else one. */
export function natGatewayCount({ account, instances }: Cell): number {
  if (instances === 0) return 0
  return account.environment === 'prod' ? 3 : 1
}

/** The NAT gateway in a zone. */
export function makeNatGateway(cell: Cell, zone: number): DemoNatGateway {
  return {
    natGatewayId: natGatewayIdOf(cell, zone),
    vpcId: vpcIdOf(cell),
    subnetId: publicSubnetIdOf(cell, zone),
    createTime: cell.now - (400 + (hash(cell.seed, zone, 84) % 900)) * 86_400_000,
    allocationId: allocationIdOf(cell, zone),
    associationId: associationIdOf(cell, zone),
    interfaceId: natInterfaceIdOf(cell, zone),
    privateIp: `${vpcAddressOf(cell, 12 + zone)}.10`,
    publicIp: elasticIpOf(cell, zone),
    tags: cellTags(cell, `${cell.account.team}-nat-${'abc'[zone]}`),
  }
}

function natGatewayXml(gateway: DemoNatGateway): string {
  return itemXml({
    natGatewayId: gateway.natGatewayId,
    vpcId: gateway.vpcId,
    subnetId: gateway.subnetId,
    state: 'available',
    connectivityType: 'public',
    createTime: xmlTime(gateway.createTime),
    natGatewayAddressSet: [
      {
        allocationId: gateway.allocationId,
        associationId: gateway.associationId,
        networkInterfaceId: gateway.interfaceId,
        privateIp: gateway.privateIp,
        publicIp: gateway.publicIp,
        isPrimary: true,
        status: 'succeeded',
      },
    ],
    tagSet: tagMembers(gateway.tags),
  })
}
