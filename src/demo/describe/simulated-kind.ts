import type { Cell } from '../fleet.ts'
import type { AwsRefusal } from '../http-answer.ts'
import type { Tag } from '../tags.ts'

/**
 * A kind of resource as the simulated EC2 knows it; T is one resource of it. What takes a T is written as a
 * method, because only then does TypeScript accept kinds of different resources in one list.
 */
export interface SimulatedKind<T = unknown> {
  /** `DescribeVolumes`. */
  readonly operation: string
  /** The list's element in the answer: `volumeSet`. */
  readonly list: string
  /** The parameter that asks for single resources: `VolumeId` for `VolumeId.1`, `VolumeId.2` … */
  readonly idParameter: string
  /** The parameter for filters, if it is not `Filter`. */
  readonly filterParameter?: string
  /** The same parameter where requests write it in the plural: `TransitGatewayIds` for `TransitGatewayIds.1`. */
  readonly idsWritten?: string
  /** Null if the operation is not paginated: it knows neither MaxResults nor NextToken. */
  readonly pages: PageLimits | null
  /** How many there are in an account and region. Costs no time. */
  countItems(cell: Cell): number
  /** The nth, from 0. */
  itemAt(cell: Cell, n: number): T
  idOf(item: T): string
  /** The `<item>` of the list, with the members that EC2 sends. */
  xmlOf(item: T): string
  /** Left out if EC2 has no tag filters for the kind. */
  tagsOf?(item: T): readonly Tag[]
  /** What each filter compares with, by the filter's name. Filters for tags come with `tags`. */
  readonly filters: Readonly<Record<string, FilterValues<T>>>
  /** What EC2 says when it has no resource with these ids. */
  unknownRefusal(ids: readonly string[]): AwsRefusal
  /** For a kind whose list holds groups that hold the resources: reservations with their instances. */
  readonly group?: ItemGroup<T>
  readonly own?: OwnParameters<T>
  /** Whether an account may call it even if its policies allow nothing else. */
  readonly allowedToAll?: boolean
}

/** What MaxResults may be, and the most that a page holds: EC2 accepts more than it gives for some operations. */
export interface PageLimits {
  readonly min: number
  readonly accepts: number
  readonly gives: number
  /** How many a page holds if MaxResults is not sent; all if left out. */
  readonly unasked?: number
}

export interface ItemGroup<T> {
  idOf(item: T): string
  /** The group's members before its list. */
  headOf(item: T): string
  /** The element of the list inside: `instancesSet`. */
  readonly list: string
}

/** Parameters that only this operation knows, as `Owner` of DescribeSnapshots. */
export interface OwnParameters<T> {
  readonly names: readonly string[]
  /** Which of the cell's resources the answer to a request may hold. */
  makeTest(params: URLSearchParams, cell: Cell): ItemTest<T>
}

export type ItemTest<T> = { passes(item: T): boolean }['passes']

export type ComparedValues = string | null | readonly string[]
export type FilterValues<T> = { values(item: T): ComparedValues }['values']
