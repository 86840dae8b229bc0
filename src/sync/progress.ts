import type { SyncEvent } from '../model.ts'
import { scopeKey } from '../store/ledger.ts'
import { addKey, emptyKeySet, type KeySet, removeKey } from './key-set.ts'

/** What a sync has done so far: one fold of its events for the command line and for the screen. */
export interface Progress {
  readonly phase: ProgressPhase
  /** How many scopes are to be read, as far as it is known; one stands for all regions that are not listed yet. */
  readonly scopes: number
  readonly done: number
  readonly pages: number
  readonly rows: number
  /** Scopes that could not be read. */
  readonly faults: number
  /** Scopes that went on where an earlier reading stopped. */
  readonly resumed: number
  /** Scopes that AWS throttles right now. */
  readonly throttled: KeySet
  /** Scopes that another muster reads, and this one waits for. */
  readonly waiting: KeySet
  /** When the first scope was begun, and when the number of scopes last changed, in ms since 1970. */
  readonly startedAt: number | null
  readonly plannedAt: number | null
  /** What came in the last seconds, in pieces of half a second. */
  readonly recent: readonly Piece[]
}

export type ProgressPhase = 'planning' | 'signing in' | 'reading'

interface Piece {
  /** When it begins, in ms since 1970. */
  readonly at: number
  readonly rows: number
  /** Scopes that were read to their end, skipped, or failed. */
  readonly ended: number
}

/** The progress at a moment, in numbers: what is shown, and what another thread gets. */
export interface ProgressFigures
  extends Pick<Progress, 'phase' | 'scopes' | 'done' | 'pages' | 'rows' | 'faults' | 'resumed'> {
  readonly throttled: number
  readonly waiting: number
  /** Over the last seconds. */
  readonly rowsPerSecond: number
  /** Null if nothing honest can be said. */
  readonly secondsLeft: number | null
}

const second = 1000
const pieceSpan = second / 2
/** How far back the rate of rows is measured, and how far back the scopes that ended are counted, in ms. */
const rateSpan = 5 * second
const estimateSpan = 15 * second

export const noProgress: Progress = {
  phase: 'planning',
  scopes: 0,
  done: 0,
  pages: 0,
  rows: 0,
  faults: 0,
  resumed: 0,
  throttled: emptyKeySet,
  waiting: emptyKeySet,
  startedAt: null,
  plannedAt: null,
  recent: [],
}

/** Folds one event, which happened at a time in ms since 1970, into the progress. Pure. */
export function advanceProgress(before: Progress, event: SyncEvent, now: number): Progress {
  switch (event.type) {
    case 'planned':
      return {
        ...before,
        phase: before.phase === 'planning' ? 'signing in' : before.phase,
        scopes: before.scopes + event.scopes,
        plannedAt: now,
      }
    case 'sync-resumed':
      return before
    case 'profile-identified':
    case 'profile-collapsed':
      return before.phase === 'planning' ? { ...before, phase: 'signing in' } : before
    case 'scopes-resolved': {
      const scopes = before.scopes + event.scopes.length - 1
      return { ...before, scopes, plannedAt: scopes === before.scopes ? before.plannedAt : now }
    }
    case 'scope-started': {
      const { startedAt, resumed } = before
      const begun = { startedAt: startedAt ?? now, resumed: resumed + (event.resumed > 0 ? 1 : 0) }
      return { ...goOn(before, event), ...begun }
    }
    case 'scope-waiting':
      return { ...before, phase: 'reading', waiting: addKey(before.waiting, scopeKey(event.scope)) }
    case 'scope-throttled':
      return { ...before, throttled: addKey(before.throttled, scopeKey(event.scope)) }
    case 'scope-retried':
      return goOn(before, event)
    case 'page-stored': {
      const { pages, rows, recent } = before
      const counts = { pages: pages + 1, rows: rows + event.count, recent: note(recent, now, event.count, 0) }
      return { ...goOn(before, event), ...counts }
    }
    case 'scope-finished':
    case 'scope-skipped':
      return { ...goOn(before, event), done: before.done + 1, recent: note(before.recent, now, 0, 1) }
    case 'scope-failed': {
      const { done, faults, recent } = before
      const counts = { done: done + 1, faults: faults + 1, recent: note(recent, now, 0, 1) }
      return { ...goOn(before, event), ...counts }
    }
  }
}

