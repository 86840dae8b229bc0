import type { Kind } from '../model.ts'
import { DamagedScope } from './damage.ts'
import type { LedgerLine } from './ledger.ts'
import { isGroupSound, wrongPlace } from './place-check.ts'
import { isRising, twice } from './scan-scopes.ts'

/** What the order of a row depends on: its number, its group, and what this is compared with. */
export type PlacedRow = readonly [
  row: number,
  group: string | null,
  check: number | null,
  ...cells: unknown[],
]

/**
 * The rows of a scope in the order in which an answer has them: the members of a group stand together, at the place of the
 * first (a reservation that came on two pages is whole again).
 */
export interface OrderedRows {
  readonly total: number
  /** The number of a row, by its place among those that were given. */
  readonly numberAt: (place: number) => number
  /**
   * What `make` makes of the place of each row, in chunks that never cut a group. A chunk is no smaller than `sizeOf` says
   * while it is made, but the last.
   */
  readonly chunks: <T>(make: (place: number) => T, sizeOf: () => number) => Generator<readonly T[]>
}

/** Gives the groups of rows that stand at these places. */
export type GroupsOf = (places: readonly number[], numberAt: (place: number) => number) => readonly string[]

/**
 * Orders rows that come in the order of their places in the scope. They are packed: of a million rows it takes 20 MB, and
 * as an array of them 250. Throws a DamagedScope if a row is there twice, or is not in its group or place.
 */
export function orderRows(
  rows: Iterable<PlacedRow>,
  kind: Kind,
  file: string,
  { scopeId, rows: expected }: LedgerLine,
  groupsOf: GroupsOf,
): OrderedRows {
  const { numbers, starts, hashes } = packRows(rows, expected, kind, (group, check) => {
    if (!isGroupSound(group, check)) throw new DamagedScope(file, scopeId, wrongPlace)
  })
  if (!isRising(numbers) && !isRising(numbers.slice().sort())) throw new DamagedScope(file, scopeId, twice)
  const numberAt = (place: number) => numbers[place] as number
  const moved = joinGroups(starts, hashes, (places) => groupsOf(places, numberAt))
  return {
    total: numbers.length,
    numberAt,
    chunks: (make, sizeOf) =>
      cutChunks(moved?.starts ?? starts, moved ? (at) => make(moved.places[at] as number) : make, sizeOf),
  }
}

/**
 * V8 makes each generator function a prototype and a map when it is first called, and keeps them, with all that the function
 * refers to, until it looks through all of the memory: one that is made for each scope would keep its rows.
 */
function* cutChunks<T>(
  starts: Uint8Array,
  make: (at: number) => T,
  sizeOf: () => number,
): Generator<readonly T[]> {
  let start = 0
  for (let end = 1; end <= starts.length; end += 1) {
    if (end < starts.length && (starts[end] === 0 || end - start < sizeOf())) continue
    const chunk: T[] = []
    for (let at = start; at < end; at += 1) chunk.push(make(at))
    yield chunk
    start = end
  }
}

interface Packed {
  readonly numbers: Float64Array
  /** Of each row 1 if it is not of the same group as the one before. */
  readonly starts: Uint8Array
  /** Of each row with a 1, in 53 bits, what its group is; NaN of a row without one. Empty if the kind has no groups. */
  readonly hashes: Float64Array
}

function packRows(
  rows: Iterable<PlacedRow>,
  expected: number,
  { nested }: Kind,
  check: (group: string | null, check: number | null) => void,
): Packed {
  // The ledger may be wrong.
  const length = Math.max(atFirst, Math.min(expected, most))
  let [numbers, starts, hashes] = [
    new Float64Array(length),
    new Uint8Array(length),
    new Float64Array(atFirst),
  ]
  let [count, groups] = [0, 0]
  let before: string | null = null
  for (const [row, group, own] of rows) {
    check(group, own)
    if (count === numbers.length) {
      numbers = grow(numbers, Float64Array)
      starts = grow(starts, Uint8Array)
    }
    numbers[count] = row
    if (group === null || group !== before) {
      starts[count] = 1
    }
    if (nested && starts[count] === 1) {
      if (groups === hashes.length) hashes = grow(hashes, Float64Array)
      hashes[groups] = group === null ? Number.NaN : hashOf(group)
      groups += 1
    }
    before = group
    count += 1
  }
  return {
    numbers: numbers.subarray(0, count),
    starts: starts.subarray(0, count),
    hashes: hashes.subarray(0, groups),
  }
}

const atFirst = 64
const most = 2 ** 20

function grow<T extends Float64Array | Uint8Array>(from: T, Packing: new (length: number) => T): T {
  const more = new Packing(2 * from.length)
  more.set(from)
  return more
}

/** Of a group's text: FNV-1a twice, each with other factors. */
function hashOf(text: string): number {
  let [high, low] = [0x811c9dc5, 0x9e3779b9]
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ code, 0x5bd1e995)
  }
  return (high >>> 11) * 2 ** 32 + ((low ^ (low >>> 15)) >>> 0)
}

/** The places of rows in their new order, with the starts of groups in it; null if all groups stand together already. */
function joinGroups(
  starts: Uint8Array,
  hashes: Float64Array,
  groupsOf: (places: readonly number[]) => readonly string[],
): { readonly places: Uint32Array; readonly starts: Uint8Array } | null {
  const repeated = findRepeated(hashes)
  if (repeated.size === 0) return null
  const firsts = new Uint32Array(hashes.length + 1)
  let group = 0
  for (let place = 0; place < starts.length; place += 1) if (starts[place] === 1) firsts[group++] = place
  firsts[group] = starts.length
  const parts: number[] = []
  for (const [part, hash] of hashes.entries()) if (repeated.has(hash)) parts.push(part)
  const names = groupsOf(parts.map((part) => firsts[part] as number))
  /** Of each part the one that it follows: those of one group are a chain that begins with the first. */
  const next = new Int32Array(hashes.length).fill(none)
  const isFollowing = new Uint8Array(hashes.length)
  const lasts = new Map<string, number>()
  for (const [at, part] of parts.entries()) {
    const name = names[at] as string
    const last = lasts.get(name)
    if (last !== undefined) {
      next[last] = part
      isFollowing[part] = 1
    }
    lasts.set(name, part)
  }
  const places = new Uint32Array(starts.length)
  const joined = new Uint8Array(starts.length)
  let to = 0
  for (let first = 0; first < hashes.length; first += 1) {
    if (isFollowing[first] === 1) continue
    joined[to] = 1
    for (let part = first; part !== none; part = next[part] as number)
      for (let place = firsts[part] as number; place < (firsts[part + 1] as number); place += 1)
        places[to++] = place
  }
  return { places, starts: joined }
}

const none = -1

/** The hashes that are there more than once. */
function findRepeated(hashes: Float64Array): ReadonlySet<number> {
  const repeated = new Set<number>()
  const sorted = hashes.slice().sort()
  for (let place = 1; place < sorted.length; place += 1)
    if (sorted[place] === sorted[place - 1]) repeated.add(sorted[place] as number)
  return repeated
}
