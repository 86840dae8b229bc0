import type * as ec2 from '@aws-sdk/client-ec2'
import { listWithheld, makeWithholder } from '../kinds/withheld.ts'
import { findKind } from '../kinds.ts'
import type { Kind, Parent } from '../model.ts'
import type { Page, ResourceDocument } from '../pages.ts'
import { askForPage, type DescribeAnswer } from './describe.ts'
import { makeIdleCheck } from './idle-pages.ts'
import { decodePosition, encodePosition, type ParentPosition } from './parent-position.ts'
import type { KnownItems, KnownReading } from './read-known-answer.ts'
import { copyText, type ItemNumbers, makeResourceReader } from './resources-of.ts'
import { makeTokenTrail } from './token-trail.ts'
import type { HoldRoom } from './whole-body.ts'

export interface PageOptions {
  /** Null for the most that the kind allows. */
  readonly pageSize: number | null
  readonly startingToken?: string
  /** What one reading in several pieces hands from one to the next. */
  readonly numbers?: ItemNumbers
  /** What need not be read again if an answer holds it unchanged; left out if all is to be read. */
  readonly known?: KnownItems
  /** Resources may come as documents; left out if all are to be objects. */
  readonly asDocuments?: true
  /** Gets the first resources of a long first page while the others are read, if they come as documents. */
  readonly onFirst?: ((items: readonly ResourceDocument[]) => void) | undefined
  /** Hears that AWS throttled an attempt, and after how many ms the next one is made. */
  readonly onThrottle?: (wait: number) => void
  /** Hears that AWS failed by itself, or the network did, and after how many ms the next attempt is made. */
  readonly onFailure?: (wait: number) => void
}

/**
 * The pages of one kind, fetched one at a time: each is one call of EC2. Of a kind that follows a parent, the parents'
 * pages come as pages without resources. A page has its room in memory until the next one is asked for, or the reading
 * ends: who leaves it early calls `return`.
 */
export async function* readPages(
  client: ec2.EC2Client,
  kind: Kind,
  options: PageOptions,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  let token = options.startingToken ?? null
  const follow = makeTokenTrail(kind.operation)
  const held: (() => void)[] = []
  const release = () => {
    for (const each of held.splice(0)) each()
  }
  const source = { client, kind, options, signal, hold: (each: () => void) => void held.push(each) }
  const readPage = kind.parent ? makeChildReader(source, kind.parent) : makePlainReader(source)
  try {
    do {
      signal.throwIfAborted()
      follow(token)
      const page = await readPage(token)
      token = page.nextToken
      yield page
      release()
    } while (token !== null)
  } finally {
    release()
  }
}

interface Source {
  readonly client: ec2.EC2Client
  readonly kind: Kind
  readonly options: PageOptions
  readonly signal: AbortSignal
  readonly hold: HoldRoom
}

type PageReader = (token: string | null) => Promise<Page>

function makePlainReader({ client, kind, options, signal, hold }: Source): PageReader {
  const resourcesOf = makeResourceReader(kind, options.numbers ?? new Map())
  const checkIdle = makeIdleCheck(kind.operation)
  const reading = readingOf(kind, { ...options, onFirst: undefined }, hold)
  const firstReading = readingOf(kind, options, hold)
  return async (token) => {
    const input = {
      pageSize: options.pageSize,
      token,
      parent: {},
      ...(token === null ? firstReading : reading),
    }
    const answer = await askForPage(client, kind, input, signal)
    const page = { ...resourcesOf(answer, {}), nextToken: nextTokenOf(answer) }
    // A list that goes on for ever has more pages than are known.
    if (!page.same) checkIdle({ resources: page.items ?? page.resources })
    return page
  }
}

/** Whether the rows of a kind can be known by the texts of its items: a resource is its item, and its id says which. */
export function isKnownByText({ parent, identity }: Kind): boolean {
  return parent === undefined && identity !== 'item'
}

function readingOf(
  kind: Kind,
  { known, asDocuments, onFirst }: PageOptions,
  hold: HoldRoom,
): { readonly reading?: KnownReading } {
  if (!known || !isKnownByText(kind)) return {}
  const { operation, list, nested, id } = kind
  const salt = JSON.stringify([operation, list, nested, id, listWithheld(kind)])
  const reading = { list, nested: nested?.list ?? null, salt, known, hold }
  // What is withheld is taken out of objects.
  if (!asDocuments || makeWithholder(operation, list)) return { reading }
  return { reading: { ...reading, plain: { id, groupId: nested?.id ?? null, onFirst } } }
}

function makeChildReader(source: Source, parent: Parent): PageReader {
  const { client, kind, options, signal } = source
  const resourcesOf = makeResourceReader(kind, options.numbers ?? new Map())
  const readParents = makeParentReader(source, parent)
  let checkIdle = makeIdleCheck(kind.operation)
  return async (token) => {
    const position = decodePosition(token)
    const [id, ...others] = position.ids
    if (id === undefined) {
      const { bad, position: next } = await readParents(position)
      return { resources: [], bad, nextToken: encodePosition(next) }
    }
    // Each parent has a list of its own, and most may be empty.
    if (position.page === null) checkIdle = makeIdleCheck(kind.operation)
    const input = { pageSize: options.pageSize, token: position.page, parent: { [parent.parameter]: id } }
    const next = { ...position, ids: others, page: null }
    const answer = await askForPage(client, kind, input, signal).catch((error: unknown) => {
      if (isGone(error)) return null
      throw error
    })
    if (!answer) return { resources: [], bad: [], nextToken: encodePosition(next) }
    const read = resourcesOf(answer, { [parent.id]: id })
    const page = nextTokenOf(answer)
    checkIdle(read)
    return { ...read, nextToken: encodePosition(page === null ? next : { ...position, page }) }
  }
}

/** Parents of one page: their ids stand in a token that may stand on a command line. */
const mostParents = 100

function makeParentReader(
  { client, signal }: Source,
  parent: Parent,
): (position: ParentPosition) => Promise<{ readonly position: ParentPosition; readonly bad: Page['bad'] }> {
  const kind = findKind(parent.kind)
  const resourcesOf = makeResourceReader(kind, new Map())
  const checkIdle = makeIdleCheck(kind.operation)
  return async ({ parents }) => {
    const input = { pageSize: mostParents, token: parents ?? null, parent: {} }
    const answer = await askForPage(client, kind, input, signal)
    const { resources, bad } = resourcesOf(answer, {})
    const nextToken = nextTokenOf(answer)
    checkIdle({ resources })
    const { except } = parent
    const wanted = resources.filter(({ body }) => !except || body[except.member] !== except.value)
    const position = { parents: nextToken ?? undefined, ids: wanted.map(({ id }) => id), page: null }
    return { position, bad }
  }
}

/** Whether the parent has gone since it was listed: `InvalidFleetId.NotFound`, and the like. */
function isGone(error: unknown): boolean {
  return error instanceof Error && /NotFound$/.test(error.name)
}

function nextTokenOf(answer: DescribeAnswer): string | null {
  return typeof answer.NextToken === 'string' && answer.NextToken ? copyText(answer.NextToken) : null
}
