import type { Cell } from '../fleet.ts'
import { vpcAddressOf } from '../ids.ts'
import { hash, hexId, pick } from '../random.ts'
import { enumOf, kebabOf } from './describe-operations.ts'
import { findIdSource } from './item-ids.ts'

/** Where in an answer a value is made. */
export interface Place {
  readonly cell: Cell
  /** Which of the operation's items it is in, from 0; the entries of a list have it and the numbers after it. */
  readonly n: number
  /** A hash of the operation and the path: the same for all of its items. */
  readonly salt: number
  /** The name of the structure that it is in. */
  readonly structure: string
  /** An item in a word: `IpamPool`. */
  readonly noun: string
  /** The item's own id; null if it has none. */
  readonly ownId: string | null
}

/** A text for a member by its name; null if it names a resource of which the cell has none. */
export function makeText(member: string, place: Place): string | null {
  const { cell, n, salt, structure } = place
  if (/Arn$/.test(member)) return makeArn(member, place)
  if (/(Owner|Account|Requester)(Id)?$/.test(member)) return cell.account.id
  if (/(^|Availability|Parent)ZoneId$/.test(member)) return `${zonePrefix(cell)}-az${1 + (n % 6)}`
  if (/Region(Name)?$|^Locale$/.test(member)) return cell.region
  const source = findIdSource(member)
  if (source) {
    const count = source.countIds(cell)
    return count === 0 ? null : source.idAt(cell, (n + salt) % count)
  }
  if (member === 'ResourceType') return 'vpc'
  const h = hash(cell.seed, salt, n)
  const values = enumOf(structure, member)
  if (values) return values.find((value) => goodState.test(value)) ?? pick(values, h)
  if (/Id$/.test(member)) return `${kebabOf(member.slice(0, -'Id'.length) || structure)}-${hexId(h)}`
  const rule = rules.find(([pattern]) => pattern.test(member))
  return rule ? rule[1](place, h) : `${kebabOf(member)}-${10 + (h % 90)}`
}

const goodState =
  /^(available|active|running|enabled|ok|completed|successful|fulfilled|provisioned|associated|in-use|.*-complete)$/i

type Rule = readonly [pattern: RegExp, make: (place: Place, h: number) => string]

/** The first that matches the member's name makes the text. */
const rules: readonly Rule[] = [
  [/Zone(Name)?$/, ({ cell, n }) => `${cell.region}${'abcdef'[n % 6]}`],
  [/Cidr/, ({ cell, n }, h) => (h % 5 === 0 ? `2001:db8:${n + 1}::/56` : `${vpcAddressOf(cell, n)}.0/24`)],
  [/Support$/, () => 'enable'],
  [/Price$/, (_, h) => `0.${1000 + (h % 9000)}`],
  [/Ipv6(Address)?$/, ({ n }, h) => `2001:db8::${(n + 1).toString(16)}:${(h % 0xffff).toString(16)}`],
  [/Public\w*Ip|OutsideIp|PublicIpv4/, ({ n }, h) => `192.0.2.${((h % 60) * 4 + n) % 256}`],
  [/(Ip|IpAddress|Ipv4|Ipv4Address)$/, ({ cell, n }, h) => `${vpcAddressOf(cell, 0)}.${4 + ((h + n) % 250)}`],
  [/MacAddress$/, (_, h) => `02:00:5e:${['a', 'b', 'c'].map((_, k) => hexByte(h, k)).join(':')}`],
  [/InstanceType$/, ({ n }) => ['t3.medium', 'm7i.large', 'c7g.xlarge', 'r7i.2xlarge'][n % 4] ?? ''],
  [/(State|Status)$/, () => 'available'],
  [/(Date|Time|Timestamp)$/, ({ cell }, h) => madeTime(cell, h).toISOString()],
  [/Email/, ({ cell }) => `${cell.account.team}@acme.example`],
  [/Ur[il]$/, ({ cell, n }) => `https://${cell.account.team}-${n + 1}.acme.example/`],
  [/Dns(Name)?$|Domain|Hostname/, ({ cell, n }) => `${cell.account.team}-${n + 1}.acme.example`],
  [/Bucket/, ({ cell }) => `acme-${cell.account.team}-${cell.region}`],
  [/Name$/, ({ cell, n, noun }) => `${cell.account.team}-${kebabOf(noun)}-${n + 1}`],
  [
    /Description|Message|Reason|Comment/,
    ({ noun, cell }) => `${noun} of ${cell.account.name}, "made up" & <safe>`,
  ],
  [/Version$/, ({ n }) => String(n + 1)],
]

/** At some time of the 400 days before the fleet is looked at. */
export function madeTime(cell: Cell, h: number): Date {
  return new Date(cell.now - (h % (400 * 86_400)) * 1000)
}

/** Of the item itself, of a resource that the cell has, or of one that nobody lists. */
function makeArn(member: string, place: Place): string | null {
  const { cell, noun, ownId, n, salt } = place
  const thing = member.slice(0, -'Arn'.length)
  const own = `arn:aws:ec2:${cell.region}:${cell.account.id}`
  const h = hash(cell.seed, salt, n)
  if (/Role|Profile|Principal|User/.test(thing)) {
    return `arn:aws:iam::${cell.account.id}:role/${cell.account.team}-${kebabOf(thing)}`
  }
  if (/Kms|Key$/.test(thing)) return `arn:aws:kms:${cell.region}:${cell.account.id}:key/${hexId(h)}`
  if ((thing === noun || thing === '') && ownId !== null) return `${own}:${kebabOf(noun)}/${ownId}`
  const source = findIdSource(`${thing}Id`)
  if (!source) return `${own}:${kebabOf(thing || noun)}/${kebabOf(thing || noun)}-${hexId(h)}`
  const count = source.countIds(cell)
  return count === 0 ? null : `${own}:${kebabOf(thing)}/${source.idAt(cell, (n + salt) % count)}`
}

/** The start of a zone's id: `use1` for us-east-1. */
function zonePrefix({ region }: Cell): string {
  return region.replace(/north|south|east|west|central/g, (word) => word.charAt(0)).replaceAll('-', '')
}

function hexByte(h: number, k: number): string {
  return ((h >>> (8 * k)) & 0xff).toString(16).padStart(2, '0')
}
