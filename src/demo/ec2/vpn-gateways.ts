import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { vpcIdOf, vpnGatewayIdOf } from '../ids.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers } from '../xml.ts'
import { vpnConnectionsOf } from './vpn-connections.ts'

/** Not a chosen kind: what VPN connections lead to. */
export const vpnGateways: SimulatedKind<DemoVpnGateway> = {
  operation: 'DescribeVpnGateways',
  list: 'vpnGatewaySet',
  idParameter: 'VpnGatewayId',
  pages: null,
  countItems: (cell) => vpnGatewaysOf(cell).length,
  itemAt: (cell, n) => vpnGatewaysOf(cell)[n] as DemoVpnGateway,
  idOf: ({ gatewayId }) => gatewayId,
  xmlOf: ({ gatewayId, vpcId, tags }) =>
    itemXml({
      vpnGatewayId: gatewayId,
      state: 'available',
      type: 'ipsec.1',
      attachments: [{ vpcId, state: 'attached' }],
      amazonSideAsn: 64_512,
      tagSet: tagMembers(tags),
    }),
  tagsOf: ({ tags }) => tags,
  filters: {
    'amazon-side-asn': () => '64512',
    'attachment.state': () => 'attached',
    'attachment.vpc-id': ({ vpcId }) => vpcId,
    state: () => 'available',
    type: () => 'ipsec.1',
    'vpn-gateway-id': ({ gatewayId }) => gatewayId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidVpnGatewayID.NotFound', 'vpnGateway', ids),
}

export interface DemoVpnGateway {
  readonly gatewayId: string
  readonly vpcId: string
  readonly tags: readonly Tag[]
}

/** One where a VPN connection leads to it. */
function vpnGatewaysOf(cell: Cell): readonly DemoVpnGateway[] {
  const gatewayId = vpnGatewayIdOf(cell)
  if (!vpnConnectionsOf(cell).some((each) => each.vpnGatewayId === gatewayId)) return []
  return [{ gatewayId, vpcId: vpcIdOf(cell), tags: cellTags(cell, `${cell.account.team}-vgw`) }]
}
