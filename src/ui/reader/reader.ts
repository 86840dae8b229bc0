import type { Io } from '../../io.ts'
import { findKind } from '../../kinds.ts'
import type { Listing } from '../../query/listing.ts'
import { explainDamage } from '../../store/examine.ts'
import { readLedger } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'
import {
  findChangedScopes,
  nameLiveSyncs,
  readDataVersion,
  readScopeMarks,
  type ScopeMarks,
} from '../../store/scope-marks.ts'
import { readCachedScopes, type ScopeSelection } from '../../sync/standing.ts'
import type { FromReader, ToReader } from '../threads/messages.ts'
import { findColumnNames } from './column-names.ts'
import { explainTable } from './explain-table.ts'
import { makeFaultReport } from './fault-report.ts'
import { scopesOfRequest } from './find-table.ts'
import { inSlices } from './in-slices.ts'
import { listingOf } from './listing-of.ts'
import { markRow } from './mark-row.ts'
import { makeOffers, type ValueSource } from './offer-values.ts'
import { openResource, openRow, type PageSource } from './open-row.ts'
import { makePageWatch } from './page-watch.ts'
import {
  beginListing,
  finishListing,
  firstReaderState,
  noteChange,
  type Question,
  type ReaderState,
  receiveMessage,
} from './reader-state.ts'

/** The time between two listings while rows come in: at least this, and three times what the last one took, in ms. */
const pause = { least: 100, times: 3 }

/** How often it is looked whether another process, or a sync of this one, has stored something, in ms. */
const lookInterval = 250
/** To look into a ledger of tens of thousands of scopes takes a while: so many times that while lies between two looks. */
const lookShare = 10

/**
 * Answers the screen's messages from the cache, and lists anew what another process has changed. The state decides; this
 * makes listings in slices between messages.
 */
export function startReading(
  store: Store,
  io: Pick<Io, 'env' | 'now' | 'debug'>,
  post: (message: FromReader) => void,
): (message: ToReader) => void {
  let state = firstReaderState
  let isListing = false
  let nextQuestion = Promise.withResolvers<void>()
  const watch = makeWatch(store)
  const pages = makePageWatch({
    store,
    post,
    make: ({ about, as }) =>
      openMessage({ ...about, type: 'open-resource', number: 0, as }, state, store, io),
  })

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
      // Between two listings only: one that is being made adds to the runs.
      watch.forgetChanged(question)
      const knownBefore = question.known.size
      const standing = readCachedScopes(question.selection, store, io)
      state = { ...state, statuses: standing.statuses }
      const throttled = new Set(state.retries.filter((each) => each.throttled).map(({ key }) => key))
      const work = listingOf(question.ask, store, standing, question.known, io.now(), throttled)
      const listing = await inSlices(work, () => question !== state.question)
      io.debug?.write('reader', describeListing(question, listing, performance.now() - began, knownBefore))
      if (listing === null) return
      const { state: next, reply } = finishListing(state, question, listing, changes)
      state = next
      if (reply) post(reply)
      if (listing.check) await inSlices(listing.check(), () => question !== state.question)
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
      post({ type: 'faults', again: message.again, report: makeFaultReport(state) })
      return
    }
    if (
      message.type === 'open' ||
      message.type === 'open-resource' ||
      message.type === 'mark' ||
      message.type === 'leave'
    ) {
      opened += 1
      if (message.type !== 'leave') void open(message, opened)
      return
    }
    if (message.type === 'offer') {
      void offerValues(message)
      return
    }
    if (message.type === 'watch') {
      pages.watch(message.page)
      return
    }
    if (message.type === 'column-names') {
      void nameColumns(message.kind)
      return
    }
    if (message.type === 'leave-offer') {
      offers.leave()
      return
    }
    if (message.type === 'explain') {
      const { question } = state
      if (question) post({ type: 'explained', text: explainTable(question, store, io) })
      return
    }
    const { state: next, reply } = receiveMessage(
      state,
      message.type === 'ask'
        ? { ...message, selection: scopesOfRequest(message.ask, message.selection, store) }
        : message,
    )
    state = next
    if (reply) post(reply)
    if (message.type === 'ask') nextQuestion.resolve()
    if (state.isStale) void listUntilFresh()
  }

  const offers = makeOffers(store, (offer) => post({ type: 'offered', offer }))
  const offerValues = async ({ wanted, selection }: Extract<ToReader, { type: 'offer' }>): Promise<void> => {
    const source = valueSourceOf(selection, state, store, io)
    // Of what completes a text nobody must hear that it cannot be read: the rows say so.
    if (source) await offers.offer(wanted, source.identity, source).catch(() => {})
  }

  /** What cannot be read is not offered: a column can be typed all the same. */
  const nameColumns = async (kind: string): Promise<void> => {
    const { question } = state
    if (!question) return
    try {
      const { lines } = readCachedScopes(question.selection, store, io)
      const reply = await inSlices(findColumnNames(kind, store, lines), () => question !== state.question)
      if (reply) post(reply)
    } catch (error) {
      io.debug?.write('reader', `no names of columns: ${messageOf(error)}`)
    }
  }

  let opened = 0
  const open = async (message: OpenMessage | MarkMessage, own: number): Promise<void> => {
    try {
      const version = readDataVersion(store)
      const reply = await inSlices(workOf(message, state, store, io), () => own !== opened)
      if (!reply) return
      if (reply.type === 'opened') pages.note(reply.page, version)
      post(reply)
    } catch (error) {
      const reason = messageOf(explainDamage(store, error, io))
      post({ type: 'not-opened', number: message.number, reason })
    }
  }

  let nextLookAt = 0
  const look = (): void => {
    pages.look()
    const { question } = state
    const began = performance.now()
    if (!question || isListing || state.isStale || began < nextLookAt) return
    try {
      const isAnyRead = state.statuses.some((each) => each.state === 'reading')
      if (watch.forgetChanged(question) === 0 && !(isAnyRead && watch.hasSyncEnded())) return
    } catch {
      // The listing says what is wrong with the cache.
      clearInterval(timer)
    } finally {
      nextLookAt = began + (performance.now() - began) * lookShare
    }
    state = noteChange(state)
    void listUntilFresh()
  }
  const timer = setInterval(look, lookInterval)
  timer.unref()

  return (message) => {
    try {
      answer(message)
    } catch (error) {
      fail(error)
    }
  }
}

