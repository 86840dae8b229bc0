import { makeHeapHolder } from '../hold-heap.ts'
import { kinds } from '../kinds.ts'
import type { KnownPages, KnownRows } from '../pages.ts'
import type { GoneLimits } from '../store/gone.ts'
import type { Store } from '../store/open-store.ts'
import { tune, tuneForWriting } from '../store/prepare.ts'
import { heartbeatInterval } from '../store/running-syncs.ts'
import { whenFree, withBriefWait } from '../store/waiting.ts'
import { makeWriter, type SeenRow, type Writer } from '../store/writer.ts'
import type { WriterCall } from '../store/writer-messages.ts'
import { planRows } from './row-maker.ts'
import { startWriterThread, type WriterThread } from './writer-client.ts'

/** The writer's functions: each resolves when what it writes is stored, as soon as no other process writes. */
type WaitingCalls = {
  readonly [Name in WriterCall | 'readKnown' | 'readKnownPages' | 'readPass']: (
    ...args: Parameters<Writer[Name]>
  ) => Promise<ReturnType<Writer[Name]>>
}

/** What a sync writes with. */
export interface Writing extends WaitingCalls {
  /** Stores them at once, or not at all: nobody waits for it, and what hinders it hinders the page that follows, too. */
  readonly saveFirstRows: Writer['saveFirstRows']
}

/** The same until the sync's end. */
export interface BegunWriting {
  readonly writing: Writing
  end(isCutOff: boolean, at: number): Promise<void>
}

const noRows: KnownRows = new Map()

/** A sync that begins fewer scopes of which no page is known, and stores fewer pages, ends before a thread is of use. */
const fewCalls = 6

/**
 * The writing side of a sync, which says that it is alive until its end. A sync of more than a few pages or scopes writes in a
 * thread of its own, with a connection of its own, while this one reads; until that is ready, and if it cannot be
 * started, this one writes.
 */
export function beginWriting(
  store: Store,
  { gone, selection }: { readonly gone: GoneLimits; readonly selection: string },
  signal: AbortSignal,
  onNote: (note: string) => void,
): BegunWriting {
  const holdHeap = makeHeapHolder()
  holdHeap()
  const writer = makeWriter(store, gone, selection, null, planRows)
  tuneForWriting(store.db)
  let thread: WriterThread | null = null
  let calls = 0
  let hasRows = false
  /** What pages are named with, as soon as it is read: the same for all scopes. */
  let key: KnownPages['key'] | undefined
  const startLater = () => {
    calls += 1
    const begun = writer.begunSync()
    if (calls !== fewCalls || begun === null || store.kinds !== kinds) return
    thread = startWriterThread(store, { file: store.file, limits: gone, selection, begun }, signal, onNote)
  }
  const here = <T>(work: () => T): Promise<T> => whenFree(signal, () => withBriefWait(store, work))
  const make = <Name extends WriterCall>(name: Name): WaitingCalls[Name] => {
    const work = writer[name] as (...args: Parameters<Writer[Name]>) => ReturnType<Writer[Name]>
    const write = (...args: Parameters<Writer[Name]>) =>
      thread?.isReady() ? thread.call(name, args) : here(() => work(...args))
    return write as WaitingCalls[Name]
  }
  const emptied = <T>(rows: readonly SeenRow[], stored: Promise<T>): Promise<T> => {
    // What is on its way to the thread is not needed here any more, however long it waits.
    if (thread?.isReady()) empty(rows)
    return stored
  }
  const savePage = make('savePage')
  const saveLastPage = make('saveLastPage')
  const writing: Writing = {
    beginScope: make('beginScope'),
    restartScope: make('restartScope'),
    saveFirstRows(...args) {
      // Of thousands of empty scopes, the thread may have written many, and nothing that can be read.
      if (thread?.isReady() && hasRows) return
      try {
        withBriefWait(store, () => writer.saveFirstRows(...args))
      } catch {}
    },
    savePage(...args) {
      startLater()
      holdHeap()
      hasRows ||= args[1].length > 0
      return emptied(args[1], savePage(...args))
    },
    saveLastPage(...args) {
      startLater()
      holdHeap()
      hasRows ||= args[1].length > 0
      return emptied(args[1], saveLastPage(...args))
    },
    markPage: make('markPage'),
    markLastPage: make('markLastPage'),
    leaveKnownPages: make('leaveKnownPages'),
    finishScope: make('finishScope'),
    noteBreak: make('noteBreak'),
    failScope: make('failScope'),
    skipScope: make('skipScope'),
    beat: make('beat'),
    rememberProfile: make('rememberProfile'),
    rememberRegions: make('rememberRegions'),
    nameAccounts: make('nameAccounts'),
    // What is read is needed here.
    async readKnownPages(attempt) {
      const known =
        attempt.isNew && key !== undefined
          ? { key, pages: [] }
          : await here(() => writer.readKnownPages(attempt))
      key = known.key
      // Pages that come again as they were are little to write.
      if (known.pages.length === 0) startLater()
      return known
    },
    readKnown: async (attempt) => (attempt.isNew ? noRows : here(() => writer.readKnown(attempt))),
    readPass: (attempt) => here(() => writer.readPass(attempt)),
  }
  const beat = setInterval(() => void writing.beat().catch(() => {}), heartbeatInterval)
  beat.unref()
  return {
    writing,
    async end(isCutOff, at) {
      clearInterval(beat)
      await thread?.close()
      try {
        tune(store.db)
        withBriefWait(store, () => writer.endSync(isCutOff, at))
      } catch {
        // A cache that cannot be written any more: what this sync was reading is free when its process has ended.
      }
    },
  }
}

/**
 * A function that waits keeps what its variables held before: of each scope that waits for its next page, that would be
 * all of the page before, with the text of its answer.
 */
export function empty(...lists: readonly (readonly unknown[])[]): void {
  for (const list of lists as unknown[][]) list.length = 0
}
