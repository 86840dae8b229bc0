import type { Context } from '../app/context.ts'
import type { Calls } from '../model.ts'
import { addFigures, type ProgressFigures } from '../sync/progress.ts'
import type { ScopeSelection } from '../sync/standing.ts'
import type { SyncPace } from '../sync/up-to-date.ts'
import { makeRegionItems } from './opening.ts'
import type { UiEvent } from './state/state.ts'
import type { Retry } from './threads/fault-messages.ts'
import type { MfaRequest, SyncReport } from './threads/messages.ts'
import { type RunningSync, startSync } from './threads/threads.ts'

interface SyncListener {
  readonly onChange: (number: number, retries: readonly Retry[]) => void
  readonly dispatch: (event: UiEvent) => void
}

interface KindSync {
  readonly sync: RunningSync
  progress: ProgressFigures | null
  retries: readonly Retry[]
  /** The sync to start when this one has ended. */
  next: (() => void) | null
}

/** The syncs of the screen: at most one for each kind. Their progress is reported as one. */
export function makeSyncs(
  { cacheFile, io, config, mfa, demo }: Context,
  { onChange, dispatch }: SyncListener,
) {
  const running = new Map<string, KindSync>()
  let changes = 0
  const reportProgress = (error: string | null) => {
    const all = [...running.values()].map(({ progress }) => progress).filter((each) => each !== null)
    dispatch({ type: 'sync-reported', progress: addFigures(all), ended: running.size === 0, changes, error })
  }
  const pendingCodes = new Map<number, (code: string | null) => void>()
  let questions = 0
  const askMfa = ({ serial, profile, refused, reason }: MfaRequest): Promise<string | null> => {
    const givenCode = mfa.takeCode({ serial, profile, refused })
    if (givenCode !== null) return Promise.resolve(givenCode)
    questions += 1
    const id = questions
    dispatch({ type: 'mfa-wanted', question: { id, serial, profile, refused, reason } })
    return new Promise((resolve) => pendingCodes.set(id, resolve))
  }
  return {
    /** Starts a sync. If one of the kind runs, does nothing, or with `after` starts it once that one has ended. */
    start(selection: ScopeSelection, calls: Calls, pace: SyncPace, after = false): void {
      const kind = selection.kinds.join(',')
      const before = running.get(kind)
      if (before) {
        if (after) before.next = () => this.start(selection, calls, pace)
        return
      }
      const { env, home } = io
      const onReport = ({ progress, changed, retries, ended, enabled, error }: SyncReport) => {
        if (running.get(kind) !== entry) return
        entry.progress = progress
        entry.retries = retries
        if (ended) running.delete(kind)
        if (changed || ended)
          onChange(
            ++changes,
            [...running.values()].flatMap((each) => each.retries),
          )
        reportProgress(error)
        if (enabled) dispatch({ type: 'items-listed', which: 'regions', items: makeRegionItems(enabled) })
        if (ended) entry.next?.()
      }
      const debugHandle = io.debug?.handle ?? null
      const task = { cacheFile, debugHandle, env, home, config, selection, calls, pace, shareRoles: !demo }
      const sync = startSync(task, onReport, askMfa)
      const entry: KindSync = { sync, progress: null, retries: [], next: null }
      running.set(kind, entry)
      dispatch({ type: 'sync-started' })
    },
    /** Gives the code that one of them waits for; null if the user gives none. */
    giveCode(id: number, code: string | null): void {
      pendingCodes.get(id)?.(code)
      pendingCodes.delete(id)
    },
    /** Ends all of them. What was stored stays. */
    stop(): void {
      for (const { sync } of running.values()) sync.stop()
      if (running.size === 0) return
      running.clear()
      onChange(++changes, [])
      reportProgress(null)
    },
  }
}
