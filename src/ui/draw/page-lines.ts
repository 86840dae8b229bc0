import type { LaidLine, Span } from '../state/page-layout.ts'
import { countBodyRows, type State, type TextState } from '../state/state.ts'
import { layOut, makeSearchTest } from '../state/text-page.ts'
import type { Paint, Style } from './style.ts'

const styles: Readonly<Record<Span['tone'], readonly Style[]>> = {
  plain: [],
  dim: ['dim'],
  strong: ['bold'],
  title: ['bold', 'cyan'],
  key: ['dim'],
  good: ['green'],
  warn: ['yellow'],
  bad: ['red'],
  name: ['cyan'],
  string: ['green'],
  number: ['yellow'],
  constant: ['yellow'],
}

/** The lines of a page that are on the screen. The link under the cursor is inverse, and so is what is searched for. */
export function drawPage(page: TextState, state: State, paint: Paint): readonly string[] {
  const { lines } = layOut(page, state)
  const text = page.search?.line.text ?? ''
  return lines
    .slice(page.top, page.top + countBodyRows(state))
    .map((line) =>
      (text === '' ? line : markFound(line, text)).map((span) => drawSpan(span, page, paint)).join(''),
    )
}

type Marked = Span & { readonly found?: true }

function drawSpan({ text, tone, link, found }: Marked, { chosen }: TextState, paint: Paint): string {
  if (found) return paint(text, 'bold', 'yellow', 'inverse')
  return link !== null && link === chosen ? paint(text, 'inverse') : paint(text, ...styles[tone])
}

/** Parts the pieces of a line at what is found in it, which may stand in several of them. */
function markFound(line: LaidLine, text: string): readonly Marked[] {
  const test = makeSearchTest(text)
  const whole = line.map((span) => span.text).join('')
  const ranges: (readonly [from: number, to: number])[] = []
  for (let at = test(whole, 0); at !== null; at = test(whole, at + text.length))
    ranges.push([at, at + text.length])
  if (ranges.length === 0) return line
  let before = 0
  return line.flatMap((span): Marked[] => {
    const begins = before
    before += span.text.length
    const edges = ranges.flat().map((edge) => edge - begins)
    const cuts = [0, ...edges.filter((edge) => edge > 0 && edge < span.text.length), span.text.length]
    return cuts.slice(1).map((to, index) => {
      const from = cuts[index] ?? 0
      const isFound = ranges.some(([first, last]) => first <= begins + from && begins + to <= last)
      return { ...span, text: span.text.slice(from, to), ...(isFound ? { found: true } : {}) }
    })
  })
}
