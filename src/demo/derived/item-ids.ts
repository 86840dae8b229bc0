import type { SimulatedKind } from '../describe/simulated-kind.ts'
import { simulatedKinds } from '../ec2-kinds.ts'
import type { Cell } from '../fleet.ts'
import { hash, hashText, hexId } from '../random.ts'
import { type DescribeOperation, kebabOf, listDescribeOperations } from './describe-operations.ts'
import type { Member } from './schema-shapes.ts'

/** The ids of one kind of resource in a cell. */
export interface IdSource {
  countIds(cell: Cell): number
  /** The nth, from 0. */
  idAt(cell: Cell, n: number): string
}

export interface ItemId {
  /** The member of an item that identifies it: `IpamPoolId`. */
  readonly member: string
  readonly source: IdSource
  /** Whether it is another kind's. */
  readonly shared: boolean
  /** How many items in turn have the same one: more than 1 where it alone does not identify them. */
  readonly repeats: number
}

/** The operations that are answered from their schemas alone: all for which no kind has a file. */
export const derivedOperations: readonly DescribeOperation[] = listDescribeOperations().filter(
  ({ operation }) => !simulatedKinds.some((kind) => kind.operation === operation),
)

/**
 * What identifies the items of an operation; null if nothing does. Where the id is another kind's, as in the volumes of
 * DescribeVolumeStatus, each item is about one of that kind's resources.
 */
export function findItemId(described: DescribeOperation): ItemId | null {
  let found = itemIds.get(described)
  if (found === undefined) {
    found = readItemId(described)
    itemIds.set(described, found)
  }
  return found
}

/** Every item of every answer asks for the same ones. */
const itemIds = new WeakMap<DescribeOperation, ItemId | null>()

function readItemId(described: DescribeOperation): ItemId | null {
  const member = idMemberOf(described)
  if (member === null) return null
  // A placement group's GroupId is not a security group's.
  const isOwn = isOwner(described, member) || described.noun === 'PlacementGroup'
  const other = isOwn ? null : findIdSource(member)
  const repeats = repeating.includes(described.operation) ? 2 : 1
  return { member, source: other ?? ownIds(described, member), shared: other !== null, repeats }
}

/** The resources that a member names, `IpamPoolId` and `SourceIpamPoolId` alike; null if it names no kind's. */
export function findIdSource(member: string): IdSource | null {
  for (const { index } of member.matchAll(/[A-Z]/g)) {
    const name = member.slice(index)
    const found = sourceNamed(name) ?? sourceNamed(otherNames[name] ?? '')
    if (found) return found
  }
  return null
}

/** The parameters without which EC2 refuses a call. The schemas leave some open. */
export function requiredOf({ operation, input }: DescribeOperation): readonly Member[] {
  return input.filter(({ name, required }) => required || unwritten[operation] === name)
}

/** The required parameter that names the one resource whose parts an operation lists; null if there is no such one. */
export function parentOf(described: DescribeOperation): Member | null {
  const isId = ({ name, readShape }: Member) => name.endsWith('Id') && readShape().type === 'text'
  return requiredOf(described).find(isId) ?? null
}

/** The place of an id among those of its kind in a cell; -1 for one that is not there. */
export function placeOf(id: string, source: IdSource, cell: Cell): number {
  const count = source.countIds(cell)
  for (let place = 0; place < count; place++) if (source.idAt(cell, place) === id) return place
  return -1
}

/** `VpcIds` and `HostReservationIdSet` → the name of one. */
export function idNameOf(parameter: string): string {
  return parameter.replace(/Ids$|IdSet$/, 'Id')
}

/** How many items an account and region have: some in the home of the organisation, elsewhere mostly none. */
export function countDerived(
  { seed, accountIndex, regionIndex }: Cell,
  { operation }: DescribeOperation,
): number {
  const h = hash(seed, hashText(operation))
  const isHome = accountIndex < 2 && regionIndex === 0
  return isHome || h % 8 === 0 ? 1 + ((h >>> 3) % 4) : 0
}

/**
 * Launch templates may be given by their name too, which the simulation does not know. ClassicLink is retired: how EC2
 * refuses to list without ids is made up.
 */
const unwritten: Readonly<Record<string, string>> = {
  DescribeLaunchTemplateVersions: 'LaunchTemplateId',
  DescribeVpcClassicLinkDnsSupport: 'VpcIds',
}

/**
 * Operations that list several items about one resource: a restore for each zone, a tag for each key, an entry for each
 * account that uses an image, an event for each change.
 */
const repeating: readonly string[] = [
  'DescribeCapacityBlockExtensionHistory',
  'DescribeFastSnapshotRestores',
  'DescribeImageReferences',
  'DescribeImageUsageReportEntries',
  'DescribeInstanceSqlHaHistoryStates',
  'DescribeIpamByoasn',
  'DescribeTags',
]

/** What a member with the id of another kind's resource is called, beside that kind's own name for it. */
const otherNames: Readonly<Record<string, string>> = {
  AmiId: 'ImageId',
  EniId: 'NetworkInterfaceId',
  InterfaceId: 'NetworkInterfaceId',
  NetworkInterface: 'NetworkInterfaceId',
  ResourceId: 'VpcId',
  SecurityGroup: 'GroupId',
  SecurityGroupId: 'GroupId',
  TargetNetworkId: 'SubnetId',
}

