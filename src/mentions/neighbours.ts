import { kindOfId } from '../kinds/id-prefixes.ts'
import { hashWord } from '../kinds/word-forms.ts'
import { findKind } from '../kinds.ts'
import type { JsonObject } from '../model.ts'
import { findCandidates } from './candidates.ts'
import { findPlace, listMentions } from './places.ts'
import {
  firstHolder,
  type Inventory,
  type KnownResource,
  placeFinder,
  readResources,
  readWholeResource,
} from './resources.ts'

/** A resource beside another, and the member by which they are connected. */
export interface Neighbour {
  readonly where: string
  readonly resource: KnownResource
}

/** Neighbours of one kind. */
export interface NeighbourGroup {
  /** The name of the kind, and its heading. */
  readonly kind: string
  readonly title: string
  /** How many there are; `neighbours` may be fewer. */
  readonly total: number
  readonly neighbours: readonly Neighbour[]
}

/** An id that a resource holds and that no resource of the cache has. */
export interface UnknownMention {
  readonly word: string
  readonly where: string
  /** The name of the kind that it is of, by its form; null if that is not known. */
  readonly kind: string | null
  /** Half a sentence: `not in the cache`. */
  readonly reason: string
}

export interface Mentions {
  readonly groups: readonly NeighbourGroup[]
  readonly unknown: readonly UnknownMention[]
}

/** What the resource of a row mentions, by kind, and the ids in it that lead nowhere. */
export function mentionsOf(inventory: Inventory, row: number): Mentions {
  const resource = readWholeResource(inventory, row)
  const place = placeFinder(inventory)(row)
  if (!resource || !place) return { groups: [], unknown: [] }
  const own = resource[place.kind.id]
  const mentions = listMentions(resource).filter(({ word }) => word !== own)
  const owners = findOwners(
    inventory,
    mentions.map(({ word }) => word),
  )
  const neighbours = mentions.flatMap(({ word, where }) =>
    (owners.get(word) ?? []).filter((each) => each.row !== row).map((each) => ({ where, resource: each })),
  )
  const unknown = mentions.flatMap(({ word, where }) => {
    const kind = kindOfId(word)
    if (kind === null || owners.has(word)) return []
    return [{ word, where, kind, reason: reasonOf(inventory, kind) }]
  })
  return { groups: groupByKind(neighbours, Number.POSITIVE_INFINITY), unknown }
}

/**
 * The resources that mention that of a row by its id, by kind: of each kind at most `limit`, with how many there are.
 */
export function mentionedBy(
  inventory: Inventory,
  row: number,
  limit: number = Number.POSITIVE_INFINITY,
): readonly NeighbourGroup[] {
  const resource = readWholeResource(inventory, row)
  const findRow = placeFinder(inventory)
  const kind = findRow(row)?.kind
  const id = kind && resource?.[kind.id]
  if (!kind || typeof id !== 'string') return []
  const rows = findCandidates(inventory, new Set([hashWord(id)])).get(hashWord(id)) ?? []
  const places = new Map<number, string>()
  for (const each of rows) {
    const found = each === row || !findRow(each) ? null : readWholeResource(inventory, each)
    const place = found && placeOfWord(found, id)
    if (place && (place !== kind.id || findRow(each)?.kind !== kind)) places.set(each, place)
  }
  const resources = readResources(inventory, [...places.keys()])
  return groupByKind(
    resources.map((each) => ({ where: places.get(each.row) ?? '', resource: each })),
    limit,
  )
}

function placeOfWord(resource: JsonObject, word: string): string | null {
  return (
    findPlace(resource, (value) => value === word)?.where ??
    listMentions(resource).find((each) => each.word === word)?.where ??
    null
  )
}

/** The resources that have these ids, by the id. */
function findOwners(
  inventory: Inventory,
  words: readonly string[],
): ReadonlyMap<string, readonly KnownResource[]> {
  const candidates = findCandidates(inventory, new Set(words.map(hashWord)))
  const findRow = placeFinder(inventory)
  const owners = new Map<string, readonly KnownResource[]>()
  for (const word of words) {
    const rows = (candidates.get(hashWord(word)) ?? []).filter((row) => {
      const kind = findRow(row)?.kind
      return kind && kind.identity !== 'item' && readWholeResource(inventory, row)?.[kind.id] === word
    })
    const first = firstHolder(rows.flatMap((row) => findRow(row)?.kind ?? []))
    const resources = readResources(
      inventory,
      rows.filter((row) => findRow(row)?.kind === first),
    )
    if (resources.length > 0) owners.set(word, resources)
  }
  return owners
}

function reasonOf({ lines }: Inventory, kind: string): string {
  const own = lines.filter(({ scope }) => scope.kind === kind)
  if (own.every(({ syncedAt }) => syncedAt === null)) return `${kind} were not read`
  return 'not in the cache'
}

function groupByKind(neighbours: readonly Neighbour[], limit: number): readonly NeighbourGroup[] {
  return [...Map.groupBy(neighbours, ({ resource }) => resource.kind)].map(([kind, all]) => ({
    kind,
    title: findKind(kind).title,
    total: all.length,
    neighbours: all.slice(0, limit),
  }))
}
