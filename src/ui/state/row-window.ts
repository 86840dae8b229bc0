import type { RowWindow } from '../threads/messages.ts'

/** Rows that stand side by side. */
export interface Stretch {
  readonly from: number
  readonly count: number
}

/** What has to be asked for so that a stretch is there: all of it, or what is missing beside the rows that are. */
export function findMissing(held: Stretch, wanted: Stretch): Stretch {
  const [heldEnd, end] = [held.from + held.count, wanted.from + wanted.count]
  const isBelow = held.from <= wanted.from && heldEnd > wanted.from && heldEnd < end
  if (isBelow) return { from: heldEnd, count: end - heldEnd }
  const isAbove = held.from > wanted.from && held.from < end && heldEnd >= end
  return isAbove ? { from: wanted.from, count: held.from - wanted.from } : wanted
}

/** Two stretches as one; null if rows are missing between them or are in both. */
export function joinStretches(a: Stretch, b: Stretch): Stretch | null {
  const isBeside = a.from + a.count === b.from || b.from + b.count === a.from
  return isBeside ? { from: Math.min(a.from, b.from), count: a.count + b.count } : null
}

/** Whether all rows of a stretch from one place up to another are there. */
export function covers({ from, count }: Stretch, first: number, last: number): boolean {
  return from <= first && from + count >= last
}

export function stretchOf({ from, rows }: RowWindow): Stretch {
  return { from, count: rows.length }
}

/**
 * The rows that are there after some came: both, as many as `most` and those that came among them, if they stand side by side;
 * else those of which more are among the `shown` ones.
 */
export function joinWindows(held: RowWindow, came: RowWindow, most: number, shown: Stretch): RowWindow {
  const { widths } = came
  if (!joinStretches(stretchOf(held), stretchOf(came)))
    return countShown(came, shown) >= countShown(held, shown) ? came : { ...held, widths }
  if (came.from < held.from)
    return { from: came.from, rows: [...came.rows, ...held.rows].slice(0, most), widths }
  const rows = [...held.rows, ...came.rows].slice(-most)
  return { from: came.from + came.rows.length - rows.length, rows, widths }
}

function countShown({ from, rows }: RowWindow, shown: Stretch): number {
  const end = Math.min(from + rows.length, shown.from + shown.count)
  return Math.max(0, end - Math.max(from, shown.from))
}
