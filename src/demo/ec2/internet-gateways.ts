import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { internetGatewayIdOf } from '../ids.ts'
import { hash } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers } from '../xml.ts'
import { vpcsOf } from './vpcs.ts'

export const internetGateways: SimulatedKind<DemoInternetGateway> = {
  operation: 'DescribeInternetGateways',
  list: 'internetGatewaySet',
  idParameter: 'InternetGatewayId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => internetGatewaysOf(cell).length,
  itemAt: (cell, n) => internetGatewaysOf(cell)[n] as DemoInternetGateway,
  idOf: ({ gatewayId }) => gatewayId,
  xmlOf: ({ gatewayId, vpcId, ownerId, tags }) =>
    itemXml({
      internetGatewayId: gatewayId,
      ownerId,
      attachmentSet: vpcId === null ? [] : [{ vpcId, state: 'available' }],
      tagSet: tagMembers(tags),
    }),
  tagsOf: ({ tags }) => tags,
  filters: {
    'attachment.state': ({ vpcId }) => (vpcId === null ? null : 'available'),
    'attachment.vpc-id': ({ vpcId }) => vpcId,
    'internet-gateway-id': ({ gatewayId }) => gatewayId,
    'owner-id': ({ ownerId }) => ownerId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidInternetGatewayID.NotFound', 'internetGateway', ids),
}

export interface DemoInternetGateway {
  readonly gatewayId: string
  /** Null if it is attached to none. */
  readonly vpcId: string | null
  readonly ownerId: string
  readonly tags: readonly Tag[]
}

/** One for each VPC in use, and in some cells one that somebody left behind. */
function internetGatewaysOf(cell: Cell): readonly DemoInternetGateway[] {
  const ownerId = cell.account.id
  const attached = vpcsOf(cell).flatMap(({ vpcId, use }) => {
    if (use === 'old') return []
    const tags = use === 'main' ? cellTags(cell, `${cell.account.team}-igw`) : []
    return { gatewayId: internetGatewayIdOf(cell, vpcId), vpcId, ownerId, tags }
  })
  const left = { gatewayId: internetGatewayIdOf(cell, ''), vpcId: null, ownerId, tags: [] }
  return cell.instances > 0 && hash(cell.seed, 85) % 3 === 0 ? [...attached, left] : attached
}
