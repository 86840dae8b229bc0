import { originOf } from '../../kinds.ts'
import type { Json, Kind } from '../../model.ts'
import type { Listing } from '../../query/listing.ts'
import {
  type CountedPiece,
  countColumnValues,
  countTagKeys,
  countTagValues,
} from '../../store/count-values.ts'
import type { LedgerLine } from '../../store/ledger.ts'
import { narrowColumns } from '../../store/narrow.ts'
import type { Store } from '../../store/open-store.ts'
import { readDataVersion } from '../../store/scope-marks.ts'
import type { OfferedValues, WantedValues } from '../threads/messages.ts'
import type { WorkInSlices } from './in-slices.ts'

/** In what values are looked for. */
export interface ValueSource {
  readonly kind: Kind
  /** The scopes of the kind; null for a table that is not its resources: then the listing alone knows its rows. */
  readonly lines: readonly LedgerLine[] | null
  readonly listing: Listing | null
}

/** So many are offered. */
const most = 100
/** In which time what was found so far is offered, in ms. */
const patience = 250
/** A longer value is not typed again. */
const longest = 200

/**
 * Makes what answers which values may complete a text. Values are counted once: as long as nothing is stored, further
 * letters only choose among them. A newer wish ends an older one. `identity` says what the source is.
 */
export function makeOffers(store: Store, inSlices: WorkInSlices, post: (offer: OfferedValues) => void) {
  let wishes = 0
  let last: Counting | null = null

  const offer = async (wanted: WantedValues, identity: string, source: ValueSource): Promise<void> => {
    wishes += 1
    const own = wishes
    const key = `${identity} ${readDataVersion(store)} ${JSON.stringify([wanted.kind, wanted.of])}`
    last = last?.key === key ? last : beginCounting(key, readPieces(wanted, source, store))
    const isLeft = () => own !== wishes
    const postWanted = (offered: OfferedValues) => (isLeft() ? undefined : post(offered))
    await inSlices(offerFrom(last, wanted, postWanted), isLeft)
  }
  return {
    offer,
    /** Nobody types any more. */
    leave() {
      wishes += 1
    },
  }
}

/** Values that are counted, and what is left to count. */
interface Counting {
  readonly key: string
  readonly pieces: Iterator<CountedPiece>
  readonly counts: Map<string, number>
  looked: number
  isWhole: boolean
}

function beginCounting(key: string, pieces: Iterator<CountedPiece>): Counting {
  return { key, pieces, counts: new Map(), looked: 0, isWhole: false }
}

/** Counts on, and offers what was found now and then. */
function* offerFrom(
  counting: Counting,
  wanted: WantedValues,
  post: (offer: OfferedValues) => void,
): Generator<void> {
  let nextAt = performance.now() + patience
  while (!counting.isWhole) {
    const { done, value: piece } = counting.pieces.next()
    if (done) counting.isWhole = true
    else {
      counting.looked += piece.rows
      for (const [value, count] of piece.values) addValue(counting.counts, value, count)
      yield
      if (performance.now() < nextAt) continue
    }
    post({ wanted, ...(yield* chooseValues(counting.counts, wanted.begun)), looked: lookedOf(counting) })
    nextAt = performance.now() + patience
    if (counting.isWhole) return
  }
  post({ wanted, ...(yield* chooseValues(counting.counts, wanted.begun)), looked: null })
}

function lookedOf({ isWhole, looked }: Counting): number | null {
  return isWhole ? null : looked
}

function* readPieces(
  { of }: WantedValues,
  { kind, lines, listing }: ValueSource,
  store: Store,
): Generator<CountedPiece> {
  if (of.type === 'tag-keys') {
    if (lines) yield* countTagKeys(store, lines, kind)
    return
  }
  if (of.type === 'tag-values') {
    if (lines) yield* countTagValues(store, lines, kind, of.key)
    return
  }
  const find = narrowColumns(store, kind)
  for (const name of of.names) {
    const column = lines ? find(name) : null
    if (lines && column && 'value' in column) yield* countColumnValues(store, lines, kind, column.value)
    else if (lines && column && 'origin' in column) {
      const { origin } = column
      yield { rows: 0, values: lines.map((line) => [originOf(line)[origin], line.rows] as const) }
    } else if (lines && name.startsWith('tag:'))
      yield* countTagValues(store, lines, kind, name.slice('tag:'.length))
    else if (listing) yield* readListing(listing, name)
  }
}

function* readListing(listing: Listing, name: string): Generator<CountedPiece> {
  const place = listing.columns.indexOf(name)
  const step = 250
  for (let from = 0; place >= 0 && from < listing.total; from += step) {
    const rows = listing.readRows(from, step)
    yield { rows: rows.length, values: rows.map((row) => [row?.cells[place] ?? null, 1] as const) }
  }
}

function addValue(counts: Map<string, number>, value: unknown, count: number): void {
  if (count === 0 || value === null || value === '') return
  for (const each of Array.isArray(value) ? (value as readonly Json[]) : [value]) {
    if (typeof each !== 'string' && typeof each !== 'number') continue
    const text = String(each)
    if (text.length <= longest) counts.set(text, (counts.get(text) ?? 0) + count)
  }
}

/** Those that begin so; if none does, those that hold it. In upper and lower case alike, the most frequent first. */
function* chooseValues(
  counts: Map<string, number>,
  begun: string,
): Generator<void, Pick<OfferedValues, 'values' | 'more'>> {
  const wanted = begun.toLowerCase()
  const beginning: (readonly [string, number])[] = []
  const holding: (readonly [string, number])[] = []
  let visited = 0
  for (const entry of counts) {
    const at = entry[0].toLowerCase().indexOf(wanted)
    if (at === 0) beginning.push(entry)
    else if (at > 0) holding.push(entry)
    visited += 1
    if (visited % 10_000 === 0) yield
  }
  const found = beginning.length > 0 ? beginning : holding
  const compare = (a: readonly [string, number], b: readonly [string, number]) =>
    b[1] - a[1] || (a[0] < b[0] ? -1 : 1)
  const values = found.toSorted(compare).slice(0, most)
  return { values: values.map(([value, count]) => ({ value, count })), more: found.length - values.length }
}
