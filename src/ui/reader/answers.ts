import type { Io } from '../../io.ts'
import { defaultKind, kindNamed } from '../../kinds.ts'
import type { Json } from '../../model.ts'
import type { KnownRuns, Listing } from '../../query/listing.ts'
import { explainDamage } from '../../store/examine.ts'
import type { Store } from '../../store/open-store.ts'
import type { ScopeSelection, Standing } from '../../sync/standing.ts'
import { linesByScope, standingOf } from '../../sync/standing.ts'
import type { Ask, FromReader, Listed, ToReader, Window } from '../threads/messages.ts'
import { itemText } from './item-text.ts'
import { listingOf } from './listing-of.ts'
import { reported, shownColumns, shownRow, summarised } from './shown-rows.ts'

/** How long work goes on before messages are answered, in ms. */
const slice = 8
/** Between two listings while rows come in: at least this, and three times what the last one took, in ms. */
const pace = { least: 100, times: 3 }

interface Question {
  readonly number: number
  readonly ask: Ask
  readonly selection: ScopeSelection
  readonly known: KnownRuns
}

interface Made {
  readonly listing: Listing
  readonly listed: Listed
}

/**
 * Answers the screen's messages from the cache. A new listing is made beside the one that is shown and only
 * taken over when the screen says so: rows never move without it.
 */
export function makeReader(
  store: Store,
  io: Pick<Io, 'env' | 'now'>,
  post: (message: FromReader) => void,
): (message: ToReader) => void {
  let question: Question | null = null
  let shown: Made | null = null
  let newest: Made | null = null
  let standing: Standing = { lines: [], statuses: [] }
  let running = false
  let dirty = false
  let changes = 0
  let woken = Promise.withResolvers<void>()

  const fail = (error: unknown): void => {
    const message = messageOf(explainDamage(store, error))
    if (question) post({ type: 'failed', question: question.number, message })
  }

  const make = async (asked: Question): Promise<void> => {
    const known = changes
    let work: ReturnType<typeof listingOf> | null = null
    try {
      standing = standingOf(asked.selection, store, io)
      work = listingOf(asked.ask, store, standing, asked.known, io.now())
      let until = performance.now() + slice
      for (;;) {
        const step = work.next()
        if (asked !== question) return
        if (step.done) {
          const columns = shownColumns(step.value, asked.ask)
          const version = (newest?.listed.version ?? 0) + 1
          const coverage = summarised(standing.statuses)
          newest = {
            listing: step.value,
            listed: { version, total: step.value.total, columns, coverage, changes: known },
          }
          return post({ type: 'listed', question: asked.number, listed: newest.listed })
        }
        if (performance.now() < until) continue
        await new Promise(setImmediate)
        until = performance.now() + slice
      }
    } catch (error) {
      if (asked === question) fail(error)
    } finally {
      work?.return(undefined as never)
    }
  }

  const run = async (): Promise<void> => {
    if (running) return
    running = true
    while (question && dirty) {
      dirty = false
      const asked: Question = question
      const began = performance.now()
      await make(asked)
      const took = performance.now() - began
      // A new question does not wait; rows that come in do.
      const wait = Math.max(pace.least, took * pace.times)
      if (asked === question)
        await Promise.race([new Promise((done) => setTimeout(done, wait)), woken.promise])
      woken = Promise.withResolvers()
    }
    running = false
  }

  const windowOf = (made: Made, from: number, count: number): Window => {
    const start = Math.max(0, Math.min(from, made.listing.total - 1))
    return { from: start, rows: made.listing.rows(start, count).map(shownRow) }
  }

  const adopt = ({ key, index, above, count }: Extract<ToReader, { type: 'adopt' }>): void => {
    if (!question || !newest) return
    shown = newest
    const { listing, listed } = shown
    const found = key === null ? -1 : listing.indexOf(key)
    const at = Math.max(0, found >= 0 ? found : Math.min(index, listing.total - 1))
    const window = windowOf(shown, at - above, count)
    post({ type: 'adopted', question: question.number, listed, index: at, window })
  }

  const forget = (keys: readonly string[]): void => {
    if (!question || question.known.size === 0) return
    const lines = linesByScope(store)
    for (const key of keys) {
      const line = lines.get(key)
      if (line) question.known.delete(line.scopeId)
    }
  }

  const answer = (message: ToReader) => {
    const ours = 'question' in message && message.question === question?.number
    switch (message.type) {
      case 'ask':
        question = {
          number: message.question,
          ask: message.ask,
          selection: message.selection,
          known: new Map(),
        }
        shown = null
        newest = null
        dirty = true
        woken.resolve()
        void run()
        return
      case 'changed':
        forget(message.keys)
        changes = message.number
        dirty = true
        void run()
        return
      case 'adopt':
        return ours ? adopt(message) : undefined
      case 'window': {
        const { version, from, count } = message
        if (!ours || shown?.listed.version !== version) return
        const window = windowOf(shown, from, count)
        return post({ type: 'window', question: message.question, version, window })
      }
      case 'item': {
        const item: Json = (ours && shown?.listing.item(message.key)) || null
        const kind = kindNamed(question?.ask.view.kind ?? defaultKind.name)
        return post({ type: 'item', as: message.as, ...itemText(item, message.as, kind) })
      }
      case 'faults':
        return post({ type: 'faults', report: reported(standing.statuses) })
    }
  }
  return (message) => {
    try {
      answer(message)
    } catch (error) {
      fail(error)
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
