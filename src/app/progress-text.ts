import type { ProgressFigures } from '../sync/progress.ts'

/** How a progress line is drawn. */
export interface ProgressStyle {
  /** What is done: `syncing`; nothing if the bar says it. */
  readonly verb: string
  /** The cells that are done and those that are not; null for a line without a bar. */
  readonly bar: readonly [done: string, left: string] | null
  readonly comma: string
}

export const barOfBlocks = ['█', '░'] as const
export const barOfAscii = ['#', '.'] as const

/**
 * The progress as one line of at most `room` cells: what matters least is left out first. Until the number of scopes is
 * known, it says what is being done.
 */
export function formatProgress(figures: ProgressFigures, room: number, style: ProgressStyle): string {
  let parts = partsOf(figures, room, style)
  const join = () => {
    const textsOf = (isHead: boolean) =>
      parts.filter((part) => (part.isHead === true) === isHead).map(({ text }) => text)
    return [textsOf(true).join(' '), ...textsOf(false)].join(style.comma)
  }
  while (parts.length > 1 && join().length > room) {
    const least = Math.max(...parts.map(({ rank }) => rank))
    parts = parts.filter(({ rank }) => rank !== least)
  }
  return join().slice(0, Math.max(0, room))
}

/** The progress in words, for a log: `120 of 300 scopes, 1,204 pages, 98,311 rows, 4,100 rows/s, about 40 s left`. */
export function describeProgress(figures: ProgressFigures): string {
  const { scopes, done, secondsLeft, phase } = figures
  const counts = scopes > 0 ? `${formatCount(done)} of ${count(scopes, 'scope')}` : count(done, 'scope')
  const words = [
    ...(phase === 'reading' ? [] : [phase]),
    ...(scopes === 0 && phase !== 'reading' ? [] : [counts, ...restOf(figures).map(({ text }) => text)]),
    ...(secondsLeft === null ? [] : [`about ${formatSeconds(secondsLeft)} left`]),
  ]
  return words.join(', ')
}

/** The progress for a program: one JSON object in one line. */
export function toProgressJson(figures: ProgressFigures, now: number, ended: boolean): string {
  const { phase, scopes, done, pages, rows, rowsPerSecond, faults } = figures
  const { throttled, waiting, resumed, secondsLeft } = figures
  return JSON.stringify({
    time: new Date(now).toISOString(),
    phase: ended ? 'ended' : phase,
    scopes,
    done,
    pages,
    rows,
    rowsPerSecond,
    faults,
    throttled,
    waiting,
    resumed,
    secondsLeft: ended ? null : secondsLeft,
    ended,
  })
}

/** A part of the line; the one with the highest rank is left out first. */
interface Part {
  readonly text: string
  readonly rank: number
  readonly isHead?: boolean
}

function partsOf(figures: ProgressFigures, room: number, { verb, bar }: ProgressStyle): readonly Part[] {
  const { phase, scopes, done, secondsLeft } = figures
  const head = (text: string, rank: number): readonly Part[] =>
    text === '' ? [] : [{ text, rank, isHead: true }]
  if (phase !== 'reading') {
    const planned = scopes > 0 ? [{ text: count(scopes, 'scope'), rank: 2 }] : []
    return [...head(verb === '' ? phase : `${verb}: ${phase}`, 0), ...planned]
  }
  const counted =
    scopes > 0 ? `${formatCount(done)}/${formatCount(scopes)} ${noun(scopes, 'scope')}` : count(done, 'scope')
  return [
    ...head(verb, 1),
    ...(scopes > 0 && bar ? head(drawBar(done / scopes, room >= 100 ? 20 : 10, bar), 7) : []),
    ...head(counted, 0),
    ...restOf(figures),
    ...(secondsLeft === null ? [] : [{ text: `~${formatSeconds(secondsLeft)} left`, rank: 5 }]),
  ]
}

function restOf(figures: ProgressFigures): readonly Part[] {
  const { pages, rows, rowsPerSecond, faults, throttled, waiting, resumed } = figures
  const parts: readonly (readonly [amount: number, text: string, rank: number])[] = [
    [pages, count(pages, 'page'), 9],
    [rows, count(rows, 'row'), 6],
    [rowsPerSecond, `${formatCount(rowsPerSecond)} rows/s`, 8],
    [faults, `${formatCount(faults)} failed`, 2],
    [throttled, `${formatCount(throttled)} throttled`, 3],
    [waiting, `${formatCount(waiting)} read by another muster`, 4],
    [resumed, `${formatCount(resumed)} resumed`, 10],
  ]
  return parts.filter(([amount]) => amount > 0).map(([, text, rank]) => ({ text, rank }))
}

function drawBar(share: number, size: number, [done, left]: readonly [string, string]): string {
  const full = Math.max(0, Math.min(size, Math.floor(share * size)))
  return `[${done.repeat(full)}${left.repeat(size - full)}]`
}

/** `5 s`, `40 s`, `2 min`, `3 h`: no more exact than an estimate is. */
function formatSeconds(seconds: number): string {
  if (seconds <= 10) return `${seconds} s`
  if (seconds <= 90) return `${Math.ceil(seconds / 5) * 5} s`
  if (seconds <= 90 * 60) return `${Math.ceil(seconds / 60)} min`
  return `${Math.ceil(seconds / 3600)} h`
}

function count(amount: number, name: string): string {
  return `${formatCount(amount)} ${noun(amount, name)}`
}

function noun(amount: number, name: string): string {
  return amount === 1 ? name : `${name}s`
}

function formatCount(amount: number): string {
  return amount.toLocaleString('en-US')
}
