import { once } from 'node:events'
import { Worker, type WorkerOptions, workerData } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'

/** What a thread is started with: its task, and a number that is 1 once it has loaded SQLite. */
interface ThreadData {
  readonly task: unknown
  readonly loaded: Int32Array<SharedArrayBuffer>
}

/**
 * Starts a thread that uses SQLite. Its module must call `takeTask` before anything else. It does not hold the process
 * and prints nothing. To terminate it waits until it has loaded SQLite: Node-API aborts the whole process if a thread ends
 * while a native module is being loaded (FATAL ERROR: Error::New napi_get_last_error_info). Later it may end at any time.
 */
export function startSqliteThread(source: URL, task: unknown, options: WorkerOptions = {}): Worker {
  const loaded = new Int32Array(new SharedArrayBuffer(4))
  const data: ThreadData = { task, loaded }
  const thread = new Worker(source, { stdout: true, stderr: true, ...options, workerData: data })
  thread.unref()
  const terminate = thread.terminate.bind(thread)
  const ended = once(thread, 'exit').catch(() => {})
  thread.terminate = async () => {
    thread.ref()
    await Promise.race([ended, Atomics.waitAsync(loaded, 0, 0).value])
    return terminate()
  }
  return thread
}

/** In such a thread: loads SQLite and gives the task. */
export function takeTask<T>(): T {
  const { task, loaded } = workerData as ThreadData
  new Sqlite(':memory:').close()
  Atomics.store(loaded, 0, 1)
  Atomics.notify(loaded, 0)
  return task as T
}
