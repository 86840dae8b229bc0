import type { ListedColumn } from '../threads/messages.ts'

/** What a column shows instead of its whole values when a line is short. */
export type ShortForm = 'beginning' | 'region' | 'state'

/** A column that may be placed on the screen. */
export interface TableColumn {
  readonly place: number
  readonly column: ListedColumn
  readonly label: string
  /** The fewest cells that it keeps; null for as many as its type needs. */
  readonly keeps: number | null
  /** Whether it holds a name, by which rows are known: names are cut last. */
  readonly isName: boolean
  /** Whether a person asked for it beside the usual ones. */
  readonly isAsked: boolean
  /** Whether it stands beside the usual ones because all columns are shown: those on the right go first. */
  readonly isBeside: boolean
  /** Cells that a person gave it; null for as many as its values need. */
  readonly fixed: number | null
  /** A shorter form of its values, with its label and its cells. */
  readonly short: { readonly form: ShortForm; readonly label: string; readonly size: number } | null
}

/** A column on the screen and its cells. */
export interface PlacedColumn {
  readonly place: number
  readonly column: ListedColumn
  readonly label: string
  readonly size: number
  /** The form of its values; null for the whole. */
  readonly form: ShortForm | null
}

export interface ColumnLayout {
  readonly placed: readonly PlacedColumn[]
  /** Cells between two columns. */
  readonly gap: number
  /** Columns of the table for which there is no room. */
  readonly hidden: number
  /** The first column beside the fixed one, if the table is scrolled; 0 if it is not. */
  readonly left: number
}

/** What a line has room for. */
export interface LineRequest {
  readonly line: number
  readonly chosen: number
  /** The first column beside the fixed one; 0 for the columns that say most. */
  readonly left: number
  /** Columns that are hidden before others, in order. */
  readonly hideFirst: readonly string[]
}

/**
 * Chooses columns and their widths for a line. The first and the chosen column stay. If there is too little room, values
 * become shorter where that loses least, then columns are hidden; names are cut last. Where there is room to spare,
 * columns that nobody asked for fill it. Scrolled, the first column stays and the others follow in their order.
 */
export function layOutColumns(columns: readonly TableColumn[], request: LineRequest): ColumnLayout {
  const { line, chosen, left } = request
  const gap = line >= 100 ? 2 : 1
  const own = columns.filter(({ column, place }) => !column.extra || place === chosen)
  if (left > 0 && own.length > 1) return scrollColumns(own, { ...request, gap })
  const steps = fitColumns(own, { ...request, gap })
  const shown = applySteps(own, steps)
  const sizes = narrowSizes(shown, line - roomOfCount(own.length - shown.columns.length), gap)
  const placed = shown.columns.map((each, index) => placeColumn(each, shown.forms, sizes[index] ?? line))
  const extras = steps.length > 0 ? [] : chooseExtras(columns, placed, line, gap)
  return {
    placed: [...placed, ...extras].sort((a, b) => a.place - b.place),
    gap,
    hidden: own.length - placed.length,
    left: 0,
  }
}

type Step =
  | { readonly type: 'form'; readonly form: ShortForm }
  | { readonly type: 'hide'; readonly place: number }
  | { readonly type: 'cut'; readonly to: Exclude<Cut, 'nothing'> }

/** What is cut, from the least loss on; each has what stands before it. */
const cuts = ['nothing', 'very long texts', 'long texts', 'long names', 'names'] as const
type Cut = (typeof cuts)[number]

/** What is longer than this may be cut, whatever it is. No id, state or number of AWS is. */
const longest = 60
/** How far texts are narrowed down. */
const leastText: Readonly<Record<Cut, number>> = {
  nothing: longest,
  'very long texts': longest,
  'long texts': 24,
  'long names': 24,
  names: 16,
}

interface Arrangement {
  readonly columns: readonly TableColumn[]
  readonly forms: ReadonlySet<ShortForm>
  readonly cut: Cut
}

type Room = LineRequest & { readonly gap: number }

