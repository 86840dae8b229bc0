import { compile } from '../jmespath/compile.ts'
import { tagListOf } from '../kinds/tag-list.ts'
import type { Json, Kind, Resource } from '../model.ts'
import type { StoredRow } from '../store/cells.ts'

/** Makes the function that evaluates a kind's columns over a resource; each expression is compiled once. */
export function rowMaker(kind: Kind): (resource: Resource) => StoredRow {
  const columns = kind.columns.map(({ expression }) => compile(expression))
  return (resource) => {
    const values = columns.map((column) => column.search(resource.body))
    return { resource, values, search: searchText(values, tagListOf(resource.body)) }
  }
}

/** Gives every resource its place in its scope; the members of a reservation stay together over pages. */
export function makePlacer(): (resource: Resource) => number {
  const groups = new Map<string, { readonly place: number; size: number }>()
  let places = 0
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

function searchText(values: readonly Json[], tags: Json): string {
  const words = values.filter((value) => value !== null).map(String)
  if (Array.isArray(tags)) for (const tag of tags) words.push(`${tag?.Key ?? ''}=${tag?.Value ?? ''}`)
  return words.join('\n').toLowerCase()
}
