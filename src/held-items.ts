import { isObject } from './json-object.ts'
import type { Json } from './model.ts'

/** A list that waits in memory until its last item is known. It can be read as often as one likes. */
export interface HeldItems extends Iterable<Json> {
  /** The members of every item, in their order; null if they are not known without a look at the items. */
  readonly names: readonly string[] | null
}

/**
 * Holds a list. As objects a million rows of seven cells take 500 MB, and packed 80: all but the first few thousand are
 * packed. A list that is held already stays as it is.
 */
export function holdItems(items: Iterable<Json>): HeldItems {
  if ('names' in items) return items as HeldItems
  if (Array.isArray(items)) return makeHeld(items, [])
  const first: Json[] = []
  const blocks: Block[] = []
  let waiting: Json[] = []
  for (const item of items) {
    if (first.length < unpacked) {
      first.push(item)
      continue
    }
    waiting.push(item)
    if (waiting.length < blockSize) continue
    blocks.push(packBlock(waiting))
    waiting = []
  }
  return makeHeld(first, waiting.length > 0 ? [...blocks, waiting] : blocks)
}

/** Packs a list. What is read of it is unpacked a few hundred items at a time. */
export function packItems(items: readonly Json[]): HeldItems {
  const blocks: Block[] = []
  for (let from = 0; from < items.length; from += blockSize)
    blocks.push(packBlock(items.slice(from, from + blockSize)))
  return makeHeld([], blocks)
}

/** Lists that are held, of which the items are read in another order. */
export function joinHeld(lists: readonly HeldItems[], items: Iterable<Json>): HeldItems {
  return {
    [Symbol.iterator]: () => items[Symbol.iterator](),
    names: commonNames(lists.map(({ names }) => names)),
  }
}

function makeHeld(first: readonly Json[], blocks: readonly Block[]): HeldItems {
  const ofFirst = first.length > 0 && blocks.length > 0 ? [namesOf(first)] : []
  const names =
    first.length > 0 && blocks.length === 0 ? null : commonNames([...ofFirst, ...blocks.map(namesOfBlock)])
  return {
    *[Symbol.iterator]() {
      yield* first
      for (const block of blocks) yield* isPacked(block) ? unpackBlock(block) : block
    },
    names,
  }
}

/** The names that all lists have alike. */
function commonNames(lists: readonly (readonly string[] | null)[]): readonly string[] | null {
  const [first = null] = lists
  const isSame = (names: readonly string[] | null) =>
    names !== null && names.length === first?.length && names.every((name, place) => name === first[place])
  return lists.every(isSame) ? first : null
}

/** So many items are packed together, column by column. */
const blockSize = 256
/** Lists that are not longer are not packed: that would only take time. */
const unpacked = 8192

/** Items that are packed, or, if their text would not give back what they are, the items themselves. */
type Block = PackedBlock | readonly Json[]

interface PackedBlock {
  /** The members of all items; the number of their places if they are lists; null if each item is one cell. */
  readonly layout: readonly string[] | number | null
  readonly count: number
  readonly columns: readonly PackedColumn[]
  /** The texts of all columns, each with its places behind it. */
  readonly bytes: Buffer
}

/** Texts of cells. Where few differ, each stands once, and a byte for each cell says which one it has. */
interface PackedColumn {
  readonly from: number
  readonly length: number
  readonly encoding: 'latin1' | 'utf16le'
  readonly hasPlaces: boolean
}

function packBlock(items: readonly Json[]): Block {
  const layout = layoutOf(items)
  const width = widthOf(layout)
  const texts: string[][] = Array.from({ length: width }, () => [])
  for (const item of items) {
    const cells = cellsOf(item, layout)
    for (let place = 0; place < width; place += 1) {
      const text = writeCell(cells[place] as Json)
      if (text === null) return items
      texts[place]?.push(text)
    }
  }
  return { layout, count: items.length, ...packColumns(texts) }
}

function isPacked(block: Block): block is PackedBlock {
  return !Array.isArray(block)
}

function namesOfBlock(block: Block): readonly string[] | null {
  if (!isPacked(block)) return namesOf(block)
  return Array.isArray(block.layout) ? (block.layout as readonly string[]) : null
}

