import { cut, fitText, measureWidth } from '../../output/cell.ts'
import { sanitise } from '../../output/sanitise.ts'
import { findAsked } from '../state/command-completion.ts'
import type { Candidate } from '../state/line-candidates.ts'
import { type Completable, findCandidates } from '../state/line-completion.ts'
import { countBodyRows, type State } from '../state/state.ts'
import type { Paint } from './style.ts'

/** So many lines at most lie over the table. */
const most = 9

/**
 * What the line being typed may become, as lines that lie over the end of the table: the one that tab has chosen is
 * inverse. Over them stands in words what a query asks for.
 */
export function drawCandidates(state: State, paint: Paint): readonly string[] {
  const { overlay, columns } = state
  if (overlay?.type !== 'command' && overlay?.type !== 'filter') return []
  const room = Math.min(most, Math.floor(countBodyRows(state) / 2))
  const heading = overlay.type === 'command' ? drawQuestion(overlay.line, room, state, paint) : []
  const all = isQuiet(overlay) ? [] : findCandidates(overlay, state)
  // What is typed in full already says nothing new.
  const found = all.length === 1 && all[0]?.line.text === overlay.line.text ? [] : all
  const chosen = overlay.completed?.at ?? -1
  const left = Math.max(0, room - heading.length)
  const from = Math.max(0, Math.min(chosen - Math.floor(left / 2), found.length - left))
  const shown = found.slice(from, from + left)
  const size = Math.min(Math.max(0, ...shown.map(({ label }) => measureWidth(sanitise(label)))), columns >> 1)
  const notes = Math.max(0, ...shown.map(({ note }) => measureWidth(note)))
  const rest = drawRest(overlay, found.length - from - shown.length)
  const lines = shown.map((each, index) => {
    const isLast = index === shown.length - 1
    const width = columns - (isLast ? rest.length : 0)
    const line = drawCandidate(each, size, notes, from + index === chosen, width, paint)
    return isLast && rest !== '' ? line + paint(cut(rest, columns), 'dim') : line
  })
  return [...heading, ...lines]
}

/** Whether nothing is being typed: an earlier line is shown, or the list would be of everything there is. Tab asks for it. */
function isQuiet({ type, line, completed, recalled }: Completable): boolean {
  if (completed) return false
  if (recalled) return true
  const before = line.text.slice(0, line.at)
  return type === 'filter' ? /(?:^|\s)!?$/.test(before) : before === ''
}

function drawCandidate(
  { label, note }: Candidate,
  size: number,
  notes: number,
  isChosen: boolean,
  columns: number,
  paint: Paint,
): string {
  const name = fitText(sanitise(label), size)
  const room = Math.max(0, columns - size - 4)
  // Counts stand under one another.
  const about = /^[\d,]+$/.test(note)
    ? fitText(note, Math.min(notes, room), true)
    : fitText(note, Math.min(notes, room))
  if (isChosen) return paint(`› ${name}  ${about}`, 'inverse')
  return `  ${name}  ${paint(about, 'dim')}`
}

/** How many there are beside those that are shown, and if they are not counted yet, of how many rows they are. */
function drawRest({ offer }: Completable, below: number): string {
  const more = below + (offer?.more ?? 0)
  const parts = [
    more > 0 ? `  +${more.toLocaleString('en-US')}` : '',
    offer && offer.looked !== null ? `  of ${offer.looked.toLocaleString('en-US')} rows so far` : '',
  ]
  return parts.join('')
}

/** `by-tag: Instances whose tag KEY is VALUE`, and what is asked for now. */
function drawQuestion(
  line: Completable['line'],
  room: number,
  state: State,
  paint: Paint,
): readonly string[] {
  const question = findAsked(line, state.choices)
  if (!question?.item.saved) return []
  const { item, wanted } = question
  const title = paint(fitText(`${item.value}: ${item.saved?.title ?? ''}`, state.columns), 'bold')
  // Where there is little room, values say more.
  return wanted === null || room < 5 ? [title] : [title, fitText(wanted, state.columns)]
}
