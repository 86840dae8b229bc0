import { findKind, makePlainView } from '../../kinds.ts'
import { type Neighbour, type NeighbourGroup, neighboursOf } from '../../mentions/neighbours.ts'
import type { Inventory } from '../../mentions/resources.ts'
import type { Kind, View } from '../../model.ts'
import { formatCell } from '../../output/cell.ts'
import { signOfState } from '../draw/state-sign.ts'
import type { PageCell, PageLine, PageLink, PageSection } from '../threads/messages.ts'
import { toneOfStyle } from './item-page.ts'

/** The resource that a page is about. */
interface Centre {
  readonly row: number
  readonly id: string | null
  readonly accountName: string | null
  readonly region: string | null
}

/** As many neighbours of a kind stand on a page; its table has all. */
const most = 6

/**
 * What a resource mentions, and what mentions it: by kind, with counts and names. Each leads to its page, and a kind to
 * the table of all of its neighbours. Yields now and then, so that the caller can do other work meanwhile.
 */
export function* describeRelated(
  inventory: Inventory,
  centre: Centre,
  scopes: View['scopes'],
  now: number,
): Generator<void, readonly PageSection[]> {
  const { mentions, unknown, mentionedBy } = yield* neighboursOf(inventory, centre.row)
  yield
  const tableOf = (kind: Kind, filter: string): PageLink => {
    const view = { ...makePlainView(kind.name, scopes, now), filters: [filter] }
    return { type: 'table', ask: { type: 'view', view, names: null } }
  }
  const mentioned = mentions.flatMap((group) =>
    describeGroup(group, centre, tableOf(findKind(group.kind), filterOfIds(group))),
  )
  const unread: PageLine[] = []
  const lost: PageLine[] = []
  for (const { word, where, kind, reason } of unknown) {
    const row = (text: string): PageLine & { type: 'row' } => {
      const cells = [{ text: formatCell(word) }, { text, tone: 'warn' as const }, dim(where)]
      return { type: 'row', depth: 2, cells }
    }
    const isUnread =
      kind !== null && inventory.lines.every((line) => line.scope.kind !== kind || line.syncedAt === null)
    if (!isUnread) lost.push(row(reason))
    // Its table is read from AWS when it is opened.
    else unread.push({ ...row(kind), link: tableOf(findKind(kind), termOf(findKind(kind).id, word)) })
  }
  const mentioning = mentionedBy.flatMap((group) =>
    describeGroup(group, centre, tableOf(findKind(group.kind), filterOfPlaces(group, centre.id))),
  )
  const withLead = (text: string, lines: readonly PageLine[]): readonly PageLine[] =>
    lines.length > 0 ? [{ type: 'text', depth: 1, text, tone: 'strong' }, ...lines] : []
  return [
    sectionOf('Mentions', 'left', [
      ...mentioned,
      ...withLead('Not read yet: enter reads the kind', unread),
      ...withLead('Not in the cache', lost),
    ]),
    sectionOf('Mentioned by', 'right', mentioning),
  ]
}

function sectionOf(title: string, place: PageSection['place'], lines: readonly PageLine[]): PageSection {
  const none: PageLine = { type: 'text', depth: 1, text: 'nothing that is in the cache', tone: 'dim' }
  return { title, place, lines: lines.length > 0 ? lines : [none] }
}

function describeGroup(
  { title, total, neighbours }: NeighbourGroup,
  centre: Centre,
  link: PageLink,
): readonly PageLine[] {
  const shown = neighbours.slice(0, total > most + 1 ? most : total)
  const more = total - shown.length
  const head: PageLine = {
    type: 'text',
    depth: 1,
    text: `${title} ${total.toLocaleString('en-US')}`,
    tone: 'strong',
    link,
  }
  const rest: PageLine = {
    type: 'text',
    depth: 2,
    text: `… ${more.toLocaleString('en-US')} more`,
    tone: 'dim',
    link,
  }
  return [head, ...shown.map((each) => describeNeighbour(each, centre)), ...(more > 0 ? [rest] : [])]
}

