import type { Context } from '../app/context.ts'
import type { Calls } from '../model.ts'
import type { Progress } from '../sync/progress.ts'
import type { ScopeSelection } from '../sync/standing.ts'
import type { Pace } from '../sync/up-to-date.ts'
import type { UiEvent } from './state/state.ts'
import type { MfaWanted, SyncReport } from './threads/messages.ts'
import { type RunningSync, startSync } from './threads/threads.ts'

interface Listener {
  readonly changed: (keys: readonly string[], number: number) => void
  readonly dispatch: (event: UiEvent) => void
}

interface Running {
  readonly sync: RunningSync
  progress: Progress | null
  /** What is started when it has ended. */
  next: (() => void) | null
}

/** The syncs of the screen: one for each kind at most; their progress is told as one. */
export function makeSyncs({ cacheFile, io, config, mfa, demo }: Context, { changed, dispatch }: Listener) {
  const running = new Map<string, Running>()
  let changes = 0
  const told = (error: string | null) => {
    const all = [...running.values()].map(({ progress }) => progress).filter((each) => each !== null)
    dispatch({ type: 'sync-told', progress: summed(all), ended: running.size === 0, changes, error })
  }
  const asked = new Map<number, (code: string | null) => void>()
  let questions = 0
  const askMfa = ({ serial, profile, refused, reason }: MfaWanted): Promise<string | null> => {
    const given = mfa.given({ serial, profile, refused })
    if (given !== null) return Promise.resolve(given)
    questions += 1
    const id = questions
    dispatch({ type: 'mfa-wanted', question: { id, serial, profile, refused, reason } })
    return new Promise((resolve) => asked.set(id, resolve))
  }
  return {
    /** Starts one; where one of the kind runs, nothing, or with `after` once it has ended. */
    start(selection: ScopeSelection, calls: Calls, pace: Pace, after = false): void {
      const { kind } = selection
      const before = running.get(kind)
      if (before) {
        if (after) before.next = () => this.start(selection, calls, pace)
        return
      }
      const { env, home } = io
      const hear = ({ progress, changed: keys, ended, error }: SyncReport) => {
        if (running.get(kind) !== entry) return
        entry.progress = progress
        if (ended) running.delete(kind)
        if (keys.length > 0 || ended) changed(keys, ++changes)
        told(error)
        if (ended) entry.next?.()
      }
      const task = { cacheFile, env, home, config, selection, calls, pace, shareRoles: !demo }
      const sync = startSync(task, hear, askMfa)
      const entry: Running = { sync, progress: null, next: null }
      running.set(kind, entry)
      dispatch({ type: 'sync-started' })
    },
    /** Gives the code that one of them waits for; null where there is none. */
    answer(id: number, code: string | null): void {
      asked.get(id)?.(code)
      asked.delete(id)
    },
    /** Ends all of them: what was stored stays. */
    stop(): void {
      for (const { sync } of running.values()) sync.stop()
      if (running.size === 0) return
      running.clear()
      told(null)
    },
  }
}

function summed(all: readonly Progress[]): Progress {
  const sum = (read: (progress: Progress) => number) => all.reduce((total, each) => total + read(each), 0)
  return {
    scopes: sum((each) => each.scopes),
    done: sum((each) => each.done),
    pages: sum((each) => each.pages),
    rows: sum((each) => each.rows),
    faults: sum((each) => each.faults),
  }
}
