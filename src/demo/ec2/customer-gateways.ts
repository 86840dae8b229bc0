import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { customerGatewayIdOf } from '../ids.ts'
import { hash } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, requestIdOf, tagMembers } from '../xml.ts'

export const customerGateways: SimulatedKind<DemoCustomerGateway> = {
  operation: 'DescribeCustomerGateways',
  list: 'customerGatewaySet',
  idParameter: 'CustomerGatewayId',
  pages: null,
  countItems: (cell) => customerGatewaysOf(cell).length,
  itemAt: (cell, n) => customerGatewaysOf(cell)[n] as DemoCustomerGateway,
  idOf: ({ gatewayId }) => gatewayId,
  xmlOf: ({ gatewayId, state, address, certificateArn, asn, device, tags }) =>
    itemXml({
      customerGatewayId: gatewayId,
      state,
      type: 'ipsec.1',
      ipAddress: address,
      certificateArn,
      bgpAsn: asn,
      deviceName: device,
      tagSet: tagMembers(tags),
    }),
  tagsOf: ({ tags }) => tags,
  filters: {
    'bgp-asn': ({ asn }) => asn,
    'customer-gateway-id': ({ gatewayId }) => gatewayId,
    'ip-address': ({ address }) => address,
    state: ({ state }) => state,
    type: () => 'ipsec.1',
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidCustomerGatewayID.NotFound', 'customerGateway', ids),
}

export interface DemoCustomerGateway {
  readonly gatewayId: string
  readonly state: 'available' | 'deleted'
  readonly address: string
  /** Of AWS Private CA; null for a device that shows a key instead. */
  readonly certificateArn: string | null
  readonly asn: string
  readonly device: string
  readonly tags: readonly Tag[]
}

/** In production and in the first two regions: a data centre, an office, and in some cells an office that was given up. */
export function customerGatewaysOf(cell: Cell): readonly DemoCustomerGateway[] {
  const { account, instances, regionIndex } = cell
  if (instances === 0 || account.environment !== 'prod' || regionIndex > 1) return []
  const make = (k: number, device: string, state: DemoCustomerGateway['state']): DemoCustomerGateway => ({
    gatewayId: customerGatewayIdOf(cell, k),
    state,
    address: `198.51.100.${(hash(cell.seed, 134) + k) % 256}`,
    certificateArn:
      k === 1 && account.team === 'payments'
        ? `arn:aws:acm:${cell.region}:${account.id}:certificate/${requestIdOf(regionIndex)}`
        : null,
    asn: String(65_000 + k),
    device,
    tags: cellTags(cell, `${account.team}-${device}`),
  })
  const used = [make(0, 'datacentre', 'available'), make(1, 'office', 'available')]
  return hash(cell.seed, 135) % 3 === 0 ? [...used, make(2, 'old-office', 'deleted')] : used
}