function describeNeighbour({ where, resource }: Neighbour, centre: Centre): PageLine {
  const { kind, row, id, name, state, accountName, region, seenFrom } = resource
  // Where it is, if it is not where the page's resource is.
  const place = [
    ...(accountName === centre.accountName ? [] : [accountName]),
    ...(region === centre.region ? [] : [region]),
    ...(seenFrom.length > 0 ? [`shared with ${seenFrom.length}`] : []),
  ]
  return {
    type: 'row',
    depth: 2,
    link: { type: 'resource', kind, row },
    cells: [
      { text: formatCell(id) },
      { text: name === null ? '' : formatCell(name), tone: 'strong' },
      cellOfState(state, findKind(kind)),
      { text: formatCell(place.join(' ')), tone: 'warn' },
      dim(where),
    ],
  }
}

function cellOfState(state: string | null, kind: Kind): PageCell {
  if (state === null) return { text: '' }
  const { text, style } = signOfState(formatCell(state), kind.state?.meanings ?? {})
  return { text, tone: style === null ? 'plain' : toneOfStyle[style] }
}

function dim(text: string): PageCell {
  return { text: formatCell(text), tone: 'dim' }
}

/** A filter that leaves the resources with the ids of a group. */
function filterOfIds(group: NeighbourGroup): string {
  const { kind, neighbours } = group
  const ids = [...new Set(neighbours.map(({ resource }) => resource.id))]
  const { id } = findKind(kind)
  const [only = ''] = ids
  if (isShared(group)) return filterOfOwners(group)
  return ids.length === 1 ? termOf(id, only) : `[?contains(${writeList(ids)}, ${id})]`
}

/** Whether a resource of a group is seen from several accounts: the page has it once. */
function isShared({ neighbours }: Pick<NeighbourGroup, 'neighbours'>): boolean {
  return neighbours.some(({ resource }) => resource.seenFrom.length > 0)
}

/** A filter that leaves each resource of a group in the account where the page has it. */
function filterOfOwners({ kind, neighbours }: Pick<NeighbourGroup, 'kind' | 'neighbours'>): string {
  const { id } = findKind(kind)
  const pairs = [...new Set(neighbours.map(({ resource: each }) => `${each.id} ${each.accountId ?? ''}`))]
  const [only = ''] = pairs
  const [word = '', account = ''] = only.split(' ')
  if (pairs.length === 1) return `${termOf(id, word)} ${termOf('AccountId', account)}`
  return `[?contains(${writeList(pairs)}, join(' ', [${id}, AccountId || '']))]`
}

/** A filter that leaves the resources which hold an id in the members in which those of a group hold it. */
function filterOfPlaces({ kind: name, neighbours }: NeighbourGroup, id: string | null): string {
  if (isShared({ neighbours })) return filterOfOwners({ kind: name, neighbours })
  const kind = findKind(name)
  const places = [...new Set(neighbours.map(({ where }) => where))]
  const word = id ?? ''
  const [only = ''] = places
  const column = kind.columns.find(({ expression }) => expression === only)
  // Other columns, as a description, hold more than the id.
  if (places.length === 1 && column) return termOf(column.name, word, only.endsWith('Id') ? '=' : ':')
  const members = places.map((place) => (place.startsWith('tag:') ? '(Tags || TagSet)' : place))
  // The member may hold more than the id, and any kind of value.
  return `[?contains(to_string([${[...new Set(members)].join(', ')}]), ${writeText(word)})]`
}

function termOf(column: string, value: string, operator: '=' | ':' = '='): string {
  return `${column}${operator}${/^[\w.-]+$/.test(value) ? value : JSON.stringify(value)}`
}

function writeList(texts: readonly string[]): string {
  return `[${texts.map(writeText).join(', ')}]`
}

/** Text as a literal of JMESPath. */
function writeText(text: string): string {
  return /['\\]/.test(text) ? `\`${JSON.stringify(text).replaceAll('`', '\\`')}\`` : `'${text}'`
}
