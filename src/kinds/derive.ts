import type { JsonObject, Kind } from '../model.ts'
import { chooseColumns } from './derive-columns.ts'
import {
  chosenLists,
  excludedOperations,
  fixedInputs,
  pageLimits,
  parents,
  sharedIds,
  uniqueIds,
  usualLimits,
} from './derive-facts.ts'
import { areaOf, nameOf, singularOf, titleOf } from './derive-words.ts'
import { inputOf, itemShapeOf, listOperations, membersOf } from './schema.ts'

/**
 * Grows by one with every release that changes the columns of a kind that is made from the schema, by a rule or by a new
 * SDK (test/kinds/editions.json). These editions stay below those of kinds made by hand, so that one of them may take a
 * kind over.
 */
export const derivedEdition = 1 - 1000

/** A Describe operation that is no kind, and why. */
export interface UncoveredOperation {
  /** The name that its kind would have. */
  readonly name: string
  readonly operation: string
  /** As `needs ImageIds`. */
  readonly reason: string
}

/** The kind of every Describe operation that the SDK's schemas are enough for. */
export function deriveKinds(): readonly Kind[] {
  return listOperations().flatMap((operation) => deriveKind(operation) ?? [])
}

/** The kind of an operation; null if it is not covered. */
export function deriveKind(operation: string): Kind | null {
  if (reasonAgainst(operation) !== null) return null
  const list = listsOf(operation)[0] ?? ''
  const shape = itemShapeOf(membersOf(operation)?.[list] ?? '')
  const { id, identity } = identify(operation, shape)
  const name = nameOf(operation)
  const parent = parents[operation]
  const named = { id, identity, ...(parent ? { parent } : {}) }
  return {
    ...named,
    name,
    made: 'from the schema',
    title: titleOf(operation),
    area: areaOf(name),
    operation,
    input: fixedInputOf(operation),
    list,
    nested: null,
    pageSize: limitsOf(operation),
    edition: derivedEdition,
    ...chooseColumns(shape, named),
  }
}

/** The operation whose kind would have that name; null if none. */
export const operationNamed: (name: string) => string | null = makeOperationFinder()

/** The Describe operations that are no kinds. */
export function listUncoveredOperations(): readonly UncoveredOperation[] {
  return listOperations().flatMap((operation) => {
    const reason = reasonAgainst(operation)
    return reason === null ? [] : [{ name: nameOf(operation), operation, reason }]
  })
}

/** Why an operation is no kind: what it lists, what it needs, or what it answers. Null if it is one. */
export function reasonAgainst(operation: string): string | null {
  const excluded = excludedOperations[operation]
  if (excluded) return excluded
  const given = [...Object.keys(fixedInputOf(operation)), 'MaxResults', parents[operation]?.parameter]
  const needed = (inputOf(operation) ?? [])
    .filter(({ name, required }) => required && !given.includes(name))
    .map(({ name }) => name)
  if (needed.length > 0) return `needs ${needed.join(' and ')}`
  const lists = listsOf(operation)
  if (lists.length === 0) return 'answers with one value, not with a list'
  return lists.length > 1 ? `answers with ${lists.length} lists` : null
}

function makeOperationFinder(): (name: string) => string | null {
  let byName: ReadonlyMap<string, string> | null = null
  return (name) => {
    byName ??= new Map(listOperations().map((operation) => [nameOf(operation), operation]))
    return byName.get(name) ?? null
  }
}

/** The members of an answer that are lists of structures. */
function listsOf(operation: string): readonly string[] {
  const chosen = chosenLists[operation]
  if (chosen) return [chosen]
  return Object.entries(membersOf(operation) ?? {})
    .filter(([, type]) => type.startsWith('['))
    .map(([name]) => name)
}

/** What identifies a resource never depends on the data: a member that is known to be unique, or the whole item. */
function identify(operation: string, shape: string): { id: string; identity: 'id' | 'item' } {
  const members = Object.keys(membersOf(shape) ?? {})
  const unique = uniqueIds[operation]
  if (unique) return { id: unique, identity: 'id' }
  const shared = sharedIds[operation]?.[0]
  if (shared) return { id: shared, identity: 'item' }
  const own = [`${singularOf(operation)}Id`, `${shape}Id`].find((name) => members.includes(name))
  if (own) return { id: own, identity: 'id' }
  const other = members.find((name) => name.endsWith('Id')) ?? members[0] ?? ''
  return { id: other, identity: 'item' }
}

/** Without an owner, operations that know one list what strangers have made public. */
function fixedInputOf(operation: string): JsonObject {
  const owner = (inputOf(operation) ?? []).find(({ name }) => /^Owner(Id)?s?$/.test(name))?.name
  return { ...fixedInputs[operation], ...(owner ? { [owner]: owner.endsWith('s') ? ['self'] : 'self' } : {}) }
}

function limitsOf(operation: string): Kind['pageSize'] {
  const names = (inputOf(operation) ?? []).map(({ name }) => name)
  if (!names.includes('MaxResults') || !names.includes('NextToken')) return null
  return pageLimits[operation] ?? usualLimits
}
