/** Where a resource holds a word, and how near that is to it: the smaller the rank, the earlier it is shown. */
export interface Place {
  readonly where: string
  readonly rank: number
}

/** Rows and the places that hold a word, side by side: a word may be in a million rows, and each takes 16 bytes. */
export interface PlacedRows {
  readonly rows: number[]
  /** Of each row. */
  readonly places: Place[]
}

/** Makes the function that gives a place: the same object each time. */
export function makePlaces(): (where: string, rank: number) => Place {
  const known = new Map<string, Place>()
  return (where, rank) => {
    const key = `${rank} ${where}`
    const place = known.get(key) ?? { where, rank }
    known.set(key, place)
    return place
  }
}

/** The same with others behind them; of a row that is in both the nearer place stays, where the row stands first. */
export function mergePlaced(first: PlacedRows, others: ReadonlyMap<number, Place>): PlacedRows {
  if (others.size === 0) return first
  const left = new Map(others)
  const places = first.rows.map((row, at) => {
    const own = first.places[at] as Place
    const other = left.get(row)
    left.delete(row)
    return other && other.rank < own.rank ? other : own
  })
  return { rows: [...first.rows, ...left.keys()], places: [...places, ...left.values()] }
}

/**
 * The rows that are shown, those of one rank in their order. `shownAt`: for some rows the one that is shown instead, or
 * null if none is.
 */
export function sortByRank(
  { rows, places }: PlacedRows,
  shownAt: ReadonlyMap<number, number | null>,
): PlacedRows {
  const shown = new Set(shownAt.values())
  const placeOf = new Map<number, Place>()
  if (shown.size > 0)
    for (const [at, row] of rows.entries()) if (shown.has(row)) placeOf.set(row, places[at] as Place)
  const byRank = new Map<number, PlacedRows>()
  for (const [at, first] of rows.entries()) {
    const row = shownAt.get(first) ?? (shownAt.has(first) ? null : first)
    if (row === null) continue
    const place = placeOf.get(row) ?? (places[at] as Place)
    const own = byRank.get(place.rank) ?? { rows: [], places: [] }
    own.rows.push(row)
    own.places.push(place)
    byRank.set(place.rank, own)
  }
  const sorted = [...byRank].sort(([a], [b]) => a - b).map(([, own]) => own)
  const [only] = sorted
  if (only && sorted.length === 1) return only
  return { rows: sorted.flatMap((own) => own.rows), places: sorted.flatMap((own) => own.places) }
}
