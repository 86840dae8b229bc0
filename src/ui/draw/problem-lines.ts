import { cut, fitText, measureWidth } from '../../output/cell.ts'
import { sanitise } from '../../output/sanitise.ts'
import { countBodyRows, type Message, type State } from '../state/state.ts'
import { wrapText } from '../state/wrapping.ts'
import type { Paint, Style } from './style.ts'

/** What is wrong with what is typed, or was not done. */
interface Problem {
  readonly text: string
  /** What leads to the whole of it, from elsewhere than a line that is being typed. */
  readonly rest: string
  readonly style: Style
  /** So many lines at most. */
  readonly most: number
}

/** An error has the lines that it takes, up to so many. A hint, which comes and goes as one types, has one. */
const most = 4

/**
 * What is wrong, in the place of the status: in as many lines as it takes, as there is no other place that has the whole of
 * it. All but the last lie over the end of the table. Null if nothing is wrong.
 */
export function drawProblem(state: State, paint: Paint): readonly string[] | null {
  const problem = findProblem(state)
  if (problem === null) return null
  const { columns } = state
  const room = Math.max(1, Math.min(problem.most, Math.floor(countBodyRows(state) / 2)))
  const lines = problem.most > 1 ? wrapText(problem.text, Math.max(8, columns)) : [problem.text]
  const last = lines.slice(room - 1).join(' ')
  const all = lines.length < room ? lines : [...lines.slice(0, room - 1), last]
  return all.map((line) => {
    const text = fitText(endWith(line, problem.rest, columns), columns)
    return paint(text, 'bold', problem.style)
  })
}

/** A text that is longer than the line ends with what leads to the rest of it. */
function endWith(text: string, rest: string, columns: number): string {
  if (rest === '' || measureWidth(text) <= columns) return text
  const end = ` ${rest}`
  return cut(text, Math.max(1, columns - measureWidth(end))) + end
}

function findProblem({ message, overlay, table, opening }: State): Problem | null {
  const warn = (text: string): Problem => ({ text: sanitise(text), rest: '', style: 'yellow', most })
  if (message) return message.tone === 'info' ? null : ofMessage(message)
  if (opening) return null
  // A question that is asked again says why.
  if (overlay?.type === 'mfa' && overlay.question.reason !== null) return warn(overlay.question.reason)
  // What is wrong with a filter stands over it; the coverage comes back with the next key.
  if (overlay?.type === 'filter' && overlay.problem !== null && overlay.problem.text !== '')
    return { ...warn(overlay.problem.text), most: overlay.problem.tone === 'error' ? most : 1 }
  if (overlay?.type === 'columns' && overlay.problem !== null) return warn(overlay.problem)
  return table.failed === null ? null : failed(table.failed)
}

function ofMessage({ text, rest = '', tone }: Message): Problem {
  return {
    text: sanitise(text),
    rest,
    style: tone === 'error' ? 'red' : 'yellow',
    most: rest === '' ? most : 1,
  }
}

function failed(text: string): Problem {
  return { text: sanitise(text), rest: '', style: 'red', most }
}
