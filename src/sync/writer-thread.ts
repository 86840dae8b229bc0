import { parentPort } from 'node:worker_threads'
import { describeError } from '../store/error-text.ts'
import { openBeside } from '../store/open-store.ts'
import { dropRows, type PackedRows, unpackRows } from '../store/packed-rows.ts'
import { tuneForWriting } from '../store/prepare.ts'
import { takeTask } from '../store/sqlite-thread.ts'
import { whenFree, withBriefWait } from '../store/waiting.ts'
import { makeWriter } from '../store/writer.ts'
import type { FromWriter, ToWriter, WriterTask } from '../store/writer-messages.ts'
import { planRows } from './row-maker.ts'

const port = parentPort
if (port) {
  const { file, limits, selection, begun } = takeTask<WriterTask>()
  const store = openBeside(file)
  const writer = makeWriter(store, limits, selection, begun, planRows)
  tuneForWriting(store.db)
  const controller = new AbortController()
  const post = (message: FromWriter) => port.postMessage(message)
  port.on('message', async (message: ToWriter) => {
    if (message.type === 'stop') return controller.abort(new Error('stopped'))
    if (message.type === 'close') {
      store.close()
      return port.close()
    }
    const { id, name } = message
    try {
      const work = writer[name] as (...args: readonly unknown[]) => unknown
      const { args, drop } = unpackCall(message)
      const value = await whenFree(controller.signal, () => withBriefWait(store, () => work(...args)))
      drop()
      post({ type: 'done', id, value })
    } catch (error) {
      const isStopped = controller.signal.aborted && error === controller.signal.reason
      post(isStopped ? { type: 'stopped', id } : { type: 'failed', id, error: describeError(error) })
    }
  })
  post({ type: 'ready' })
}

/** A page comes with its rows packed. */
function unpackCall({ name, args }: Extract<ToWriter, { type: 'call' }>) {
  if (name !== 'savePage' && name !== 'saveLastPage') return { args, drop: () => undefined }
  const [attempt, rows, ...others] = args as [unknown, PackedRows, ...unknown[]]
  return { args: [attempt, unpackRows(rows), ...others], drop: () => dropRows(rows) }
}
