/** So many rows are looked at before other work may be done. */
export const rowsAtOnce = 1000

/** A list in parts, each of which takes about as long to look at as a frame or two to draw. */
export function* partsOf<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += rowsAtOnce) yield list.slice(from, from + rowsAtOnce)
}
