import type { ListedColumn } from '../threads/messages.ts'

/** A column on the screen: its place in the listing and its cells. */
export interface PlacedColumn {
  readonly place: number
  readonly column: ListedColumn
  readonly label: string
  readonly size: number
  /** The fewest cells that it keeps; null for as many as its type needs. */
  readonly keeps: number | null
}

export interface Layout {
  readonly placed: readonly PlacedColumn[]
  /** Cells between two columns. */
  readonly gap: number
  /** Columns for which there is no room. */
  readonly hidden: number
}

/** What is longer than this may be cut, whatever it is. No id, state or number of AWS is. */
const longest = 60
/** Texts are narrowed down to this before a column is hidden. */
const short = 16

/**
 * Chooses columns and their widths for a line. The first and the chosen column stay. If there is too little room, long
 * texts are cut first, then columns are hidden. The label has room for the arrow of the sort.
 */
export function layOutColumns(
  columns: readonly Pick<PlacedColumn, 'column' | 'label' | 'keeps'>[],
  line: number,
  chosen: number,
  hideFirst: readonly string[],
): Layout {
  const gap = line >= 100 ? 2 : 1
  const natural = columns.map(({ column, label, keeps }, place) => ({
    place,
    column,
    label,
    keeps,
    size: Math.max(label.length, contentSizeOf(column)),
  }))
  const all = fitColumns(natural, line, gap, chosen, hideFirst)
  if (all.length === columns.length) return { placed: narrowColumns(all, line, gap), gap, hidden: 0 }
  // The number of hidden columns stands behind the last one.
  const room = Math.max(1, line - ` +${columns.length - 1}`.length)
  const placed = fitColumns(natural, room, gap, chosen, hideFirst)
  return { placed: narrowColumns(placed, room, gap), gap, hidden: columns.length - placed.length }
}

function fitColumns(
  columns: readonly PlacedColumn[],
  line: number,
  gap: number,
  chosen: number,
  hideFirst: readonly string[],
): readonly PlacedColumn[] {
  let placed = columns
  while (placed.length > 1 && sumSizes(placed.map(minSizeOf), gap) > line) {
    const dropped = chooseDropped(placed, chosen, hideFirst)
    placed = placed.filter((each) => each !== dropped)
  }
  return placed
}

function contentSizeOf({ type, width }: ListedColumn): number {
  // A state has its sign.
  return type === 'state' ? width + 2 : width
}

/** The fewest cells that a column needs: ids, ages and other short texts are never cut; names may be. */
function minSizeOf({ column, label, size, keeps }: PlacedColumn): number {
  if (keeps !== null) return Math.min(size, Math.max(label.length, keeps))
  if (column.type !== 'text' || column.name.endsWith('Id') || size <= short) return Math.min(size, longest)
  return Math.max(label.length, short)
}

function chooseDropped(
  placed: readonly PlacedColumn[],
  chosen: number,
  hideFirst: readonly string[],
): PlacedColumn | undefined {
  const candidates = placed.filter(({ place }, index) => index > 0 && place !== chosen)
  const preferred = hideFirst
    .map((name) => candidates.find(({ column }) => column.name === name))
    .find((each) => each)
  // The last column is mostly the age, which people look for: the one before it is hidden first.
  return preferred ?? (candidates.length > 2 ? candidates.at(-2) : candidates.at(-1)) ?? placed.at(-1)
}

function narrowColumns(placed: readonly PlacedColumn[], line: number, gap: number): readonly PlacedColumn[] {
  const sizes = placed.map(({ size }) => size)
  const floors = placed.map(minSizeOf)
  let over = sumSizes(sizes, gap) - line
  while (over > 0) {
    const room = sizes.map((size, index) => size - (floors[index] ?? size))
    const most = Math.max(...room)
    if (most <= 0) break
    sizes[room.indexOf(most)] = (sizes[room.indexOf(most)] ?? 1) - 1
    over -= 1
  }
  return placed.map((each, index) => ({ ...each, size: Math.min(sizes[index] ?? each.size, line) }))
}

function sumSizes(sizes: readonly number[], gap: number): number {
  return sizes.reduce((sum, size) => sum + size, 0) + gap * Math.max(0, sizes.length - 1)
}
