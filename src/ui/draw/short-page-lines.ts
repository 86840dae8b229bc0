import type { LoginOverlay, WelcomeOverlay } from '../state/short-page-state.ts'
import { countLines, linesOfShortPage, type StyledLine } from '../state/short-pages.ts'
import type { State } from '../state/state.ts'
import type { Paint } from './style.ts'

/** A page that muster writes itself: a sign-in, or the first page for users without a profile. */
export function drawShortPage(
  overlay: LoginOverlay | WelcomeOverlay,
  state: State,
  paint: Paint,
): readonly string[] {
  const lines = linesOfShortPage(overlay, state)
  const top = Math.min(overlay.top, Math.max(0, lines.length - countLines(state)))
  return lines.slice(top, top + countLines(state)).map((line) => drawLine(line, paint))
}

function drawLine({ text, style }: StyledLine, paint: Paint): string {
  if (style !== 'key') return style === null ? text : paint(text, style)
  const [, before = '', key = '', after = ''] = /^(\s*)(<\w+>)?(.*)$/.exec(text) ?? []
  return `${before}${paint(key, 'bold', 'cyan')}${after}`
}
