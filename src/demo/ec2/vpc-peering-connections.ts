import { hubOf, spokesOf } from '../backbone.ts'
import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { mainRangeOf, vpcIdOf } from '../ids.ts'
import { hash, hexId, pick } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, type XmlMembers, xmlTime } from '../xml.ts'

export const vpcPeeringConnections: SimulatedKind<DemoPeering> = {
  operation: 'DescribeVpcPeeringConnections',
  list: 'vpcPeeringConnectionSet',
  idParameter: 'VpcPeeringConnectionId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => peeringsOf(cell).length,
  itemAt: (cell, n) => peeringsOf(cell)[n] as DemoPeering,
  idOf: ({ peeringId }) => peeringId,
  xmlOf: peeringXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'accepter-vpc-info.owner-id': ({ accepter }) => accepter.ownerId,
    'accepter-vpc-info.vpc-id': ({ accepter }) => accepter.vpcId,
    'requester-vpc-info.cidr-block': ({ requester }) => requester.cidr,
    'requester-vpc-info.owner-id': ({ requester }) => requester.ownerId,
    'requester-vpc-info.vpc-id': ({ requester }) => requester.vpcId,
    'status-code': ({ status }) => status,
    'status-message': messageOf,
    'vpc-peering-connection-id': ({ peeringId }) => peeringId,
  },
  unknownRefusal: (ids) =>
    notFoundRefusal('InvalidVpcPeeringConnectionID.NotFound', 'vpcPeeringConnection', ids),
}

export interface DemoPeering {
  readonly peeringId: string
  readonly status: 'active' | 'pending-acceptance' | 'rejected' | 'expired' | 'deleted'
  readonly requester: PeeringVpc
  readonly accepter: PeeringVpc
  /** The range of the VPC at the other end. */
  readonly otherRange: string
  /** When a request that nobody answers ends, in ms since 1970; null for one that was answered. */
  readonly expirationTime: number | null
  /** Those that the account gave it; the other account does not see them. */
  readonly tags: readonly Tag[]
}

interface PeeringVpc {
  readonly vpcId: string
  readonly ownerId: string
  readonly region: string
  readonly cidr: string
}

const day = 86_400_000

/** Those with the hub, which has one or two with each spoke. Both accounts see them. */
export function peeringsOf(cell: Cell): readonly DemoPeering[] {
  const hub = hubOf(cell)
  if (hub === null) return []
  if (hub !== cell) return between(cell, hub, cell)
  return spokesOf(hub).flatMap((spoke) => between(spoke, hub, cell))
}

/** The peering connections that a spoke asked the hub for, as one of the two sees them. */
function between(spoke: Cell, hub: Cell, seenBy: Cell): readonly DemoPeering[] {
  const other = seenBy === hub ? spoke : hub
  const make = (k: number, status: DemoPeering['status']): DemoPeering => ({
    peeringId: `pcx-${hexId(spoke.seed, k, 86)}`,
    status,
    requester: vpcOf(spoke),
    accepter: vpcOf(hub),
    otherRange: mainRangeOf(other),
    expirationTime: expirationOf(status, spoke),
    tags: status === 'deleted' ? [] : cellTags(seenBy, `to-${other.account.name}`),
  })
  const answers = [
    'active',
    'active',
    'active',
    'active',
    'pending-acceptance',
    'rejected',
    'expired',
  ] as const
  const peering = make(0, pick(answers, hash(spoke.seed, 125)))
  return hash(spoke.seed, 87) % 4 === 0 ? [peering, make(1, 'deleted')] : [peering]
}

function vpcOf(cell: Cell): PeeringVpc {
  return { vpcId: vpcIdOf(cell), ownerId: cell.account.id, region: cell.region, cidr: mainRangeOf(cell) }
}

/** A request can be accepted for seven days. */
function expirationOf(status: DemoPeering['status'], { now, seed }: Cell): number | null {
  if (status === 'pending-acceptance') return now + (1 + (hash(seed, 126) % 6)) * day
  return status === 'expired' ? now - (1 + (hash(seed, 126) % 2)) * day : null
}

function messageOf({ status, accepter, requester }: DemoPeering): string {
  switch (status) {
    case 'active':
      return 'Active'
    case 'pending-acceptance':
      return `Pending Acceptance by ${accepter.ownerId}`
    case 'rejected':
      return `Rejected by ${accepter.ownerId}`
    case 'expired':
      return 'Expired'
    case 'deleted':
      return `Deleted by ${requester.ownerId}`
  }
}

function peeringXml(peering: DemoPeering): string {
  const { peeringId, status, requester, accepter, expirationTime, tags } = peering
  return itemXml({
    vpcPeeringConnectionId: peeringId,
    requesterVpcInfo: vpcMembers(requester, true),
    accepterVpcInfo: vpcMembers(accepter, status === 'active'),
    status: { code: status, message: messageOf(peering) },
    expirationTime: expirationTime === null ? null : xmlTime(expirationTime),
    tagSet: tagMembers(tags),
  })
}

/** EC2 shows the range of the VPC at the other end when the peering connection is accepted. */
function vpcMembers({ vpcId, ownerId, region, cidr }: PeeringVpc, shown: boolean): XmlMembers {
  return {
    cidrBlock: shown ? cidr : null,
    cidrBlockSet: shown ? [{ cidrBlock: cidr }] : null,
    ownerId,
    peeringOptions: shown
      ? {
          allowDnsResolutionFromRemoteVpc: false,
          allowEgressFromLocalClassicLinkToRemoteVpc: false,
          allowEgressFromLocalVpcToRemoteClassicLink: false,
        }
      : null,
    vpcId,
    region,
  }
}
