import { type EditedLine, lineOf } from './line.ts'
import { type State, type Step, step, stepTo } from './state.ts'
import type { PastLines, TypedLine } from './typed-line.ts'

/** So many lines are remembered of each sort. */
export const mostLines = 200
/** A longer one was pasted: it is not remembered. */
const longest = 2000

/** Remembers a line that was taken as the last one, also for the next start. */
export function rememberLine(state: State, what: keyof PastLines, written: string): Step {
  const text = written.trim()
  if (text === '' || text.length > longest || state.past[what][0] === text) return stepTo(state)
  const past = { ...state.past, [what]: addLine(state.past[what], text) }
  return step({ ...state, past }, { type: 'remember-line', what, text })
}

/** The lines with another one as the last; it stands among them once. */
function addLine(lines: readonly string[], text: string): readonly string[] {
  return [text, ...lines.filter((each) => each !== text)].slice(0, mostLines)
}

/** The next earlier line that begins with what was typed, or with -1 a later one; null if there is no other. */
export function turnToPast(
  { line, recalled }: TypedLine,
  lines: readonly string[],
  by: 1 | -1,
): { readonly line: EditedLine; readonly recalled?: TypedLine['recalled'] } | null {
  const from = recalled?.from ?? line
  const found = lines.filter((each) => each.startsWith(from.text) && each !== from.text)
  const at = (recalled?.at ?? -1) + by
  if (at === -1) return { line: from }
  const text = found[at]
  return text === undefined ? null : { line: lineOf(text), recalled: { from, at } }
}
