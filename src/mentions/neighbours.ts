import { kindOfId } from '../kinds/id-prefixes.ts'
import { hashWord, isAddressWord } from '../kinds/word-forms.ts'
import { findKind } from '../kinds.ts'
import type { Kind } from '../model.ts'
import { findMentions } from '../store/find-mentions.ts'
import { readResources } from './fold-rows.ts'
import { partsOf } from './parts.ts'
import { findWord, listMentions } from './places.ts'
import {
  findOwnRows,
  findRowsOfIds,
  firstHolder,
  groupByResource,
  type Inventory,
  type KnownResource,
  keepHolders,
  placeFinder,
  readWholeResources,
  rowsByKind,
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

/** An id that a resource holds and that no resource of its kind in the cache has. */
export interface UnknownMention {
  readonly word: string
  readonly where: string
  /** The name of the kind that it is of, by its form; null if that is not known. */
  readonly kind: string | null
  /** Half a sentence: `not in the cache`. */
  readonly reason: string
}

export interface Neighbours {
  /** What a resource mentions, by kind. */
  readonly mentions: readonly NeighbourGroup[]
  /** The ids in it that lead nowhere. */
  readonly unknown: readonly UnknownMention[]
  /** What mentions it by its id, by kind. */
  readonly mentionedBy: readonly NeighbourGroup[]
}

/**
 * What the resource of a row mentions, and what mentions it: of each kind of the latter at most `limit`, with how many
 * there are. A resource that several accounts see is one. Yields now and then: a VPC may be mentioned by hundreds of
 * thousands.
 */
export function* neighboursOf(
  inventory: Inventory,
  row: number,
  limit: number = Number.POSITIVE_INFINITY,
): Generator<void, Neighbours> {
  const [own] = readWholeResources(inventory, [row])
  if (!own) return { mentions: [], unknown: [], mentionedBy: [] }
  const { resource, kind } = own
  // The id of a status is that of what it is the status of.
  const isOwn = (word: string) => word === resource[kind.id] && (kindOfId(word) ?? kind.name) === kind.name
  const mentions = listMentions(resource).filter(({ word }) => !isOwn(word))
  const found = findOwnersByForm(
    inventory,
    mentions.map(({ word }) => word),
  )
  yield
  // All that is left is looked for in one pass over what the resources of the cache mention.
  const { store, lines } = inventory
  const id = typeof resource[kind.id] === 'string' ? String(resource[kind.id]) : null
  const hashes = [...found.others, ...(id === null ? [] : [id])].map(hashWord)
  const candidates = findMentions(store, lines, new Set(hashes))
  yield
  const owners = new Map([...found.owners, ...findOtherOwners(inventory, found.others, candidates)])
  yield
  const leadsOf = (word: string) => (owners.get(word) ?? []).filter((each) => each.row !== row)
  const mentioning = (id === null ? undefined : candidates.get(hashWord(id))) ?? []
  const others = mentioning.filter((each) => each !== row)
  return {
    mentions: groupByKind(
      mentions.flatMap(({ word, where }) => leadsOf(word).map((each) => ({ where, resource: each }))),
    ),
    unknown: mentions.flatMap(({ word, where }) => {
      const named = kindOfId(word)
      // What says something of it, as its status, is not the resource.
      if (named === null || leadsOf(word).some((each) => each.kind === named)) return []
      return [{ word, where, kind: named, reason: reasonOf(inventory, named) }]
    }),
    mentionedBy: id === null ? [] : yield* groupMentioning(inventory, others, id, kind, limit),
  }
}

function* groupMentioning(
  inventory: Inventory,
  candidates: readonly number[],
  id: string,
  ownKind: Kind,
  limit: number,
): Generator<void, readonly NeighbourGroup[]> {
  const isAscii = /^[\w.:/-]+$/.test(id)
  const groups: NeighbourGroup[] = []
  for (const [kind, candidatesOfKind] of rowsByKind(inventory, candidates)) {
    const all: number[] = []
    for (const some of partsOf(candidatesOfKind)) {
      for (const row of isAscii ? keepHolders(inventory, some, id) : some) all.push(row)
      yield
    }
    const each = groupByResource(inventory, kind, all)
    const neighbours: Neighbour[] = []
    for (const some of partsOf(each.slice(0, limit))) {
      const places = placesOf(inventory, some.flat(), id, kind === ownKind ? kind.id : null)
      for (const known of readResources(inventory, [...places.keys()]))
        neighbours.push({ where: places.get(known.row) ?? '', resource: known })
      yield
    }
    const total = each.length > limit ? each.length : neighbours.length
    if (total > 0) groups.push({ kind: kind.name, title: kind.title, total, neighbours })
  }
  return groups
}

/** Where rows hold an id. `except`: the member that says that it is their own, as the same resource of another account has. */
function placesOf(
  inventory: Inventory,
  rows: readonly number[],
  id: string,
  except: string | null,
): ReadonlyMap<number, string> {
  const places = new Map<number, string>()
  for (const { row, resource } of readWholeResources(inventory, rows)) {
    const place = findWord(resource, id)
    if (place && place.where !== except) places.set(row, place.where)
  }
  return places
}

/**
 * The resources that have these ids, by the id. What the form of an id says is looked up by index; all that mention the
 * others are looked through.
 */
export function findOwners(
  inventory: Inventory,
  words: readonly string[],
): ReadonlyMap<string, readonly KnownResource[]> {
  const { owners, others } = findOwnersByForm(inventory, words)
  const candidates = findMentions(inventory.store, inventory.lines, new Set(others.map(hashWord)))
  return new Map([...owners, ...findOtherOwners(inventory, others, candidates)])
}

type Owners = ReadonlyMap<string, readonly KnownResource[]>

/** What is found by index, and what may be an id of some kind and was not. */
function findOwnersByForm(
  inventory: Inventory,
  words: readonly string[],
): { readonly owners: Owners; readonly others: readonly string[] } {
  const owners = new Map<string, readonly KnownResource[]>()
  for (const [kind, ids] of Map.groupBy(words, kindOfId)) {
    if (kind === null) continue
    for (const [id, rows] of findRowsOfIds(inventory, kind, ids))
      owners.set(id, readResources(inventory, rows))
  }
  return { owners, others: words.filter((word) => !owners.has(word) && mayBeId(word)) }
}

/** `candidates`: the rows that may mention each, by its hash. */
function findOtherOwners(
  inventory: Inventory,
  words: readonly string[],
  candidates: ReadonlyMap<number, readonly number[]>,
): Owners {
  const findRow = placeFinder(inventory)
  const owners = new Map<string, readonly KnownResource[]>()
  for (const word of words) {
    const rows = findOwnRows(inventory, candidates.get(hashWord(word)) ?? [], word)
    const first = firstHolder(rows.flatMap((row) => findRow(row)?.kind ?? []))
    const own = rows.filter((row) => findRow(row)?.kind === first)
    if (own.length > 0) owners.set(word, readResources(inventory, own))
  }
  return owners
}

/** Ranges of one's own are known by themselves; an address, a DNS name or an ARN is no resource's id. */
function mayBeId(word: string): boolean {
  return !isAddressWord(word) && !word.startsWith('arn:') && (word.includes('/') || !word.includes('.'))
}

function reasonOf({ lines }: Inventory, kind: string): string {
  const own = lines.filter(({ scope }) => scope.kind === kind)
  if (own.every(({ syncedAt }) => syncedAt === null)) return `${kind} were not read`
  return 'not in the cache'
}

function groupByKind(neighbours: readonly Neighbour[]): readonly NeighbourGroup[] {
  return [...Map.groupBy(neighbours, ({ resource }) => resource.kind)].map(([kind, all]) => ({
    kind,
    title: findKind(kind).title,
    total: all.length,
    neighbours: all,
  }))
}
