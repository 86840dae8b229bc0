import type { Ast } from '../../jmespath/ast.ts'
import type { Operation } from '../../jmespath/pipeline.ts'
import type { RowRequest } from '../../store/scan-rows.ts'

/** Rows that are made of cells as they are: nothing is evaluated for them. */
export interface CellRows {
  /** The members of the objects; null if each row is a list. */
  readonly members: readonly string[] | null
  /** Where each of the values stands among what is read of a resource: its cells, and then its fields of the origin. */
  readonly places: readonly number[]
}

/**
 * The rows of a pipeline that ends in `{a: column, b: column}` or `[column, column]` behind filters; null for any other.
 * The filters are the caller's: SQL must decide them.
 */
export function cellRowsOf(operations: readonly Operation[], request: RowRequest): CellRows | null {
  if (request.paths === null || request.paths.length > 0) return null
  const steps = operations.filter(({ type }) => type !== 'filter')
  const row = steps.pop()
  const isPassed = (each: Operation) => each.type === 'each' && each.tree.type === 'current'
  if (row?.type !== 'each' || row !== operations.at(-1) || !steps.every(isPassed)) return null
  const { tree } = row
  if (tree.type !== 'hash' && tree.type !== 'list') return null
  const values = tree.type === 'hash' ? tree.entries.map(({ value }) => value) : tree.items
  const members = tree.type === 'hash' ? tree.entries.map(({ key }) => key) : null
  const held = [...request.cells.map(({ member }) => member), ...request.origin]
  const places = values.map((value) => placeIn(held, value))
  if (places.includes(-1) || (members && !keepOrder(members))) return null
  return { members, places }
}

/** The members that each item of a pipeline has that ends in `{a: …, b: …}`, in their order; null if they are not known. */
export function itemMembersOf(operations: readonly Operation[]): readonly string[] | null {
  const last = operations.at(-1)
  if (last?.type !== 'each' || last.tree.type !== 'hash') return null
  const members = last.tree.entries.map(({ key }) => key)
  return keepOrder(members) ? members : null
}

function placeIn(held: readonly string[], value: Ast): number {
  return value.type === 'field' ? held.indexOf(value.name) : -1
}

/** Whether an object has members of these names in this order: JavaScript puts whole numbers first, and knows a name once. */
function keepOrder(names: readonly string[]): boolean {
  const isPlain = (name: string) => name !== '__proto__' && !/^\d+$/.test(name)
  return names.every(isPlain) && new Set(names).size === names.length
}
