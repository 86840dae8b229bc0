import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { defaultVpcIdOf, dhcpOptionsIdOf, mainRangeOf, ownDhcpOptionsIdOf, vpcIdOf } from '../ids.ts'
import { hash, hexId } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers } from '../xml.ts'

export const vpcs: SimulatedKind<DemoVpc> = {
  operation: 'DescribeVpcs',
  list: 'vpcSet',
  idParameter: 'VpcId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => vpcsOf(cell).length,
  itemAt: (cell, n) => vpcsOf(cell)[n] as DemoVpc,
  idOf: ({ vpcId }) => vpcId,
  xmlOf: vpcXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    cidr: ({ cidr }) => cidr,
    'cidr-block-association.cidr-block': ({ cidr }) => cidr,
    'dhcp-options-id': ({ dhcpOptionsId }) => dhcpOptionsId,
    'ipv6-cidr-block-association.ipv6-cidr-block': ({ ipv6Cidr }) => ipv6Cidr,
    'is-default': ({ use }) => String(use === 'default'),
    'owner-id': ({ ownerId }) => ownerId,
    state: () => 'available',
    'vpc-id': ({ vpcId }) => vpcId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidVpcID.NotFound', 'vpc', ids),
}

export interface DemoVpc {
  readonly vpcId: string
  /** EC2's own default, the one with all instances, or an old one that nothing uses. */
  readonly use: 'default' | 'main' | 'old'
  readonly ownerId: string
  readonly cidr: string
  readonly ipv6Cidr: string | null
  readonly dhcpOptionsId: string
  readonly tags: readonly Tag[]
}

/** The VPCs of an account and region. A quarter of the cells have deleted their default VPC. */
export function vpcsOf(cell: Cell): readonly DemoVpc[] {
  const { account, accountIndex: a, region } = cell
  const common = { ownerId: account.id, dhcpOptionsId: dhcpOptionsIdOf(cell), ipv6Cidr: null, tags: [] }
  const h = hash(cell.seed, 70)
  const list: DemoVpc[] = []
  if (h % 4 !== 0) {
    list.push({ ...common, vpcId: defaultVpcIdOf(cell), use: 'default', cidr: '172.31.0.0/16' })
  }
  if (cell.instances === 0) return list
  list.push({
    ...common,
    vpcId: vpcIdOf(cell),
    use: 'main',
    cidr: mainRangeOf(cell),
    ipv6Cidr: `2001:db8:${a + 1}::/56`,
    dhcpOptionsId: hasOwnNameServers(cell) ? ownDhcpOptionsIdOf(cell) : common.dhcpOptionsId,
    tags: cellTags(cell, `${account.team}-${account.environment}-${region}`),
  })
  // One range for all of them, so that there are ranges that overlap.
  if ((h >>> 2) % 3 === 0) {
    const tags = cellTags(cell, `old-${account.team}`)
    list.push({ ...common, vpcId: `vpc-${hexId(cell.seed, 74)}`, use: 'old', cidr: '10.0.0.0/16', tags })
  }
  return list
}

/** Whether the VPC with all instances has other name servers than Amazon's: in production. */
export function hasOwnNameServers({ account, instances }: Cell): boolean {
  return instances > 0 && account.environment === 'prod'
}

function vpcXml({ vpcId, use, ownerId, cidr, ipv6Cidr, dhcpOptionsId, tags }: DemoVpc): string {
  const tail = vpcId.slice(4)
  const ipv6 = {
    associationId: `vpc-cidr-assoc-1${tail.slice(1)}`,
    ipv6CidrBlock: ipv6Cidr,
    ipv6CidrBlockState: { state: 'associated' },
    networkBorderGroup: null,
    ipv6Pool: 'Amazon',
  }
  return itemXml({
    vpcId,
    ownerId,
    state: 'available',
    cidrBlock: cidr,
    cidrBlockAssociationSet: [
      { associationId: `vpc-cidr-assoc-${tail}`, cidrBlock: cidr, cidrBlockState: { state: 'associated' } },
    ],
    ipv6CidrBlockAssociationSet: ipv6Cidr === null ? null : [ipv6],
    dhcpOptionsId,
    tagSet: tagMembers(tags),
    instanceTenancy: 'default',
    isDefault: use === 'default',
  })
}
