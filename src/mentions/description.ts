import { findKind, originOf } from '../kinds.ts'
import type { Json, JsonObject } from '../model.ts'
import { makeResourceReader } from '../query/column-readers.ts'
import { runThrough } from '../run-through.ts'
import { type NeighbourGroup, neighboursOf } from './neighbours.ts'
import { type Inventory, type KnownResource, placeFinder, readWholeResources } from './resources.ts'

/** A resource with all that is known around it, as `muster show --output json` prints it. */
export interface Description extends JsonObject {
  readonly Kind: string
  readonly Id: string
  readonly Name: string | null
  readonly State: string | null
  readonly AccountId: string | null
  readonly AccountName: string | null
  readonly Profile: string | null
  readonly Region: string | null
  /** As ISO 8601. */
  readonly SyncedAt: string | null
  readonly SeenFrom: readonly string[]
  /** What the table of its kind shows. */
  readonly First: JsonObject
  readonly Mentions: readonly DescribedGroup[]
  /** Ids that it holds and that no resource of the cache has. */
  readonly NotInCache: readonly DescribedUnknown[]
  readonly MentionedBy: readonly DescribedGroup[]
  readonly Resource: JsonObject
}

/** Neighbours of a kind: `Count` may be more than there are in the list. */
export interface DescribedGroup extends JsonObject {
  readonly Kind: string
  readonly Title: string
  readonly Count: number
  readonly Resources: readonly DescribedNeighbour[]
}

export interface DescribedNeighbour extends JsonObject {
  readonly Id: string
  readonly Name: string | null
  readonly State: string | null
  readonly AccountId: string | null
  readonly AccountName: string | null
  readonly Region: string | null
  readonly Where: string
}

export interface DescribedUnknown extends JsonObject {
  readonly Id: string
  readonly Kind: string | null
  readonly Where: string
  readonly Reason: string
}

/** How many of a kind are listed of those that mention a resource. */
const mostOfKind = 100

/** Describes a resource of the cache. */
export function describeResource(inventory: Inventory, known: KnownResource): Description {
  const { row } = known
  const kind = findKind(known.kind)
  const [own] = readWholeResources(inventory, [row])
  const resource = own?.resource ?? {}
  const line = placeFinder(inventory)(row)?.line
  const first = kind.table.flatMap((name): [string, Json][] => {
    if (!kind.columns.some((column) => column.name === name)) return []
    const value = makeResourceReader(name, kind)(resource)
    return value === null ? [] : [[name, value]]
  })
  const { mentions, unknown, mentionedBy } = runThrough(neighboursOf(inventory, row, mostOfKind))
  return {
    Kind: known.kind,
    Id: known.id,
    Name: known.name,
    State: known.state,
    AccountId: known.accountId,
    AccountName: known.accountName,
    Profile: line ? originOf(line).Profile : null,
    Region: known.region,
    SyncedAt: known.syncedAt === null ? null : new Date(known.syncedAt).toISOString(),
    SeenFrom: known.seenFrom,
    First: Object.fromEntries(first),
    Mentions: mentions.map(describeGroup),
    NotInCache: unknown.map(({ word, kind: name, where, reason }) => ({
      Id: word,
      Kind: name,
      Where: where,
      Reason: reason,
    })),
    MentionedBy: mentionedBy.map(describeGroup),
    Resource: resource,
  }
}

function describeGroup({ kind, title, total, neighbours }: NeighbourGroup): DescribedGroup {
  return {
    Kind: kind,
    Title: title,
    Count: total,
    Resources: neighbours.map(({ where, resource: { id, name, state, accountId, accountName, region } }) => ({
      Id: id,
      Name: name,
      State: state,
      AccountId: accountId,
      AccountName: accountName,
      Region: region,
      Where: where,
    })),
  }
}
