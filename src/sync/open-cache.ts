import { setImmediate as pause } from 'node:timers/promises'
import type { Io } from '../io.ts'
import { kinds } from '../kinds.ts'
import { explainDamage } from '../store/examine.ts'
import { type FillProgress, fillTables, isFilled } from '../store/fill.ts'
import { openStore, type Store } from '../store/open-store.ts'
import { brief, whenFree } from '../store/waiting.ts'

/** How the opening of a cache can be watched and stopped. */
export interface OpenOptions {
  readonly io: Pick<Io, 'now' | 'signal' | 'debug'>
  /** Called after each piece with how far the rows of an older version have come. */
  readonly report: (progress: FillProgress) => void
}

/**
 * Opens the cache with all its rows in the present columns. Those of an older version are brought there first, which
 * takes seconds for each 100,000; what was done before an interruption is not done again.
 */
export async function openCache(file: string, { io, report }: OpenOptions): Promise<Store> {
  const { signal, debug } = io
  const store = await whenFree(signal, () => openStore(file, kinds, brief))
  debug?.write(
    'cache',
    `opened ${file}${store.readOnly === null ? '' : `, only to be read: ${store.readOnly}`}`,
  )
  try {
    if (isFilled(store)) return store
    const { rowMaker } = await import('./row-maker.ts')
    for (const progress of fillTables(store, rowMaker)) {
      report(progress)
      await pause()
      signal.throwIfAborted()
    }
    return store
  } catch (error) {
    const explained = signal.aborted ? error : explainDamage(store, error, io)
    store.close()
    throw explained
  }
}