/** How ids begin whose kind is not called so in them. */
const prefixes: Readonly<Record<string, string>> = {
  BundleId: 'bun',
  CapacityReservationFleetId: 'crf',
  CapacityReservationId: 'cr',
  CarrierGatewayId: 'cagw',
  ClientVpnEndpointId: 'cvpn-endpoint',
  CustomerGatewayId: 'cgw',
  DhcpOptionsId: 'dopt',
  EgressOnlyInternetGatewayId: 'eigw',
  FlowLogId: 'fl',
  FpgaImageId: 'afi',
  GroupId: 'pg',
  HostId: 'h',
  InstanceConnectEndpointId: 'eice',
  InstanceEventWindowId: 'iew',
  IpamResourceDiscoveryId: 'ipam-res-disco',
  LaunchTemplateId: 'lt',
  LocalGatewayId: 'lgw',
  LocalGatewayRouteTableId: 'lgw-rtb',
  NetworkAclId: 'acl',
  NetworkInsightsAnalysisId: 'nia',
  NetworkInsightsPathId: 'nip',
  PrefixListId: 'pl',
  ReplaceRootVolumeTaskId: 'replacevol',
  RouteServerEndpointId: 'rse',
  RouteServerId: 'rs',
  RouteServerPeerId: 'rsp',
  ServiceId: 'vpce-svc',
  SpotFleetRequestId: 'sfr',
  SpotInstanceRequestId: 'sir',
  TrafficMirrorFilterId: 'tmf',
  TrafficMirrorFilterRuleId: 'tmfr',
  TrafficMirrorSessionId: 'tms',
  TrafficMirrorTargetId: 'tmt',
  TransitGatewayAttachmentId: 'tgw-attach',
  TransitGatewayConnectPeerId: 'tgw-connect-peer',
  TransitGatewayId: 'tgw',
  TransitGatewayMulticastDomainId: 'tgw-mcast-domain',
  TransitGatewayPolicyTableId: 'tgw-ptb',
  TransitGatewayRouteTableId: 'tgw-rtb',
  VerifiedAccessEndpointId: 'vae',
  VerifiedAccessGroupId: 'vagr',
  VerifiedAccessInstanceId: 'vai',
  VerifiedAccessTrustProviderId: 'vatp',
  VpcEndpointId: 'vpce',
  VpcPeeringConnectionId: 'pcx',
  VpnConnectionId: 'vpn',
  VpnGatewayId: 'vgw',
}

/** The kinds that have a file. A placement group's GroupId is not what others call so. */
const handMade = simulatedKinds.filter(({ operation }) => operation !== 'DescribePlacementGroups')

/** The kinds that have a file, and the operations whose items have an id of that very name. */
const sources: ReadonlyMap<string, IdSource> = new Map([
  ...derivedOperations.flatMap((described): readonly (readonly [string, IdSource])[] => {
    const member = idMemberOf(described)
    return member !== null && isOwner(described, member) ? [[member, ownIds(described, member)]] : []
  }),
  // Of two kinds about the same resources the first in the list has them all.
  ...handMade.toReversed().map((kind) => [idNameOf(kind.idParameter), idsOfKind(kind)] as const),
])

function sourceNamed(member: string): IdSource | null {
  return sources.get(member) ?? null
}

function isOwner(described: DescribeOperation, member: string): boolean {
  const { operation, noun } = described
  const hasFile = handMade.some(({ idParameter }) => idNameOf(idParameter) === member)
  if (hasFile || requiredOf(described).length > 0) return false
  // Of an endpoint service, which its operation calls VpcEndpointServiceConfiguration.
  if (member === 'ServiceId') return true
  return member === `${noun}Id` || member === `${operation.slice('Describe'.length)}Id`
}

/** The member that the operation's name gives, or a parameter for single items; else the first id. */
function idMemberOf(described: DescribeOperation): string | null {
  const { operation, noun, input, item } = described
  const parent = parentOf(described)?.name
  const names = item.members.filter(({ readShape }) => readShape().type === 'text').map(({ name }) => name)
  const ids = names.filter((name) => /(?<!Zone|Owner|Account)Id$/.test(name) && name !== parent)
  const wanted = [
    `${noun}Id`,
    `${operation.slice('Describe'.length)}Id`,
    ...input.map(({ name }) => idNameOf(name)),
  ]
  const named = wanted.find((name) => ids.includes(name))
  return named ?? ids[0] ?? null
}

function idsOfKind(kind: SimulatedKind): IdSource {
  return {
    countIds: (cell) => kind.countItems(cell),
    idAt: (cell, n) => kind.idOf(kind.itemAt(cell, n)),
  }
}

function ownIds(described: DescribeOperation, member: string): IdSource {
  const isOwn = isOwner(described, member) || described.noun === 'PlacementGroup'
  const prefix = (isOwn ? prefixes[member] : undefined) ?? kebabOf(described.noun)
  const salt = hashText(described.operation)
  return {
    countIds: (cell) => countDerived(cell, described),
    idAt: (cell, n) => `${prefix}-${hexId(cell.seed, salt, n)}`,
  }
}
