import { sanitise } from '../../output/sanitise.ts'
import { labelOfChoice, offeredColumns } from '../state/column-chooser.ts'
import type { ColumnsState } from '../state/columns-state.ts'
import { findPage } from '../state/history.ts'
import { textOfLine } from '../state/page-layout.ts'
import { findVisibleItems, isMarked, isMultiple } from '../state/picker.ts'
import { countBodyRows, type PickerState, type State, type TextState } from '../state/state.ts'
import { formatTime } from '../state/table-columns.ts'
import { findCursorRow } from '../state/table-state.ts'
import { findChosenLink, layOut } from '../state/text-page.ts'
import { drawFooter } from './footer.ts'
import { drawFrame } from './frame.ts'
import { makePaint } from './style.ts'
import { formatTitle } from './title.ts'

/**
 * The screen in words, for somebody to whom it is read: what is looked at, the row or entry under the cursor with the
 * names of its columns, and the two lines at the bottom. Signs, rules and columns of blanks say nothing there.
 */
export function speakFrame(state: State): readonly string[] {
  const title = sayTitle(sanitise(formatTitle(state)))
  const paint = makePaint(false)
  const { above, status, prompt } = drawFooter(state, paint)
  const foot = [...above, status, prompt].map(plain)
  return [title, ...speakBody(state, foot.length), ...foot].filter((line) => line !== '')
}

/** `foot`: how many lines of the screen are no part of it. */
function speakBody(state: State, foot: number): readonly string[] {
  const { overlay } = state
  const page = findPage(state)
  if (page) return speakPage(page, state)
  if (overlay?.type === 'picker') return speakPicker(overlay, state)
  if (overlay?.type === 'columns') return speakColumns(overlay, state)
  const isOver = overlay?.type === 'login' || overlay?.type === 'welcome'
  const row = isOver ? null : speakRow(state)
  // What has no row is sentences.
  if (row !== null) return [row]
  return drawFrame(state, makePaint(false)).slice(1, -foot).map(plain)
}

/** `Instances(3 accounts, 2 regions)[60] </web>` → `Instances: 3 accounts, 2 regions, 60 in the list, filter web.` */
function sayTitle(title: string): string {
  const words = title
    .replace(/\(([^()]*)\)\[/, ': $1[')
    .replace(/\[([\d,]+)\]/, ', $1 in the list')
    .replace('[…]', ', being counted')
    .replaceAll(/ <\/([^>]*)>/g, ', filter $1')
  return `${words}.`
}

function speakRow(state: State): string | null {
  const { table, now } = state
  const row = findCursorRow(state)
  if (!table.listed || !row) return null
  const cells = table.listed.columns.flatMap(({ name, type }, place) => {
    const cell = row.cells[place] ?? ''
    if (place !== table.column && cell === '') return []
    const chosen = place === table.column ? ', the chosen column' : ''
    const value = type === 'time' ? formatTime(cell, now) : cell
    return [`${name}${chosen}: ${value === '' ? 'empty' : value}.`]
  })
  return `Row ${table.index + 1} of ${table.listed.total}. ${cells.join(' ')}`
}

function speakPage(page: TextState, state: State): readonly string[] {
  const { lines, links } = layOut(page, state)
  const shown = lines.slice(page.top, page.top + countBodyRows(state)).map((line) => plain(textOfLine(line)))
  const chosen = findChosenLink(page, state) === null ? undefined : links[page.chosen]
  const link = chosen ? [`Under the cursor: ${plain(textOfLine(lines[chosen.line] ?? []))}.`] : []
  return [...shown, ...link]
}

function speakPicker(picker: PickerState, state: State): readonly string[] {
  const { top, items } = findVisibleItems(picker, state)
  const item = items[picker.index - top]?.item
  if (!item) return ['Nothing matches.']
  const mark = isMultiple(picker) ? (isMarked(picker, item.value) ? ', marked' : ', not marked') : ''
  return [plain(`Entry ${picker.index + 1}${mark}: ${sanitise(item.value)}. ${item.note}`)]
}

function speakColumns(columns: ColumnsState, state: State): readonly string[] {
  const offered = offeredColumns(columns)
  const choice = offered[columns.index]
  if (!choice) return ['No column and no member of that name: enter adds it as an expression.']
  const { name, on, width } = choice
  const label = labelOfChoice(name, state)
  const title = label === name ? '' : `, titled ${label}`
  const size = width === null ? '' : `, ${width} cells wide`
  return [
    `Entry ${columns.index + 1} of ${offered.length}, ${on ? 'shown' : 'not shown'}: ${plain(sanitise(name))}${title}${size}.`,
  ]
}

/** Without codes of style, signs (● ◐ ○ ✕ ✓ ›) and bars, whose words stand beside them, and with two blanks where there are more. */
function plain(line: string): string {
  return line
    .replaceAll(/\u001b\[[\d;]*m/g, '')
    .replaceAll(/[\u25cf\u25d0\u25cb\u2715\u2713\u203a] |[\u2580-\u259f]+/g, '')
    .replaceAll(/ {2,}/g, '  ')
    .trim()
}