/** The progress in numbers, at a time in ms since 1970. */
export function figuresOf(progress: Progress, now: number): ProgressFigures {
  const { phase, scopes, done, pages, rows, faults, resumed, throttled, waiting } = progress
  return {
    phase,
    scopes,
    done,
    pages,
    rows,
    faults,
    resumed,
    throttled: throttled.size,
    waiting: waiting.size,
    rowsPerSecond: measureRate(progress, now),
    secondsLeft: estimateSecondsLeft(progress, now),
  }
}

/** The figures before anything has happened. */
export const noFigures: ProgressFigures = figuresOf(noProgress, 0)

/** Several syncs as one: they run side by side, so that the slowest decides when all have ended. */
export function addFigures(all: readonly ProgressFigures[]): ProgressFigures {
  const sum = (read: (figures: ProgressFigures) => number) =>
    all.reduce((total, each) => total + read(each), 0)
  const phases: readonly ProgressPhase[] = ['reading', 'signing in']
  const left = all.filter(({ scopes, done }) => done < scopes).map(({ secondsLeft }) => secondsLeft)
  const known = left.filter((seconds) => seconds !== null)
  return {
    phase: phases.find((phase) => all.some((each) => each.phase === phase)) ?? 'planning',
    scopes: sum((each) => each.scopes),
    done: sum((each) => each.done),
    pages: sum((each) => each.pages),
    rows: sum((each) => each.rows),
    faults: sum((each) => each.faults),
    resumed: sum((each) => each.resumed),
    throttled: sum((each) => each.throttled),
    waiting: sum((each) => each.waiting),
    rowsPerSecond: sum((each) => each.rowsPerSecond),
    secondsLeft: known.length > 0 && known.length === left.length ? Math.max(...known) : null,
  }
}

/** Whatever a scope does next: it is neither throttled nor waited for any more. */
function goOn(before: Progress, event: Extract<SyncEvent, { scope: unknown }>): Progress {
  const key = scopeKey(event.scope)
  return {
    ...before,
    phase: 'reading',
    throttled: removeKey(before.throttled, key),
    waiting: removeKey(before.waiting, key),
  }
}

function note(recent: Progress['recent'], now: number, rows: number, ended: number): Progress['recent'] {
  const at = Math.floor(now / pieceSpan) * pieceSpan
  const last = recent.at(-1)
  if (last?.at === at)
    return [...recent.slice(0, -1), { at, rows: last.rows + rows, ended: last.ended + ended }]
  return [...recent.filter((piece) => isRecent(piece, now, estimateSpan)), { at, rows, ended }]
}

/** A piece of a time still to come is not recent: the clock was set back. */
function isRecent({ at }: Piece, now: number, span: number): boolean {
  return at <= now && at > now - span
}

function measureRate({ recent, startedAt }: Progress, now: number): number {
  if (startedAt === null) return 0
  const rows = recent
    .filter((piece) => isRecent(piece, now, rateSpan))
    .reduce((sum, piece) => sum + piece.rows, 0)
  const span = Math.max(second, Math.min(rateSpan, now - startedAt))
  return Math.round((rows * second) / span)
}

/**
 * By the scopes that ended in the last seconds. Nothing is said at the beginning, nor while the number of scopes still
 * changes, nor when few end, nor when all that are left are throttled or read by another muster: nobody knows how many pages
 * a scope has, or how long AWS throttles it.
 */
function estimateSecondsLeft(progress: Progress, now: number): number | null {
  const { scopes, done, recent, startedAt, plannedAt, throttled, waiting } = progress
  if (scopes - done <= throttled.size + waiting.size) return null
  const steadyAt = Math.max(startedAt ?? now, plannedAt ?? now)
  if (done >= scopes || done * 20 < scopes || now - steadyAt < 3 * second) return null
  const pieces = recent.filter((piece) => piece.ended > 0 && isRecent(piece, now, estimateSpan))
  const ended = pieces.reduce((sum, piece) => sum + piece.ended, 0)
  const lastAt = pieces.at(-1)?.at ?? 0
  if (ended < 5 || now - lastAt > 3 * second) return null
  const span = Math.min(estimateSpan, now - (startedAt ?? now))
  return Math.max(1, Math.ceil(((scopes - done) * span) / ended / second))
}
