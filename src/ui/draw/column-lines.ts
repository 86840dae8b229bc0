import { fitText, measureWidth } from '../../output/cell.ts'
import { sanitise } from '../../output/sanitise.ts'
import { findTopColumn, labelOfChoice, offeredColumns } from '../state/column-chooser.ts'
import type { ColumnsState } from '../state/columns-state.ts'
import { countBodyRows, type State } from '../state/state.ts'
import type { Paint } from './style.ts'

/** Cells of the column with the widths. */
const widthSize = 5

/** The columns of a kind to choose from: which are shown, in their order, and how wide. */
export function drawColumns(columns: ColumnsState, state: State, paint: Paint): readonly string[] {
  const offered = offeredColumns(columns)
  const body = countBodyRows(state)
  const top = findTopColumn(columns, state)
  const lines = offered.map(({ name, on, width }) => ({
    on,
    cells: [
      sanitise(name),
      width === null ? '' : String(width),
      sanitise(labelOfChoice(name, state)),
    ] as const,
  }))
  const nameSize = Math.min(
    Math.max(6, ...lines.map(({ cells: [name] }) => measureWidth(name))),
    Math.max(6, Math.floor((state.columns * 2) / 3)),
  )
  const layOut = (box: string, [name, width, label]: readonly [string, string, string]) =>
    fitText(`${box}${fitText(name, nameSize)}  ${fitText(width, widthSize, true)}  ${label}`, state.columns)
  const head = paint(layOut('    ', ['COLUMN', 'WIDTH', 'TITLE']), 'bold', 'cyan')
  if (lines.length === 0)
    return [
      head,
      fitText('  No column and no member of that name: enter adds it as an expression.', state.columns),
    ]
  return [
    head,
    ...lines.slice(top, top + body).map(({ on, cells }, index) => {
      const line = layOut(on ? '[x] ' : '[ ] ', cells)
      if (top + index === columns.index) return paint(line, 'inverse')
      return on ? paint(line, 'green') : line
    }),
  ]
}
