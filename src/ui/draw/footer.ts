import { barOfBlocks, formatProgress } from '../../app/progress-text.ts'
import { formatAge } from '../../output/age.ts'
import { cut, fitText, measureWidth } from '../../output/cell.ts'
import { sanitise } from '../../output/sanitise.ts'
import { bindingsFor } from '../keys/all-keys.ts'
import { formatKey } from '../keys/keys-help.ts'
import { findCompletions } from '../state/command-line.ts'
import { type Completable, findCandidates } from '../state/line-completion.ts'
import { formatRepeat } from '../state/repeat.ts'
import { isSyncing, type State } from '../state/state.ts'
import { findLines, numberOfFound } from '../state/text-page.ts'
import type { CoverageSummary, ListingSummary } from '../threads/messages.ts'
import { drawEditedLine } from './edited-line.ts'
import { type LinePart, nowhere, placeMatches } from './match-places.ts'
import { drawProblem } from './problem-lines.ts'
import type { Paint, Style } from './style.ts'

/** The last two lines of the screen, and those of an error that has no room in the first of them. */
export interface Footer {
  /** The beginning of the error: it lies over the end of what is above. */
  readonly above: readonly string[]
  /** What is wrong, or what is covered and what is running. */
  readonly status: string
  /** The line being typed, or the hints. */
  readonly prompt: string
}

export function drawFooter(state: State, paint: Paint): Footer {
  // A search speaks of its page, not of the table below it.
  const problem = findSearch(state) && !state.message ? null : drawProblem(state, paint)
  return {
    above: problem?.slice(0, -1) ?? [],
    status: problem?.at(-1) ?? drawStatus(state, paint),
    prompt: drawPrompt(state, paint) ?? drawHints(state, paint),
  }
}

function findSearch({ overlay }: State) {
  return overlay?.type === 'text' && overlay.search?.line.text ? overlay.search : null
}

function drawStatus(state: State, paint: Paint): string {
  const { columns, message, table, overlay, opening } = state
  const search = findSearch(state)
  if (message) {
    const text = sanitise(message.text)
    // It goes in a few seconds, the progress stays.
    const progress = placeProgress(state, Math.max(leastProgress, columns - measureWidth(text) - 1))
    return paint(fitText(text, columns - progress.size), 'green') + progress.draw(paint)
  }
  if (opening) return paint(fitText(sanitise(`${opening.doing} … esc leaves it.`), columns), 'cyan')
  if (overlay?.type === 'text' && search) {
    const found = findLines(overlay, state)
    const at = numberOfFound(overlay, found)
    const what = `“${search.line.text}”`
    const text =
      found.length === 0
        ? `${what} is not on this page.`
        : `${what}: line ${at} of ${found.length} that ${found.length === 1 ? 'holds' : 'hold'} it; n next, N before, esc ends it`
    return paint(fitText(sanitise(text), columns), found.length === 0 ? 'yellow' : 'cyan')
  }
  if (overlay?.type === 'picker' && overlay.which === 'profiles' && !table.listed)
    return paint(fitText('Choose the accounts to look at: P leads back here at any time.', columns), 'cyan')
  if (overlay?.type === 'welcome') return fitText('', columns)
  return drawCoverage(state, paint)
}

/** What is covered, where the filter is found in the row under the cursor if that is not on the screen, and the progress. */
function drawCoverage(state: State, paint: Paint): string {
  const { columns, table, overlay, now } = state
  if (table.isSlow) {
    const canLeave = table.before !== null || state.history.length > 0
    const text = `Reading the rows …${canLeave ? ' esc leaves it.' : ''}`
    const progress = placeProgress(state, Math.max(0, columns - measureWidth(text) - 1))
    return paint(fitText(text, columns - progress.size), 'cyan') + progress.draw(paint)
  }
  const coverage = table.listed?.coverage
  if (!coverage) {
    const progress = placeProgress(state, roomBeside(columns))
    return ' '.repeat(columns - progress.size) + progress.draw(paint)
  }
  // What failed for want of a login is being read with it.
  const isReadAgain = state.signedIn && coverage.worst?.byLogin === true
  const shown = isReadAgain ? { ...coverage, failed: 0, worst: null } : coverage
  const syncing = isReadAgain || isSyncing(state)
  // How much is missing gives way to nothing; the cause does.
  const least = formatCoverageSummary({ ...shown, worst: null }, now, syncing)
  const isOverTable = overlay === null || overlay.type === 'filter'
  const isAlone = placeProgress(state, roomBeside(columns)).size === 0 && columns >= 60
  const most = isAlone ? Math.max(columns / 3, columns - measureWidth(least) - 1) : columns / 2
  const places = isOverTable ? placeMatches(state, Math.floor(most)) : nowhere
  const progress = placeProgress(state, roomBeside(columns - places.size))
  const room = Math.max(0, columns - places.size - progress.size)
  const isShort = measureWidth(least) > room
  const summary = formatCoverageSummary(shown, now, syncing, isShort)
  const text = fitText(summary + formatMarks(table.listed?.marks), room)
  const bad = syncing ? shown.failed : shown.older + shown.missing
  const styles: readonly Style[] = bad > 0 ? ['bold', 'yellow'] : ['dim']
  return paint(text, ...styles) + places.draw(paint) + progress.draw(paint)
}