type OpenMessage = Extract<ToReader, { type: 'open' | 'open-resource' }>
type MarkMessage = Extract<ToReader, { type: 'mark' }>

function workOf(
  message: OpenMessage | MarkMessage,
  state: Pick<ReaderState, 'question' | 'shown'>,
  store: Store,
  io: Pick<Io, 'env' | 'now'>,
): ReturnType<typeof markRow> {
  if (message.type !== 'mark') return openMessage(message, state, store, io)
  const { question } = state
  const listing = question?.number === message.question ? (state.shown?.listing ?? null) : null
  return markRow(message, question, listing, pageSourceOf(state, store, io))
}

function openMessage(
  message: OpenMessage,
  state: Pick<ReaderState, 'question' | 'shown'>,
  store: Store,
  io: Pick<Io, 'env' | 'now'>,
): ReturnType<typeof openResource> {
  const { question, shown } = state
  const source = pageSourceOf(state, store, io)
  if (message.type === 'open-resource') return openResource(message, source)
  const listing = question?.number === message.question ? (shown?.listing ?? null) : null
  return openRow(message, question, listing, source)
}

function pageSourceOf(
  { question }: Pick<ReaderState, 'question'>,
  store: Store,
  io: Pick<Io, 'env' | 'now'>,
): PageSource {
  const lines = question ? readCachedScopes(question.selection, store, io).lines : []
  const scopes = question?.ask.view.scopes ?? { profiles: [], accounts: [], regions: [] }
  return { store, lines, allLines: () => readLedger(store), scopes, io }
}

/** Where values are looked for: in a kind's rows, or in the table that is shown; null if nothing is. */
function valueSourceOf(
  selection: ScopeSelection | null,
  { question, shown }: Pick<ReaderState, 'question' | 'shown'>,
  store: Store,
  io: Pick<Io, 'env' | 'now'>,
): (ValueSource & { readonly identity: string }) | null {
  const scopes = selection ?? question?.selection
  if (!scopes || !question) return null
  const { ask, number } = question
  const isTable = selection !== null || (ask.type === 'view' && ask.view.expression === null)
  const kind = findKind(selection?.kinds[0] ?? ask.view.kind)
  if (!isTable)
    return { kind, lines: null, listing: shown?.listing ?? null, identity: `listing of question ${number}` }
  const { lines } = readCachedScopes(scopes, store, io)
  const ids = lines.map(({ scopeId }) => scopeId).join()
  return { kind, lines, listing: shown?.listing ?? null, identity: `${kind.name} in ${ids}` }
}

/** `knownBefore`: the scopes whose rows were known before. */
function describeListing(
  { number, ask, known }: Question,
  listing: Listing | null,
  ms: number,
  knownBefore: number,
): string {
  const what = `question ${number} (${ask.type} of ${ask.view.kind})`
  const rows = listing === null ? 'left' : `${listing.total} rows`
  return `${what}: ${rows} after ${Math.round(ms)} ms, ${known.size - knownBefore} scopes read and ${knownBefore} known`
}

/** Makes what knows which scopes of a question have changed since they were listed. */
function makeWatch(store: Store) {
  let seen: { readonly question: Question; readonly version: number; readonly marks: ScopeMarks } | null =
    null
  let alive = ''
  return {
    /** Forgets the runs of scopes that changed, so that they are read again. Gives the number of these scopes. */
    forgetChanged(question: Question): number {
      // What is stored from now on makes another version, even while the marks are being read.
      const version = readDataVersion(store)
      const before = seen?.question === question ? seen : null
      if (before?.version === version) return 0
      const marks = readScopeMarks(store, kindsLookedAt(question))
      seen = { question, version, marks }
      const changed = before ? findChangedScopes(before.marks, marks) : []
      for (const id of changed) question.known.delete(id)
      if (!before || changed.length > 0) alive = nameLiveSyncs(store)
      return changed.length
    },
    /** Whether a sync that was alive at the last change is not any more, or another one is. */
    hasSyncEnded(): boolean {
      const before = alive
      alive = nameLiveSyncs(store)
      return alive !== before
    },
  }
}

/** The kinds whose rows, or whose reading, an answer depends on. */
function kindsLookedAt({ ask, selection }: Question): readonly string[] {
  const joined = (findKind(ask.view.kind).joined ?? []).map(({ kind }) => kind)
  return [...new Set([...selection.kinds, ...selection.requires, ...joined])]
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
