import { makeError } from '../store/error-text.ts'
import { kindNamed } from '../store/kind-tables.ts'
import type { Store } from '../store/open-store.ts'
import { packRows, piecesOf } from '../store/packed-rows.ts'
import { startSqliteThread } from '../store/sqlite-thread.ts'
import type { Attempt, BegunSync, SeenRow, Writer } from '../store/writer.ts'
import type {
  CallEnd,
  FromWriter,
  NumberedCall,
  ToWriter,
  WriterCall,
  WriterTask,
} from '../store/writer-messages.ts'
import { planRows } from './row-maker.ts'

/** The thread that writes into the cache. */
export interface WriterThread {
  /** Whether it writes already, the sync has begun, and it has not ended before its first call. */
  isReady(): boolean
  /** Rejects with what the writer throws, with the signal's reason, or if the thread ends. */
  call<Name extends WriterCall>(name: Name, args: Parameters<Writer[Name]>): Promise<ReturnType<Writer[Name]>>
  /** Resolves when the thread has ended. */
  close(): Promise<void>
}

/**
 * Starts the thread, which is ready a little later; from then on it holds the process until it is closed. One that cannot
 * be started never becomes ready. It inherits the priority of the thread that starts it, where threads have one (Linux:
 * sched(7)). `begunSync`: the sync that it writes for, once it has begun. `onNote` hears which thread writes. `source` is
 * the thread's file.
 */
export function startWriterThread(
  store: Store,
  task: WriterTask,
  begunSync: () => BegunSync | null,
  signal: AbortSignal,
  onNote: (note: string) => void,
  source: URL = workerUrl(),
): WriterThread {
  // It holds one page at a time.
  const worker = startSqliteThread(source, task, { env: {}, resourceLimits: { maxYoungGenerationSizeMb: 8 } })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  const ended = Promise.withResolvers<void>()
  let state: 'starting' | 'ready' | 'failed' | 'ended' = 'starting'
  let calls = 0
  let reason: unknown = null
  /** Calls that are on their way as soon as this thread has nothing else to do: a message costs as much as what it says. */
  let queued: NumberedCall[] = []
  const post = (message: ToWriter, moved: readonly ArrayBuffer[] = []) => worker.postMessage(message, moved)
  const flush = (moved: readonly ArrayBuffer[] = []) => {
    if (queued.length === 0) return
    const calls = queued
    queued = []
    post({ type: 'calls', begun: begunSync(), calls }, moved)
  }
  const queue = (call: NumberedCall) => {
    if (queued.length === 0) setImmediate(() => flush())
    queued.push(call)
  }
  const settle = (end: CallEnd) => {
    const call = waiting.get(end.id)
    waiting.delete(end.id)
    if (end.type === 'done') call?.resolve(end.value)
    else if (end.type === 'stopped') call?.reject(signal.reason)
    else call?.reject(makeError(end.error, store.file))
  }
  const fail = (error: unknown) => {
    if (state === 'starting') onNote(`no thread of its own writes the cache: ${String(error)}`)
    reason ??= error
    state = state === 'starting' || state === 'failed' ? 'failed' : 'ended'
    for (const { reject } of waiting.values()) reject(reason)
    waiting.clear()
  }
  worker.on('message', (message: FromWriter) => {
    if (message.type === 'ready') return begin()
    for (const end of message.ends) settle(end)
  })
  worker.on('error', fail)
  worker.on('exit', () => {
    fail(new Error('The thread that writes the cache has ended.'))
    ended.resolve()
  })
  const stop = () => post({ type: 'stop' })
  const begin = () => {
    try {
      // It must not have opened another file that has come to the path since.
      store.checkPlace()
      state = 'ready'
      onNote('a thread of its own writes the cache')
      worker.ref()
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
    } catch (error) {
      fail(error)
      void worker.terminate()
    }
  }
  return {
    isReady: () => (state === 'ready' || state === 'ended') && begunSync() !== null,
    call<T>(name: WriterCall, args: readonly unknown[]): Promise<T> {
      if (state === 'ended') return Promise.reject(reason)
      const id = calls++
      const call = Promise.withResolvers<unknown>()
      waiting.set(id, call)
      const [attempt, rows, ...others] = args as [Attempt, readonly SeenRow[], ...unknown[]]
      if (!isPage(name) || rows.length === 0) queue({ id, name, args })
      else {
        const kind = kindNamed(store.kinds, attempt.kind)
        // Rows are made here: to write them takes the other thread as long as all else takes this one.
        const packed = packRows(rows, kind ? planRows(kind) : null)
        queue({ id, name, args: [attempt, packed, ...others] })
        // What a page holds moves to the thread: it is not copied.
        flush(piecesOf(packed))
      }
      return call.promise as Promise<T>
    },
    async close() {
      signal.removeEventListener('abort', stop)
      worker.ref()
      flush()
      post({ type: 'close' })
      await ended.promise
    },
  }
}

function isPage(name: WriterCall): boolean {
  return name === 'savePage' || name === 'saveLastPage'
}

/** The worker's source, or what the bundler made of it beside the chunk. */
function workerUrl(): URL {
  const bundled = !import.meta.url.endsWith('.ts')
  return new URL(bundled ? './cache-writer.js' : './writer-thread.ts', import.meta.url)
}
