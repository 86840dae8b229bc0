import { kindOfId } from '../kinds/id-prefixes.ts'
import { hashWord, isAddressWord } from '../kinds/word-forms.ts'
import { findKind } from '../kinds.ts'
import { findMentions } from '../store/find-mentions.ts'
import { findWord, listMentions } from './places.ts'
import {
  findOwnRows,
  findRowsOfIds,
  firstHolder,
  type Inventory,
  type KnownResource,
  keepHolders,
  placeFinder,
  readResources,
  readWholeResources,
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
  const [own] = readWholeResources(inventory, [row])
  if (!own) return { groups: [], unknown: [] }
  const { resource, kind } = own
  const mentions = listMentions(resource).filter(({ word }) => word !== resource[kind.id])
  const owners = findOwners(
    inventory,
    mentions.map(({ word }) => word),
  )
  const neighbours = mentions.flatMap(({ word, where }) =>
    (owners.get(word) ?? []).filter((each) => each.row !== row).map((each) => ({ where, resource: each })),
  )
  const unknown = mentions.flatMap(({ word, where }) => {
    const named = kindOfId(word)
    if (named === null || owners.has(word)) return []
    return [{ word, where, kind: named, reason: reasonOf(inventory, named) }]
  })
  return { groups: groupByKind(neighbours), unknown }
}

/**
 * The resources that mention that of a row by its id, by kind: of each kind at most `limit`, with how many there are. A
 * resource that several accounts see is not folded in the number if there are more.
 */
export function mentionedBy(
  inventory: Inventory,
  row: number,
  limit: number = Number.POSITIVE_INFINITY,
): readonly NeighbourGroup[] {
  const [own] = readWholeResources(inventory, [row])
  const id = own?.resource[own.kind.id]
  if (!own || typeof id !== 'string') return []
  const findRow = placeFinder(inventory)
  const hash = hashWord(id)
  const candidates = findMentions(inventory.store, inventory.lines, new Set([hash])).get(hash) ?? []
  const isAscii = /^[\w.:/-]+$/.test(id)
  const others = candidates.filter((each) => each !== row)
  const rows = isAscii ? keepHolders(inventory, others, id) : others
  return [...Map.groupBy(rows, (each) => findRow(each)?.kind)].flatMap(([kind, all]) => {
    if (!kind) return []
    const places = placesOf(inventory, all.slice(0, limit), id, kind === own.kind ? kind.id : null)
    const resources = readResources(inventory, [...places.keys()])
    const neighbours = resources.map((each) => ({ where: places.get(each.row) ?? '', resource: each }))
    const total = all.length > limit ? all.length : neighbours.length
    return total === 0 ? [] : [{ kind: kind.name, title: kind.title, total, neighbours }]
  })
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
  const owners = new Map<string, readonly KnownResource[]>()
  for (const [kind, ids] of Map.groupBy(words, kindOfId)) {
    if (kind === null) continue
    const rows = findRowsOfIds(inventory, kind, ids)
    for (const [id, own] of rows) owners.set(id, readResources(inventory, own))
  }
  const others = words.filter((word) => !owners.has(word) && mayBeId(word))
  const candidates = findMentions(inventory.store, inventory.lines, new Set(others.map(hashWord)))
  const findRow = placeFinder(inventory)
  for (const word of others) {
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
