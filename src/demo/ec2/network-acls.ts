import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { hash, hexId } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, type XmlMembers } from '../xml.ts'
import { subnetsIn } from './subnets.ts'
import { type DemoVpc, vpcsOf } from './vpcs.ts'

export const networkAcls: SimulatedKind<DemoNetworkAcl> = {
  operation: 'DescribeNetworkAcls',
  list: 'networkAclSet',
  idParameter: 'NetworkAclId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => networkAclsOf(cell).length,
  itemAt: (cell, n) => networkAclsOf(cell)[n] as DemoNetworkAcl,
  idOf: ({ aclId }) => aclId,
  xmlOf: networkAclXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'association.association-id': ({ subnetIds }) => subnetIds.map(associationOf),
    'association.subnet-id': ({ subnetIds }) => subnetIds,
    default: ({ isDefault }) => String(isDefault),
    'entry.cidr': ({ entries }) => entries.flatMap(({ range }) => (isIpv6(range) ? [] : range)),
    'entry.ipv6-cidr': ({ entries }) =>
      entries.filter(({ range }) => isIpv6(range)).map(({ range }) => range),
    'entry.rule-action': ({ entries }) => [...new Set(entries.map(({ action }) => action))],
    'entry.rule-number': ({ entries }) => entries.map(({ number }) => String(number)),
    'network-acl-id': ({ aclId }) => aclId,
    'owner-id': ({ ownerId }) => ownerId,
    'vpc-id': ({ vpcId }) => vpcId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidNetworkAclID.NotFound', 'networkAcl', ids),
}

export interface DemoNetworkAcl {
  readonly aclId: string
  readonly vpcId: string
  readonly ownerId: string
  /** Whether it is the one that EC2 makes with a VPC, for all subnets that have no other. */
  readonly isDefault: boolean
  readonly subnetIds: readonly string[]
  readonly entries: readonly DemoAclEntry[]
  readonly tags: readonly Tag[]
}

interface DemoAclEntry {
  readonly number: number
  readonly egress: boolean
  readonly action: 'allow' | 'deny'
  /** The protocol's number as EC2 writes it: `6` is TCP and `-1` all. */
  readonly protocol: string
  /** Null for all. */
  readonly ports: readonly [from: number, to: number] | null
  readonly range: string
}

const world = '0.0.0.0/0'
const world6 = '::/0'
const tcp = '6'

/** One of each VPC; in production one for the public subnets, and sometimes one that no subnet has. */
function networkAclsOf(cell: Cell): readonly DemoNetworkAcl[] {
  return vpcsOf(cell).flatMap((vpc) => aclsIn(cell, vpc))
}

function aclsIn(cell: Cell, vpc: DemoVpc): readonly DemoNetworkAcl[] {
  const { vpcId, ownerId, ipv6Cidr } = vpc
  const all = subnetsIn(cell, vpc)
  const publicAcl = vpc.use === 'main' && cell.account.environment === 'prod'
  const ofPublic = publicAcl ? all.filter(({ use }) => use === 'public') : []
  const make = (k: number, subnets: typeof all, entries: readonly DemoAclEntry[], name: string | null) => ({
    aclId: `acl-${hexId(cell.seed, Number.parseInt(vpcId.slice(-7), 16), k, 109)}`,
    vpcId,
    ownerId,
    isDefault: name === null,
    subnetIds: subnets.map(({ subnetId }) => subnetId),
    entries: [...entries, ...lastEntries(ipv6Cidr !== null)],
    tags: name === null ? [] : cellTags(cell, name),
  })
  const rest = all.filter((subnet) => !ofPublic.includes(subnet))
  const acls: DemoNetworkAcl[] = [make(0, rest, everything(ipv6Cidr !== null), null)]
  if (!publicAcl) return acls
  const { team } = cell.account
  acls.push(make(1, ofPublic, publicEntries(cell), `${team}-public`))
  if (hash(cell.seed, 111) % 3 === 0) acls.push(make(2, [], [], `${team}-public-old`))
  return acls
}

/** What EC2 puts into a default ACL. */
function everything(ipv6: boolean): readonly DemoAclEntry[] {
  return bothWays((egress) => [
    { number: 100, egress, action: 'allow', protocol: '-1', ports: null, range: world },
    ...(ipv6
      ? [{ number: 101, egress, action: 'allow' as const, protocol: '-1', ports: null, range: world6 }]
      : []),
  ])
}

/** The rules * at the end of every ACL. */
function lastEntries(ipv6: boolean): readonly DemoAclEntry[] {
  return bothWays((egress) => [
    { number: 32_767, egress, action: 'deny', protocol: '-1', ports: null, range: world },
    ...(ipv6
      ? [{ number: 32_768, egress, action: 'deny' as const, protocol: '-1', ports: null, range: world6 }]
      : []),
  ])
}

/** Some let the world reach SSH. */
function publicEntries(cell: Cell): readonly DemoAclEntry[] {
  const allow = (number: number, from: number, to: number): DemoAclEntry => ({
    number,
    egress: false,
    action: 'allow',
    protocol: tcp,
    ports: [from, to],
    range: world,
  })
  return [
    { number: 90, egress: false, action: 'deny', protocol: '-1', ports: null, range: '198.51.100.66/32' },
    allow(100, 80, 80),
    allow(110, 443, 443),
    ...(hash(cell.seed, 112) % 3 === 0 ? [allow(120, 22, 22)] : []),
    allow(200, 32_768, 65_535),
    { number: 100, egress: true, action: 'allow', protocol: '-1', ports: null, range: world },
  ]
}

function bothWays(make: (egress: boolean) => readonly DemoAclEntry[]): readonly DemoAclEntry[] {
  return [...make(false), ...make(true)]
}

function isIpv6(range: string): boolean {
  return range.includes(':')
}

function associationOf(subnetId: string): string {
  return `aclassoc-${subnetId.slice('subnet-'.length)}`
}

function networkAclXml({
  aclId,
  vpcId,
  ownerId,
  isDefault,
  subnetIds,
  entries,
  tags,
}: DemoNetworkAcl): string {
  return itemXml({
    networkAclId: aclId,
    vpcId,
    ownerId,
    default: isDefault,
    entrySet: entries.map(
      ({ number, egress, action, protocol, ports, range }): XmlMembers => ({
        ruleNumber: number,
        protocol,
        ruleAction: action,
        egress,
        cidrBlock: isIpv6(range) ? null : range,
        ipv6CidrBlock: isIpv6(range) ? range : null,
        portRange: ports && { from: ports[0], to: ports[1] },
      }),
    ),
    associationSet: subnetIds.map((subnetId) => ({
      networkAclAssociationId: associationOf(subnetId),
      networkAclId: aclId,
      subnetId,
    })),
    tagSet: tagMembers(tags),
  })
}
