import { width } from '../../output/cell.ts'
import { bodyRows, type State, type TextState } from './state.ts'

/** A page of text; `copy` is what `c` copies, the text itself unless said otherwise. */
export function textPage(title: string, text: string, copy = text): TextState {
  return { type: 'text', title, lines: text.replace(/\n$/, '').split('\n'), top: 0, copy }
}

/** Scrolls to a line, no further than the last screen. */
export function scrolled(page: TextState, top: number, state: State): TextState {
  const last = Math.max(0, wrapped(page.lines, state.columns).length - bodyRows(state))
  return { ...page, top: Math.max(0, Math.min(top, last)) }
}

/** Lines no wider than the terminal; those that go on are indented. */
export function wrapped(lines: readonly string[], columns: number): readonly string[] {
  const known = cache.get(lines)
  if (known?.columns === columns) return known.lines
  const made = lines.flatMap((line) => wrap(line, Math.max(8, columns)))
  cache.set(lines, { columns, lines: made })
  return made
}

const cache = new WeakMap<readonly string[], { columns: number; lines: readonly string[] }>()
const segmenter = new Intl.Segmenter()

function wrap(line: string, columns: number): string[] {
  if (width(line) <= columns) return [line]
  const indent = `${/^\s*/.exec(line)?.[0].slice(0, columns / 2) ?? ''}  `
  const lines: string[] = []
  let rest = ''
  let used = 0
  for (const { segment } of segmenter.segment(line)) {
    const size = width(segment)
    if (used + size > columns) {
      const [kept, carried] = broken(rest, indent)
      lines.push(kept)
      rest = indent + carried
      used = width(rest)
    }
    rest += segment
    used += size
  }
  return [...lines, rest]
}

/** Breaks before the last word, unless that word is most of the line. */
function broken(line: string, indent: string): readonly [kept: string, carried: string] {
  const blank = line.lastIndexOf(' ') + 1
  return blank > indent.length + line.length / 3 ? [line.slice(0, blank), line.slice(blank)] : [line, '']
}