function* unpackBlock(block: PackedBlock): Generator<Json> {
  const { layout, count } = block
  const texts = block.columns.map((column) => unpackColumn(block, column))
  const width = texts.length
  // Set member by member, objects share their shape and are made quickly; `__proto__` cannot be set so.
  const names = Array.isArray(layout) && !layout.includes('__proto__') ? (layout as readonly string[]) : null
  for (let index = 0; index < count; index += 1) {
    if (names) {
      const item: Record<string, Json> = {}
      for (let place = 0; place < width; place += 1)
        item[names[place] ?? ''] = readCell(texts[place]?.[index] ?? '')
      yield item
      continue
    }
    const cells = texts.map((column) => readCell(column[index] ?? ''))
    if (layout === null) yield cells[0] ?? null
    else if (typeof layout === 'number') yield cells
    else yield Object.fromEntries(layout.map((name, place) => [name, cells[place] ?? null]))
  }
}

function layoutOf(items: readonly Json[]): PackedBlock['layout'] {
  const [first = null] = items
  if (!Array.isArray(first)) return namesOf(items)
  const { length } = first as readonly Json[]
  const isSame = items.every((item) => Array.isArray(item) && item.length === length)
  return isSame && length > 0 ? length : null
}

/** The members of items that are objects and all have the same; null for any others. */
function namesOf(items: readonly Json[]): readonly string[] | null {
  const [first = null] = items
  if (!isObject(first)) return null
  const names = Object.keys(first)
  return names.length > 0 && items.every((item) => isObject(item) && hasNames(item, names)) ? names : null
}

/** Whether an object has these members and no others, in this order. */
function hasNames(item: object, names: readonly string[]): boolean {
  let place = 0
  for (const name in item) {
    if (name !== names[place]) return false
    place += 1
  }
  return place === names.length
}

function widthOf(layout: PackedBlock['layout']): number {
  if (layout === null) return 1
  return typeof layout === 'number' ? layout : layout.length
}

function cellsOf(item: Json, layout: PackedBlock['layout']): readonly Json[] {
  if (layout === null) return [item]
  return typeof layout === 'number' ? (item as readonly Json[]) : Object.values(item as object)
}

/** What stands between the texts of a column, and before a cell that is not its own text. */
const end = '\u0000'
const mark = '\u0001'

/** Null for a value that its JSON would not give back. */
function writeCell(value: Json): string | null {
  if (typeof value === 'string' && value.charCodeAt(0) !== 1 && !value.includes(end)) return value
  return isGivenBack(value) ? mark + JSON.stringify(value) : null
}

function readCell(text: string): Json {
  return text.charCodeAt(0) === 1 ? (JSON.parse(text.slice(1)) as Json) : text
}

/** Numbers that are known by their text, and -0, are something else when their JSON has been read. */
function isGivenBack(value: Json): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value !== 'object' || value === null) return value !== undefined
  if (Array.isArray(value)) return value.every(isGivenBack)
  return isObject(value) && Object.values(value).every(isGivenBack)
}

/** One piece of memory for all: small ones lie in larger ones, which they do not fill. */
function packColumns(columns: readonly (readonly string[])[]): Pick<PackedBlock, 'columns' | 'bytes'> {
  const made = columns.map((texts) => {
    const isVaried = new Set(texts.slice(0, mostDistinct)).size > mostDistinct / 2
    const distinct = isVaried ? texts : [...new Set(texts)]
    const hasPlaces = distinct.length <= mostDistinct
    const text = (hasPlaces ? distinct : texts).join(end)
    const encoding = wide.test(text) ? ('utf16le' as const) : ('latin1' as const)
    const length = encoding === 'latin1' ? text.length : 2 * text.length
    return { text, encoding, length, places: hasPlaces ? placesOf(texts, distinct) : [] }
  })
  const bytes = Buffer.allocUnsafeSlow(
    made.reduce((sum, { length, places }) => sum + length + places.length, 0),
  )
  let from = 0
  const packed = made.map(({ text, encoding, length, places }): PackedColumn => {
    const start = from
    bytes.write(text, start, encoding)
    bytes.set(places, start + length)
    from += length + places.length
    return { from: start, length, encoding, hasPlaces: places.length > 0 }
  })
  return { columns: packed, bytes }
}

/** So many texts, at most, are written once each and named by a byte. */
const mostDistinct = 64
const wide = /[^\u0000-\u00ff]/

function placesOf(texts: readonly string[], distinct: readonly string[]): readonly number[] {
  const places = new Map(distinct.map((text, place) => [text, place]))
  return texts.map((text) => places.get(text) ?? 0)
}

function unpackColumn(
  { bytes, count }: PackedBlock,
  { from, length, encoding, hasPlaces }: PackedColumn,
): readonly string[] {
  const texts = bytes.toString(encoding, from, from + length).split(end)
  if (!hasPlaces) return texts
  return Array.from(bytes.subarray(from + length, from + length + count), (place) => texts[place] ?? '')
}
