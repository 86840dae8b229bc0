import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { amazonPrefixListIdOf, internetGatewayIdOf, natGatewayIdOf, routeTableIdOf } from '../ids.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, type XmlMembers } from '../xml.ts'
import { natGatewayCount } from './nat-gateways.ts'
import { subnetsIn } from './subnets.ts'
import { gatewayEndpointsOf } from './vpc-endpoints.ts'
import { peeringsOf } from './vpc-peering-connections.ts'
import { type DemoVpc, vpcsOf } from './vpcs.ts'

export const routeTables: SimulatedKind<DemoRouteTable> = {
  operation: 'DescribeRouteTables',
  list: 'routeTableSet',
  idParameter: 'RouteTableId',
  pages: { min: 5, accepts: 100, gives: 100 },
  countItems: (cell) => routeTablesOf(cell).length,
  itemAt: (cell, n) => routeTablesOf(cell)[n] as DemoRouteTable,
  idOf: ({ tableId }) => tableId,
  xmlOf: routeTableXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'association.main': ({ main }) => (main ? 'true' : null),
    'association.subnet-id': ({ subnetIds }) => subnetIds,
    'owner-id': ({ ownerId }) => ownerId,
    'route-table-id': ({ tableId }) => tableId,
    'route.destination-cidr-block': ({ routes }) =>
      routes.map(({ to }) => to).filter((to) => !isPrefixList(to)),
    'route.destination-prefix-list-id': ({ routes }) => routes.map(({ to }) => to).filter(isPrefixList),
    'route.gateway-id': ({ routes }) => routes.flatMap(({ by }) => ('gatewayId' in by ? by.gatewayId : [])),
    'route.nat-gateway-id': ({ routes }) =>
      routes.flatMap(({ by }) => ('natGatewayId' in by ? by.natGatewayId : [])),
    'route.vpc-peering-connection-id': ({ routes }) =>
      routes.flatMap(({ by }) => ('vpcPeeringConnectionId' in by ? by.vpcPeeringConnectionId : [])),
    'route.state': ({ routes }) => [...new Set(routes.map(({ gone }) => stateOf(gone)))],
    'vpc-id': ({ vpcId }) => vpcId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidRouteTableID.NotFound', 'routeTable', ids),
}

export interface DemoRouteTable {
  readonly tableId: string
  readonly vpcId: string
  readonly ownerId: string
  /** Whether it is for the VPC's subnets that have no table of their own. */
  readonly main: boolean
  readonly subnetIds: readonly string[]
  readonly routes: readonly DemoRoute[]
  readonly tags: readonly Tag[]
}

interface DemoRoute {
  /** A range, or the id of a prefix list. */
  readonly to: string
  readonly by: RouteTarget
  /** Whether what it leads to is no more. */
  readonly gone: boolean
}

type RouteTarget =
  | { readonly gatewayId: string }
  | { readonly natGatewayId: string }
  | { readonly vpcPeeringConnectionId: string }

/** A main table for each VPC; where instances are, one for the public subnets and one for each NAT gateway. */
function routeTablesOf(cell: Cell): readonly DemoRouteTable[] {
  return vpcsOf(cell).flatMap((vpc) => [
    mainTable(cell, vpc),
    ...(vpc.use === 'main' ? ownTables(cell, vpc) : []),
  ])
}

function mainTable(cell: Cell, vpc: DemoVpc): DemoRouteTable {
  const { vpcId, use, ownerId } = vpc
  const local = localRoute(vpc)
  return {
    tableId: routeTableIdOf(cell, vpcId, 0),
    vpcId,
    ownerId,
    main: true,
    subnetIds: [],
    routes: use === 'default' ? [local, internetRoute(cell, vpcId)] : [local],
    tags: [],
  }
}

function ownTables(cell: Cell, vpc: DemoVpc): readonly DemoRouteTable[] {
  const { vpcId, ownerId } = vpc
  const local = localRoute(vpc)
  const all = subnetsIn(cell, vpc)
  const idsOf = (use: string) => all.filter((each) => each.use === use).map(({ subnetId }) => subnetId)
  const name = (end: string) => cellTags(cell, `${cell.account.team}-${end}`)
  const common = { vpcId, ownerId, main: false }
  const count = natGatewayCount(cell)
  return [
    {
      ...common,
      tableId: routeTableIdOf(cell, vpcId, 1),
      subnetIds: idsOf('public'),
      routes: [local, internetRoute(cell, vpcId)],
      tags: name('public'),
    },
    ...Array.from({ length: count }, (_, zone) => ({
      ...common,
      tableId: routeTableIdOf(cell, vpcId, 2 + zone),
      subnetIds: idsOf('private').filter((_, n) => n % count === zone),
      routes: [
        local,
        { to: '0.0.0.0/0', by: { natGatewayId: natGatewayIdOf(cell, zone) }, gone: false },
        ...endpointRoutes(cell),
        ...peeringRoutes(cell),
      ],
      tags: name(`private-${'abc'[zone]}`),
    })),
  ]
}

function localRoute({ cidr }: DemoVpc): DemoRoute {
  return { to: cidr, by: { gatewayId: 'local' }, gone: false }
}

function internetRoute(cell: Cell, vpcId: string): DemoRoute {
  return { to: '0.0.0.0/0', by: { gatewayId: internetGatewayIdOf(cell, vpcId) }, gone: false }
}

function endpointRoutes(cell: Cell): readonly DemoRoute[] {
  return gatewayEndpointsOf(cell).map(({ endpointId, service }) => ({
    to: amazonPrefixListIdOf(cell, service),
    by: { gatewayId: endpointId },
    gone: false,
  }))
}

/** To the VPCs at the other ends; the route through a peering connection that was deleted is still there where it is the only one. */
function peeringRoutes(cell: Cell): readonly DemoRoute[] {
  const usable = peeringsOf(cell).filter(({ status }) => status === 'active' || status === 'deleted')
  return [...Map.groupBy(usable, ({ otherRange }) => otherRange)].flatMap(([to, peerings]) => {
    const best = peerings.find(({ status }) => status === 'active') ?? peerings[0]
    if (!best) return []
    return { to, by: { vpcPeeringConnectionId: best.peeringId }, gone: best.status === 'deleted' }
  })
}

function isPrefixList(to: string): boolean {
  return to.startsWith('pl-')
}

function stateOf(gone: boolean): string {
  return gone ? 'blackhole' : 'active'
}

function routeTableXml({ tableId, vpcId, ownerId, main, subnetIds, routes, tags }: DemoRouteTable): string {
  const tail = tableId.slice(4)
  const associate = (end: string, members: XmlMembers): XmlMembers => ({
    routeTableAssociationId: `rtbassoc-${end}`,
    routeTableId: tableId,
    ...members,
    associationState: { state: 'associated' },
  })
  return itemXml({
    routeTableId: tableId,
    vpcId,
    ownerId,
    routeSet: routes.map(({ to, by, gone }) => ({
      [isPrefixList(to) ? 'destinationPrefixListId' : 'destinationCidrBlock']: to,
      ...by,
      state: stateOf(gone),
      origin: 'gatewayId' in by && by.gatewayId === 'local' ? 'CreateRouteTable' : 'CreateRoute',
    })),
    associationSet: [
      ...(main ? [associate(tail, { main: true })] : []),
      ...subnetIds.map((subnetId) => associate(subnetId.slice(7), { main: false, subnetId })),
    ],
    propagatingVgwSet: [],
    tagSet: tagMembers(tags),
  })
}
