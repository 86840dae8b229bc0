import type { Range } from '../../query/filter/mark-matches.ts'
import type { Paint, Style } from './style.ts'

/** A cell as the listing has it, as its column shows it, and as it was cut or filled to the column's size. */
export interface DrawnCell {
  readonly cell: string
  readonly text: string
  readonly padded: string
}

/** A cell in which what the filter matches is underlined: without colour, and under the cursor, that is seen too. */
export function drawMatches(
  drawn: DrawnCell,
  ranges: readonly Range[],
  styles: readonly Style[],
  paint: Paint,
): string {
  const { padded } = drawn
  if (ranges.length === 0) return paint(padded, ...styles)
  let line = ''
  let at = 0
  for (const [from, to] of ranges.flatMap((range) => placeRange(range, drawn))) {
    if (to <= at) continue
    line += paint(padded.slice(at, from), ...styles)
    line += paint(padded.slice(Math.max(at, from), to), 'underline', ...styles)
    at = to
  }
  return line + paint(padded.slice(at), ...styles)
}

/** Where a part of a cell stands in what is drawn: of one that was cut, what is left of it, or else the sign of the cut. */
function placeRange([from, to]: Range, { cell, text, padded }: DrawnCell): readonly Range[] {
  const filled = padded.length - padded.trimStart().length
  const visible = padded.trim()
  // An age, which stands for a time, is matched as a whole.
  const moved = text.endsWith(cell) ? text.length - cell.length : null
  const [begins, ends] = moved === null ? [0, text.length] : [from + moved, to + moved]
  if (visible === text.trim()) return [[filled + begins, Math.min(filled + ends, filled + visible.length)]]
  const head = countSame(text, visible, (word, place) => word[place])
  const tail = Math.min(
    countSame(text, visible, (word, place) => word[word.length - 1 - place]),
    visible.length - head - 1,
  )
  const parts: Range[] = []
  if (begins < head) parts.push([begins, Math.min(ends, head)])
  if (ends > head && begins < text.length - tail) parts.push([head, head + 1])
  const shift = text.length - visible.length
  if (tail > 0 && ends > text.length - tail)
    parts.push([Math.max(begins, text.length - tail) - shift, ends - shift])
  return parts.map(([first, last]) => [filled + first, filled + last])
}

function countSame(
  one: string,
  other: string,
  read: (text: string, place: number) => string | undefined,
): number {
  let count = 0
  while (count < Math.min(one.length, other.length) && read(one, count) === read(other, count)) count += 1
  return count
}