/** The steps after which the columns fit, of those that lose least first. What a later step makes unnecessary is left out. */
function fitColumns(columns: readonly TableColumn[], room: Room): readonly Step[] {
  const all = listSteps(columns, room)
  const fits = (steps: readonly Step[]) => isFitting(columns, applySteps(columns, steps), room)
  let count = 0
  while (count < all.length && !fits(all.slice(0, count))) count += 1
  let taken = all.slice(0, count)
  const weight = { cut: 0, form: 1, hide: 2 }
  for (const each of taken.toReversed().sort((a, b) => weight[a.type] - weight[b.type])) {
    const without = taken.filter((other) => other !== each)
    // What is cut leaves no room for longer forms.
    const isCut = each.type === 'form' && taken.some((other) => other.type === 'cut' && isOfNames(other.to))
    if (!isCut && fits(without)) taken = without
  }
  return taken
}

function isOfNames(cut: Cut): boolean {
  return cut === 'long names' || cut === 'names'
}

function listSteps(columns: readonly TableColumn[], { chosen, hideFirst }: Room): readonly Step[] {
  const mayHide = columns.filter(({ place }, index) => index > 0 && place !== chosen)
  const beside = mayHide.filter((each) => each.isBeside).toReversed()
  const isEmpty = ({ column }: TableColumn) => column.width <= 1 && column.type === 'text'
  const named = hideFirst.flatMap((name) => mayHide.filter(({ column }) => column.name === name))
  const late = named.filter(({ short: form }) => form !== null)
  const early = [...mayHide.filter(isEmpty), ...named.filter((each) => !late.includes(each))]
  const rest = mayHide.toReversed().filter((each) => ![...early, ...late, ...beside].includes(each))
  // Ids and states say which row it is, and what it is; the last column is mostly the age, which people look for.
  const isCore = (each: TableColumn) =>
    each.isName || each.isAsked || each.column.type !== 'text' || each.column.name.endsWith('Id')
  const hide = (some: readonly TableColumn[]): Step[] => some.map(({ place }) => ({ type: 'hide', place }))
  return [
    { type: 'cut', to: 'very long texts' },
    ...hide(beside),
    { type: 'form', form: 'beginning' },
    ...hide([...new Set(early)]),
    { type: 'form', form: 'region' },
    { type: 'cut', to: 'long texts' },
    { type: 'form', form: 'state' },
    { type: 'cut', to: 'long names' },
    ...hide(rest.filter((each) => !isCore(each))),
    ...hide(late),
    { type: 'cut', to: 'names' },
    ...hide(rest.filter((each) => isCore(each) && !each.isName && each.column.type !== 'time')),
    ...hide(rest.filter(({ column }) => column.type === 'time')),
    ...hide(rest.filter(({ isName }) => isName)),
    ...hide(columns.slice(1)),
  ]
}

function applySteps(columns: readonly TableColumn[], steps: readonly Step[]): Arrangement {
  const hidden = new Set(steps.flatMap((step) => (step.type === 'hide' ? [step.place] : [])))
  const taken = steps.flatMap((step) => (step.type === 'cut' ? [step.to] : []))
  return {
    columns: columns.filter(({ place }) => !hidden.has(place)),
    forms: new Set(steps.flatMap((step) => (step.type === 'form' ? [step.form] : []))),
    cut: cuts.findLast((each) => each !== 'nothing' && taken.includes(each)) ?? 'nothing',
  }
}

function isFitting(all: readonly TableColumn[], arrangement: Arrangement, { line, gap }: Room): boolean {
  const { columns } = arrangement
  const sizes = columns.map((each) => floorOf(each, arrangement))
  return sumSizes(sizes, gap) <= line - roomOfCount(all.length - columns.length)
}

/** The number of hidden columns stands behind the last one: ` +2`. */
function roomOfCount(hidden: number): number {
  return hidden === 0 ? 0 : ` +${hidden}`.length
}

function sizeOf({ column, label, fixed, short: other }: TableColumn, forms: ReadonlySet<ShortForm>): number {
  if (fixed !== null) return fixed
  if (other && forms.has(other.form)) return other.size
  // A state has its sign.
  return Math.max(label.length, column.type === 'state' ? column.width + 2 : column.width)
}

