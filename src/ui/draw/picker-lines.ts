import { cutInside, fitText, measureWidth } from '../../output/cell.ts'
import { sanitise } from '../../output/sanitise.ts'
import { findVisibleItems, isMarked, isMultiple } from '../state/picker.ts'
import type { PickerItem, PickerState, State } from '../state/state.ts'
import { drawMatches } from './match-marks.ts'
import type { Paint, Style } from './style.ts'

/** What stands over the columns of a list; the first is the value's. */
const headers: Readonly<Record<PickerState['which'], readonly string[]>> = {
  profiles: ['PROFILE', 'ACCOUNT', 'NOW', 'REGION', 'SIGNS IN BY'],
  regions: ['REGION'],
  queries: ['QUERY', 'WHAT IT ANSWERS'],
  groups: ['COUNT BY, TOO'],
  logins: ['SSO SESSION', 'NOW'],
}

/** A header and the items of a list to choose from, in columns. */
export function drawPicker(picker: PickerState, state: State, paint: Paint): readonly string[] {
  const { columns } = state
  const { items, top } = findVisibleItems(picker, state)
  const multiple = isMultiple(picker)
  const header = headers[picker.which]
  const sizes = measureColumns(picker.items, header, columns)
  const layOut = (cells: readonly string[]) =>
    cells.map((cell, place) => fitText(cell, sizes[place] ?? columns)).join('  ')
  const head = paint(fitText(`${multiple ? '    ' : '  '}${layOut(header)}`, columns), 'bold', 'cyan')
  if (items.length === 0) return [head, fitText('  Nothing matches: esc clears the search.', columns)]
  return [
    head,
    ...items.map(({ item, places }, index) => {
      const marked = isMarked(picker, item.value)
      const box = multiple ? (marked ? '[x] ' : '[ ] ') : '  '
      const value = sanitise(item.value)
      const padded = fitText(cutInside(value, sizes[0] ?? columns, 1 / 2), sizes[0] ?? columns)
      const rest =
        item.cells === undefined ? item.note : layOut([padded, ...item.cells]).slice(padded.length + 2)
      const isChosen = top + index === picker.index
      const styles: readonly Style[] = marked && !isChosen ? ['green'] : []
      const ranges = value === item.value ? places.map((place) => [place, place + 1] as const) : []
      const name = drawMatches({ cell: value, text: value, padded }, ranges, styles, paint)
      const room = Math.max(0, columns - measureWidth(box) - measureWidth(padded))
      const line = paint(box, ...styles) + name + paint(fitText(`  ${rest}`, room), ...styles)
      return isChosen ? paint(line, 'inverse') : line
    }),
  ]
}

/**
 * Cells of each column: a name takes half of the line at most. Where all do not fit, the widest of the others give way, and
 * the name after them.
 */
function measureColumns(items: readonly PickerItem[], header: readonly string[], columns: number): number[] {
  const rows = [header, ...items.map(({ value, cells = [] }) => [sanitise(value), ...cells])]
  const sizes = header.map((_, place) => {
    const longest = Math.max(...rows.map((row) => measureWidth(row[place] ?? '')))
    return place === 0 ? Math.min(longest, Math.floor(columns / 2)) : longest
  })
  const isInColumns = items.some(({ cells }) => cells !== undefined)
  const room = columns - boxSize - 2 * (sizes.length - 1)
  for (let over = sizes.reduce((sum, size) => sum + size, -room); isInColumns && over > 0; over -= 1) {
    const others = sizes.slice(1)
    const widest = Math.max(...others) > least ? 1 + others.indexOf(Math.max(...others)) : 0
    const size = sizes[widest] ?? 0
    if (size <= least) break
    sizes[widest] = size - 1
  }
  return sizes
}

/** Cells of the mark before a name. */
const boxSize = 4
/** Cells that a column keeps. */
const least = 12
