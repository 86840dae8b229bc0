import { parentPort } from 'node:worker_threads'
import { debugLogOf } from '../../app/debug-log.ts'
import { exportAnswer } from '../../app/export-view.ts'
import type { Answer, Json } from '../../model.ts'
import { coverageOf } from '../../query/coverage.ts'
import { explainDamage } from '../../store/examine.ts'
import { takeTask } from '../../store/sqlite-thread.ts'
import { openCache } from '../../sync/open-cache.ts'
import { readCachedScopes } from '../../sync/standing.ts'
import { scopesOfRequest } from '../reader/find-table.ts'
import { answerOf } from '../reader/listing-of.ts'
import type { ExportDraft, ExportOutcome, ExportTask } from './export-messages.ts'

const port = parentPort
if (port) {
  const { cacheFile, env, debugHandle, selection, ask, request } = takeTask<ExportTask>()
  const notes: string[] = []
  const controller = new AbortController()
  port.once('message', () => controller.abort())
  // To be stopped, it need not stay.
  port.unref()
  const io = {
    debug: debugLogOf(debugHandle, Date.now),
    env,
    now: Date.now,
    err: (text: string) => void notes.push(text.trim()),
    errIsTerminal: false,
    errColumns: 80,
    signal: controller.signal,
    // The main thread ends this one, and removes the draft itself.
    atExit: () => () => {},
    onDraft: (draft: string) => port.postMessage({ type: 'draft-started', draft } satisfies ExportDraft),
  }
  let outcome: ExportOutcome
  try {
    const store = await openCache(cacheFile, { io, report: () => {} })
    try {
      const cachedScopes = readCachedScopes(scopesOfRequest(ask, selection, store), store, io)
      const { answer, count } = countRows(answerOf(ask, store, cachedScopes, io.now()))
      const bytes = await exportAnswer(answer, request, cachedScopes, io)
      outcome = {
        type: 'written',
        rows: count(),
        bytes,
        missing: coverageOf(cachedScopes.statuses).unread.length,
        notes,
      }
    } catch (error) {
      throw explainDamage(store, error, io)
    } finally {
      store.close()
    }
  } catch (error) {
    outcome = controller.signal.aborted
      ? { type: 'stopped' }
      : { type: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(outcome)
}

/** The same answer, and how many of its rows were read. A single value is one. */
function countRows(answer: Answer): { readonly answer: Answer; readonly count: () => number } {
  if (answer.type === 'value') return { answer, count: () => 1 }
  const { items } = answer
  let most = 0
  const counted: Iterable<Json> = {
    *[Symbol.iterator]() {
      let rows = 0
      for (const item of items) {
        rows += 1
        most = Math.max(most, rows)
        yield item
      }
    },
  }
  return { answer: { ...answer, items: counted }, count: () => most }
}
