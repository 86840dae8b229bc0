import { usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { SyncEvent } from '../model.ts'
import { sanitise } from '../output/sanitise.ts'
import { advanceProgress, figuresOf, noProgress } from '../sync/progress.ts'
import type { Context } from './context.ts'
import type { Args } from './options.ts'
import { barOfAscii, barOfBlocks, describeProgress, formatProgress, toProgressJson } from './progress-text.ts'

/** What shows how far a reading is, on standard error, and the notes printed above it. */
export interface ProgressDisplay {
  emit(event: SyncEvent): void
  /** Removes what is drawn, so that a line can be printed. */
  clear(): void
  /** The reading has ended, however it did. */
  end(): void
}

/** The words of --progress. */
const forms = ['auto', 'lines', 'json', 'none'] as const
type ProgressForm = 'bar' | Exclude<(typeof forms)[number], 'auto'>

/** The time between two drawings, or two lines, in ms. What --progress says of it stands in the reference. */
const intervals = { bar: 100, lines: 10_000, json: 1000, none: Number.POSITIVE_INFINITY } as const
/** How often it is looked whether time alone has changed something, in ms. */
const beat = 250

/**
 * Shows the progress of a reading as --progress asks: by default a bar on a terminal, and else a line now and then, so
 * that a reading that is soon over prints nothing. `verb`: what is done, as `syncing`. A usage error for another word.
 */
export function makeProgressLine({ io, mfa }: Context, args: Args, verb: string): ProgressDisplay {
  const form = readForm(args, io)
  const startedAt = io.now()
  let progress = noProgress
  /** When something was last shown; JSON begins at once, and lines when their time has come. */
  let shownAt = form === 'lines' ? startedAt : Number.NEGATIVE_INFINITY
  let drawn = false
  let hasLines = false
  const clear = () => {
    if (drawn) io.err('\r\u001b[K')
    drawn = false
  }
  const show = () => {
    const now = io.now()
    // After ctrl-c the sentence about it stays. A clock that is set back must not silence anything.
    if (io.signal.aborted || mfa.isAsking() || (now - shownAt < intervals[form] && now >= shownAt)) return
    shownAt = now
    const figures = figuresOf(progress, now)
    if (form === 'bar') {
      const style = { verb: '', bar: speaksUtf8(io.env) ? barOfBlocks : barOfAscii, comma: '  ' }
      io.err(`\r\u001b[K${sanitise(formatProgress(figures, Math.max(1, io.errColumns - 1), style))}`)
      drawn = true
    }
    if (form === 'json') io.err(`${toProgressJson(figures, now, false)}\n`)
    if (form === 'lines') {
      io.err(`${verb}: ${describeProgress(figures)}\n`)
      hasLines = true
    }
  }
  const timer = form === 'none' ? null : setInterval(show, beat)
  timer?.unref()
  return {
    clear,
    emit(event) {
      progress = advanceProgress(progress, event, io.now())
      if (event.type === 'profile-collapsed' && event.into !== event.profile) {
        clear()
        const { profile, account, into } = event
        io.err(`${sanitise(`profile ${profile} leads to account ${account}, already read as ${into}`)}\n`)
      }
      if (event.type === 'sync-resumed' && event.left > 0) {
        clear()
        const scopes = event.left === 1 ? '1 scope' : `${event.left} scopes`
        io.err(
          `The same sync was cut off: what it has read to its end is left out (${scopes}). The next one reads all.\n`,
        )
      }
      show()
    },
    end() {
      if (timer) clearInterval(timer)
      clear()
      const now = io.now()
      const figures = { ...figuresOf(progress, now), rowsPerSecond: 0, secondsLeft: null }
      if (form === 'json') io.err(`${toProgressJson(figures, now, true)}\n`)
      if (hasLines) io.err(`${verb} ended: ${describeProgress(figures)}\n`)
    },
  }
}

function readForm({ progress }: Args, io: Io): ProgressForm {
  const form = forms.find((each) => each === (progress ?? 'auto'))
  if (form === undefined) throw usageError(`--progress takes auto, lines, json or none, not '${progress}'.`)
  if (form !== 'auto') return form
  return io.errIsTerminal ? 'bar' : 'lines'
}

/** Whether the terminal shows more than ASCII, by the locale as POSIX finds it (locale(7)). */
function speaksUtf8({ LC_ALL, LC_CTYPE, LANG }: Io['env']): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '')
}
