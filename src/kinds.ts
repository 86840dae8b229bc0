import { usageError } from './errors.ts'
import { addresses } from './kinds/addresses.ts'
import { images } from './kinds/images.ts'
import { instances } from './kinds/instances.ts'
import { internetGateways } from './kinds/internet-gateways.ts'
import { keyPairs } from './kinds/key-pairs.ts'
import { natGateways } from './kinds/nat-gateways.ts'
import { networkInterfaces } from './kinds/network-interfaces.ts'
import { routeTables } from './kinds/route-tables.ts'
import { securityGroupRules } from './kinds/security-group-rules.ts'
import { securityGroups } from './kinds/security-groups.ts'
import { snapshots } from './kinds/snapshots.ts'
import { subnets } from './kinds/subnets.ts'
import { volumes } from './kinds/volumes.ts'
import { vpcs } from './kinds/vpcs.ts'
import type { ColumnType, Kind, Scope, View } from './model.ts'

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

/** The text that the filter looks into for the origin of a scope's resources. */
export function formatOrigin(source: Parameters<typeof originOf>[0]): string {
  return Object.values(originOf(source)).join('\n').toLowerCase()
}

/** The kinds that muster reads: a kind is a file in `kinds/` and its line here. */
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
  snapshots,
  images,
  keyPairs,
]

/** The kind that is shown if the user names none. */
export const defaultKind: Kind = instances

/** Every kind that can be read, in the order of the reference. */
export function listKinds(): readonly Kind[] {
  return kinds
}

/** The kind of that name; a usage error that lists the kinds if no kind has it. */
export function findKind(name: string): Kind {
  const kind = kinds.find((candidate) => candidate.name === name)
  if (kind) return kind
  throw usageError(`There is no kind '${name}'; choose one of: ${kinds.map((each) => each.name).join(', ')}.`)
}

/** The type of a kind's column, or of an origin column; null for any other name. */
export function typeOfColumn(name: string, kind: Kind): ColumnType | null {
  const origin = originFields.find((field) => field === name)
  if (origin) return originTypes[origin]
  return kind.columns.find((column) => column.name === name)?.type ?? null
}

/** The expression that gives the ids of all resources of a kind, out of the AWS CLI's document. */
export function makeIdsExpression({ list, nested, id }: Kind): string {
  return nested ? `${list}[].${nested.list}[].${id}` : `${list}[].${id}`
}

/** The view of a kind's table in these scopes, of which nothing else is asked. */
export function makePlainView(kind: string, scopes: View['scopes']): View {
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
    sort: null,
    columns: null,
    group: null,
    scopes,
    origin: true,
  }
}
