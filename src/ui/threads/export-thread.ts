import { parentPort, workerData } from 'node:worker_threads'
import { exportAnswer } from '../../app/export-view.ts'
import { coverageOf } from '../../query/coverage.ts'
import { explainDamage } from '../../store/examine.ts'
import { openCache } from '../../sync/open-cache.ts'
import { standingOf } from '../../sync/standing.ts'
import { answerOf } from '../reader/listing-of.ts'
import type { ExportBegan, ExportTask, ExportTold } from './messages.ts'

const port = parentPort
if (port) {
  const { cacheFile, env, selection, ask, request } = workerData as ExportTask
  const began = (draft: string) => port.postMessage({ type: 'began', draft } satisfies ExportBegan)
  const signal = new AbortController().signal
  const io = { env, now: Date.now, err: () => {}, errIsTerminal: false, signal, began }
  let told: ExportTold
  try {
    const store = await openCache(cacheFile, { signal: io.signal, report: () => {} })
    try {
      const standing = standingOf(selection, store, io)
      const answer = answerOf(ask, store, standing, io.now())
      const bytes = await exportAnswer(answer, request, standing, io)
      told = { type: 'written', bytes, missing: coverageOf(standing.statuses).unread.length }
    } catch (error) {
      throw explainDamage(store, error)
    } finally {
      store.close()
    }
  } catch (error) {
    told = { type: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(told)
}