/** The fewest cells of a progress: `sync 12/48`. */
const leastProgress = 12

/** The cells of a progress in a line of so many: the coverage on its left keeps some. */
function roomBeside(columns: number): number {
  return columns < 70 ? Math.floor(columns / 2) : columns - 32
}

/** What the sync does, or when the next begins by itself, in so many cells at most, and a blank before it. */
function placeProgress(state: State, room: number): LinePart {
  const text = cut(formatWork(state, room), Math.max(1, room))
  if (text === '') return nowhere
  return {
    size: measureWidth(text) + 1,
    draw: (paint) => ` ${paint(text, state.progress ? 'cyan' : 'dim')}`,
  }
}

/** What the last readings changed, with the signs that the rows have. */
function formatMarks(marks: ListingSummary['marks']): string {
  if (!marks) return ''
  const { added, changed } = marks
  const parts = [added > 0 ? `+${added} new` : '', changed > 0 ? `~${changed} changed` : '']
  return parts.map((part) => (part === '' ? '' : ` · ${part}`)).join('')
}

/** The screen's clock ticks each second, or later if it is busy. Rows may be this much younger than its time, in ms. */
const lag = 5000

/**
 * What the rows cover and what is missing, as the commands say it. While a sync runs, only failed scopes are missing.
 * `isShort`: there is no room for all, so that what is missing stands first.
 */
export function formatCoverageSummary(
  coverage: CoverageSummary,
  now: number,
  syncing: boolean,
  isShort = false,
): string {
  const { scopes, covered, older, missing, elsewhere, failed, accepted, skipped, stale, oldest, worst } =
    coverage
  const counts = (
    syncing
      ? [[failed, 'failed'] as const]
      : [[older, 'not read again'] as const, [missing, 'missing'] as const]
  ).filter(([count]) => count > 0)
  const bad = counts.map(([count, word]) => `${count} ${word}`).join(', ')
  const first = `${covered} of ${scopes} scopes`
  const others = [
    elsewhere > 0 ? `${elsewhere} being read by another muster` : '',
    stale > 0 ? `${stale} stale` : '',
    accepted > 0 ? `${accepted} failed as accepted` : '',
    skipped > 0 ? `${skipped} skipped` : '',
    oldest === null ? '' : oldest > now + lag ? 'age unknown' : `oldest ${formatAge(now - oldest)}`,
  ]
  const joinParts = (...parts: readonly string[]) => parts.filter((part) => part !== '').join(' · ')
  if (bad === '') return joinParts(first, ...others)
  if (worst?.byLogin) return joinParts(worst.cause, first, bad, ...others)
  if (isShort) return joinParts(`${bad}, press !`, first, ...others)
  // A cause is mostly long: it stands last, so that nothing else is cut with it.
  return joinParts(first, ...others, `${bad}, press !${worst === null ? '' : `: ${worst.cause}`}`)
}

function formatWork(state: State, room: number): string {
  const { progress } = state
  // What the counts on the left leave out until then is not missing without a word.
  if (!progress && isSyncing(state)) return room < 20 ? 'sync: rows' : 'syncing: last rows'
  if (!progress) return (room < 20 ? null : formatRepeat(state)) ?? ''
  return formatProgress(progress, room, {
    verb: room < 38 ? 'sync' : 'syncing',
    bar: barOfBlocks,
    comma: ', ',
  })
}

