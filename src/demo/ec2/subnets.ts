import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { defaultSubnetIdOf, publicSubnetIdOf, subnetIdOf, vpcAddressOf } from '../ids.ts'
import { hash } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers } from '../xml.ts'
import { type DemoVpc, vpcsOf } from './vpcs.ts'

export const subnets: SimulatedKind<DemoSubnet> = {
  operation: 'DescribeSubnets',
  list: 'subnetSet',
  idParameter: 'SubnetId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => subnetsOf(cell).length,
  itemAt: (cell, n) => subnetsOf(cell)[n] as DemoSubnet,
  idOf: ({ subnetId }) => subnetId,
  xmlOf: subnetXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    'available-ip-address-count': ({ free }) => String(free),
    'cidr-block': ({ cidr }) => cidr,
    'default-for-az': ({ use }) => String(use === 'default'),
    'map-public-ip-on-launch': ({ use }) => String(use !== 'private'),
    'owner-id': ({ ownerId }) => ownerId,
    state: () => 'available',
    'subnet-arn': arnOf,
    'subnet-id': ({ subnetId }) => subnetId,
    'vpc-id': ({ vpcId }) => vpcId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidSubnetID.NotFound', 'subnet', ids),
}

export interface DemoSubnet {
  readonly subnetId: string
  readonly vpcId: string
  /** Of the default VPC; of NAT gateways and load balancers; of instances. */
  readonly use: 'default' | 'public' | 'private'
  readonly ownerId: string
  readonly region: string
  /** 0, 1 or 2. */
  readonly zone: number
  readonly availabilityZone: string
  readonly cidr: string
  /** Addresses that are not in use. */
  readonly free: number
  readonly tags: readonly Tag[]
}

/** The subnets of an account and region, VPC by VPC. */
function subnetsOf(cell: Cell): readonly DemoSubnet[] {
  return vpcsOf(cell).flatMap((vpc) => subnetsIn(cell, vpc))
}

/** The subnets of a VPC: one of each use in each of the three zones. */
export function subnetsIn(cell: Cell, { vpcId, use }: DemoVpc): readonly DemoSubnet[] {
  const { account, region } = cell
  const at = (zone: number) => ({
    vpcId,
    ownerId: account.id,
    region,
    zone,
    availabilityZone: `${region}${'abc'[zone]}`,
  })
  const name = (zone: number, use: string) => cellTags(cell, `${account.team}-${use}-${'abc'[zone]}`)
  const zones = [0, 1, 2]
  if (use === 'old') return []
  if (use === 'default') {
    return zones.map((zone) => ({
      ...at(zone),
      subnetId: defaultSubnetIdOf(cell, zone),
      use: 'default',
      cidr: `172.31.${zone * 16}.0/20`,
      free: 4091,
      tags: [],
    }))
  }
  const inZone = Math.floor(cell.instances / 3)
  const nearlyFull = hash(cell.seed, 105) % 5 === 0
  return [
    ...zones.map((zone) => ({
      ...at(zone),
      subnetId: subnetIdOf(cell, zone),
      use: 'private' as const,
      cidr: `${vpcAddressOf(cell, zone * 4)}.0/22`,
      free: Math.max(7, 1019 - inZone),
      tags: name(zone, 'private'),
    })),
    ...zones.map((zone) => ({
      ...at(zone),
      subnetId: publicSubnetIdOf(cell, zone),
      use: 'public' as const,
      cidr: `${vpcAddressOf(cell, 12 + zone)}.0/24`,
      free: zone === 2 && nearlyFull ? 11 : 249,
      tags: name(zone, 'public'),
    })),
  ]
}

function arnOf({ region, ownerId, subnetId }: DemoSubnet): string {
  return `arn:aws:ec2:${region}:${ownerId}:subnet/${subnetId}`
}

function subnetXml(subnet: DemoSubnet): string {
  const { subnetId, vpcId, use, ownerId, availabilityZone, cidr, free, tags } = subnet
  return itemXml({
    subnetId,
    subnetArn: arnOf(subnet),
    state: 'available',
    ownerId,
    vpcId,
    cidrBlock: cidr,
    ipv6CidrBlockAssociationSet: [],
    availableIpAddressCount: free,
    availabilityZone,
    defaultForAz: use === 'default',
    mapPublicIpOnLaunch: use !== 'private',
    assignIpv6AddressOnCreation: false,
    mapCustomerOwnedIpOnLaunch: false,
    enableDns64: false,
    ipv6Native: false,
    privateDnsNameOptionsOnLaunch: {
      hostnameType: 'ip-name',
      enableResourceNameDnsARecord: false,
      enableResourceNameDnsAAAARecord: false,
    },
    tagSet: tagMembers(tags),
  })
}
