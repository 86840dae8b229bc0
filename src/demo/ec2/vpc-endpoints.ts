import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import {
  defaultGroupIdOf,
  endpointIdOf,
  endpointInterfaceIdOf,
  routeTableIdOf,
  subnetIdOf,
  vpcIdOf,
} from '../ids.ts'
import { hash, hexId } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'
import { natGatewayCount } from './nat-gateways.ts'

export const vpcEndpoints: SimulatedKind<DemoEndpoint> = {
  operation: 'DescribeVpcEndpoints',
  list: 'vpcEndpointSet',
  idParameter: 'VpcEndpointId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => endpointsOf(cell).length,
  itemAt: (cell, n) => endpointsOf(cell)[n] as DemoEndpoint,
  idOf: ({ endpointId }) => endpointId,
  xmlOf: endpointXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'service-name': ({ service }) => service,
    'vpc-endpoint-id': ({ endpointId }) => endpointId,
    'vpc-endpoint-state': ({ state }) => state,
    'vpc-endpoint-type': ({ type }) => type,
    'vpc-id': ({ vpcId }) => vpcId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidVpcEndpointId.NotFound', 'Vpc Endpoint', ids),
}

export interface DemoEndpoint {
  readonly endpointId: string
  readonly type: 'Gateway' | 'Interface'
  /** `com.amazonaws.eu-west-1.s3`. */
  readonly service: string
  readonly state: 'available' | 'pendingAcceptance' | 'rejected' | 'failed'
  readonly vpcId: string
  readonly ownerId: string
  readonly region: string
  readonly routeTableIds: readonly string[]
  /** Where it has network interfaces, one in each of these zones. */
  readonly interfaces: readonly EndpointInterface[]
  readonly groupId: string | null
  /** In ms since 1970. */
  readonly creationTime: number
  readonly tags: readonly Tag[]
}

export interface EndpointInterface {
  readonly interfaceId: string
  readonly subnetId: string
  /** 0, 1 or 2. */
  readonly zone: number
}

/** Services that route tables lead to, by their place, and those that have interfaces. */
const gatewayServices = ['s3', 'dynamodb']
const interfaceServices = ['ssm', 'ecr.api']

/** S3 wherever instances are; in production further services, and in some cells that of a partner who does not let it in. */
export function endpointsOf(cell: Cell): readonly DemoEndpoint[] {
  if (cell.instances === 0) return []
  const isProduction = cell.account.environment === 'prod'
  const gateways = gatewayEndpointsOf(cell)
  const count = natGatewayCount(cell)
  const routeTableIds = Array.from({ length: count }, (_, zone) =>
    routeTableIdOf(cell, vpcIdOf(cell), 2 + zone),
  )
  const ofGateways = gateways.map(({ endpointId, service }, k) => ({
    ...makeEndpoint(cell, k, service),
    endpointId,
    type: 'Gateway' as const,
    routeTableIds,
  }))
  if (!isProduction) return ofGateways
  const groupId = defaultGroupIdOf(cell, vpcIdOf(cell))
  const ofInterfaces = interfaceServices.map((service, index) => {
    const k = gatewayServices.length + index
    const interfaces = [0, 1, 2].map((zone) => ({
      interfaceId: endpointInterfaceIdOf(cell, k, zone),
      subnetId: subnetIdOf(cell, zone),
      zone,
    }))
    return { ...makeEndpoint(cell, k, service), interfaces, groupId }
  })
  return [...ofGateways, ...ofInterfaces, ...ofPartner(cell, groupId)]
}

/** The endpoints that route tables lead to, with the names of their services. */
export function gatewayEndpointsOf(cell: Cell): readonly { endpointId: string; service: string }[] {
  const services = cell.account.environment === 'prod' ? gatewayServices : gatewayServices.slice(0, 1)
  return services.map((service, k) => ({ endpointId: endpointIdOf(cell, k), service }))
}

function makeEndpoint(cell: Cell, k: number, service: string): DemoEndpoint {
  return {
    endpointId: endpointIdOf(cell, k),
    type: 'Interface',
    service: `com.amazonaws.${cell.region}.${service}`,
    state: 'available',
    vpcId: vpcIdOf(cell),
    ownerId: cell.account.id,
    region: cell.region,
    routeTableIds: [],
    interfaces: [],
    groupId: null,
    creationTime: cell.now - (30 + (hash(cell.seed, k, 121) % 1200)) * 86_400_000,
    tags: cellTags(cell, `${cell.account.team}-${service}`),
  }
}

function ofPartner(cell: Cell, groupId: string): readonly DemoEndpoint[] {
  const h = hash(cell.seed, 122)
  if (h % 2 === 0) return []
  const states = ['pendingAcceptance', 'rejected', 'failed'] as const
  const endpoint = makeEndpoint(cell, 9, 'partner')
  const service = `com.amazonaws.vpce.${cell.region}.vpce-svc-${hexId(cell.regionIndex, 123)}`
  return [{ ...endpoint, service, state: states[(h >>> 4) % 3] ?? 'failed', groupId }]
}

function endpointXml(endpoint: DemoEndpoint): string {
  const { endpointId, type, service, state, vpcId, ownerId, interfaces, groupId } = endpoint
  const name = `${endpointId}-${endpointId.slice(-8)}.${service.split('.').at(-1)}.${endpoint.region}.vpce.amazonaws.com`
  return itemXml({
    vpcEndpointId: endpointId,
    vpcEndpointType: type,
    vpcId,
    serviceName: service,
    state,
    policyDocument:
      '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
    routeTableIdSet: endpoint.routeTableIds,
    subnetIdSet: interfaces.map(({ subnetId }) => subnetId),
    groupSet: groupId === null ? [] : [{ groupId, groupName: 'default' }],
    ipAddressType: type === 'Interface' ? 'ipv4' : null,
    privateDnsEnabled: interfaces.length > 0,
    requesterManaged: false,
    networkInterfaceIdSet: interfaces.map(({ interfaceId }) => interfaceId),
    dnsEntrySet: interfaces.length === 0 ? [] : [{ dnsName: name, hostedZoneId: 'Z00000000DEMO' }],
    creationTimestamp: xmlTime(endpoint.creationTime),
    tagSet: tagMembers(endpoint.tags),
    ownerId,
    lastError:
      state === 'failed'
        ? { message: 'The service does not support the zones of these subnets.', code: 'InvalidParameter' }
        : null,
  })
}
