import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { dhcpOptionsIdOf, ownDhcpOptionsIdOf } from '../ids.ts'
import { hexId } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers } from '../xml.ts'
import { hasOwnNameServers } from './vpcs.ts'

export const dhcpOptions: SimulatedKind<DemoDhcpOptions> = {
  operation: 'DescribeDhcpOptions',
  list: 'dhcpOptionsSet',
  idParameter: 'DhcpOptionsId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => dhcpOptionsOf(cell).length,
  itemAt: (cell, n) => dhcpOptionsOf(cell)[n] as DemoDhcpOptions,
  idOf: ({ optionsId }) => optionsId,
  xmlOf: ({ optionsId, ownerId, values, tags }) =>
    itemXml({
      dhcpOptionsId: optionsId,
      ownerId,
      dhcpConfigurationSet: Object.entries(values).map(([key, list]) => ({
        key,
        valueSet: list.map((value) => ({ value })),
      })),
      tagSet: tagMembers(tags),
    }),
  tagsOf: ({ tags }) => tags,
  filters: {
    'dhcp-options-id': ({ optionsId }) => optionsId,
    key: ({ values }) => Object.keys(values),
    'owner-id': ({ ownerId }) => ownerId,
    value: ({ values }) => Object.values(values).flat(),
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidDhcpOptionID.NotFound', 'dhcpOption', ids),
}

export interface DemoDhcpOptions {
  readonly optionsId: string
  readonly ownerId: string
  /** By the option's key. */
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly tags: readonly Tag[]
}

/** EC2's own set, in production one with name servers of the company, and beside it one that nothing uses any more. */
function dhcpOptionsOf(cell: Cell): readonly DemoDhcpOptions[] {
  const { account, region } = cell
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`
  const common = { ownerId: account.id }
  const amazons = {
    ...common,
    optionsId: dhcpOptionsIdOf(cell),
    values: { 'domain-name': [domain], 'domain-name-servers': ['AmazonProvidedDNS'] },
    tags: [],
  }
  if (!hasOwnNameServers(cell)) return [amazons]
  const own = (optionsId: string, name: string, end: number, more: DemoDhcpOptions['values'] = {}) => ({
    ...common,
    optionsId,
    values: {
      'domain-name': ['acme.example'],
      'domain-name-servers': [`10.255.0.${end}`, `10.255.1.${end}`],
      'ntp-servers': ['169.254.169.123'],
      ...more,
    },
    tags: cellTags(cell, name),
  })
  return [
    amazons,
    own(ownDhcpOptionsIdOf(cell), 'acme-dns', 2),
    own(`dopt-${hexId(cell.seed, 108)}`, 'acme-dns-old', 53, {
      'netbios-name-servers': ['10.255.0.53'],
      'netbios-node-type': ['2'],
    }),
  ]
}
