import { makeHeapHolder } from '../hold-heap.ts'
import { nameColumnOf } from '../kinds/name-column.ts'
import { hashWord, isAddressWord, wordOf } from '../kinds/word-forms.ts'
import type { Kind } from '../model.ts'
import { runThrough } from '../run-through.ts'
import { findMentions } from '../store/find-mentions.ts'
import { listEnclosingRanges } from './enclosing-ranges.ts'
import { foldRows } from './fold-rows.ts'
import { partsOf, rowsAtOnce } from './parts.ts'
import { makePlaces, mergePlaced, type Place, type PlacedRows, sortByRank } from './placed-rows.ts'
import { findRange, findWord, type Mention } from './places.ts'
import {
  firstHolder,
  type Inventory,
  type KnownResource,
  placeFinder,
  readEach,
  readWholeResources,
} from './resources.ts'
import { findByText } from './text-search.ts'

/** A resource that is, or holds, a word. */
export interface Finding {
  /** As it was given. */
  readonly word: string
  /** `id`, `name`, `tag:Owner`, or the member that holds it, as `NetworkInterfaces[].PrivateIpAddress`. */
  readonly where: string
  readonly resource: KnownResource
}

/** What was found of one word: the resource itself before those that mention it. */
export interface FoundWord {
  readonly word: string
  /** How many findings there are. */
  readonly count: number
  /** Read while it is iterated, in the same snapshot of the cache: there may be a million. */
  readonly findings: Iterable<Finding>
}

/** The same as `findInSteps` gives, without a pause. */
export function find(inventory: Inventory, words: readonly string[]): readonly FoundWord[] {
  return runThrough(findInSteps(inventory, words))
}

/**
 * Looks words up over all kinds and scopes that are meant. An id, an address, an ARN is looked for as a whole, an address
 * also in the ranges of subnets and VPCs; of names, tags and other columns a part is enough (smart case; a glob must
 * match the whole). A DNS name may be either. Yields now and then, so that the caller can do other work meanwhile.
 */
export function* findInSteps(
  inventory: Inventory,
  words: readonly string[],
): Generator<void, readonly FoundWord[]> {
  const asked = words.map((word) => ({ word, ...keysOf(word) }))
  const hashes = new Set(asked.flatMap(({ keys }) => keys.map(({ hash }) => hash)))
  const candidates = findMentions(inventory.store, inventory.lines, hashes)
  yield
  const texts = yield* findByText(
    inventory,
    asked.filter(({ isText }) => isText).map(({ word }) => word),
  )
  const found: FoundWord[] = []
  const placeAt = makePlaces()
  for (const { word, keys } of asked) {
    const nearest = new Map<number, Place>()
    for (const key of keys)
      for (const some of partsOf(candidates.get(key.hash) ?? [])) {
        for (const { row, where, rank } of confirm(inventory, key, some)) {
          const known = nearest.get(row)
          if (!known || rank < known.rank) nearest.set(row, placeAt(where, rank))
        }
        yield
      }
    const placed = mergePlaced(texts.get(word) ?? { rows: [], places: [] }, nearest)
    leaveOneKind(inventory, placed)
    found.push(arrange(inventory, word, placed))
    yield
  }
  return found
}

interface PlacedRow extends Place {
  readonly row: number
}

/** What is looked up of a word. */
interface Key {
  readonly key: string
  readonly hash: number
  /** A range around the address that was asked for: only who has it is meant. */
  readonly isRange: boolean
}

/** The order of what is found. */
const ranks = { id: 0, name: 1, sameId: 2, member: 10, text: 40, range: 60 } as const

function keysOf(word: string): { readonly keys: readonly Key[]; readonly isText: boolean } {
  const form = wordOf(word.toLowerCase()) ?? wordOf(word)
  const key = word.startsWith('arn:') ? word : (form ?? word)
  const around = form !== null && isAddressWord(form) ? listEnclosingRanges(form) : []
  return {
    keys: [
      { key, hash: hashWord(key), isRange: false },
      ...around.map((range) => ({ key: range, hash: hashWord(range), isRange: true })),
    ],
    isText: form === null || (form.includes('.') && /[a-z]/.test(form) && !form.includes(':')),
  }
}

/** Those of the rows that hold a word indeed, with the place that holds it. */
function confirm(inventory: Inventory, { key, isRange }: Key, rows: readonly number[]): readonly PlacedRow[] {
  const findRow = placeFinder(inventory)
  const wanted = isRange ? rows.filter((row) => findRow(row)?.kind.ranges) : rows
  const found: PlacedRow[] = []
  for (const { row, kind, resource } of readWholeResources(inventory, wanted)) {
    if (isRange) {
      const place = findRange(resource, key, kind.ranges ?? [])
      // The narrowest first.
      if (place) found.push({ row, where: place.where, rank: ranks.range - Number(key.split('/')[1]) / 256 })
      continue
    }
    const isOwn = resource[kind.id] === key
    const place = isOwn ? { word: key, where: kind.id, depth: 1 } : findWord(resource, key)
    if (place) found.push(placeOf(row, place, kind))
  }
  return found
}

function placeOf(row: number, { where, depth }: Mention, kind: Kind): PlacedRow {
  if (where === kind.id && kind.identity !== 'item') return { row, where: 'id', rank: ranks.id }
  const isName = where === 'tag:Name' || where === nameColumnOf(kind)
  return isName ? { row, where: 'name', rank: ranks.name } : { row, where, rank: ranks.member + depth }
}

/** Of several kinds that have the same id, one has the resource, and the others say something of it. */
function leaveOneKind(inventory: Inventory, { rows, places }: PlacedRows): void {
  const findRow = placeFinder(inventory)
  const holders = rows.flatMap((row, at) => {
    const kind = places[at]?.rank === ranks.id ? findRow(row)?.kind : undefined
    return kind ? [{ at, kind }] : []
  })
  const first = firstHolder(holders.map(({ kind }) => kind))
  for (const { at, kind } of holders) if (kind !== first) places[at] = { where: kind.id, rank: ranks.sameId }
}

function arrange(inventory: Inventory, word: string, placed: PlacedRows): FoundWord {
  const { shownAt, seenFrom } = foldRows(inventory, placed.rows)
  const { rows, places } = sortByRank(placed, shownAt)
  return {
    word,
    count: rows.length,
    findings: {
      *[Symbol.iterator]() {
        const holdHeap = makeHeapHolder()
        for (let from = 0; from < rows.length; from += rowsAtOnce) {
          holdHeap()
          const some = rows.slice(from, from + rowsAtOnce)
          const placeOf = new Map(some.map((row, at) => [row, places[from + at]]))
          for (const resource of readEach(inventory, some, seenFrom))
            yield { word, where: placeOf.get(resource.row)?.where ?? '', resource }
        }
      },
    },
  }
}
