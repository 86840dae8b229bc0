import { parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { debugLogOf } from '../../app/debug-log.ts'
import { tuneForScreen } from '../../store/prepare.ts'
import { takeTask } from '../../store/sqlite-thread.ts'
import { openCache } from '../../sync/open-cache.ts'
import { startReading } from '../reader/reader.ts'
import type { ReaderTask, ToReader } from './messages.ts'

const port = parentPort
if (port) {
  const { cacheFile, env, debugHandle } = takeTask<ReaderTask>()
  const { signal } = new AbortController()
  const io = { env, now: Date.now, debug: debugLogOf(debugHandle, Date.now) }
  const store = await openCache(cacheFile, { io: { ...io, signal }, report: () => {} })
  tuneForScreen(store.db)
  const receive = () => (receiveMessageOnPort(port)?.message as ToReader | undefined) ?? null
  const answer = startReading(store, io, (message) => port.postMessage(message), receive)
  port.on('message', (message: ToReader) => answer(message))
}
