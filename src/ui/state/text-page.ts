import { measureWidth } from '../../output/cell.ts'
import { countBodyRows, type State, type TextState } from './state.ts'

/** A page of text. `copy` is what `c` copies; by default the text itself. */
export function makeTextPage(title: string, text: string, copy = text): TextState {
  return { type: 'text', title, lines: text.replace(/\n$/, '').split('\n'), top: 0, copy }
}

/** Scrolls to a line, no further than the last screen. */
export function scrollTo(page: TextState, top: number, state: State): TextState {
  const last = Math.max(0, wrapLines(page.lines, state.columns).length - countBodyRows(state))
  return { ...page, top: Math.max(0, Math.min(top, last)) }
}

/** Lines no wider than the terminal; continued lines are indented. */
export function wrapLines(lines: readonly string[], columns: number): readonly string[] {
  const cached = cache.get(lines)
  if (cached?.columns === columns) return cached.lines
  const made = lines.flatMap((line) => wrapLine(line, Math.max(8, columns)))
  cache.set(lines, { columns, lines: made })
  return made
}

const cache = new WeakMap<readonly string[], { columns: number; lines: readonly string[] }>()
const segmenter = new Intl.Segmenter()

function wrapLine(line: string, columns: number): string[] {
  if (measureWidth(line) <= columns) return [line]
  const indent = `${/^\s*/.exec(line)?.[0].slice(0, columns / 2) ?? ''}  `
  const lines: string[] = []
  let rest = ''
  let used = 0
  for (const { segment } of segmenter.segment(line)) {
    const size = measureWidth(segment)
    if (used + size > columns) {
      const [complete, carried] = breakLine(rest, indent)
      lines.push(complete)
      rest = indent + carried
      used = measureWidth(rest)
    }
    rest += segment
    used += size
  }
  return [...lines, rest]
}

/** Breaks before the last word, unless that word is most of the line. */
function breakLine(line: string, indent: string): readonly [kept: string, carried: string] {
  const blank = line.lastIndexOf(' ') + 1
  return blank > indent.length + line.length / 3 ? [line.slice(0, blank), line.slice(blank)] : [line, '']
}
