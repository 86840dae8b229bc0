import { hubOf } from '../backbone.ts'
import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { transitGatewayIdOf, transitRouteTableIdOf } from '../ids.ts'
import { hash } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'

export const transitGateways: SimulatedKind<DemoTransitGateway> = {
  operation: 'DescribeTransitGateways',
  list: 'transitGatewaySet',
  idParameter: 'TransitGatewayId',
  idsWritten: 'TransitGatewayIds',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => transitGatewaysOf(cell).length,
  itemAt: (cell, n) => transitGatewaysOf(cell)[n] as DemoTransitGateway,
  idOf: ({ gatewayId }) => gatewayId,
  xmlOf: transitGatewayXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'options.amazon-side-asn': ({ asn }) => String(asn),
    'options.association-default-route-table-id': ({ routeTableId }) => routeTableId,
    'options.auto-accept-shared-attachments': ({ autoAccept }) => wordOf(autoAccept),
    'owner-id': ({ ownerId }) => ownerId,
    state: () => 'available',
    'transit-gateway-id': ({ gatewayId }) => gatewayId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidTransitGatewayID.NotFound', 'transitGateway', ids),
}

export interface DemoTransitGateway {
  readonly gatewayId: string
  readonly ownerId: string
  readonly region: string
  readonly asn: number
  readonly routeTableId: string
  /** Ranges of its own, for Connect attachments. */
  readonly ranges: readonly string[]
  /** Whether any account that it is shared with may attach a VPC unasked. */
  readonly autoAccept: boolean
  /** In ms since 1970. */
  readonly creationTime: number
  /** Those of the owner; accounts that it is shared with do not see them. */
  readonly tags: readonly Tag[]
}

/** The hub's, which it shares with all accounts that have instances in the region. */
function transitGatewaysOf(cell: Cell): readonly DemoTransitGateway[] {
  const hub = hubOf(cell)
  if (hub === null) return []
  return [
    {
      gatewayId: transitGatewayIdOf(hub),
      ownerId: hub.account.id,
      region: hub.region,
      asn: 64_512 + hub.regionIndex,
      routeTableId: transitRouteTableIdOf(hub),
      ranges: hub.regionIndex === 0 ? ['10.254.0.0/24', '10.254.1.0/24'] : [],
      autoAccept: acceptsUnasked(hub),
      creationTime: hub.now - (500 + (hash(hub.seed, 128) % 900)) * 86_400_000,
      tags: cell === hub ? cellTags(hub, `acme-${hub.region}`) : [],
    },
  ]
}

/** In every second region. */
export function acceptsUnasked({ regionIndex }: Cell): boolean {
  return regionIndex % 2 === 0
}

function wordOf(enabled: boolean): string {
  return enabled ? 'enable' : 'disable'
}

function transitGatewayXml(gateway: DemoTransitGateway): string {
  const { gatewayId, ownerId, region, asn, routeTableId, ranges, autoAccept, creationTime, tags } = gateway
  return itemXml({
    transitGatewayId: gatewayId,
    transitGatewayArn: `arn:aws:ec2:${region}:${ownerId}:transit-gateway/${gatewayId}`,
    state: 'available',
    ownerId,
    description: `Backbone of ${region}`,
    creationTime: xmlTime(creationTime),
    options: {
      amazonSideAsn: asn,
      transitGatewayCidrBlocks: ranges,
      autoAcceptSharedAttachments: wordOf(autoAccept),
      defaultRouteTableAssociation: 'enable',
      associationDefaultRouteTableId: routeTableId,
      defaultRouteTablePropagation: 'enable',
      propagationDefaultRouteTableId: routeTableId,
      vpnEcmpSupport: 'enable',
      dnsSupport: 'enable',
      securityGroupReferencingSupport: 'disable',
      multicastSupport: 'disable',
    },
    tagSet: tagMembers(tags),
  })
}
