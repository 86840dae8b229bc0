import { badItemsError } from '../aws/bad-items.ts'
import { isTokenRefused } from '../aws/faults.ts'
import { isKnownByText } from '../aws/read-pages.ts'
import { copyText, type ItemNumbers } from '../aws/resources-of.ts'
import type { Session } from '../identity/session.ts'
import { makeItemId } from '../kinds/identity.ts'
import type { BadItem, Fault, Kind, ResolvedScope } from '../model.ts'
import type { KnownPages, KnownRows, ResourceDocument } from '../pages.ts'
import type { Pass } from '../store/kind-writer.ts'
import { ScopeHeld } from '../store/running-syncs.ts'
import type { Attempt, Finished } from '../store/writer.ts'
import { makePlacer, rowMaker } from './row-maker.ts'
import type { SyncRun } from './run.ts'
import { empty } from './writing.ts'

/**
 * Reads one scope page by page into the cache: each page, with the token that leads to the next, is one transaction and
 * can be read at once. A pass that was cut off goes on at its token; one that AWS refuses begins anew. Only a scope that
 * was read to its end loses the rows that AWS no longer gave. Gives the fault that ended it, `held` if another sync reads
 * the scope, or null. `onRead` is called early if the last answer brings no rows: of tens of thousands of empty scopes, the
 * next ones are asked for while these are written down.
 */
export async function readScope(
  scope: ResolvedScope,
  kind: Kind,
  session: Session,
  run: SyncRun,
  onRead: () => void,
): Promise<Fault | 'held' | null> {
  const { io, writing, emit, signal } = run
  signal.throwIfAborted()
  try {
    const use = describeUse(scope, kind, run.request.pageSize)
    let attempt = await writing.beginScope(scope, io.now(), { use, since: run.request.beganAt })
    emit({ type: 'scope-started', scope, resumed: attempt.resumed?.pages ?? 0 })
    for (let restarts = 0; ; restarts += 1) {
      const end = await readPass(attempt, { scope, kind, session, run, onRead })
      if (end.type === 'done') return end.fault
      if (restarts === mostRestarts) return session.toFault(end.error, scope.region, kind)
      io.debug?.write(
        'sync',
        `${scope.account}/${scope.region}/${kind.name} begins anew: its token is refused`,
      )
      const before = attempt
      attempt = await writing.restartScope(scope, before, io.now())
    }
  } catch (error) {
    if (error instanceof ScopeHeld) return 'held'
    throw error
  }
}

/** EC2 may refuse the token of a pass that went on; one that it refuses again and again is a fault. */
const mostRestarts = 2

/** A page token is good for the same caller and the same question. */
function describeUse({ profile }: ResolvedScope, kind: Kind, pageSize: number | null): string {
  return JSON.stringify([profile, kind.operation, kind.input, pageSize])
}

interface PassSource {
  readonly scope: ResolvedScope
  readonly kind: Kind
  readonly session: Session
  readonly run: SyncRun
  readonly onRead: () => void
}

type PassEnd =
  | { readonly type: 'done'; readonly fault: Fault | null }
  | { readonly type: 'token-refused'; readonly error: unknown }

