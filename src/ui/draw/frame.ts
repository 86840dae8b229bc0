import { findPage } from '../state/history.ts'
import { countBodyRows, type State } from '../state/state.ts'
import { drawCandidates } from './candidate-lines.ts'
import { drawColumns } from './column-lines.ts'
import { drawFooter } from './footer.ts'
import { drawPage } from './page-lines.ts'
import { drawPicker } from './picker-lines.ts'
import { toPlainSigns } from './plain-signs.ts'
import { drawShortPage } from './short-page-lines.ts'
import type { Paint } from './style.ts'
import { drawTable } from './table-lines.ts'
import { drawTitle } from './title.ts'

/** The whole screen: as many lines as the terminal has, none wider than it. Pure. */
export function drawFrame(state: State, paint: Paint): readonly string[] {
  const body = drawBody(state, paint)
  const candidates = drawCandidates(state, paint)
  const { above, status, prompt } = drawFooter(state, paint)
  const over = [...candidates, ...above]
  const under = body.slice(0, body.length - over.length)
  const lines = [drawTitle(state, paint), ...under, ...over, status, prompt]
  // A terminal of two lines has no room for all four parts.
  const shown = lines.slice(0, Math.max(1, state.rows))
  const plain = state.look.plainSigns ? shown.map(toPlainSigns) : shown
  return paint.fill ? plain.map((line) => paint.fill?.(line, state.columns) ?? line) : plain
}

/** One line under the title, and the body. */
function drawBody(state: State, paint: Paint): readonly string[] {
  const { overlay } = state
  const lines = countBodyRows(state) + 1
  const page = findPage(state)
  if (page) return fillLines(['', ...drawPage(page, state, paint)], lines)
  switch (overlay?.type) {
    case 'picker':
      return fillLines(drawPicker(overlay, state, paint), lines)
    case 'columns':
      return fillLines(drawColumns(overlay, state, paint), lines)
    case 'login':
    case 'welcome':
      return fillLines(drawShortPage(overlay, state, paint), lines)
    default:
      return fillLines(drawTable(state, paint), lines)
  }
}

function fillLines(lines: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => lines[index] ?? '')
}
