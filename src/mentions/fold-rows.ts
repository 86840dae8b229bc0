import { ownerMember } from '../kinds/identity.ts'
import { hashWord } from '../kinds/word-forms.ts'
import { originOf } from '../kinds.ts'
import type { Json, Kind } from '../model.ts'
import { tableOf } from '../store/kind-tables.ts'
import { withStoreErrors } from '../store/store-errors.ts'
import {
  groupByResource,
  type Inventory,
  type KnownResource,
  placeFinder,
  readEach,
  rowsByKind,
} from './resources.ts'

/** Which of some rows are shown, so that no two are the same resource. */
interface FoldedRows {
  /** Of rows whose resource others have, too: the one that is shown in the place of the first, null for those behind. */
  readonly shownAt: ReadonlyMap<number, number | null>
  /** Names of the other accounts that have the resource of a row too. */
  readonly seenFrom: ReadonlyMap<number, readonly string[]>
}

/**
 * The resources of these rows, in their order. The same resource of several accounts is one, that of its owner, which
 * says who else sees it. A row that has gone is left out.
 */
export function readResources(inventory: Inventory, rows: readonly number[]): readonly KnownResource[] {
  const { shownAt, seenFrom } = foldRows(inventory, rows)
  const shown = rows.flatMap((row) => (shownAt.has(row) ? (shownAt.get(row) ?? []) : [row]))
  return readEach(inventory, shown, seenFrom)
}

/** Makes one of the rows of one resource: the owner's, or else the first, at the place of the first. */
export function foldRows(inventory: Inventory, rows: readonly number[]): FoldedRows {
  const find = placeFinder(inventory)
  const originOfRow = (row: number) => {
    const place = find(row)
    return place && originOf(place.line)
  }
  const shownAt = new Map<number, number | null>()
  const seenFrom = new Map<number, readonly string[]>()
  for (const [kind, own] of rowsByKind(inventory, rows)) {
    if (kind.identity === 'item' || own.length < 2) continue
    const groups = groupByResource(inventory, kind, rowsOfRepeatedIds(inventory, kind, own))
    const shared = groups.filter((group) => group.length > 1)
    const owners = readOwners(inventory, shared.flat())
    for (const group of shared) {
      const chosen =
        group.find((row) => originOfRow(row)?.AccountId === owners.get(row)) ?? (group[0] as number)
      const others = group.filter((row) => row !== chosen).map((row) => originOfRow(row)?.AccountName ?? '')
      seenFrom.set(chosen, [...new Set(others)])
      for (const [place, row] of group.entries()) shownAt.set(row, place === 0 ? chosen : null)
    }
  }
  return { shownAt, seenFrom }
}

/** So many ids are in memory at once. */
const idsAtOnce = 1000

/**
 * The rows whose id another of them seems to have in the same region, in their order: of a million rows it is the hashes
 * that are kept, 8 bytes each with the row's place.
 */
function rowsOfRepeatedIds(inventory: Inventory, kind: Kind, rows: readonly number[]): readonly number[] {
  const find = placeFinder(inventory)
  const { db, file } = inventory.store
  const statement = db
    .prepare(
      `SELECT wanted.key, r._id FROM json_each(?) AS wanted CROSS JOIN ${tableOf(kind)} r ON r._row = wanted.value`,
    )
    .raw()
  const places = 2 ** Math.ceil(Math.log2(rows.length))
  const hashes = 2 ** 53 / places
  const keys = new Float64Array(rows.length).fill(-1)
  for (let from = 0; from < rows.length; from += idsAtOnce) {
    const some = JSON.stringify(rows.slice(from, from + idsAtOnce))
    const found = withStoreErrors(file, () => statement.all(some)) as [number, string][]
    for (const [key, id] of found) {
      const place = from + key
      const hash = hashWord(`${find(rows[place] as number)?.line.scope.region}/${id}`)
      keys[place] = (hash % hashes) * places + place
    }
  }
  keys.sort()
  const hashAt = (at: number) => Math.floor((keys[at] ?? -1) / places)
  const repeated = [...keys.keys()].filter(
    (at) => hashAt(at) >= 0 && (hashAt(at) === hashAt(at - 1) || hashAt(at) === hashAt(at + 1)),
  )
  return repeated
    .map((at) => (keys[at] as number) % places)
    .sort((a, b) => a - b)
    .map((place) => rows[place] as number)
}

/** The accounts that resources say are their owners, by the rows. */
function readOwners(inventory: Inventory, rows: readonly number[]): ReadonlyMap<number, Json> {
  const { db, file } = inventory.store
  if (rows.length === 0) return new Map()
  const statement = db
    .prepare(
      `SELECT d.resource_id, d.body ->> '$.${ownerMember}' FROM json_each(?) AS wanted
       CROSS JOIN document d ON d.resource_id = wanted.value WHERE json_valid(d.body, 8)`,
    )
    .raw()
  return new Map(withStoreErrors(file, () => statement.all(JSON.stringify(rows))) as [number, Json][])
}
