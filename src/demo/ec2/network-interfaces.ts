import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import {
  defaultGroupIdOf,
  defaultSubnetIdOf,
  publicSubnetIdOf,
  securityGroupIdOf,
  subnetIdOf,
  vpcAddressOf,
  vpcIdOf,
} from '../ids.ts'
import { hash, hexId } from '../random.ts'
import type { Tag } from '../tags.ts'
import { itemXml, tagMembers, type XmlMembers, xmlTime } from '../xml.ts'
import { makeInstance } from './instances.ts'
import { makeNatGateway, natGatewayCount } from './nat-gateways.ts'
import { endpointsOf } from './vpc-endpoints.ts'
import { vpcsOf } from './vpcs.ts'

export const networkInterfaces: SimulatedKind<DemoInterface> = {
  operation: 'DescribeNetworkInterfaces',
  list: 'networkInterfaceSet',
  idParameter: 'NetworkInterfaceId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: interfaceCount,
  itemAt: makeInterface,
  idOf: ({ interfaceId }) => interfaceId,
  xmlOf: interfaceXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'addresses.private-ip-address': ({ privateIp }) => privateIp,
    'association.allocation-id': ({ association }) => association?.allocationId ?? null,
    'association.public-ip': ({ association }) => association?.publicIp ?? null,
    'attachment.instance-id': ({ attachment }) => attachment?.instanceId ?? null,
    'attachment.instance-owner-id': ({ attachment }) => attachment?.instanceOwnerId ?? null,
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    description: ({ description }) => description || null,
    'group-id': ({ group }) => group?.groupId ?? null,
    'group-name': ({ group }) => group?.groupName ?? null,
    'interface-type': ({ type }) => type,
    'mac-address': macOf,
    'network-interface-id': ({ interfaceId }) => interfaceId,
    'owner-id': ({ ownerId }) => ownerId,
    'private-ip-address': ({ privateIp }) => privateIp,
    'requester-id': ({ requesterId }) => requesterId,
    'requester-managed': ({ requesterId }) => String(requesterId !== null),
    status: statusOf,
    'subnet-id': ({ subnetId }) => subnetId,
    'vpc-id': ({ vpcId }) => vpcId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidNetworkInterfaceID.NotFound', 'networkInterface', ids),
}

export interface DemoInterface {
  readonly interfaceId: string
  readonly type: 'interface' | 'nat_gateway' | 'vpc_endpoint'
  readonly description: string
  readonly ownerId: string
  readonly region: string
  readonly availabilityZone: string
  readonly vpcId: string
  readonly subnetId: string
  readonly privateIp: string
  readonly ipv6: string | null
  readonly group: { readonly groupId: string; readonly groupName: string } | null
  /** The public address, and of an Elastic IP its ids. */
  readonly association: {
    readonly publicIp: string
    readonly allocationId: string | null
    readonly associationId: string | null
  } | null
  readonly attachment: {
    readonly instanceId: string | null
    readonly instanceOwnerId: string
    /** In ms since 1970. */
    readonly attachTime: number
  } | null
  /** The service that made it; null for one of the account's own. */
  readonly requesterId: string | null
  readonly tags: readonly Tag[]
}

const loadBalancers = 2

/**
 * One of each instance, one of each NAT gateway, those of a load balancer, one that is left over, those of endpoints, and
 * those of a function that somebody made in the default VPC.
 */
function interfaceCount(cell: Cell): number {
  if (cell.instances === 0) return 0
  return cell.instances + natGatewayCount(cell) + loadBalancers + 1 + othersOf(cell).length
}

function makeInterface(cell: Cell, n: number): DemoInterface {
  if (n < cell.instances) return ofInstance(cell, n)
  const zone = n - cell.instances
  if (zone < natGatewayCount(cell)) return ofNatGateway(cell, zone)
  const k = zone - natGatewayCount(cell)
  if (k <= loadBalancers) return ofService(cell, k)
  return othersOf(cell)[k - loadBalancers - 1] as DemoInterface
}