function drawPrompt(state: State, paint: Paint): string | null {
  const { overlay, columns } = state
  switch (overlay?.type) {
    case 'filter': {
      const { line, problem } = overlay
      const wrongAt = problem?.tone === 'error' ? problem.at : undefined
      return drawEditedLine('/', line, columns, proposeCompletion(overlay, state), paint, wrongAt)
    }
    case 'command': {
      const { line } = overlay
      const room = columns - 2 - measureWidth(sanitise(line.text))
      const hint = line.text === '' ? proposeNames(room, state) : proposeCompletion(overlay, state)
      return drawEditedLine(':', line, columns, hint, paint)
    }
    case 'save': {
      const hint = overlay.exists
        ? '   is yours already: enter again replaces it, esc leaves it'
        : '   letters, digits, dashes; enter: save, esc: back'
      return drawEditedLine('save as query: ', overlay.line, columns, hint, paint)
    }
    case 'export': {
      const hint = overlay.isWriting
        ? '   writing …; esc stops it'
        : overlay.exists
          ? '   exists already: enter again replaces it, esc leaves it'
          : `   ${overlay.format}; tab: another format, enter: write, esc: back`
      return drawEditedLine('export to: ', overlay.line, columns, hint, paint)
    }
    case 'leaving':
      return drawLeaving(state, paint)
    case 'mfa': {
      const { serial, profile, refused, reason } = overlay.question
      const name = serial.split('/').at(-1) ?? serial
      const sign = cut(sanitise(`MFA code of ${name} (${profile}): `), Math.max(4, columns - 10))
      const hint =
        refused > 0 && reason === null
          ? '   AWS refused that one: wait for the next'
          : '   six digits, enter; esc: none'
      return drawEditedLine(sign, overlay.line, columns, hint, paint)
    }
    case 'text':
      return overlay.search?.typing ? drawEditedLine('/', overlay.search.line, columns, '', paint) : null
    case 'columns':
      return overlay.line ? drawEditedLine('column: ', overlay.line, columns, '', paint) : null
    case 'picker':
      if (overlay.leaving) return drawLeaving(state, paint)
      return overlay.searching ? drawEditedLine('/', overlay.search, columns, '', paint) : null
    default:
      return null
  }
}

function drawLeaving(state: State, paint: Paint): string {
  return `${paint('Quit muster?  ', 'bold')}${drawHints({ ...state, columns: state.columns - 14 }, paint)}`
}

/** The rest of the likeliest completion. */
function proposeCompletion(typed: Completable, state: State): string {
  const { line, completed, recalled } = typed
  if (completed || recalled || line.at < line.text.length) return ''
  const [first] = line.text === '' || line.text.endsWith(' ') ? [] : findCandidates(typed, state)
  return first?.line.text.startsWith(line.text) ? first.line.text.slice(line.text.length) : ''
}

/** The likeliest commands, as many as there is room for. */
function proposeNames(room: number, { choices }: State): string {
  const [first = '', ...others] = findCompletions('', choices)
  return first + formatOthers(others, room - first.length)
}

/** `   vpcs  subnets  +28`: whole names only, and how many more there are. Of a line its last word. */
function formatOthers(lines: readonly string[], room: number): string {
  let text = ''
  for (const [index, line] of lines.entries()) {
    const next = `${text === '' ? '   ' : `${text}  `}${line.slice(line.lastIndexOf(' ') + 1)}`
    const left = lines.length - index - 1
    // The count of the rest has its room, too.
    const count = left > 0 ? `  +${left}`.length : 0
    if (measureWidth(next) + count > room) return `${text === '' ? '  ' : text}  +${left + 1}`
    text = next
  }
  return text
}

function drawHints(state: State, paint: Paint): string {
  let line = ''
  let used = 0
  for (const { keys, hint } of bindingsFor(state).filter((each) => each.hint !== undefined)) {
    const key = `<${formatKey(keys[0] ?? '')}>`
    const size = key.length + 1 + (hint ?? '').length + (used > 0 ? 2 : 0)
    if (used + size > state.columns) break
    line += `${used > 0 ? '  ' : ''}${paint(key, 'bold', 'cyan')} ${hint}`
    used += size
  }
  return line
}
