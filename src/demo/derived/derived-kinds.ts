import { notFoundRefusal } from '../describe/describe-call.ts'
import { listOf } from '../describe/filters.ts'
import { amazonId, ownerTest } from '../describe/owners.ts'
import type { FilterValues, ItemTest, PageLimits, SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { AwsRefusal } from '../http-answer.ts'
import { hashText } from '../random.ts'
import type { Tag } from '../tags.ts'
import { type DescribeOperation, kebabOf } from './describe-operations.ts'
import {
  countDerived,
  derivedOperations,
  findIdSource,
  findItemId,
  type ItemId,
  idNameOf,
  parentOf,
  placeOf,
  requiredOf,
} from './item-ids.ts'
import { type MadeMembers, makeItem } from './make-item.ts'
import { pageLimitsOf } from './page-limits.ts'
import { shapeXml } from './shape-xml.ts'

/** A made-up item of an operation. */
export interface DerivedItem {
  /** Empty if nothing identifies it. */
  readonly id: string
  readonly members: MadeMembers
}

/** A kind that is answered from the SDK's schema alone, as a request with these parameters sees it. */
export type DerivedKind = (cell: Cell, params: URLSearchParams) => SimulatedKind<DerivedItem>

/** By operation. Each throws AwsRefusal for a request that lacks what EC2 requires. */
export const derivedKinds: ReadonlyMap<string, DerivedKind> = new Map(
  derivedOperations.map((described) => [described.operation, makeDerivedKind(described)]),
)

function makeDerivedKind(described: DescribeOperation): DerivedKind {
  const common = readKind(described)
  return (cell, params) => {
    refuseMissing(described, params)
    const { first, count, fixed } = rangeFor(described, cell, params)
    return {
      ...common,
      countItems: () => count,
      itemAt: (_, n) => makeDerivedItem(described, cell, first + n, fixed),
    }
  }
}

/** What is the same for all requests. */
function readKind(described: DescribeOperation): Omit<SimulatedKind<DerivedItem>, 'countItems' | 'itemAt'> {
  const { operation, noun, input, list, entryElement, item } = described
  const ids = findItemId(described)
  const parameterOf = (pattern: RegExp) => input.find(({ name }) => pattern.test(name))?.parameter
  // Another kind's ids narrow the list, and need not be in it.
  const idParameter = (ids && !ids.shared && parameterOf(new RegExp(`^${ids.member}(s|Set)$`))) || ''
  const texts = item.members.filter(({ readShape }) => readShape().type === 'text').map(({ name }) => name)
  const hasTags = item.members.some(({ name }) => name === 'Tags')
  return {
    operation,
    list: list.element,
    idParameter,
    filterParameter: parameterOf(/^Filters?$/) ?? 'Filter',
    pages: pagesOf(described),
    idOf: ({ id }) => id,
    xmlOf: ({ members }) => `<${entryElement}>${shapeXml(item, members)}</${entryElement}>`,
    ...(hasTags ? { tagsOf } : {}),
    filters: Object.fromEntries(texts.map((name) => [kebabOf(name), textOf(name)])),
    unknownRefusal: (unknown) => unknownIdsRefusal(ids?.member ?? noun, unknown),
    own: {
      names: input.map(({ parameter }) => parameter),
      makeTest: (params, cell) => makeOwnTest(described, idParameter, params, cell),
    },
  }
}

function pagesOf({ operation, input }: DescribeOperation): PageLimits | null {
  const names = input.map(({ name }) => name)
  if (!names.includes('NextToken')) return null
  const limits = pageLimitsOf(operation)
  // DescribeReservedInstancesModifications: pages come, and nobody is asked how large they may be.
  return names.includes('MaxResults') ? limits : { ...limits, unasked: limits.gives }
}

function refuseMissing(described: DescribeOperation, params: URLSearchParams): void {
  for (const { name, parameter } of requiredOf(described)) {
    const isGiven = [...params.keys()].some((key) => key === parameter || key.startsWith(`${parameter}.`))
    if (isGiven) continue
    throw new AwsRefusal(400, 'MissingParameter', `The request must contain the parameter ${name}`)
  }
}

interface ItemRange {
  readonly first: number
  readonly count: number
  readonly fixed: Readonly<Record<string, string>>
}

/** All items that the cell has, or those that belong to the one resource that the request names. */
function rangeFor(described: DescribeOperation, cell: Cell, params: URLSearchParams): ItemRange {
  const ids = findItemId(described)
  const most = ids?.shared ? ids.source.countIds(cell) * ids.repeats : Number.POSITIVE_INFINITY
  const parent = parentOf(described)
  if (!parent) return { first: 0, count: Math.min(countDerived(cell, described), most), fixed: {} }
  const id = params.get(parent.parameter) ?? ''
  const parents = findIdSource(parent.name)
  // One that is not there is refused below, where ids are compared.
  const place = parents ? placeOf(id, parents, cell) : 0
  const fixed = described.item.members.some(({ name }) => name === parent.name) ? { [parent.name]: id } : {}
  return { first: place * 2, count: Math.min(1 + (hashText(id) % 2), most), fixed }
}

function makeDerivedItem(
  described: DescribeOperation,
  cell: Cell,
  n: number,
  fixed: Readonly<Record<string, string>>,
): DerivedItem {
  const ids = findItemId(described)
  const id = ids && idOfItem(ids, cell, n)
  const own = ids && id !== null ? { [ids.member]: id } : {}
  // What others offer to everybody is listed too where EC2 asks for owners.
  const isOthers = n % 2 === 1 && described.input.some(({ parameter }) => parameter === 'Owner')
  const owner = isOthers ? { OwnerId: amazonId } : {}
  const ownId = ids?.shared ? null : id
  return { id: id ?? '', members: makeItem(described, cell, n, ownId, { ...own, ...owner, ...fixed }) }
}

function idOfItem({ source, shared, repeats }: ItemId, cell: Cell, n: number): string {
  const place = Math.floor(n / repeats)
  return source.idAt(cell, shared ? place % source.countIds(cell) : place)
}

/**
 * Parameters that name an item's member with an id, `VpcId` or `VpcId.1` …, and owners. Throws AwsRefusal for the id of
 * another kind's resource that is not there.
 */
function makeOwnTest(
  { input, item }: DescribeOperation,
  idParameter: string,
  params: URLSearchParams,
  cell: Cell,
): ItemTest<DerivedItem> {
  const isOwners = ownerTest(params, cell)
  const conditions = input.flatMap(({ name, parameter }) => {
    const member = idNameOf(name)
    const one = params.get(parameter)
    const values = one === null ? listOf(params, parameter) : [one]
    const isFilter = values.length > 0 && parameter !== idParameter && member.endsWith('Id')
    if (!isFilter) return []
    const source = findIdSource(member)
    const unknown = source ? values.filter((id) => placeOf(id, source, cell) < 0) : []
    if (unknown.length > 0) throw unknownIdsRefusal(member, unknown)
    return item.members.some((each) => each.name === member) ? [{ member, values }] : []
  })
  return ({ members }) =>
    conditions.every(({ member, values }) => values.includes(String(members[member]))) &&
    (members.OwnerId === undefined || isOwners(String(members.OwnerId)))
}

function textOf(name: string): FilterValues<DerivedItem> {
  return ({ members }) => (members[name] === undefined ? null : String(members[name]))
}

function tagsOf({ members }: DerivedItem): readonly Tag[] {
  return (members.Tags as readonly { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value])
}

function unknownIdsRefusal(member: string, ids: readonly string[]): AwsRefusal {
  return notFoundRefusal(`Invalid${member}.NotFound`, kebabOf(member.replace(/Id$/, '')), ids)
}
