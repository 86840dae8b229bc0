import type { Io } from '../../io.ts'
import type { Listing } from '../../query/listing.ts'
import { explainDamage } from '../../store/examine.ts'
import type { Store } from '../../store/open-store.ts'
import { readCachedScopes, readLinesByScope } from '../../sync/standing.ts'
import type { FromReader, ToReader } from '../threads/messages.ts'
import { listingOf } from './listing-of.ts'
import {
  beginListing,
  finishListing,
  firstReaderState,
  type Question,
  receiveMessage,
} from './reader-state.ts'
import { makeFaultReport } from './shown-rows.ts'

/** How long work may run before messages are answered, in ms. */
const slice = 8
/** The time between two listings while rows come in: at least this, and three times what the last one took, in ms. */
const pause = { least: 100, times: 3 }

/** Answers the screen's messages from the cache. The state decides; this makes listings in slices between messages. */
export function startReading(
  store: Store,
  io: Pick<Io, 'env' | 'now' | 'debug'>,
  post: (message: FromReader) => void,
): (message: ToReader) => void {
  let state = firstReaderState
  let isListing = false
  let nextQuestion = Promise.withResolvers<void>()

  const listUntilFresh = async (): Promise<void> => {
    if (isListing) return
    isListing = true
    while (state.question && state.isStale) {
      const { question } = state
      const began = performance.now()
      await listOnce(question)
      // Another question does not wait; rows that come in wait.
      const wait = Math.max(pause.least, (performance.now() - began) * pause.times)
      if (question === state.question)
        await Promise.race([new Promise((done) => setTimeout(done, wait)), nextQuestion.promise])
      nextQuestion = Promise.withResolvers()
    }
    isListing = false
  }

  const listOnce = async (question: Question): Promise<void> => {
    const { changes } = state
    const began = performance.now()
    state = beginListing(state)
    try {
      const standing = readCachedScopes(question.selection, store, io)
      state = { ...state, statuses: standing.statuses }
      const work = listingOf(question.ask, store, standing, question.known, io.now())
      const listing = await inSlices(work, () => question !== state.question)
      io.debug?.write('reader', describeListing(question, listing, performance.now() - began))
      if (listing === null) return
      const { state: next, reply } = finishListing(state, question, listing, changes)
      state = next
      if (reply) post(reply)
    } catch (error) {
      if (question === state.question) fail(error)
    }
  }

  const fail = (error: unknown): void => {
    const message = messageOf(explainDamage(store, error, io))
    if (state.question) post({ type: 'failed', question: state.question.number, message })
  }

  const answer = (message: ToReader): void => {
    if (message.type === 'faults') {
      post({ type: 'faults', report: makeFaultReport(state.statuses) })
      return
    }
    const { state: next, reply } = receiveMessage(state, message)
    state = next
    if (reply) post(reply)
    if (message.type === 'changed') forgetRuns(state.question, message.keys, store)
    if (message.type === 'ask') nextQuestion.resolve()
    if (state.isStale) void listUntilFresh()
  }

  return (message) => {
    try {
      answer(message)
    } catch (error) {
      fail(error)
    }
  }
}

function describeListing({ number, ask }: Question, listing: Listing | null, ms: number): string {
  const what = `question ${number} (${ask.type} of ${ask.view.kind})`
  return `${what}: ${listing === null ? 'left' : `${listing.total} rows`} after ${Math.round(ms)} ms`
}

/** Works until a listing is made; null if it was left because nobody asks for it any more. */
async function inSlices(work: Generator<void, Listing>, isDropped: () => boolean): Promise<Listing | null> {
  try {
    let until = performance.now() + slice
    for (;;) {
      const step = work.next()
      if (isDropped()) return null
      if (step.done) return step.value
      if (performance.now() < until) continue
      await new Promise(setImmediate)
      until = performance.now() + slice
    }
  } finally {
    work.return(undefined as never)
  }
}

/** Forgets the runs of scopes that changed, so that they are read again. */
function forgetRuns(question: Question | null, keys: readonly string[], store: Store): void {
  if (!question || question.known.size === 0) return
  const lines = readLinesByScope(store)
  for (const key of keys) {
    const line = lines.get(key)
    if (line) question.known.delete(line.scopeId)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
