import { cutInside, fitText, measureWidth } from '../../output/cell.ts'
import { sanitise } from '../../output/sanitise.ts'
import { findVisibleItems, isMarked, isMultiple } from '../state/picker.ts'
import type { PickerItem, PickerState, State } from '../state/state.ts'
import type { Paint } from './style.ts'

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
    ...items.map((item, index) => {
      const marked = isMarked(picker, item.value)
      const box = multiple ? (marked ? '[x] ' : '[ ] ') : '  '
      const name = fitText(cutInside(sanitise(item.value), sizes[0] ?? columns, 1 / 2), sizes[0] ?? columns)
      const rest = item.cells === undefined ? item.note : layOut([name, ...item.cells]).slice(name.length + 2)
      const line = fitText(`${box}${name}  ${rest}`, columns)
      if (top + index === picker.index) return paint(line, 'inverse')
      return marked ? paint(line, 'green') : line
    }),
  ]
}

/** Cells of each column: a name takes half of the line at most. */
function measureColumns(items: readonly PickerItem[], header: readonly string[], columns: number): number[] {
  const rows = [header, ...items.map(({ value, cells = [] }) => [sanitise(value), ...cells])]
  return header.map((_, place) => {
    const longest = Math.max(...rows.map((row) => measureWidth(row[place] ?? '')))
    return place === 0 ? Math.min(longest, Math.floor(columns / 2)) : longest
  })
}