/** The fewest cells of a column: ids, ages and other short texts are never cut; names may be. */
function floorOf(column: TableColumn, { forms, cut }: Arrangement): number {
  const size = sizeOf(column, forms)
  const { isName, keeps, label, fixed } = column
  if (fixed !== null || cut === 'nothing') return size
  if (cut === 'names' && keeps !== null) return Math.min(size, Math.max(label.length, keeps))
  const isText = column.column.type === 'text' && !column.column.name.endsWith('Id')
  if (!isText) return Math.min(size, longest)
  const least = isName && !isOfNames(cut) ? longest : leastText[cut]
  return Math.min(size, Math.max(label.length, least))
}

function narrowSizes(arrangement: Arrangement, line: number, gap: number): readonly number[] {
  const sizes = arrangement.columns.map((each) => sizeOf(each, arrangement.forms))
  const floors = arrangement.columns.map((each) => floorOf(each, arrangement))
  let over = sumSizes(sizes, gap) - line
  while (over > 0) {
    const room = sizes.map((size, index) => size - (floors[index] ?? size))
    const most = Math.max(...room)
    if (most <= 0) break
    sizes[room.indexOf(most)] = (sizes[room.indexOf(most)] ?? 1) - 1
    over -= 1
  }
  return sizes.map((size) => Math.min(size, line))
}

function placeColumn(each: TableColumn, forms: ReadonlySet<ShortForm>, size: number): PlacedColumn {
  const { place, column, label, short: other } = each
  const isShort = other !== null && forms.has(other.form) && each.fixed === null
  return { place, column, label: isShort ? other.label : label, size, form: isShort ? other.form : null }
}

/** Columns that nobody asked for and for which there is room: those that hold something, in their order. */
function chooseExtras(
  columns: readonly TableColumn[],
  placed: readonly PlacedColumn[],
  line: number,
  gap: number,
): readonly PlacedColumn[] {
  const sizes = placed.map(({ size }) => size)
  let room = line - sumSizes(sizes, gap)
  const chosen: PlacedColumn[] = []
  for (const each of columns) {
    if (!each.column.extra || each.column.width <= 1) continue
    if (placed.some(({ place }) => place === each.place)) continue
    const size = sizeOf(each, new Set())
    if (size + gap > room) continue
    chosen.push(placeColumn(each, new Set(), size))
    room -= size + gap
  }
  return chosen
}

/** The first column, and the others from one on, as many as there is room for, the chosen one among them. */
function scrollColumns(columns: readonly TableColumn[], { line, gap, chosen, left }: Room): ColumnLayout {
  const [first, ...others] = columns as readonly [TableColumn, ...TableColumn[]]
  const whole = new Set<ShortForm>()
  const room = line - roomOfCount(columns.length - 1)
  const head = placeColumn(first, whole, Math.min(sizeOf(first, whole), Math.max(1, Math.floor(room / 3))))
  const placeFrom = (start: number): PlacedColumn[] => {
    const placed = [head]
    let used = head.size
    for (const each of others.slice(start)) {
      const rest = room - used - gap
      const size = Math.min(sizeOf(each, whole), Math.max(1, room - head.size - gap))
      if (size > rest) break
      placed.push(placeColumn(each, whole, size))
      used += gap + size
    }
    return placed
  }
  const isShown = (placed: readonly PlacedColumn[]) =>
    chosen === first.place || placed.some(({ place }) => place === chosen)
  const wanted = others.findIndex(({ place }) => place >= left)
  let start = wanted < 0 ? others.length - 1 : wanted
  while (start < others.length - 1 && !isShown(placeFrom(start))) start += 1
  // At the end of the table there is no empty room.
  while (start > 0 && placeFrom(start - 1).length === others.length - start + 2) start -= 1
  const placed = placeFrom(start)
  return { placed, gap, hidden: columns.length - placed.length, left: others[start]?.place ?? 0 }
}

function sumSizes(sizes: readonly number[], gap: number): number {
  return sizes.reduce((sum, size) => sum + size, 0) + gap * Math.max(0, sizes.length - 1)
}
