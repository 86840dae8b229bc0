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
  /** Stops the sync, with the error that ends it. */
  readonly stop: AbortController
  /** Aborted if the sync is stopped or interrupted. */
  readonly signal: AbortSignal
  end(at: number): Promise<void>
}

export interface WritingOptions {
  readonly gone: GoneLimits
  /** Names what is read. */
  readonly selection: string
  /** How many scopes are to be read of which nothing is known. */
  readonly unread?: number
}

const noRows: KnownRows = new Map()

/** A sync that begins fewer scopes of which no page is known, and stores fewer pages, ends before a thread is of use. */
const fewCalls = 6

/**
 * The writing side of a sync, which says that it is alive until its end. A sync of more than a few pages or scopes writes in a
 * thread of its own, with a connection of its own, while this one reads; until that is ready, and if it cannot be
 * started, this one writes. If it is known from the beginning that there are so many scopes, the thread starts at once: it
 * is ready before the first page has come.
 */
export function beginWriting(
  store: Store,
  { gone, selection, unread = 0 }: WritingOptions,
  interrupted: AbortSignal,
  onNote: (note: string) => void,
): BegunWriting {
  const stop = new AbortController()
  const signal = AbortSignal.any([interrupted, stop.signal])
  const holdHeap = makeHeapHolder()
  holdHeap()
  const writer = makeWriter(store, gone, selection, planRows)
  tuneForWriting(store.db)
  let thread: WriterThread | null = null
  let calls = 0
  let hasRows = false
  /** What pages are named with, as soon as it is read: the same for all scopes. */
  let key: KnownPages['key'] | undefined
  const start = () => {
    if (store.kinds !== kinds) return
    const task = { file: store.file, limits: gone, selection }
    thread = startWriterThread(store, task, writer.begunSync, signal, onNote)
  }
  const startLater = () => {
    calls += 1
    if (calls >= fewCalls && thread === null) start()
  }
  if (unread >= fewCalls) start()
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
    stop,
    signal,
    async end(at) {
      clearInterval(beat)
      await thread?.close()
      try {
        tune(store.db)
        withBriefWait(store, () => writer.endSync(signal.aborted, at))
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
