import { constants, platform, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import type { AwsConfig } from '../../config/aws-config.ts'
import { mfaNotGiven } from '../../identity/mfa-code.ts'
import type { AskMfa } from '../../identity/mfa-device.ts'
import type { Io } from '../../io.ts'
import type { Calls, SyncEvent } from '../../model.ts'
import { explainDamage } from '../../store/examine.ts'
import { scopeKey } from '../../store/ledger.ts'
import { openCache } from '../../sync/open-cache.ts'
import { noProgress, type Progress, progressed } from '../../sync/progress.ts'
import type { ScopeSelection } from '../../sync/standing.ts'
import { bringUpToDate, type Pace } from '../../sync/up-to-date.ts'

/** What a sync in another thread starts from. */
export interface SyncTask {
  readonly cacheFile: string
  readonly env: Io['env']
  readonly home: string
  readonly config: AwsConfig
  readonly selection: ScopeSelection
  readonly calls: Calls
  readonly pace: Pace
  /** Whether role sessions are shared with the AWS CLI. */
  readonly shareRoles: boolean
}

/** A code that it waits for: answered by `MfaAnswer`, while other scopes go on. */
export interface MfaWanted {
  readonly type: 'mfa-wanted'
  /** Of the device. */
  readonly serial: string
  readonly profile: string
  /** How many codes AWS has refused. */
  readonly refused: number
  /** Why another code is wanted, if AWS has not refused one; null if it has, or for the first. */
  readonly reason: string | null
}

/** The code of a device; null where nobody gave one. */
export interface MfaAnswer {
  readonly type: 'mfa-code'
  readonly serial: string
  readonly code: string | null
}

export type SyncTold = SyncReport | MfaWanted

/** What it tells: at most ten times a second, and once at its end. `changed`: keys of scopes that got or lost rows. */
export interface SyncReport {
  readonly type: 'report'
  readonly progress: Progress
  readonly changed: readonly string[]
  readonly ended: boolean
  /** Why it ended early, as a sentence. */
  readonly error: string | null
}

const interval = 100
const port = parentPort
if (port) {
  giveWay()
  const task = workerData as SyncTask
  const stop = new AbortController()
  const asked = new Map<string, (code: string | null) => void>()
  port.on('message', (message: MfaAnswer | { type: 'stop' }) => {
    if (message.type === 'stop') return stop.abort(new Error('stopped'))
    asked.get(message.serial)?.(message.code)
  })
  const askMfa: AskMfa = async ({ serial, profile, refused, reason = null }, signal) => {
    const answer = new Promise<string | null>((resolve, reject) => {
      asked.set(serial, resolve)
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    port.postMessage({ type: 'mfa-wanted', serial, profile, refused, reason } satisfies MfaWanted)
    const code = await answer
    if (code === null) throw mfaNotGiven(profile, serial)
    return code
  }
  const reporter = reportTo((report) => port.postMessage(report))
  const io = { env: task.env, home: task.home, now: Date.now, signal: stop.signal }
  let error: string | null = null
  const store = await openCache(task.cacheFile, { signal: stop.signal, report: () => {} })
  try {
    const { selection, calls, pace, config, shareRoles } = task
    const access = { askMfa, shareRoles }
    await bringUpToDate(selection, calls, pace, { store, io, config, access, emit: reporter.emit })
  } catch (thrown) {
    if (!stop.signal.aborted) {
      const explained = explainDamage(store, thrown)
      error = explained instanceof Error ? explained.message : String(explained)
    }
  } finally {
    store.close()
  }
  reporter.end(error)
  port.close()
}

/** The thread that paints goes first. Linux alone has a priority for each thread: setpriority(2), "0" is this one. */
function giveWay(): void {
  if (platform() === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL)
}

/** Folds events, so that thousands of them are a few messages. */
function reportTo(post: (report: SyncReport) => void) {
  let progress = noProgress
  let changed = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | null = null
  const send = (ended: boolean, error: string | null) => {
    if (timer) clearTimeout(timer)
    timer = null
    post({ type: 'report', progress, changed: [...changed], ended, error })
    changed = new Set()
  }
  return {
    emit(event: SyncEvent) {
      progress = progressed(progress, event)
      if ('scope' in event) changed.add(scopeKey(event.scope))
      if (event.type === 'scopes-resolved') for (const scope of event.scopes) changed.add(scopeKey(scope))
      timer ??= setTimeout(() => send(false, null), interval)
    },
    end: (error: string | null) => send(true, error),
  }
}