/** That of a terminated instance is still there and attached to nothing. */
function ofInstance(cell: Cell, n: number): DemoInterface {
  const instance = makeInstance(cell, n)
  const { publicIp } = instance
  const gone = instance.state === 'terminated'
  return {
    interfaceId: instance.networkInterfaceId,
    type: 'interface',
    description: 'Primary network interface',
    ownerId: instance.ownerId,
    region: cell.region,
    availabilityZone: instance.availabilityZone,
    vpcId: instance.vpcId,
    subnetId: instance.subnetId,
    privateIp: instance.privateIp,
    ipv6: instance.ipv6,
    group: { groupId: instance.securityGroupId, groupName: `${instance.role}-sg` },
    association: publicIp === null ? null : { publicIp, allocationId: null, associationId: null },
    attachment: gone
      ? null
      : {
          instanceId: instance.instanceId,
          instanceOwnerId: instance.ownerId,
          attachTime: instance.launchTime,
        },
    requesterId: null,
    tags: [],
  }
}

function ofNatGateway(cell: Cell, zone: number): DemoInterface {
  const gateway = makeNatGateway(cell, zone)
  const { publicIp, allocationId, associationId } = gateway
  return {
    ...inZone(cell, zone),
    interfaceId: gateway.interfaceId,
    type: 'nat_gateway',
    description: `Interface for NAT Gateway ${gateway.natGatewayId}`,
    subnetId: gateway.subnetId,
    privateIp: gateway.privateIp,
    group: null,
    association: { publicIp, allocationId, associationId },
    attachment: { instanceId: null, instanceOwnerId: 'amazon-aws', attachTime: gateway.createTime },
    requesterId: 'amazon-aws',
    tags: gateway.tags,
  }
}

/** Of a load balancer, in the first zones; the last one is left over from a function. */
function ofService(cell: Cell, k: number): DemoInterface {
  const h = hash(cell.seed, k, 91)
  const id = hexId(cell.seed, k, 92)
  const left = k === loadBalancers
  const use = left ? 'worker' : 'lb'
  return {
    ...inZone(cell, k),
    interfaceId: `eni-${id}`,
    type: 'interface',
    description: left
      ? `AWS Lambda VPC ENI-${cell.account.team}-report`
      : `ELB app/${cell.account.team}-web/${hexId(cell.seed, 93).slice(1)}`,
    subnetId: left ? subnetIdOf(cell, k) : publicSubnetIdOf(cell, k),
    privateIp: left ? `${vpcAddressOf(cell, 11)}.250` : `${vpcAddressOf(cell, 12 + k)}.20`,
    group: { groupId: securityGroupIdOf(cell, use), groupName: `${use}-sg` },
    association: left ? null : { publicIp: `203.0.113.${h % 256}`, allocationId: null, associationId: null },
    attachment: left
      ? null
      : { instanceId: null, instanceOwnerId: 'amazon-elb', attachTime: cell.now - (h % 500) * 86_400_000 },
    requesterId: left ? null : 'amazon-elb',
    tags: [],
  }
}

function othersOf(cell: Cell): readonly DemoInterface[] {
  return [...endpointInterfacesOf(cell), ...ofDefaultVpc(cell)]
}

/** Some cells use their default VPC, where they have one. */
function ofDefaultVpc(cell: Cell): readonly DemoInterface[] {
  const vpc = vpcsOf(cell).find(({ use }) => use === 'default')
  if (!vpc || hash(cell.seed, 141) % 4 !== 0) return []
  return [
    {
      ...inZone(cell, 0),
      vpcId: vpc.vpcId,
      interfaceId: `eni-${hexId(cell.seed, 142)}`,
      type: 'interface',
      description: `AWS Lambda VPC ENI-${cell.account.team}-trial`,
      subnetId: defaultSubnetIdOf(cell, 0),
      privateIp: '172.31.0.25',
      group: { groupId: defaultGroupIdOf(cell, vpc.vpcId), groupName: 'default' },
      association: null,
      attachment: {
        instanceId: null,
        instanceOwnerId: 'amazon-aws',
        attachTime: cell.now - 200 * 86_400_000,
      },
      requesterId: 'amazon-aws',
      tags: [],
    },
  ]
}

