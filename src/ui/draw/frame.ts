import { fitted } from '../../output/cell.ts'
import { sanitise } from '../../output/sanitise.ts'
import { isMultiple, pickerWindow } from '../state/picker.ts'
import { bodyRows, type PickerState, type State, type TextState } from '../state/state.ts'
import { wrapped } from '../state/text-page.ts'
import { footerLines } from './footer.ts'
import { loginLines } from './login-lines.ts'
import type { Paint } from './style.ts'
import { tableLines } from './table-lines.ts'
import { titleLine } from './title.ts'
import { welcomeLines } from './welcome.ts'

/** The whole screen: as many lines as the terminal has, none wider than it. Pure. */
export function frame(state: State, paint: Paint): readonly string[] {
  const lines = [titleLine(state, paint), ...bodyLines(state, paint), ...footerLines(state, paint)]
  // A terminal of two lines has no room for all of that.
  return lines.slice(0, Math.max(1, state.rows))
}

/** One line under the title, and the body. */
function bodyLines(state: State, paint: Paint): readonly string[] {
  const { overlay } = state
  const lines = bodyRows(state) + 1
  switch (overlay?.type) {
    case 'picker':
      return filled(pickerLines(overlay, state, paint), lines)
    case 'text':
      return filled(['', ...textLines(overlay, state)], lines)
    case 'login':
      return filled(loginLines(overlay, state, paint), lines)
    case 'welcome':
      return filled(welcomeLines(overlay.looked, state, paint), lines)
    default:
      return filled(tableLines(state, paint), lines)
  }
}

function textLines({ lines, top }: TextState, state: State): readonly string[] {
  return wrapped(lines, state.columns).slice(top, top + bodyRows(state))
}

function pickerLines(picker: PickerState, state: State, paint: Paint): readonly string[] {
  const { columns } = state
  const { items, top } = pickerWindow(picker, state)
  const search = picker.search.text
  const head = search === '' ? '' : paint(fitted(`search: ${search}`, columns), 'cyan')
  if (items.length === 0) return [head, '', fitted('  Nothing matches: esc clears the search.', columns)]
  const size = Math.min(Math.max(...picker.items.map(({ value }) => value.length)), Math.floor(columns / 2))
  const multiple = isMultiple(picker)
  return [
    head,
    ...items.map(({ value, note }, index) => {
      const marked = picker.marks.includes(value)
      const box = multiple ? (marked ? '[x] ' : '[ ] ') : '  '
      const line = fitted(`${box}${fitted(sanitise(value), size)}  ${note}`, columns)
      if (top + index === picker.index) return paint(line, 'inverse')
      return marked ? paint(line, 'green') : line
    }),
  ]
}

function filled(lines: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => lines[index] ?? '')
}
