import { matchFuzzy } from './fuzzy.ts'
import { lineOf } from './line.ts'
import { countBodyRows, type PickerItem, type PickerState, type State } from './state.ts'

/** The item that stands for all profiles, or for all regions that are enabled, those to come among them. */
export const everything = '*'
/** The item in the list of regions that names none: each profile's own is used. */
export const ownRegion = '(own)'

/** Opens a list to choose from. `marks`: the values that are chosen already. */
export function pickerOf(
  which: PickerState['which'],
  items: readonly PickerItem[],
  marks: readonly string[],
): PickerState {
  // What was chosen outside the screen may be a pattern.
  const others = isMarkable(which) ? marks.filter((mark) => items.every(({ value }) => value !== mark)) : []
  const all = [...items, ...others.map((value) => ({ value, note: 'as it was given' }))]
  return {
    type: 'picker',
    which,
    items: all,
    marks,
    touched: false,
    search: lineOf(''),
    searching: false,
    leaving: false,
    index: Math.max(
      0,
      all.findIndex(({ value }) => marks.includes(value)),
    ),
  }
}

/** Whether several may be chosen. */
export function isMultiple({ which }: PickerState): boolean {
  return isMarkable(which)
}

function isMarkable(which: PickerState['which']): boolean {
  return which === 'profiles' || which === 'regions'
}

/** Whether an item is among what is chosen: every profile is, if all are. */
export function isMarked({ which, marks }: PickerState, value: string): boolean {
  return marks.includes(value) || (which === 'profiles' && marks.includes(everything))
}

/** The profiles or regions that may be named, without what stands for many. */
export function namedItems({ items }: PickerState): readonly PickerItem[] {
  return items.filter(({ value }) => !isExclusive(value))
}

/** An item that is offered, and which letters of its value the search has found. */
export interface OfferedItem {
  readonly item: PickerItem
  readonly places: readonly number[]
}

/**
 * The items that match the search: those whose value holds its letters in their order, the best first, and then those of
 * which the rest holds it as it is. Without a search all of them, in their order.
 */
function filterItems({ items, search }: PickerState): readonly OfferedItem[] {
  const text = search.text.trim()
  if (text === '') return items.map((item) => ({ item, places: [] }))
  const found = items.flatMap((item) => {
    const match = matchFuzzy(text.replaceAll(/\s+/g, ''), item.value)
    const isInRest = match === null && holdsWords(`${item.value} ${textBeside(item)}`, text)
    return match || isInRest ? [{ item, places: match?.places ?? [], score: match?.score ?? -Infinity }] : []
  })
  return found.toSorted((a, b) => (a.score === b.score ? 0 : b.score - a.score))
}

function textBeside({ note, cells }: PickerItem): string {
  return cells === undefined ? note : cells.join(' ')
}

function holdsWords(text: string, words: string): boolean {
  const small = text.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => small.includes(word))
}

/** Moves the cursor among the items that are offered. */
export function movePicker(picker: PickerState, index: number): PickerState {
  const last = Math.max(0, filterItems(picker).length - 1)
  return { ...picker, index: Math.max(0, Math.min(index, last)) }
}

/** Marks or unmarks the item under the cursor, and moves to the next. */
export function toggleMark(picker: PickerState): PickerState {
  const item = filterItems(picker)[picker.index]?.item
  if (!item || !isMultiple(picker)) return picker
  return movePicker(markItems(picker, [item.value], !isMarked(picker, item.value)), picker.index + 1)
}

/** Marks all the offered items, or unmarks them. Without a search, all are what stands for all. */
export function markAll(picker: PickerState, on: boolean): PickerState {
  const offered = filterItems(picker).map(({ item }) => item.value)
  const isAll = picker.search.text === '' && offered.includes(everything)
  return markItems(
    picker,
    on ? (isAll ? [everything] : offered.filter((each) => !isExclusive(each))) : offered,
    on,
  )
}

/** What stands for many, or for none, is marked alone. Of all profiles one can be taken: the others are named then. */
function markItems(picker: PickerState, values: readonly string[], on: boolean): PickerState {
  const [only] = values
  const isAlone = on && values.length === 1 && only !== undefined && isExclusive(only)
  if (isAlone) return { ...picker, marks: [only], touched: true }
  const isUnmarkingAll = !on && values.includes(everything)
  const before = isUnmarkingAll ? [] : namedItems(picker).filter(({ value }) => isMarked(picker, value))
  const others = before.map(({ value }) => value).filter((value) => !values.includes(value))
  return { ...picker, marks: on ? [...others, ...values] : others, touched: true }
}

/** Whether an item stands for all, or for no named region: no other is marked beside it. */
function isExclusive(value: string): boolean {
  return value === everything || value === ownRegion
}

/**
 * What enter takes: the marked values in the order of the list, or else the one under the cursor; null if there is
 * none, or if nothing was changed.
 */
export function pickValues(picker: PickerState): readonly string[] | null {
  const chosen = picker.items.filter(({ value }) => picker.marks.includes(value)).map(({ value }) => value)
  if (isMultiple(picker) && chosen.length > 0 && !picker.touched) return null
  const under = filterItems(picker)[picker.index]?.item
  const values = isMultiple(picker) && chosen.length > 0 ? chosen : under ? [under.value] : null
  return values?.filter((value) => value !== ownRegion) ?? null
}

/** The items on the screen, and the place of the first among those offered. */
export function findVisibleItems(picker: PickerState, state: Pick<State, 'rows'>) {
  const all = filterItems(picker)
  const size = countBodyRows(state)
  const top = Math.max(0, Math.min(picker.index - Math.floor(size / 2), all.length - size))
  return { top, items: all.slice(top, top + size) }
}