function endpointInterfacesOf(cell: Cell): readonly DemoInterface[] {
  return endpointsOf(cell).flatMap(({ endpointId, interfaces, groupId, creationTime, tags }, k) =>
    interfaces.map(({ interfaceId, subnetId, zone }) => ({
      ...inZone(cell, zone),
      interfaceId,
      type: 'vpc_endpoint' as const,
      description: `VPC Endpoint Interface ${endpointId}`,
      subnetId,
      privateIp: `${vpcAddressOf(cell, zone * 4 + 3)}.${200 + k}`,
      group: groupId === null ? null : { groupId, groupName: 'default' },
      association: null,
      attachment: { instanceId: null, instanceOwnerId: 'amazon-aws', attachTime: creationTime },
      requesterId: 'amazon-aws',
      tags,
    })),
  )
}

function inZone(cell: Cell, zone: number) {
  return {
    ownerId: cell.account.id,
    region: cell.region,
    availabilityZone: `${cell.region}${'abc'[zone]}`,
    vpcId: vpcIdOf(cell),
    ipv6: null,
  }
}

function statusOf({ attachment }: DemoInterface): string {
  return attachment === null ? 'available' : 'in-use'
}

function macOf({ interfaceId }: DemoInterface): string {
  const tail = interfaceId.slice(-16)
  return `0a:${tail.slice(0, 10).replace(/..(?=.)/g, '$&:')}`
}

function interfaceXml(item: DemoInterface): string {
  const { interfaceId, privateIp, attachment, ownerId, ipv6 } = item
  const privateName = `ip-${privateIp.replaceAll('.', '-')}.${item.region}.compute.internal`
  const association = associationOf(item)
  return itemXml({
    networkInterfaceId: interfaceId,
    subnetId: item.subnetId,
    vpcId: item.vpcId,
    availabilityZone: item.availabilityZone,
    description: item.description,
    ownerId,
    requesterId: item.requesterId,
    requesterManaged: item.requesterId !== null,
    status: statusOf(item),
    macAddress: macOf(item),
    privateIpAddress: privateIp,
    privateDnsName: privateName,
    sourceDestCheck: item.type !== 'nat_gateway',
    groupSet: item.group ? [item.group] : [],
    attachment: attachment && {
      attachmentId: `${attachment.instanceId === null ? 'ela' : 'eni'}-attach-${interfaceId.slice(4)}`,
      instanceId: attachment.instanceId,
      instanceOwnerId: attachment.instanceOwnerId,
      deviceIndex: attachment.instanceId === null ? 1 : 0,
      status: 'attached',
      attachTime: xmlTime(attachment.attachTime),
      deleteOnTermination: attachment.instanceId !== null,
      networkCardIndex: 0,
    },
    association,
    tagSet: tagMembers(item.tags),
    privateIpAddressesSet: [
      { privateIpAddress: privateIp, privateDnsName: privateName, primary: true, association },
    ],
    ipv6AddressesSet: ipv6 === null ? [] : [{ ipv6Address: ipv6 }],
    interfaceType: item.type,
    operator: { managed: false },
  })
}

function associationOf({ association, region, ownerId }: DemoInterface): XmlMembers | null {
  if (association === null) return null
  const { publicIp, allocationId, associationId } = association
  return {
    allocationId,
    associationId,
    ipOwnerId: allocationId === null ? 'amazon' : ownerId,
    publicDnsName: `ec2-${publicIp.replaceAll('.', '-')}.${region}.compute.amazonaws.com`,
    publicIp,
  }
}
