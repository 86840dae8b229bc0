import { constants, platform, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { debugLogOf } from '../../app/debug-log.ts'
import { mfaNotGivenFault } from '../../identity/mfa-code.ts'
import type { AskMfa } from '../../identity/mfa-device.ts'
import type { SyncEvent } from '../../model.ts'
import { explainDamage } from '../../store/examine.ts'
import { readEnabledRegions, scopeKey } from '../../store/ledger.ts'
import { takeTask } from '../../store/sqlite-thread.ts'
import { openCache } from '../../sync/open-cache.ts'
import { advanceProgress, figuresOf, noProgress } from '../../sync/progress.ts'
import { bringUpToDate } from '../../sync/up-to-date.ts'
import type { Retry } from './fault-messages.ts'
import type { MfaAnswer, MfaRequest, SyncReport, SyncTask } from './messages.ts'

/** The time between two reports while events come, and at most, as rates change by themselves; in ms. */
const interval = { least: 100, most: 1000 }
/** Half of what a command takes: a screen over a million rows has memory of its own. */
const bodyBytes = 8_000_000
const port = parentPort
if (port) {
  lowerPriority()
  const task = takeTask<SyncTask>()
  const controller = new AbortController()
  const pendingCodes = new Map<string, (code: string | null) => void>()
  port.on('message', (message: MfaAnswer | { type: 'stop' }) => {
    if (message.type === 'stop') return controller.abort(new Error('stopped'))
    pendingCodes.get(message.serial)?.(message.code)
  })
  const askMfa: AskMfa = async ({ serial, profile, refused, reason = null }, signal) => {
    const answer = new Promise<string | null>((resolve, reject) => {
      pendingCodes.set(serial, resolve)
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    port.postMessage({ type: 'mfa-wanted', serial, profile, refused, reason } satisfies MfaRequest)
    const code = await answer
    if (code === null) throw mfaNotGivenFault(profile, serial)
    return code
  }
  const reporter = makeReporter((report) => port.postMessage(report))
  const debug = debugLogOf(task.debugHandle, Date.now)
  const io = { debug, env: task.env, home: task.home, now: Date.now, signal: controller.signal }
  let error: string | null = null
  let enabled: readonly string[] | null = null
  const store = await openCache(task.cacheFile, { io, report: () => {} })
  try {
    const { selection, calls, pace, config, shareRoles } = task
    const access = { askMfa, shareRoles, bodyBytes }
    await bringUpToDate(selection, calls, pace, { store, io, config, access, emit: reporter.emit })
    enabled = readEnabledRegions(store)
  } catch (thrown) {
    if (!controller.signal.aborted) {
      const explained = explainDamage(store, thrown, io)
      error = explained instanceof Error ? explained.message : String(explained)
    }
  } finally {
    store.close()
  }
  reporter.end(error, enabled)
  port.close()
}

/**
 * The thread that paints has priority. Only Linux has a priority for each thread: setpriority(2), where 0 is this one.
 */
function lowerPriority(): void {
  if (platform() === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL)
}

/** Combines events, so that thousands of them are a few messages. */
function makeReporter(post: (report: SyncReport) => void) {
  let progress = noProgress
  const retries = new Map<string, Retry>()
  let changed = false
  let timer: ReturnType<typeof setTimeout> | null = null
  let isSoon = false
  const send = (ended: boolean, error: string | null, enabled: readonly string[] | null = null) => {
    if (timer) clearTimeout(timer)
    isSoon = false
    timer = ended ? null : setTimeout(() => send(false, null), interval.most)
    post({
      type: 'report',
      progress: figuresOf(progress, Date.now()),
      changed,
      retries: [...retries.values()],
      ended,
      enabled,
      error,
    })
    changed = false
  }
  return {
    emit(event: SyncEvent) {
      progress = advanceProgress(progress, event, Date.now())
      noteRetry(retries, event, Date.now())
      changed ||= 'scope' in event || event.type === 'scopes-resolved'
      if (isSoon) return
      isSoon = true
      if (timer) clearTimeout(timer)
      timer = setTimeout(() => send(false, null), interval.least)
    },
    end: (error: string | null, enabled: readonly string[] | null) => send(true, error, enabled),
  }
}

/** Notes what is tried again and when, until anything else is heard of the scope. */
function noteRetry(retries: Map<string, Retry>, event: SyncEvent, now: number): void {
  if (!('scope' in event)) return
  const key = scopeKey(event.scope)
  if (event.type !== 'scope-throttled' && event.type !== 'scope-retried') return void retries.delete(key)
  const { tries, throttles } = retries.get(key) ?? { tries: 0, throttles: 0 }
  const throttled = event.type === 'scope-throttled'
  retries.set(key, {
    key,
    tries: tries + 1,
    throttles: throttles + (throttled ? 1 : 0),
    throttled,
    until: now + event.wait,
  })
}
