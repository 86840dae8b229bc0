import type { Store } from '../../store/open-store.ts'
import { readDataVersion } from '../../store/scope-marks.ts'
import type { FromReader, OpenedPage, WatchedPage } from '../threads/messages.ts'
import type { WorkInSlices } from './in-slices.ts'
import type { Opened } from './open-row.ts'

/** The time between two makings of a page while rows come in: at least this, and ten times what the last one took, in ms. */
const pause = { least: 500, times: 10 }

export interface PageWatchParts {
  readonly store: Store
  /** Begins to make a page. */
  readonly make: (page: WatchedPage) => Generator<void, Opened>
  readonly post: (message: FromReader) => void
  readonly inSlices: WorkInSlices
}

/** Makes what keeps the page that the screen shows as the cache is, whoever writes into it. */
export function makePageWatch({ store, make, post, inSlices }: PageWatchParts) {
  let watched: WatchedPage | null = null
  let last: MadePage | null = null
  let isMaking = false
  let nextAt = 0

  const refresh = async (page: WatchedPage): Promise<void> => {
    isMaking = true
    try {
      const version = readDataVersion(store)
      const began = performance.now()
      const made = await inSlices(make(page), () => watched !== page)
      nextAt = performance.now() + Math.max(pause.least, pause.times * (performance.now() - began))
      if (made === null || watched !== page) return
      if (made.type === 'opened') {
        const next = { page, version, text: writeSections(made.page) }
        const isOther = last?.page !== page || last.text !== next.text
        last = next
        if (isOther) post({ type: 'page', page: made.page })
      } else {
        const isNews = last?.page !== page || last.text !== null
        last = { page, version, text: null }
        if (isNews) post({ type: 'page-gone', page })
      }
    } catch {
      // The table says what is wrong with the cache.
      watched = null
    } finally {
      isMaking = false
    }
  }

  return {
    /** Notes a page that was made for the screen, and the version of the cache before. */
    note({ about, as, sections }: OpenedPage, version: number): void {
      last = about && { page: { about, as }, version, text: writeSections({ sections }) }
    },
    /** The screen shows this page now, which may have been made long ago; null for none. */
    watch(page: WatchedPage | null): void {
      watched = page
      if (page === null) return
      if (last !== null && keyOf(last.page) === keyOf(page)) last = { ...last, page }
      else nextAt = 0
    },
    /** Makes the page anew if something was stored since. */
    look(): void {
      if (watched === null || isMaking || performance.now() < nextAt) return
      try {
        if (last?.page === watched && last.version === readDataVersion(store)) return
      } catch {
        // The table says what is wrong with the cache.
        watched = null
        return
      }
      void refresh(watched)
    },
  }
}

interface MadePage {
  readonly page: WatchedPage
  readonly version: number
  /** All of it; null of a resource that is gone. */
  readonly text: string | null
}

/** What is on a page as one text: the time of the views that its links open is left out. */
function writeSections({ sections }: Pick<OpenedPage, 'sections'>): string {
  return JSON.stringify(sections, (name, value) => (name === 'now' ? undefined : value))
}

function keyOf({ about: { kind, row }, as }: WatchedPage): string {
  return `${kind}/${row}/${as}`
}
