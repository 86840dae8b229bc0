import { usageError } from './errors.ts'
import { addresses } from './kinds/addresses.ts'
import { capacityReservations } from './kinds/capacity-reservations.ts'
import { customerGateways } from './kinds/customer-gateways.ts'
import {
  deriveKind,
  listUncoveredOperations,
  operationNamed,
  reasonAgainst,
  type UncoveredOperation,
} from './kinds/derive.ts'
import { nameOf } from './kinds/derive-words.ts'
import { dhcpOptions } from './kinds/dhcp-options.ts'
import { flowLogs } from './kinds/flow-logs.ts'
import { hosts } from './kinds/hosts.ts'
import { images } from './kinds/images.ts'
import { instanceStatus } from './kinds/instance-status.ts'
import { instances } from './kinds/instances.ts'
import { internetGateways } from './kinds/internet-gateways.ts'
import { keyPairs } from './kinds/key-pairs.ts'
import { launchTemplates } from './kinds/launch-templates.ts'
import { natGateways } from './kinds/nat-gateways.ts'
import { findNearKinds } from './kinds/near-kinds.ts'
import { networkAcls } from './kinds/network-acls.ts'
import { networkInterfaces } from './kinds/network-interfaces.ts'
import { placementGroups } from './kinds/placement-groups.ts'
import { prefixLists } from './kinds/prefix-lists.ts'
import { reservedInstances } from './kinds/reserved-instances.ts'
import { routeTables } from './kinds/route-tables.ts'
import { listOperations } from './kinds/schema.ts'
import { securityGroupRules } from './kinds/security-group-rules.ts'
import { securityGroups } from './kinds/security-groups.ts'
import { snapshots } from './kinds/snapshots.ts'
import { spotRequests } from './kinds/spot-requests.ts'
import { subnets } from './kinds/subnets.ts'
import { transitGatewayAttachments } from './kinds/transit-gateway-attachments.ts'
import { transitGateways } from './kinds/transit-gateways.ts'
import { volumes } from './kinds/volumes.ts'
import { vpcEndpoints } from './kinds/vpc-endpoints.ts'
import { vpcPeeringConnections } from './kinds/vpc-peering-connections.ts'
import { vpcs } from './kinds/vpcs.ts'
import { vpnConnections } from './kinds/vpn-connections.ts'
import type { ColumnType, JoinedColumn, Kind, Scope, View } from './model.ts'

/** Fields that muster adds to every resource, to say where it was found. */
export const originFields = ['AccountId', 'AccountName', 'Profile', 'Region'] as const

/** The types of their values. */
export const originTypes: Readonly<Record<(typeof originFields)[number], ColumnType>> = {
  AccountId: 'text',
  AccountName: 'name',
  Profile: 'name',
  Region: 'text',
}

/** What the origin fields of a scope's resources hold. An account without a name is known by its id. */
export function originOf({
  scope,
  accountName,
}: {
  readonly scope: Scope
  readonly accountName: string | null
}): Readonly<Record<(typeof originFields)[number], string | null>> {
  return {
    AccountId: scope.account,
    AccountName: accountName ?? scope.account,
    Profile: scope.profile,
    Region: scope.region,
  }
}

/** The kinds made by hand: a kind is a file in `kinds/` and its line here. All others are made from the SDK's schemas. */
export const kinds: readonly Kind[] = [
  instances,
  volumes,
  vpcs,
  subnets,
  securityGroups,
  securityGroupRules,
  natGateways,
  internetGateways,
  routeTables,
  addresses,
  networkInterfaces,
  networkAcls,
  vpcEndpoints,
  vpcPeeringConnections,
  transitGateways,
  transitGatewayAttachments,
  customerGateways,
  vpnConnections,
  dhcpOptions,
  flowLogs,
  prefixLists,
  snapshots,
  images,
  keyPairs,
  launchTemplates,
  placementGroups,
  hosts,
  capacityReservations,
  reservedInstances,
  spotRequests,
  instanceStatus,
]

/** The kind that is shown if the user names none. */
export const defaultKind: Kind = instances

/**
 * The names of every kind that can be read, in the order of the reference: those made by hand, then those made from the
 * schema. Takes some 7 ms the first time.
 */
