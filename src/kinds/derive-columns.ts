import type { Column, Kind } from '../model.ts'
import {
  addressColumn,
  instanceTypeColumn,
  nameColumn,
  nameTag,
  numberColumn,
  textColumn,
  timeColumn,
} from './column.ts'
import { labelOf, stateMeanings } from './derive-words.ts'
import { membersOf, sensitiveMembersOf } from './schema.ts'
import { tagListNames } from './tag-list.ts'

/** Columns that a kind made from the schema has at most, and shows at most. */
const most = 12
const mostShown = 8

/** Names that the origin columns have, in any case. */
const taken = new Set(['accountid', 'accountname', 'profile', 'region', 'synced_at', 'document'])

/**
 * A first choice of columns of the resources of a shape: name, id, state, type, VPC, other ids, addresses, times, numbers,
 * then what is left. Nothing that is sensitive, no token and no document inside a document.
 */
export function chooseColumns(
  shape: string,
  { id, parent }: Pick<Kind, 'id' | 'parent'>,
): Pick<Kind, 'columns' | 'table' | 'spare' | 'state'> {
  const sensitive = sensitiveMembersOf(shape)
  const own = Object.entries(membersOf(shape) ?? {}).filter(([name]) => !sensitive.includes(name))
  const members: readonly Member[] =
    parent && own.every(([name]) => name !== parent.id) ? [...own, [parent.id, 'text']] : own
  const state = stateColumnOf(members)
  const ranked = members
    .filter(([name, type]) => name !== id && name !== 'Name' && name !== state?.name && isShown(name, type))
    .map(([name, type]) => ({ name, type, rank: rankOf(name, type) }))
    .sort((a, b) => a.rank - b.rank)
  const columns = [
    ...nameColumnOf(members),
    ...(id === 'Name' ? [] : [textColumn(id, { label: labelOf(id) })]),
    ...(state ? [state] : []),
    ...ranked.map(({ name, type }) => columnOf(name, type)),
  ].slice(0, most)
  const shown = columns.slice(0, mostShown - 2).map(({ name }) => name)
  const lead = Math.min(4, shown.length)
  return {
    columns,
    table: [...shown.slice(0, lead), 'AccountName', 'Region', ...shown.slice(lead)],
    spare: [...shown.slice(lead).reverse(), 'Region'],
    state: state && { column: state.name, meanings: stateMeanings },
  }
}

type Member = readonly [name: string, type: string]

/** The name that a resource has by itself, or else by its tag. */
function nameColumnOf(members: readonly Member[]): readonly Column[] {
  if (members.some(([name, type]) => name === 'Name' && type === 'text'))
    return [nameColumn('Name', { least: 15 })]
  const tags = members.find(([name, type]) => tagListNames.includes(name) && type === '[Tag]')?.[0]
  return tags ? [{ ...nameTag, expression: nameTag.expression.replace(/^Tags/, tags) }] : []
}

/** The first of these that a shape has: the state itself, then one of something, as `IpamState`. */
function stateColumnOf(members: readonly Member[]): Column | null {
  const wanted = [/^State$/, /^Status$/, /State$/, /Status$/]
  const found = wanted.flatMap((pattern) =>
    members.flatMap(([name, type]) => {
      const from = pattern.test(name) ? stateTextIn(name, type) : null
      return from ? [{ name, from }] : []
    }),
  )[0]
  return found ? textColumn(found.name, { from: found.from, label: labelOf(found.name) }) : null
}

/** Where the text of a state stands: `State`, or `State.Code` inside a structure. */
function stateTextIn(name: string, type: string): string | null {
  if (type === 'text') return name
  const inner = ['Name', 'Code', 'State', 'Status'].find((member) => membersOf(type)?.[member] === 'text')
  return inner ? `${name}.${inner}` : null
}

/** Whether a member is one value that people read. */
function isShown(name: string, type: string): boolean {
  const isOne = type === 'text' || type === 'number' || type === 'boolean' || type === 'time'
  return isOne && !/Token(Value)?$|Xml$|PolicyDocument$/.test(name)
}

/** What comes first among the columns. Owners, tokens and messages come last: they are long, or the same everywhere. */
function rankOf(name: string, type: string): number {
  if (/Owner|Message|Reason|Description|Arn$|^AvailabilityZoneId$/.test(name)) return 10
  if (type === 'text') {
    if (/Type$/.test(name)) return 1
    if (name === 'VpcId') return 2
    if (name.endsWith('Id')) return 3
    if (isAddress(name)) return 4
    return 7
  }
  if (type === 'time') return /^(Create|Creation|Start|Launch)/.test(name) ? 5 : 6
  return type === 'number' ? 6 : 8
}

function isAddress(name: string): boolean {
  return /(Cidr|CidrBlock|Ip|IpAddress|PublicIpv4Address|Ipv6Address)$/.test(name)
}

function columnOf(member: string, type: string): Column {
  const column = taken.has(member.toLowerCase()) ? `Item${member}` : member
  const details = { from: member, label: labelOf(member) }
  if (type === 'time') return timeColumn(column, details)
  if (type === 'number') return numberColumn(column, details)
  if (type === 'boolean') return textColumn(column, { ...details, from: `to_string(${member})` })
  if (member === 'InstanceType') return instanceTypeColumn(column, { ...details, least: 10 })
  if (isAddress(member)) return addressColumn(column, details)
  if (member.endsWith('Name')) return nameColumn(column, details)
  return textColumn(column, details)
}