async function readPass(
  attempt: Attempt,
  { scope, kind, session, run, onRead }: PassSource,
): Promise<PassEnd> {
  const { io, writing, emit, signal } = run
  const done = (fault: Fault | null): PassEnd => ({ type: 'done', fault })
  const finish = (count: number, finished: Finished): PassEnd => {
    emit({ type: 'page-stored', scope, count })
    emit({ type: 'scope-finished', scope, ...finished })
    return done(null)
  }
  const before = attempt.resumed ? await writing.readPass(attempt) : nothingBefore
  const { key, pages } = isKnownByText(kind) ? await writing.readKnownPages(attempt) : nothingKnown
  let known = 0
  let hasChanged = false
  let rows: Promise<KnownRows> | null = null
  let placeOf = makePlacer(before.places)
  const makeRow = rowMaker(kind)
  let throttles = 0
  /** The places of rows that can be read before the rest of their page. */
  const placed = new Map<string, number>()
  const saveFirst = (items: readonly ResourceDocument[]) => {
    // An answer that cannot be read to its end is asked for again.
    if (placed.size > 0) return
    for (const item of items) placed.set(item.id, placeOf(item))
    writing.saveFirstRows(attempt, items, [...placed.values()], io.now())
  }
  const options = {
    pageSize: run.request.pageSize,
    numbers: numbersOf(kind, before.bodies),
    asDocuments: true as const,
    known: {
      key,
      nextPage: () => (hasChanged ? null : (pages[known] ?? null)),
      rows: () => {
        rows ??= writing.readKnown(attempt)
        return rows
      },
    },
    onFirst: saveFirst,
    ...(attempt.resumed ? { startingToken: attempt.resumed.token } : {}),
    onThrottle: (wait: number) => {
      throttles += 1
      emit({ type: 'scope-throttled', scope, wait })
    },
    onFailure: (wait: number) => emit({ type: 'scope-retried', scope, wait }),
  }
  const source = session.readPages(kind, scope.region, options, run.callSignal)
  const bad: BadItem[] = []
  let token = attempt.resumed?.token ?? null
  try {
    for (;;) {
      signal.throwIfAborted()
      const next = await readNextPage(source)
      if (next.error !== undefined) {
        signal.throwIfAborted()
        // What the cache refuses says nothing about AWS.
        await rows
        await writing.noteBreak(attempt, throttles)
        if (token !== null && isTokenRefused(nameOf(next.error))) {
          return { type: 'token-refused', error: next.error }
        }
        if (await session.isRegionOff(next.error, scope.region, signal)) {
          await writing.skipScope(scope, io.now())
          emit({ type: 'scope-skipped', scope })
          return done(null)
        }
        return done(session.toFault(next.error, scope.region, kind))
      }
      const { page } = next
      if (!page) throw new Error(`${kind.operation} gave no page`)
      const { items = page.resources, nextToken, mac } = page
      bad.push(...page.bad)
      token = nextToken === null ? null : copyText(nextToken)
      if (page.same) {
        const { rows: count } = page.same
        known += 1
        if (token === null) {
          onRead()
          return finish(count, await writing.markLastPage(attempt, io.now(), throttles))
        }
        await writing.markPage(attempt, io.now(), { token, throttles })
        throttles = 0
        emit({ type: 'page-stored', scope, count })
        continue
      }
      if (known > 0 && !hasChanged) {
        await writing.leaveKnownPages(attempt)
        placeOf = makePlacer((await writing.readPass(attempt)).places)
      }
      hasChanged = true
      const made = items.map((item) => ('body' in item ? makeRow(item) : item))
      const places = items.map((item) => placed.get(item.id) ?? placeOf(item))
      placed.clear()
      const count = items.length
      empty(page.resources, items)
      const isWhole = bad.length === 0
      const end = { throttles, ...(mac === undefined ? {} : { mac }) }
      if (token === null && count === 0) onRead()
      if (token === null && isWhole)
        return finish(count, await writing.saveLastPage(attempt, made, places, io.now(), end))
      // What was left out is not known to who goes on: such a pass begins anew.
      const goesOn = { ...end, token: isWhole ? token : null }
      await writing.savePage(attempt, made, places, io.now(), goesOn)
      throttles = 0
      empty(made)
      emit({ type: 'page-stored', scope, count })
      if (token === null) return done(session.toFault(badItemsError(kind.operation, bad), scope.region, kind))
    }
  } finally {
    // What the last page has in memory is free.
    await source.return(undefined)
  }
}

const nothingBefore: Pass = { places: [], bodies: [] }
const nothingKnown: KnownPages = { key: null, pages: [] }

/** How many equal resources a pass has brought. */
function numbersOf(kind: Kind, bodies: Pass['bodies']): ItemNumbers {
  const numbers: ItemNumbers = new Map()
  for (const body of bodies) {
    const id = makeItemId(kind, body, 1)
    numbers.set(id, (numbers.get(id) ?? 0) + 1)
  }
  return numbers
}

function nameOf(error: unknown): { readonly code: string; readonly text: string } {
  return error instanceof Error ? { code: error.name, text: error.message } : { code: '', text: '' }
}

type PageSource = ReturnType<Session['readPages']>

/** The next page, or what AWS or the network refused: what the cache refuses is not caught here. */
async function readNextPage(source: PageSource) {
  try {
    const { value, done } = await source.next()
    return { page: done ? null : value, error: undefined }
  } catch (error) {
    return { page: null, error: error ?? new Error('failed without a reason') }
  }
}
