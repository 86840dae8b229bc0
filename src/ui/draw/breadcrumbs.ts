import { findKind } from '../../kinds.ts'
import { measureWidth } from '../../output/cell.ts'
import type { LoginOverlay, WelcomeOverlay } from '../state/short-page-state.ts'
import { countLines, linesOfShortPage } from '../state/short-pages.ts'
import { countBodyRows, type Place, type State, type TextState } from '../state/state.ts'
import { layOut } from '../state/text-page.ts'

const sign = ' › '

/**
 * The way to where one is, oldest first: `Instances › i-0123 › Volumes › `. As many of the last places as there is room
 * for; what was before them is one sign.
 */
export function formatCrumbs({ history }: Pick<State, 'history'>, room: number): string {
  let text = ''
  for (const [index, place] of history.entries()) {
    const next = `${crumbOf(place)}${sign}${text}`
    const more = index + 1 < history.length ? `…${sign}` : ''
    if (measureWidth(next) + measureWidth(more) > room)
      return text === '' && room < 4 ? '' : `…${sign}${text}`
    text = next
  }
  return text
}

/** Where one is in a page that is longer than the screen: ` 12/120`. */
export function formatPosition(page: TextState, state: State): string {
  const { lines } = layOut(page, state)
  return lines.length > countBodyRows(state) ? ` ${page.top + 1}/${lines.length}` : ''
}

/** The same in a page that muster writes itself. */
export function formatShortPosition(page: LoginOverlay | WelcomeOverlay, state: State): string {
  const lines = linesOfShortPage(page, state).length
  const last = Math.max(0, lines - countLines(state))
  return last > 0 ? ` ${Math.min(page.top, last) + 1}/${lines}` : ''
}

function crumbOf({ table, page }: Place): string {
  if (page) return page.crumb
  const { ask } = table
  if (ask.type === 'scopes') return 'Scopes'
  if (ask.type === 'find') return `Find ${ask.words.join(' ')}`
  const { view } = ask
  const rows = view.query ?? findKind(view.kind).title
  const what = ask.counted ? `${rows} by ${view.group?.join(', ')}` : rows
  const fixed = table.fixedAs ?? table.fixed[0]
  return fixed === undefined ? what : `${what} ${fixed.length > 30 ? `${fixed.slice(0, 29)}…` : fixed}`
}
