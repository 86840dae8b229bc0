import { hubOf } from '../backbone.ts'
import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { transitGatewayIdOf, vpnConnectionIdOf, vpnGatewayIdOf } from '../ids.ts'
import { hash } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'
import { customerGatewaysOf } from './customer-gateways.ts'

export const vpnConnections: SimulatedKind<DemoVpnConnection> = {
  operation: 'DescribeVpnConnections',
  list: 'vpnConnectionSet',
  idParameter: 'VpnConnectionId',
  pages: null,
  countItems: (cell) => vpnConnectionsOf(cell).length,
  itemAt: (cell, n) => vpnConnectionsOf(cell)[n] as DemoVpnConnection,
  idOf: ({ connectionId }) => connectionId,
  xmlOf: vpnConnectionXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'customer-gateway-id': ({ customerGatewayId }) => customerGatewayId,
    'option.static-routes-only': ({ staticRoute }) => String(staticRoute !== null),
    'route.destination-cidr-block': ({ staticRoute }) => staticRoute,
    state: ({ state }) => state,
    'transit-gateway-id': ({ transitGatewayId }) => transitGatewayId,
    type: () => 'ipsec.1',
    'vpn-connection-id': ({ connectionId }) => connectionId,
    'vpn-gateway-id': ({ vpnGatewayId }) => vpnGatewayId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidVpnConnectionID.NotFound', 'vpnConnection', ids),
}

export interface DemoVpnConnection {
  readonly connectionId: string
  readonly customerGatewayId: string
  readonly state: 'available' | 'deleted'
  /** One of the two is null. */
  readonly transitGatewayId: string | null
  readonly vpnGatewayId: string | null
  /** The range behind the device; null if BGP says which ranges there are. */
  readonly staticRoute: string | null
  readonly tunnels: readonly DemoTunnel[]
  readonly tags: readonly Tag[]
}

interface DemoTunnel {
  readonly address: string
  readonly insideRange: string
  readonly isUp: boolean
  readonly routes: number
  /** In ms since 1970. */
  readonly changed: number
}

/** One for each customer gateway. That of a hub's data centre leads to the transit gateway, all others to the VPC. */
export function vpnConnectionsOf(cell: Cell): readonly DemoVpnConnection[] {
  const isHub = hubOf(cell) === cell
  return customerGatewaysOf(cell).map(({ gatewayId, state, device }, k) => {
    const transits = isHub && k === 0
    const staticRoute = k === 0 ? null : `192.168.${k * 16}.0/20`
    return {
      connectionId: vpnConnectionIdOf(cell, k),
      customerGatewayId: gatewayId,
      state,
      transitGatewayId: transits ? transitGatewayIdOf(cell) : null,
      vpnGatewayId: transits ? null : vpnGatewayIdOf(cell),
      staticRoute,
      tunnels: state === 'deleted' ? [] : [0, 1].map((n) => makeTunnel(cell, k, n, staticRoute !== null)),
      tags: cellTags(cell, `${cell.account.team}-vpn-${device}`),
    }
  })
}

/** The second tunnel is down more often than the first one. */
function makeTunnel(cell: Cell, k: number, n: number, isStatic: boolean): DemoTunnel {
  const h = hash(cell.seed, k, n, 136)
  const isUp = h % (n === 0 ? 6 : 3) !== 0
  return {
    address: `203.0.113.${h % 256}`,
    insideRange: `169.254.${(h >>> 8) % 256}.${((h >>> 16) % 64) * 4}/30`,
    isUp,
    routes: isUp && !isStatic ? 4 + (h % 9) : 0,
    changed: cell.now - (1 + (h % 400)) * 3_600_000,
  }
}

/** The secrets are made up, and look like it. */
function vpnConnectionXml(connection: DemoVpnConnection): string {
  const { connectionId, customerGatewayId, state, staticRoute, tunnels } = connection
  const keyOf = (n: number) => `demo-secret-key-${n + 1}-of-${connectionId}`
  const configuration = `<vpn_connection id="${connectionId}"><ike><pre_shared_key>demo-secret-configuration-of-${connectionId}</pre_shared_key></ike></vpn_connection>`
  return itemXml({
    vpnConnectionId: connectionId,
    state,
    customerGatewayConfiguration: state === 'deleted' ? null : configuration,
    type: 'ipsec.1',
    category: 'VPN',
    customerGatewayId,
    vpnGatewayId: connection.vpnGatewayId,
    transitGatewayId: connection.transitGatewayId,
    gatewayAssociationState: state === 'deleted' ? 'not-associated' : 'associated',
    options: {
      enableAcceleration: false,
      staticRoutesOnly: staticRoute !== null,
      localIpv4NetworkCidr: '0.0.0.0/0',
      remoteIpv4NetworkCidr: '0.0.0.0/0',
      outsideIpAddressType: 'PublicIpv4',
      tunnelInsideIpVersion: 'ipv4',
      tunnelOptionSet: tunnels.map(({ address, insideRange }, n) => ({
        outsideIpAddress: address,
        tunnelInsideCidr: insideRange,
        preSharedKey: keyOf(n),
      })),
    },
    routes:
      staticRoute === null
        ? []
        : [{ destinationCidrBlock: staticRoute, source: 'Static', state: 'available' }],
    tagSet: tagMembers(connection.tags),
    vgwTelemetry: tunnels.map(({ address, isUp, routes, changed }) => ({
      acceptedRouteCount: routes,
      lastStatusChange: xmlTime(changed),
      outsideIpAddress: address,
      status: isUp ? 'UP' : 'DOWN',
      statusMessage: isUp ? (staticRoute === null ? `${routes} BGP ROUTES` : '') : 'IPSEC IS DOWN',
    })),
  })
}
