import { measureWidth } from '../../output/cell.ts'

/** Lines no wider than the terminal; continued lines are indented. */
export function wrapLines(lines: readonly string[], columns: number): readonly string[] {
  const cached = cache.get(lines)
  if (cached?.columns === columns) return cached.lines
  const width = Math.max(8, columns)
  const made = lines.flatMap((line) => {
    const indent = `${/^\s*/.exec(line)?.[0].slice(0, width / 2) ?? ''}  `
    return wrapText(line, width, indent)
  })
  cache.set(lines, { columns, lines: made })
  return made
}

/**
 * A text in lines no wider than `width`, broken between words if it can be. Lines after the first begin with `indent`;
 * blanks for which a line has no room are left out.
 */
export function wrapText(text: string, width: number, indent = ''): readonly string[] {
  if (measureWidth(text) <= width) return [text]
  const lines: string[] = []
  let rest = ''
  let used = 0
  let isWordOver = false
  for (const { segment } of segmenter.segment(text)) {
    const size = measureWidth(segment)
    if (used + size > width) {
      if (segment === ' ') {
        isWordOver = true
        continue
      }
      const [complete, carried] = isWordOver ? [rest, ''] : breakLine(rest, indent)
      isWordOver = false
      lines.push(complete)
      rest = indent + carried
      used = measureWidth(rest)
    }
    rest += segment
    used += size
  }
  return [...lines, rest]
}

const cache = new WeakMap<readonly string[], { columns: number; lines: readonly string[] }>()
const segmenter = new Intl.Segmenter()

/** Breaks before the last word, unless that word is most of the line. */
function breakLine(line: string, indent: string): readonly [kept: string, carried: string] {
  const blank = line.lastIndexOf(' ') + 1
  return blank > indent.length + line.length / 3 ? [line.slice(0, blank), line.slice(blank)] : [line, '']
}
