import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { amazonPrefixListIdOf } from '../ids.ts'
import { hash, hexId } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers } from '../xml.ts'

export const prefixLists: SimulatedKind<DemoPrefixList> = {
  operation: 'DescribeManagedPrefixLists',
  list: 'prefixListSet',
  idParameter: 'PrefixListId',
  pages: { min: 1, accepts: 100, gives: 100 },
  countItems: (cell) => prefixListsOf(cell).length,
  itemAt: (cell, n) => prefixListsOf(cell)[n] as DemoPrefixList,
  idOf: ({ listId }) => listId,
  xmlOf: prefixListXml,
  filters: {
    'owner-id': ({ ownerId }) => ownerId,
    'prefix-list-id': ({ listId }) => listId,
    'prefix-list-name': ({ name }) => name,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidPrefixListID.NotFound', 'prefix list', ids),
}

export interface DemoPrefixList {
  readonly listId: string
  readonly name: string
  /** An account, or `AWS`. */
  readonly ownerId: string
  readonly region: string
  readonly family: 'IPv4' | 'IPv6'
  readonly state: 'create-complete' | 'modify-complete' | 'modify-failed'
  readonly message: string | null
  /** Null for the lists of AWS, which say neither. */
  readonly size: { readonly maxEntries: number; readonly version: number } | null
  readonly tags: readonly Tag[]
}

const amazons = ['s3', 'dynamodb']

/** The lists of AWS, which every account sees; where instances are, one of the offices and one that failed to grow. */
function prefixListsOf(cell: Cell): readonly DemoPrefixList[] {
  const { account, region } = cell
  const make = (name: string, more: Partial<DemoPrefixList>): DemoPrefixList => ({
    listId: amazonPrefixListIdOf(cell, name),
    name: `com.amazonaws.${region}.${name}`,
    ownerId: 'AWS',
    region,
    family: 'IPv4',
    state: 'create-complete',
    message: null,
    size: null,
    tags: [],
    ...more,
  })
  const lists = amazons.map((name) => make(name, {}))
  if (cell.instances === 0) return lists
  const own = (k: number, name: string, more: Partial<DemoPrefixList>): DemoPrefixList =>
    make(name, {
      listId: `pl-${hexId(cell.seed, k, 113)}`,
      name,
      ownerId: account.id,
      tags: cellTags(cell, name),
      ...more,
    })
  lists.push(
    own(0, 'offices', { state: 'modify-complete', size: { maxEntries: 20, version: 3 } }),
    own(1, 'offices-ipv6', { family: 'IPv6', size: { maxEntries: 10, version: 1 } }),
  )
  if (hash(cell.seed, 114) % 4 === 0) {
    const message = 'The maximum number of rules per security group has been reached.'
    const size = { maxEntries: 60, version: 7 }
    lists.push(own(2, `${account.team}-partners`, { state: 'modify-failed', message, size }))
  }
  return lists
}

function prefixListXml(list: DemoPrefixList): string {
  const { listId, name, ownerId, region, family, state, message, size, tags } = list
  const owner = ownerId === 'AWS' ? 'aws' : ownerId
  return itemXml({
    prefixListId: listId,
    addressFamily: family,
    state,
    stateMessage: message,
    prefixListArn: `arn:aws:ec2:${region}:${owner}:prefix-list/${listId}`,
    prefixListName: name,
    maxEntries: size?.maxEntries ?? null,
    version: size?.version ?? null,
    tagSet: tagMembers(tags),
    ownerId,
  })
}
