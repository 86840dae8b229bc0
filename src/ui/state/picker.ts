import { lineOf } from './line.ts'
import { countBodyRows, type PickerItem, type PickerState, type State } from './state.ts'

/** Opens a list to choose from. `marks`: the values that are chosen already. */
export function pickerOf(
  which: PickerState['which'],
  items: readonly PickerItem[],
  marks: readonly string[],
): PickerState {
  const first = items.findIndex(({ value }) => marks.includes(value))
  return {
    type: 'picker',
    which,
    items,
    marks,
    search: lineOf(''),
    searching: false,
    index: Math.max(0, first),
  }
}

/** Whether several may be chosen. */
export function isMultiple({ which }: PickerState): boolean {
  return which === 'profiles' || which === 'regions'
}

/** The items that match the search, in order. */
function filterItems({ items, search }: PickerState): readonly PickerItem[] {
  const text = search.text.toLowerCase()
  if (text === '') return items
  return items.filter(({ value, note }) => `${value} ${note}`.toLowerCase().includes(text))
}

/** Moves the cursor among the items that are offered. */
export function movePicker(picker: PickerState, index: number): PickerState {
  const last = Math.max(0, filterItems(picker).length - 1)
  return { ...picker, index: Math.max(0, Math.min(index, last)) }
}

/** Marks or unmarks the item under the cursor, and moves to the next. */
export function toggleMark(picker: PickerState): PickerState {
  const item = filterItems(picker)[picker.index]
  if (!item || !isMultiple(picker)) return picker
  const { marks } = picker
  const others = marks.filter((mark) => mark !== item.value && isExclusive(mark) === isExclusive(item.value))
  const rest = isExclusive(item.value) ? [] : others
  const toggled = marks.includes(item.value) ? others : [...rest, item.value]
  return movePicker({ ...picker, marks: toggled }, picker.index + 1)
}

/** Marks all the offered items, or unmarks them. */
export function markAll(picker: PickerState, on: boolean): PickerState {
  const all = filterItems(picker).map(({ value }) => value)
  const several = all.filter((value) => !isExclusive(value))
  const values = on && several.length > 0 ? several : all
  const others = picker.marks.filter((mark) => !values.includes(mark))
  return { ...picker, marks: on ? [...others.filter((mark) => !isExclusive(mark)), ...values] : others }
}

/** Whether an item stands for all regions, or for no named region: no other is marked beside it. */
function isExclusive(value: string): boolean {
  return value === '*' || value === ownRegion
}

/** The item in the list of regions that names none: each profile's own is used. */
export const ownRegion = '(own)'

/**
 * What enter takes: the marked values in the order of the list, or else the one under the cursor; null if there is
 * none.
 */
export function pickValues(picker: PickerState): readonly string[] | null {
  const chosen = picker.items.filter(({ value }) => picker.marks.includes(value)).map(({ value }) => value)
  const under = filterItems(picker)[picker.index]
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
