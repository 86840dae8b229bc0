import { parentPort, workerData } from 'node:worker_threads'
import type { Io } from '../io.ts'
import { openStore } from '../store/open.ts'
import type { ToReader } from './protocol.ts'
import { makeReader } from './reading.ts'

/** What the reader's thread starts from. */
export interface ReaderTask {
  readonly cacheFile: string
  readonly env: Io['env']
}

const port = parentPort
if (port) {
  const { cacheFile, env } = workerData as ReaderTask
  const store = openStore(cacheFile)
  const answer = makeReader(store, { env, now: Date.now }, (message) => port.postMessage(message))
  port.on('message', (message: ToReader) => answer(message))
}
