import { rmSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import type { Io } from '../../io.ts'
import { startSqliteThread } from '../../store/sqlite-thread.ts'
import { noFigures } from '../../sync/progress.ts'
import type { ExportDraft, ExportOutcome, ExportTask } from './export-messages.ts'
import type {
  FromReader,
  MfaAnswer,
  MfaRequest,
  ReaderTask,
  SyncMessage,
  SyncReport,
  SyncTask,
  ToReader,
} from './messages.ts'

/** The thread that reads the cache for the screen. */
export interface CacheReader {
  send(message: ToReader): void
  close(): void
}

/** Starts the reader. `onError` gets the error that ends it. */
export function startReader(
  task: ReaderTask,
  onMessage: (message: FromReader) => void,
  onError: (error: unknown) => void,
): CacheReader {
  const worker = startWorker('ui-reader', task, task.env)
  worker.on('message', onMessage)
  worker.on('error', onError)
  return { send: (message) => worker.postMessage(message), close: () => void worker.terminate() }
}

/** A sync in a thread of its own. */
export interface RunningSync {
  stop(): void
}

/**
 * Starts a sync. `onReport` is called at most ten times a second, and once when the sync has ended. `askMfa` gives the
 * codes that it waits for; null if nobody gives one.
 */
export function startSync(
  task: SyncTask,
  onReport: (report: SyncReport) => void,
  askMfa: (wanted: MfaRequest) => Promise<string | null>,
): RunningSync {
  const worker = startWorker('sync-worker', task, task.env)
  let last: SyncReport | null = null
  const end = (error: string | null) => {
    if (last?.ended) return
    last = { ...(last ?? emptyReport), changed: false, retries: [], ended: true, error }
    onReport(last)
  }
  worker.on('message', (message: SyncMessage) => {
    if (message.type === 'report') {
      last = message
      return onReport(message)
    }
    void askMfa(message).then((code) => {
      worker.postMessage({ type: 'mfa-code', serial: message.serial, code } satisfies MfaAnswer)
    })
  })
  worker.on('error', (error) => end(error instanceof Error ? error.message : String(error)))
  worker.on('exit', () => end('The sync ended without a result.'))
  return { stop: () => worker.postMessage({ type: 'stop' }) }
}

/** Writes what is shown into a file, in a thread of its own. `ended` resolves with how it went. */
export function startExport(
  task: ExportTask,
  atExit: Io['atExit'],
): { readonly ended: Promise<ExportOutcome>; readonly stop: () => void } {
  const worker = startWorker('ui-export', task, task.env)
  const ended = new Promise<ExportOutcome>((resolve) => {
    let cancelCleanup = () => {}
    worker.on('message', (message: ExportOutcome | ExportDraft) => {
      cancelCleanup()
      if (message.type !== 'draft-started') return resolve(message)
      cancelCleanup = atExit(() => rmSync(message.draft, { force: true }))
    })
    worker.once('error', (error) => resolve({ type: 'failed', message: String(error) }))
  })
  return { ended, stop: () => worker.postMessage({ type: 'stop' }) }
}

const emptyReport: SyncReport = {
  type: 'report',
  progress: noFigures,
  changed: false,
  retries: [],
  ended: false,
  enabled: null,
  error: null,
}

const sources = {
  'ui-reader': './reader-thread.ts',
  'sync-worker': './sync-thread.ts',
  'ui-export': './export-thread.ts',
}

/**
 * In MB: V8's space for new objects. A thread of the screen lives as long as it: left to itself, that space would grow to four
 * times as much, and save no time.
 */
const youngest = 8

/** The SDK's own providers read the thread's environment: with the demo it must be the demo's. */
function startWorker(name: keyof typeof sources, task: unknown, env: Io['env']): Worker {
  const bundled = !import.meta.url.endsWith('.ts')
  const url = new URL(bundled ? `./${name}.js` : sources[name], import.meta.url)
  const resourceLimits = { maxYoungGenerationSizeMb: youngest }
  return startSqliteThread(url, task, { env: { ...env }, resourceLimits })
}
