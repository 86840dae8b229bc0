import { findTopColumn, moveInColumns, offeredColumns } from './column-chooser.ts'
import { findPage } from './history.ts'
import { findVisibleItems, movePicker } from './picker.ts'
import { scrollShortPage } from './short-pages.ts'
import { countBodyRows, type State, type Step, stepTo, type TextState } from './state.ts'
import { moveTo } from './table-state.ts'
import { layOut, scrollTo } from './text-page.ts'

/** The lines over the rows of a table, the lines of a page and the items of a list: the title and the header. */
const above = 2
/** Lines that one step of the wheel moves, as in most programs. */
const wheelStep = 3

/** The wheel: a table's cursor moves, a page scrolls. */
export function turnWheel(state: State, direction: 1 | -1): Step {
  const { overlay } = state
  const by = direction * wheelStep
  const page = findPage(state)
  if (page) return stepTo(showPage(state, scrollTo(page, page.top + by, state)))
  switch (overlay?.type) {
    case 'picker':
      return stepTo({ ...state, overlay: movePicker(overlay, overlay.index + by) })
    case 'columns':
      return stepTo({ ...state, overlay: moveInColumns(overlay, overlay.index + by) })
    case 'login':
    case 'welcome':
      return scrollShortPage(state, by)
    case 'leaving':
      return stepTo(state)
    default:
      return moveTo(state, state.table.index + by)
  }
}

/** A click chooses the row, the item or the link on that line. */
export function clickLine(state: State, line: number): Step {
  const { overlay, table } = state
  const at = line - above
  if (at < 0 || at >= countBodyRows(state)) return stepTo(state)
  const page = findPage(state)
  if (page) {
    const chosen = layOut(page, state).links.findIndex((link) => link.line === page.top + at)
    return chosen < 0 ? stepTo(state) : stepTo(showPage(state, { ...page, chosen }))
  }
  switch (overlay?.type) {
    case 'picker': {
      const { top, items } = findVisibleItems(overlay, state)
      return at < items.length ? stepTo({ ...state, overlay: movePicker(overlay, top + at) }) : stepTo(state)
    }
    case 'columns': {
      const to = findTopColumn(overlay, state) + at
      const isThere = to < offeredColumns(overlay).length
      return stepTo(isThere ? { ...state, overlay: moveInColumns(overlay, to) } : state)
    }
    case 'login':
    case 'welcome':
    case 'leaving':
      return stepTo(state)
    default:
      return table.top + at < (table.listed?.total ?? 0) ? moveTo(state, table.top + at) : stepTo(state)
  }
}

function showPage(state: State, page: TextState): State {
  const { overlay } = state
  return { ...state, overlay: overlay?.type === 'command' ? { ...overlay, over: page } : page }
}
