import { parentPort } from 'node:worker_threads'
import { describeError } from '../store/error-text.ts'
import { openBeside, type Store } from '../store/open-store.ts'
import { dropRows, type PackedRows, unpackRows } from '../store/packed-rows.ts'
import { tuneForWriting } from '../store/prepare.ts'
import { takeTask } from '../store/sqlite-thread.ts'
import { withStoreErrors } from '../store/store-errors.ts'
import { isBusy, waitBriefly, whenFree } from '../store/waiting.ts'
import { makeWriter, type Writer } from '../store/writer.ts'
import type { CallEnd, FromWriter, NumberedCall, ToWriter, WriterTask } from '../store/writer-messages.ts'
import { planRows } from './row-maker.ts'

const port = parentPort
if (port) {
  const { file, limits, selection } = takeTask<WriterTask>()
  const store = openBeside(file)
  const writer = makeWriter(store, limits, selection, planRows)
  tuneForWriting(store.db)
  waitBriefly(store)
  const controller = new AbortController()
  const post = (message: FromWriter) => port.postMessage(message)
  const waiting: NumberedCall[] = []
  const runWaiting = () => {
    for (const calls of groupCalls(waiting.splice(0)))
      void runCalls(calls, store, writer, controller.signal).then((ends) => post({ type: 'ends', ends }))
  }
  port.on('message', (message: ToWriter) => {
    if (message.type === 'stop') return controller.abort(new Error('stopped'))
    if (message.type === 'close') {
      runWaiting()
      store.close()
      return port.close()
    }
    writer.goOn(message.begun)
    // Further messages that have come belong to the same transaction.
    if (waiting.length === 0) setImmediate(runWaiting)
    waiting.push(...message.calls)
  })
  post({ type: 'ready' })
}

/** Calls that are one transaction, in their order: those that bring no rows together, each page with rows alone. */
function groupCalls(calls: readonly NumberedCall[]): readonly (readonly NumberedCall[])[] {
  const groups: NumberedCall[][] = []
  let isOpen = false
  for (const call of calls) {
    const isAlone = packedRowsOf(call) !== null
    if (isOpen && !isAlone) groups.at(-1)?.push(call)
    else groups.push([call])
    isOpen = !isAlone
  }
  return groups
}

/**
 * Runs calls as one transaction: with tens of thousands of empty scopes, what each costs is its end. One that fails is
 * undone alone. If the transaction fails, each call runs again by itself. Never rejects.
 */
async function runCalls(
  calls: readonly NumberedCall[],
  store: Store,
  writer: Writer,
  signal: AbortSignal,
): Promise<readonly CallEnd[]> {
  const fail = (id: number, error: unknown): CallEnd =>
    signal.aborted && error === signal.reason
      ? { type: 'stopped', id }
      : { type: 'failed', id, error: describeError(error) }
  const runInside = (call: NumberedCall): CallEnd => {
    try {
      return runCall(call, writer)
    } catch (error) {
      // SQLite undoes the whole transaction when it has no more room, for one.
      if (!store.db.inTransaction) throw error
      return fail(call.id, error)
    }
  }
  const runAlone = (call: NumberedCall): Promise<CallEnd> =>
    whenFree(signal, () => runCall(call, writer)).catch((error: unknown) => fail(call.id, error))
  const [first, ...others] = calls
  if (first && others.length === 0) return [await runAlone(first)]
  const together = store.db.transaction(() => calls.map(runInside)).immediate
  try {
    return await whenFree(signal, () => withStoreErrors(store.file, together))
  } catch (error) {
    const isLocked = isBusy(error) || (signal.aborted && error === signal.reason)
    return isLocked ? calls.map(({ id }) => fail(id, error)) : Promise.all(calls.map(runAlone))
  }
}

function runCall(call: NumberedCall, writer: Writer): CallEnd {
  const { id, name, args } = call
  const work = writer[name] as (...args: readonly unknown[]) => unknown
  const packed = packedRowsOf(call)
  if (!packed) return { type: 'done', id, value: work(...args) }
  const [attempt, , ...others] = args
  const value = work(attempt, unpackRows(packed), ...others)
  dropRows(packed)
  return { type: 'done', id, value }
}

/** A page comes with its rows packed, unless there are none. */
function packedRowsOf({ name, args }: NumberedCall): PackedRows | null {
  if (name !== 'savePage' && name !== 'saveLastPage') return null
  const [, rows] = args as [unknown, PackedRows | readonly never[]]
  return 'bodies' in rows ? rows : null
}
