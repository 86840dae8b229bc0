import { dirname } from 'node:path'
import { Interruption } from '../errors.ts'
import { ownFolder } from '../folders.ts'
import { sanitise } from '../output/sanitise.ts'
import { explainDamage } from '../store/examine.ts'
import type { Store } from '../store/open-store.ts'
import { keepFolderPrivate } from '../store/private.ts'
import { openCache } from '../sync/open-cache.ts'
import type { Context } from './context.ts'

/** How long it may take before it is worth a word, in ms. */
const patience = 1000

/** Opens the context's cache for some work. What goes wrong meanwhile by damage of the file is said as such. */
export async function withCache<T>(context: Context, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openCacheOf(context)
  try {
    return await work(store)
  } catch (error) {
    // One of its own says what the work leaves behind.
    if (error instanceof Interruption) throw error
    context.io.signal.throwIfAborted()
    throw explainDamage(store, error, context.io)
  } finally {
    store.close()
  }
}

/** Opens the context's cache. If rows of an older version take long, a line on a terminal says how far they are. */
export async function openCacheOf({ cacheFile, io }: Context): Promise<Store> {
  const startedAt = io.now()
  let drawnAt = 0
  const report = ({ done, total }: { done: number; total: number }) => {
    const now = io.now()
    if (!io.errIsTerminal || now - startedAt < patience || now - drawnAt < 100) return
    drawnAt = now
    const formatCount = (rows: number) => rows.toLocaleString('en-US')
    io.err(`\r\u001b[KBringing the cache to this version: ${formatCount(done)} of ${formatCount(total)} rows`)
  }
  try {
    const folder = dirname(cacheFile)
    if (isOwnFolder(folder, io)) keepFolderPrivate(folder)
    const store = await openCache(cacheFile, { io, report })
    for (const note of store.notes) io.err(`${sanitise(note)}\n`)
    return store
  } finally {
    if (drawnAt > 0) io.err('\r\u001b[K')
  }
}

/** A folder that the user chose is the user's: a cache in the current folder, or in /tmp. */
function isOwnFolder(folder: string, io: Context['io']): boolean {
  try {
    return folder === ownFolder('cache', io)
  } catch {
    return false
  }
}
