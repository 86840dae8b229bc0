import type { Cell } from '../fleet.ts'
import { AwsRefusal, type DemoRequest } from '../http-answer.ts'
import { hash } from '../random.ts'
import { listEdition } from './editions.ts'
import { idsNameOf } from './filters.ts'
import { startOf, tokenFor } from './page-tokens.ts'
import type { ItemTest, SimulatedKind } from './simulated-kind.ts'

export interface ItemPage<T> {
  readonly items: readonly T[]
  readonly nextToken: string | null
}

/**
 * One page of those resources of a cell that pass. Without MaxResults it is all of them, as EC2 does it for nearly
 * all kinds. If pages are uneven they hold any number up to MaxResults, in an order of the call's own.
 */
export function pageOf<T>(
  kind: SimulatedKind<T>,
  cell: Cell,
  request: DemoRequest,
  passes: ItemTest<T>,
): ItemPage<T> {
  const size = sizeFor(request, pageSize(kind, request.params))
  const makePage = (items: readonly T[], nextToken: string | null): ItemPage<T> =>
    request.uneven === null || kind.pages === null
      ? { items, nextToken }
      : { items: shuffle(kind, items, request.uneven), nextToken }
  // What does not come in pages, as the regions, does not change between them.
  const listing = listEdition(kind.countItems(cell), kind.pages ? request.edition : 0)
  const items: T[] = []
  for (let n = startOf(request); n < listing.length; n++) {
    const item = kind.itemAt(cell, listing.numberAt(n))
    if (!passes(item)) continue
    if (items.length === size) return makePage(items, tokenFor(request, n))
    items.push(item)
  }
  return makePage(items, null)
}

/** One page in five is empty, though more follow. */
function sizeFor({ uneven }: DemoRequest, requested: number): number {
  if (uneven === null || requested === Number.POSITIVE_INFINITY) return requested
  return hash(uneven, 61) % 5 === 0 ? 0 : 1 + (hash(uneven, 62) % requested)
}

/** Groups change places, and the resources within one. */
function shuffle<T>({ group }: SimulatedKind<T>, items: readonly T[], uneven: number): readonly T[] {
  const placed = items.map((item, index) => ({ item, place: hash(uneven, index, 63) }))
  const mixed = placed.sort((a, b) => a.place - b.place).map(({ item }) => item)
  return group ? [...Map.groupBy(mixed, group.idOf).values()].flat() : mixed
}

function pageSize<T>(kind: SimulatedKind<T>, params: URLSearchParams): number {
  const { pages } = kind
  const text = params.get('MaxResults')
  if (text === null || pages === null) return pages?.unasked ?? Number.POSITIVE_INFINITY
  if (params.has(`${idsNameOf(kind)}.1`)) {
    const message = `The parameter ${kind.group?.list ?? kind.list} cannot be used with the parameter maxResults`
    throw new AwsRefusal(400, 'InvalidParameterCombination', message)
  }
  const size = Number(text)
  if (Number.isInteger(size) && size >= pages.min && size <= pages.accepts) return Math.min(size, pages.gives)
  const message = `Value ( ${text} ) for parameter maxResults is invalid. Expecting a value between ${pages.min} and ${pages.accepts}.`
  throw new AwsRefusal(400, 'InvalidParameterValue', message)
}
