import { hubOf, spokesOf } from '../backbone.ts'
import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { transitGatewayIdOf, transitRouteTableIdOf, vpcIdOf } from '../ids.ts'
import { hash, hexId, pick } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'
import { acceptsUnasked } from './transit-gateways.ts'
import { vpnConnectionsOf } from './vpn-connections.ts'

export const transitGatewayAttachments: SimulatedKind<DemoAttachment> = {
  operation: 'DescribeTransitGatewayAttachments',
  list: 'transitGatewayAttachments',
  idParameter: 'TransitGatewayAttachmentId',
  idsWritten: 'TransitGatewayAttachmentIds',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => attachmentsOf(cell).length,
  itemAt: (cell, n) => attachmentsOf(cell)[n] as DemoAttachment,
  idOf: ({ attachmentId }) => attachmentId,
  xmlOf: attachmentXml,
  filters: {
    'association.state': (attachment) => (isAssociated(attachment) ? 'associated' : null),
    'association.transit-gateway-route-table-id': (attachment) =>
      isAssociated(attachment) ? attachment.routeTableId : null,
    'resource-id': ({ resourceId }) => resourceId,
    'resource-owner-id': ({ resourceOwnerId }) => resourceOwnerId,
    'resource-type': ({ type }) => type,
    state: ({ state }) => state,
    'transit-gateway-attachment-id': ({ attachmentId }) => attachmentId,
    'transit-gateway-id': ({ gatewayId }) => gatewayId,
    'transit-gateway-owner-id': ({ gatewayOwnerId }) => gatewayOwnerId,
  },
  unknownRefusal: (ids) =>
    notFoundRefusal('InvalidTransitGatewayAttachmentID.NotFound', 'transitGatewayAttachment', ids),
}

export interface DemoAttachment {
  readonly attachmentId: string
  readonly type: 'vpc' | 'vpn' | 'peering'
  readonly state: 'available' | 'modifying' | 'pendingAcceptance' | 'rejected' | 'failed' | 'deleted'
  readonly gatewayId: string
  readonly gatewayOwnerId: string
  readonly resourceId: string
  readonly resourceOwnerId: string
  readonly routeTableId: string
  /** In ms since 1970. */
  readonly creationTime: number
  /** Those that the account gave it; the other account does not see them. */
  readonly tags: readonly Tag[]
}

const acceptedStates: readonly DemoAttachment['state'][] = [
  'available',
  'available',
  'available',
  'available',
  'modifying',
  'failed',
  'deleted',
]
/** Where the account of the transit gateway must accept an attachment. */
const requestStates: readonly DemoAttachment['state'][] = [
  'available',
  'available',
  'available',
  'pendingAcceptance',
  'rejected',
  'deleted',
]

/** The account of the transit gateway sees all attachments, the others the one of their VPC. */
function attachmentsOf(cell: Cell): readonly DemoAttachment[] {
  const hub = hubOf(cell)
  if (hub === null) return []
  if (hub !== cell) return [ofVpc(cell, hub, cell)]
  return [
    ofVpc(hub, hub, hub),
    ...spokesOf(hub).map((spoke) => ofVpc(spoke, hub, hub)),
    ...ofVpnConnections(hub),
    ...ofPeering(hub),
  ]
}

function ofVpc(spoke: Cell, hub: Cell, seenBy: Cell): DemoAttachment {
  const name = spoke === seenBy ? `to-acme-${hub.region}` : `from-${spoke.account.name}`
  return {
    ...makeAttachment(hub, hash(spoke.seed, 137), cellTags(seenBy, name)),
    type: 'vpc',
    state: spoke === hub ? 'available' : stateOf(spoke, hub),
    resourceId: vpcIdOf(spoke),
    resourceOwnerId: spoke.account.id,
  }
}

function stateOf(spoke: Cell, hub: Cell): DemoAttachment['state'] {
  return pick(acceptsUnasked(hub) ? acceptedStates : requestStates, hash(spoke.seed, 138))
}

function ofVpnConnections(hub: Cell): readonly DemoAttachment[] {
  const gatewayId = transitGatewayIdOf(hub)
  return vpnConnectionsOf(hub)
    .filter(({ transitGatewayId }) => transitGatewayId === gatewayId)
    .map(({ connectionId, tags }, k) => ({
      ...makeAttachment(hub, hash(hub.seed, k, 139), tags),
      type: 'vpn',
      resourceId: connectionId,
    }))
}

/** With the transit gateways of the region before and of the region behind. */
function ofPeering(hub: Cell): readonly DemoAttachment[] {
  return [-1, 1].flatMap((step) => {
    const there = hub.findAt(hub.accountIndex, hub.regionIndex + step)
    if (!there || there.instances === 0) return []
    const [first, second] = step === 1 ? [hub, there] : [there, hub]
    return {
      ...makeAttachment(hub, hash(first.seed, second.seed, 140), cellTags(hub, `to-acme-${there.region}`)),
      type: 'peering' as const,
      resourceId: transitGatewayIdOf(there),
    }
  })
}

/** An attachment of the hub's own, whose id comes from a number. */
function makeAttachment(hub: Cell, number: number, tags: readonly Tag[]): DemoAttachment {
  return {
    attachmentId: `tgw-attach-${hexId(number)}`,
    type: 'vpc',
    state: 'available',
    gatewayId: transitGatewayIdOf(hub),
    gatewayOwnerId: hub.account.id,
    resourceId: vpcIdOf(hub),
    resourceOwnerId: hub.account.id,
    routeTableId: transitRouteTableIdOf(hub),
    creationTime: hub.now - (1 + (number % 400)) * 86_400_000,
    tags,
  }
}

function isAssociated({ state }: DemoAttachment): boolean {
  return state === 'available' || state === 'modifying'
}

function attachmentXml(attachment: DemoAttachment): string {
  return itemXml({
    transitGatewayAttachmentId: attachment.attachmentId,
    transitGatewayId: attachment.gatewayId,
    transitGatewayOwnerId: attachment.gatewayOwnerId,
    resourceOwnerId: attachment.resourceOwnerId,
    resourceType: attachment.type,
    resourceId: attachment.resourceId,
    state: attachment.state,
    association: isAssociated(attachment)
      ? { transitGatewayRouteTableId: attachment.routeTableId, state: 'associated' }
      : null,
    creationTime: xmlTime(attachment.creationTime),
    tagSet: tagMembers(attachment.tags),
  })
}
