import { parentPort, workerData } from 'node:worker_threads'
import type { Io } from '../../io.ts'
import { openCache } from '../../sync/open-cache.ts'
import { makeReader } from '../reader/answers.ts'
import type { ToReader } from './messages.ts'

/** What the reader's thread starts from. */
export interface ReaderTask {
  readonly cacheFile: string
  readonly env: Io['env']
}

const port = parentPort
if (port) {
  const { cacheFile, env } = workerData as ReaderTask
  const { signal } = new AbortController()
  const store = await openCache(cacheFile, { signal, report: () => {} })
  const answer = makeReader(store, { env, now: Date.now }, (message) => port.postMessage(message))
  port.on('message', (message: ToReader) => answer(message))
}
