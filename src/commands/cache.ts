import type { Store } from '../store/open.ts'
import { openCache } from '../sync/open-cache.ts'
import type { Context } from './context.ts'

/** How long it may take before it is worth a word, in ms. */
const patience = 1000

/** Opens the context's cache. If rows of an older version take long, a line on a terminal says how far they are. */
export async function openCacheOf({ cacheFile, io }: Context): Promise<Store> {
  const began = io.now()
  let drawn = 0
  const report = ({ done, total }: { done: number; total: number }) => {
    const now = io.now()
    if (!io.errIsTerminal || now - began < patience || now - drawn < 100) return
    drawn = now
    const count = (rows: number) => rows.toLocaleString('en-US')
    io.err(`\r\u001b[KBringing the cache to this version: ${count(done)} of ${count(total)} rows`)
  }
  try {
    return await openCache(cacheFile, { signal: io.signal, report })
  } finally {
    if (drawn > 0) io.err('\r\u001b[K')
  }
}
