import { compile } from '../jmespath/compile.ts'
import { findMembers } from '../jmespath/row-needs.ts'
import { tagListNames, tagListOf } from '../kinds/tag-list.ts'
import type { Json, JsonObject, Kind, Resource } from '../model.ts'
import type { KnownRow, ResourceText } from '../pages.ts'
import type { RowTexts, StoredRow } from '../store/cells.ts'
import type { Pass } from '../store/kind-writer.ts'

/** Makes the function that evaluates a kind's columns over a resource. */
export function rowMaker(kind: Kind): (resource: Resource) => StoredRow {
  const { evaluate } = planRows(kind)
  return (resource) => ({ resource, ...evaluate(resource.body) })
}

/** The same for a resource that came as a text, with the members that `listRowMembers` names. */
export function textRowMaker(kind: Kind): (resource: ResourceText) => RowTexts {
  const { evaluate } = planRows(kind)
  return ({ id, group, json, text, members }) => {
    const { values, search } = evaluate(members)
    return { id, group: group?.id ?? null, body: json, fields: group?.fields ?? null, text, values, search }
  }
}

/** The members of a kind's resources that its rows are made of; null for all. */
export function listRowMembers(kind: Kind): readonly string[] | null {
  return planRows(kind).members
}

/**
 * Gives every resource its place in its scope, behind those that a pass has brought before; the members of a reservation
 * stay together over pages.
 */
export function makePlacer(
  before: Pass['places'] = [],
): (item: Resource | ResourceText | KnownRow) => number {
  const groups = new Map<string, { readonly place: number; size: number }>()
  let places = 0
  for (const { group, position } of before) {
    const place = Math.floor(position / groupSize)
    places = Math.max(places, place + 1)
    if (group !== null) groups.set(group, { place, size: (position % groupSize) + 1 })
  }
  return ({ group }) => {
    if (!group) return places++ * groupSize
    let known = groups.get(group.id)
    if (!known) {
      known = { place: places++, size: 0 }
      groups.set(group.id, known)
    }
    return known.place * groupSize + known.size++
  }
}

/** More than the instances that one reservation can hold. */
const groupSize = 2 ** 20

interface RowPlan {
  readonly evaluate: (body: JsonObject) => Pick<StoredRow, 'values' | 'search'>
  readonly members: readonly string[] | null
}

/** Each expression is compiled once: there may be tens of thousands of scopes. */
function planRows(kind: Kind): RowPlan {
  const found = plans.get(kind) ?? makePlan(kind)
  plans.set(kind, found)
  return found
}

const plans = new WeakMap<Kind, RowPlan>()

function makePlan(kind: Kind): RowPlan {
  const columns = kind.columns.map(({ expression }) => compile(expression))
  const used = kind.columns.map(({ expression }) =>
    findMembers(compile(`Rows[].[${expression}]`).ast, 'Rows'),
  )
  return {
    evaluate(body) {
      const values = columns.map((column) => column.search(body))
      return { values, search: searchText(values, tagListOf(body)) }
    },
    members: used.includes(null)
      ? null
      : [...new Set([...used.flatMap((names) => names ?? []), ...tagListNames])],
  }
}

function searchText(values: readonly Json[], tags: Json): string {
  const words = values.filter((value) => value !== null).map(String)
  if (Array.isArray(tags)) for (const tag of tags) words.push(`${tag?.Key ?? ''}=${tag?.Value ?? ''}`)
  return words.join('\n').toLowerCase()
}
