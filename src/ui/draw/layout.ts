import type { ListedColumn } from '../threads/messages.ts'

/** A column on the screen: its place in the listing and its cells. */
export interface Placed {
  readonly place: number
  readonly column: ListedColumn
  readonly label: string
  readonly size: number
  /** Cells that it keeps at the least; null for as many as its type needs. */
  readonly keeps: number | null
}

export interface Layout {
  readonly placed: readonly Placed[]
  /** Cells between two columns. */
  readonly gap: number
  /** Columns for which there is no room. */
  readonly hidden: number
}

/** Cells that no cell of a column needs more of. */
const widest = { time: 7, text: 60, state: 16, number: 20 } as const
/** Texts give way down to this before a column goes. */
const short = 16

/**
 * Chooses columns and their widths for a line. The first and the chosen column stay; where room lacks, long texts
 * are cut first, then columns go. An arrow for the sort has its place in the label.
 */
export function layoutOf(
  columns: readonly Pick<Placed, 'column' | 'label' | 'keeps'>[],
  line: number,
  chosen: number,
  goFirst: readonly string[],
): Layout {
  const gap = line >= 100 ? 2 : 1
  const natural = columns.map(({ column, label, keeps }, place) => ({
    place,
    column,
    label,
    keeps,
    size: Math.max(label.length, Math.min(contentOf(column), widest[column.type])),
  }))
  const all = fitting(natural, line, gap, chosen, goFirst)
  if (all.length === columns.length) return { placed: narrowed(all, line, gap), gap, hidden: 0 }
  // How many are hidden is told behind the last one.
  const room = Math.max(1, line - hiddenSize)
  const placed = fitting(natural, room, gap, chosen, goFirst)
  return { placed: narrowed(placed, room, gap), gap, hidden: columns.length - placed.length }
}

/** Cells for ` +9`. */
const hiddenSize = 3

function fitting(
  columns: readonly Placed[],
  line: number,
  gap: number,
  chosen: number,
  goFirst: readonly string[],
): readonly Placed[] {
  let placed = columns
  while (placed.length > 1 && total(placed.map(least), gap) > line) {
    const going = leaver(placed, chosen, goFirst)
    placed = placed.filter((each) => each !== going)
  }
  return placed
}

function contentOf({ type, width }: ListedColumn): number {
  // The sign of a state; an age is made of a time when it is shown.
  return type === 'state' ? width + 2 : type === 'time' ? 6 : width
}

/** What a column needs at the least: ids, ages and other short texts are never cut; names give way. */
function least({ column, label, size, keeps }: Placed): number {
  if (keeps !== null) return Math.min(size, Math.max(label.length, keeps))
  if (column.type !== 'text' || column.name.endsWith('Id') || size <= short) return size
  return Math.max(label.length, short)
}

function leaver(placed: readonly Placed[], chosen: number, goFirst: readonly string[]): Placed | undefined {
  const may = placed.filter(({ place }, index) => index > 0 && place !== chosen)
  const told = goFirst.map((name) => may.find(({ column }) => column.name === name)).find((each) => each)
  // The last column is mostly the age, which people look for: the one before it goes first.
  return told ?? (may.length > 2 ? may.at(-2) : may.at(-1)) ?? placed.at(-1)
}

function narrowed(placed: readonly Placed[], line: number, gap: number): readonly Placed[] {
  const sizes = placed.map(({ size }) => size)
  const floors = placed.map(least)
  let over = total(sizes, gap) - line
  while (over > 0) {
    const room = sizes.map((size, index) => size - (floors[index] ?? size))
    const most = Math.max(...room)
    if (most <= 0) break
    sizes[room.indexOf(most)] = (sizes[room.indexOf(most)] ?? 1) - 1
    over -= 1
  }
  return placed.map((each, index) => ({ ...each, size: Math.min(sizes[index] ?? each.size, line) }))
}

function total(sizes: readonly number[], gap: number): number {
  return sizes.reduce((sum, size) => sum + size, 0) + gap * Math.max(0, sizes.length - 1)
}