export const listKindNames: () => readonly string[] = makeOnce(() => {
  const own = kinds.map(({ name }) => name)
  const derived = listOperations().filter((each) => !isMadeByHand(each) && reasonAgainst(each) === null)
  return [...own, ...derived.map(nameOf).filter((name) => !own.includes(name))]
})

/** The kinds of these names. Takes some 20 ms more the first time: not for a start. */
export const listKinds: () => readonly Kind[] = makeOnce(() => listKindNames().map(findKind))

/** The kind of that name, made when it is first asked for; null if no kind has it. */
export const lookForKind: (name: string) => Kind | null = makeKindFinder()

/** The kind of that name; a usage error that says why if no kind has it. */
export function findKind(name: string): Kind {
  const kind = lookForKind(name)
  if (kind) return kind
  throw usageError(describeUnknownKind(name))
}

/** Why there is no kind of that name, and the nearest ones: wherever a kind may be named, the same sentence. */
export function describeUnknownKind(name: string): string {
  const operation = operationNamed(name)
  const reason = operation && reasonAgainst(operation)
  if (reason) return `${name} (${operation}) is not covered: ${reason}. \`muster kinds\` lists what is.`
  const near = findNearKinds(name, listKindNames()).map((each) => `'${each}'`)
  const names = near.length > 1 ? `${near.slice(0, -1).join(', ')} or ${near.at(-1)}` : near[0]
  return `There is no kind '${name}'${names ? `; did you mean ${names}?` : '.'} \`muster kinds\` lists them.`
}

/** The Describe operations of EC2 that no kind covers, by name. */
export function listUncovered(): readonly UncoveredOperation[] {
  const covered = kinds.flatMap(({ name, operation }) => [name, operation])
  return listUncoveredOperations().filter(
    ({ name, operation }) => !covered.includes(operation) && !covered.includes(name),
  )
}

/** Whether a kind reads with that operation of EC2. Parents are kinds, too. */
export function isKindOperation(operation: string): boolean {
  return isMadeByHand(operation) || reasonAgainst(operation) === null
}

function isMadeByHand(operation: string): boolean {
  return kinds.some((kind) => kind.operation === operation)
}

function makeOnce<T>(make: () => T): () => T {
  let made: T | null = null
  return () => {
    made ??= make()
    return made
  }
}

function makeKindFinder(): (name: string) => Kind | null {
  const found = new Map<string, Kind | null>(kinds.map((kind) => [kind.name, kind]))
  return (name) => {
    const known = found.get(name)
    if (known !== undefined) return known
    const operation = operationNamed(name)
    const kind = operation === null || isMadeByHand(operation) ? null : deriveKind(operation)
    found.set(name, kind)
    return kind
  }
}

/** The column of that name that a kind takes from another one; null if it takes no such column. */
export function findJoined(name: string, kind: Kind): JoinedColumn | null {
  return kind.joined?.find((column) => column.name === name) ?? null
}

/** The names of all columns of a kind, without those of the origin. */
export function columnNamesOf({ columns, joined = [] }: Kind): readonly string[] {
  return [...columns, ...joined].map(({ name }) => name)
}

/** The type of a kind's column, or of an origin column; null for any other name. */
export function typeOfColumn(name: string, kind: Kind): ColumnType | null {
  const origin = originFields.find((field) => field === name)
  if (origin) return originTypes[origin]
  const known = kind.columns.find((column) => column.name === name) ?? findJoined(name, kind)
  return known?.type ?? null
}

/** The expression that gives the ids of all resources of a kind, out of the AWS CLI's document. */
export function makeIdsExpression({ list, nested, id }: Kind): string {
  return nested ? `${list}[].${nested.list}[].${id}` : `${list}[].${id}`
}

/** The view of a kind's table in these scopes, of which nothing else is asked. `now`: see View. */
export function makePlainView(kind: string, scopes: View['scopes'], now = 0): View {
  return {
    kind,
    otherKinds: [],
    requires: [],
    query: null,
    expression: null,
    parameters: [],
    lets: [],
    engine: 'muster',
    filters: [],
    now,
    sort: null,
    columns: null,
    group: null,
    sum: null,
    top: null,
    limit: null,
    scopes,
    origin: true,
  }
}
