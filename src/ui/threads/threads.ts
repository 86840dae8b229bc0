import { rmSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Io, Terminal } from '../../io.ts'
import type {
  ExportBegan,
  ExportTask,
  ExportTold,
  FromReader,
  MfaAnswer,
  MfaWanted,
  ReaderTask,
  SyncReport,
  SyncTask,
  SyncTold,
  ToReader,
} from './messages.ts'

/** The thread that reads the cache for the screen. */
export interface Reader {
  send(message: ToReader): void
  close(): void
}

/** Starts the reader. `failed` is told of an error that ends it. */
export function startReader(
  task: ReaderTask,
  heard: (message: FromReader) => void,
  failed: (error: unknown) => void,
): Reader {
  const worker = start('ui-reader', task, task.env)
  worker.on('message', heard)
  worker.on('error', failed)
  return { send: (message) => worker.postMessage(message), close: () => void worker.terminate() }
}

/** A sync in a thread of its own. */
export interface RunningSync {
  stop(): void
}

/**
 * Starts a sync. `told` hears at most ten times a second, and once when it has ended; `askMfa` gives the codes that
 * it waits for, null for none.
 */
export function startSync(
  task: SyncTask,
  told: (report: SyncReport) => void,
  askMfa: (wanted: MfaWanted) => Promise<string | null>,
): RunningSync {
  const worker = start('sync-worker', task, task.env)
  let last: SyncReport | null = null
  const end = (error: string | null) => {
    if (last?.ended) return
    last = { ...(last ?? nothingYet), changed: [], ended: true, error }
    told(last)
  }
  worker.on('message', (message: SyncTold) => {
    if (message.type === 'report') {
      last = message
      return told(message)
    }
    void askMfa(message).then((code) => {
      worker.postMessage({ type: 'mfa-code', serial: message.serial, code } satisfies MfaAnswer)
    })
  })
  worker.on('error', (error) => end(error instanceof Error ? error.message : String(error)))
  worker.on('exit', () => end('The sync ended without a word.'))
  return { stop: () => worker.postMessage({ type: 'stop' }) }
}

/** Writes what is shown into a file, in a thread of its own. Resolves with how it went. */
export function startExport(task: ExportTask, atExit: Terminal['atExit']): Promise<ExportTold> {
  return new Promise((resolve) => {
    const worker = start('ui-export', task, task.env)
    let isOver = () => {}
    worker.on('message', (message: ExportTold | ExportBegan) => {
      isOver()
      if (message.type !== 'began') return resolve(message)
      isOver = atExit(() => rmSync(message.draft, { force: true }))
    })
    worker.once('error', (error) => resolve({ type: 'failed', message: String(error) }))
  })
}

const nothingYet: SyncReport = {
  type: 'report',
  progress: { scopes: 0, done: 0, pages: 0, rows: 0, faults: 0 },
  changed: [],
  ended: false,
  error: null,
}

const sources = {
  'ui-reader': './reader-thread.ts',
  'sync-worker': './sync-thread.ts',
  'ui-export': './export-thread.ts',
}

/** The SDK's own providers read the thread's environment: with the demo it must be the demo's. */
function start(name: keyof typeof sources, task: unknown, env: Io['env']): Worker {
  const bundled = !import.meta.url.endsWith('.ts')
  const url = new URL(bundled ? `./${name}.js` : sources[name], import.meta.url)
  const worker = new Worker(url, { workerData: task, env: { ...env }, stdout: true, stderr: true })
  worker.unref()
  return worker
}
