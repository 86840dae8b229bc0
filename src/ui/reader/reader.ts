import type { Io } from '../../io.ts'
import { findKind } from '../../kinds.ts'
import type { PausePlace } from '../../pause-points.ts'
import type { Listing } from '../../query/listing.ts'
import { explainDamage } from '../../store/examine.ts'
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
import { makeFaultReport } from './fault-report.ts'
import { scopesOfRequest } from './find-table.ts'
import { makeSlices } from './in-slices.ts'
import { listingOf } from './listing-of.ts'
import { makeOffers, type ValueSource } from './offer-values.ts'
import { makePageWatch } from './page-watch.ts'
import { type PageWork, pageWorkOf, workOfResource } from './page-work.ts'
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
/** Where nothing is being read and nothing was stored for so long, in ms, it is looked half as often: an idle screen sleeps. */
const calmAfter = 5000
/** To look into a ledger of tens of thousands of scopes takes a while: so many times that while lies between two looks. */
const lookShare = 10

/**
 * Answers the screen's messages from the cache, and lists anew what another process has changed. The state decides; this
 * makes listings and pages in slices between messages, for which it also looks at the pause points of that work: `receive`
 * gives the next that waits, or null. `slice`: the time between two looks, in ms.
 */
export function startReading(
  store: Store,
  io: Pick<Io, 'env' | 'now' | 'debug'>,
  post: (message: FromReader) => void,
  receive: () => ToReader | null = () => null,
  slice?: number,
): (message: ToReader) => void {
  let state = firstReaderState
  let isListing = false
  const waiting: ToReader[] = []
  const listen = (place: PausePlace): void => {
    for (let message = receive(); message !== null; message = receive()) waiting.push(message)
    const held = place === 'inside' ? waiting.filter(readsCache) : []
    const answered = place === 'inside' ? waiting.filter((each) => !readsCache(each)) : [...waiting]
    waiting.splice(0, waiting.length, ...held)
    for (const message of answered) answerOrFail(message)
  }
  const inSlices = makeSlices(listen, slice)
  /** A message may come amid work: what it begins waits until that pauses. */
  const begin = (work: () => Promise<void>): void => void setImmediate(work)
  let nextQuestion = Promise.withResolvers<void>()
  const watch = makeWatch(store)
  const pages = makePageWatch({
    store,
    post,
    inSlices,
    make: ({ about, as }) =>
      workOfResource({ ...about, type: 'open-resource', number: 0, as }, state, store, io),
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
      const standing = readCachedScopes(scopesOf(question, store), store, io)
      state = { ...state, statuses: standing.statuses }
      const throttled = new Map(
        state.retries.flatMap(({ key, throttles }) => (throttles > 0 ? [[key, throttles]] : [])),
      )
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
    switch (message.type) {
      case 'faults':
        post({ type: 'faults', again: message.again, report: makeFaultReport(state) })
        break
      case 'leave':
        opened += 1
        break
      case 'open':
      case 'open-resource':
      case 'mark':
      case 'table-text':
      case 'explain': {
        opened += 1
        const [own, known] = [opened, state]
        begin(() => open(message, own, known))
        break
      }
      case 'offer':
        begin(() => offerValues(message))
        break
      case 'leave-offer':
        offers.leave()
        break
      case 'watch':
        pages.watch(message.page)
        break
      case 'column-names':
        begin(() => nameColumns(message.kind))
        break
      default:
        changeState(message)
        break
    }
  }

  const changeState = (message: Parameters<typeof receiveMessage>[1]): void => {
    const { state: next, reply } = receiveMessage(state, message)
    state = next
    if (reply) post(reply)
    if (message.type === 'ask') nextQuestion.resolve()
    if (state.isStale) begin(listUntilFresh)
  }

  const answerOrFail = (message: ToReader): void => {
    try {
      answer(message)
    } catch (error) {
      fail(error)
    }
  }

  const offers = makeOffers(store, inSlices, (offer) => post({ type: 'offered', offer }))
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
      const { lines } = readCachedScopes(scopesOf(question, store), store, io)
      const reply = await inSlices(findColumnNames(kind, store, lines), () => question !== state.question)
      if (reply) post(reply)
    } catch (error) {
      io.debug?.write('reader', `no names of columns: ${messageOf(error)}`)
    }
  }

  let opened = 0
  const open = async (message: PageWork, own: number, known: ReaderState): Promise<void> => {
    try {
      const version = readDataVersion(store)
      const reply = await inSlices(pageWorkOf(message, known, store, io), () => own !== opened)
      if (!reply) return
      if (reply.type === 'opened') pages.note(reply.page, version)
      post(reply)
    } catch (error) {
      const reason = messageOf(explainDamage(store, error, io))
      post({ type: 'not-opened', number: message.number, reason })
    }
  }

  let nextLookAt = 0
  let changedAt = performance.now()
  let isSkipped = false
  const look = (): void => {
    const { question } = state
    const began = performance.now()
    const isAnyRead = state.statuses.some((each) => each.state === 'reading')
    if (isAnyRead || isListing || state.isStale) changedAt = began
    isSkipped = !isSkipped && began - changedAt > calmAfter
    if (isSkipped) return
    pages.look()
    if (!question || isListing || state.isStale || began < nextLookAt) return
    try {
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
    waiting.push(message)
    listen('between')
  }
}

/** Whether it is answered from the cache at once. */
function readsCache({ type }: ToReader): boolean {
  return type === 'adopt' || type === 'window'
}

/** Where values are looked for: in a kind's rows, or in the table that is shown; null if nothing is. */
function valueSourceOf(
  selection: ScopeSelection | null,
  { question, shown }: Pick<ReaderState, 'question' | 'shown'>,
  store: Store,
  io: Pick<Io, 'env' | 'now'>,
): (ValueSource & { readonly identity: string }) | null {
  const scopes = selection ?? (question && scopesOf(question, store))
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
      const marks = readScopeMarks(store, kindsLookedAt(question, store))
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

/** The scopes that the answer to a question covers. */
function scopesOf({ ask, selection }: Question, store: Store): ScopeSelection {
  return scopesOfRequest(ask, selection, store)
}

/** The kinds whose rows, or whose reading, an answer depends on. */
function kindsLookedAt(question: Question, store: Store): readonly string[] {
  const joined = (findKind(question.ask.view.kind).joined ?? []).map(({ kind }) => kind)
  const selection = scopesOf(question, store)
  return [...new Set([...selection.kinds, ...selection.requires, ...joined])]
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
