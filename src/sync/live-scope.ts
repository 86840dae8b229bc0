import { badItemsError } from '../aws/bad-items.ts'
import { isTokenRefused } from '../aws/faults.ts'
import { advanceMark, isRoundAgain, makeTokenTrail, type TrailMark, tokenTwice } from '../aws/token-trail.ts'
import type { Session } from '../identity/session.ts'
import type { BadItem, Fault, Kind, ResolvedScope, Resource } from '../model.ts'
import type { Page } from '../pages.ts'
import type { LivePlace } from './live-token.ts'

/**
 * Where the reading of a scope goes on: EC2's token, the ids behind it that were given already, and what detects a
 * cycle.
 */
export type ScopePosition = Pick<LivePlace, 'page' | 'given' | 'trail'>

/** What was read of a scope, and how it ended: at its end, at the limit, or by a fault, and where then. */
export interface ScopeReading {
  readonly resources: readonly Resource[]
  readonly end:
    | { readonly type: 'finished' }
    | { readonly type: 'skipped' }
    | { readonly type: 'cut'; readonly at: ScopePosition }
    | { readonly type: 'failed'; readonly at: ScopePosition; readonly fault: Fault }
}

export interface ScopeRequest {
  readonly scope: ResolvedScope
  readonly kind: Kind
  readonly session: Session
  readonly from: ScopePosition
  /** At most so many resources; at least 1. */
  readonly limit: number
  /** MaxResults; null for the kind's largest. */
  readonly pageSize: number | null
  readonly onPage: (count: number) => void
  /** Hears that AWS throttled an attempt, and after how many ms the next one is made. */
  readonly onThrottle: (wait: number) => void
  readonly signal: AbortSignal
}

/**
 * Reads a scope page by page, at most `limit` resources, each once. The last page is asked for with the size of what
 * remains, if the kind allows pages so small, so that it ends at the limit. A page that must be cut is asked for again
 * the next time: the position holds EC2's token of that page and the ids that were given of it. EC2 promises no order,
 * so that a place in the page would not do.
 */
export async function readScopeLive(request: ScopeRequest): Promise<ScopeReading> {
  const { scope, session, limit, signal } = request
  const resources: Resource[] = []
  const bad: BadItem[] = []
  const known = new Set<string>()
  const follow = makeTokenTrail(request.kind.operation)
  let { page, trail } = request.from
  const given = new Set(request.from.given)
  const getPosition = (): ScopePosition => ({ page, given: [...given], ...(trail ? { trail } : {}) })
  const endAt = (at: ScopePosition): ScopeReading['end'] => {
    if (bad.length === 0) return { type: 'cut', at }
    const error = badItemsError(request.kind.operation, bad)
    return { type: 'failed', at, fault: session.toFault(error, scope.region, request.kind) }
  }
  for (;;) {
    const room = limit - resources.length
    const answer = await readPage(request, { page, trail }, room + given.size, follow).catch(
      (error: unknown) => error,
    )
    if (!isPage(answer)) {
      signal.throwIfAborted()
      if (await session.isRegionOff(answer, scope.region, signal))
        return { resources, end: { type: 'skipped' } }
      const fault = faultOf(answer, page, request)
      return { resources, end: { type: 'failed', at: getPosition(), fault } }
    }
    bad.push(...answer.bad)
    const ids = answer.resources.map(({ id }) => id)
    const fresh = new Map(answer.resources.map((each) => [each.id, each]))
    // Equal items of two pages have one id where no member identifies them: both were given.
    const before = request.kind.identity === 'item' ? given : [...given, ...known]
    for (const id of before) fresh.delete(id)
    const taken = [...fresh.values()].slice(0, room)
    resources.push(...taken)
    for (const { id } of taken) {
      known.add(id)
      fresh.delete(id)
    }
    request.onPage(taken.length)
    if (fresh.size > 0) {
      for (const id of ids) if (!fresh.has(id)) given.add(id)
      return { resources, end: endAt(getPosition()) }
    }
    if (answer.nextToken === null) {
      if (bad.length === 0) return { resources, end: { type: 'finished' } }
      for (const id of ids) given.add(id)
      return { resources, end: endAt(getPosition()) }
    }
    for (const id of ids) given.delete(id)
    page = answer.nextToken
    trail = advanceMark(trail, page)
    if (resources.length === limit) return { resources, end: endAt(getPosition()) }
  }
}

async function readPage(
  { scope, kind, session, pageSize, onThrottle, signal }: ScopeRequest,
  { page: token, trail }: { readonly page: string | null; readonly trail: TrailMark | undefined },
  wanted: number,
  follow: (token: string | null) => void,
): Promise<Page> {
  // A reading of several runs is at the page that a run before has read: nothing is asked for.
  if (isRoundAgain(trail)) throw tokenTwice(kind.operation)
  follow(token)
  const options = {
    pageSize: sizeOf(kind, pageSize, wanted),
    onThrottle,
    ...(token === null ? {} : { startingToken: token }),
  }
  const { value } = await session.readPages(kind, scope.region, options, signal).next()
  if (!value) throw new Error(`${kind.operation} gave no page`)
  return value
}

/** What remains, no less than the kind's smallest page, no more than was asked for. */
function sizeOf({ pageSize: limits }: Kind, pageSize: number | null, wanted: number): number | null {
  if (!limits) return null
  return Math.min(pageSize ?? limits.max, Math.max(limits.min, wanted))
}

function isPage(answer: unknown): answer is Page {
  return typeof answer === 'object' && answer !== null && 'resources' in answer
}

/** EC2 forgets its tokens after a while; only the scope's beginning is left then. */
function faultOf(error: unknown, page: string | null, { scope, session, kind }: ScopeRequest): Fault {
  const fault = session.toFault(error, scope.region, kind)
  if (page === null || !isTokenRefused({ code: fault.code, text: fault.message })) return fault
  const words = `--profile ${scope.profile} --region ${scope.region}`
  return {
    ...fault,
    next: `Read this scope again from its beginning, with ${words} and without --starting-token: EC2 forgets its page tokens after a while.`,
  }
}
