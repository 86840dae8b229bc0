import { dirname } from 'node:path'
import { Interruption } from '../errors.ts'
import { ownFolder } from '../folders.ts'
import { sanitise } from '../output/sanitise.ts'
import { explainDamage } from '../store/examine.ts'
import type { Store } from '../store/open-store.ts'
import { keepFolderPrivate } from '../store/private.ts'
import { openCache } from '../sync/open-cache.ts'
import type { Context } from './context.ts'

/** How long opening may take before a line says so, in ms. */
const patience = 1000

/** Opens the context's cache for some work. If damage of the file makes the work fail, the error says so. */
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

/**
 * Opens the context's cache. If bringing rows of an older version up to date takes long, a line on a terminal shows it.
 */
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

/** A folder that the user chose stays as it is: a cache may be in the current folder, or in /tmp. */
function isOwnFolder(folder: string, io: Context['io']): boolean {
  try {
    return folder === ownFolder('cache', io)
  } catch {
    return false
  }
}
