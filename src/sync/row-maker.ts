import { compile } from '../jmespath/compile.ts'
import { resourceShape } from '../jmespath/kind-shapes.ts'
import { pathsThroughLists } from '../jmespath/list-paths.ts'
import { findPaths } from '../jmespath/row-needs.ts'
import { tagListNames, tagListOf } from '../kinds/tag-list.ts'
import type { Json, JsonObject, Kind, Resource } from '../model.ts'
import type { KnownRow, ResourceDocument, RowMaking, RowValues } from '../pages.ts'
import { type StoredRow, searchedNul } from '../store/cells.ts'
import type { Pass } from '../store/kind-writer.ts'
import { makeMemberReader } from './document-members.ts'
import { makeDocumentPacker } from './document-packer.ts'
import { makeGroupPlaces } from './group-places.ts'

/** Makes the function that evaluates a kind's columns over a resource. */
export function rowMaker(kind: Kind): (resource: Resource) => StoredRow {
  const { evaluate } = planRows(kind)
  return (resource) => ({ resource, ...evaluate(resource.body) })
}

/**
 * Gives every resource its place in its scope, behind those that a pass has brought before; the members of a reservation
 * stay together over pages.
 */
export function makePlacer(
  before: Pass['places'] = [],
): (item: Resource | ResourceDocument | KnownRow) => number {
  const groups = makeGroupPlaces()
  let places = 0
  for (const { group, position } of before) {
    const place = Math.floor(position / groupSize)
    places = Math.max(places, place + 1)
    if (group !== null) groups.set(group, place, (position % groupSize) + 1)
  }
  return ({ group }) => {
    if (!group) return places++ * groupSize
    const [place, member] = groups.add(group.id, places)
    if (place === places) places += 1
    return place * groupSize + member
  }
}

/** More than the instances that one reservation can hold. */
const groupSize = 2 ** 20

/** How a kind's rows are made. Each expression is compiled once: there may be tens of thousands of scopes. */
export function planRows(kind: Kind): RowMaking {
  const found = plans.get(kind) ?? makePlan(kind)
  plans.set(kind, found)
  return found
}

const plans = new WeakMap<Kind, RowMaking>()

function makePlan(kind: Kind): RowMaking {
  const columns = kind.columns.map(({ expression }) => compile(expression))
  const row = resourceShape(kind, false)
  const used = kind.columns.map(({ expression }) => {
    const found = findPaths(compile(`Rows[].[${expression}]`).ast, 'Rows')
    const paths = pathsThroughLists([compile(expression).ast], found, row) ?? found
    return paths && { expression, paths }
  })
  const evaluate = (body: JsonObject): RowValues => {
    const values = columns.map((column) => column.search(body))
    return { values, search: searchText(values, tagListOf(body)) }
  }
  const known = used.filter((each) => each !== null)
  const isKnown = known.length === used.length
  const readMembers = makeMemberReader(
    isKnown ? [...known.flatMap(({ paths }) => paths), ...tagListNames.map((name) => [name])] : null,
  )
  return {
    width: columns.length,
    evaluate,
    evaluateDocument: (document) => evaluate(readMembers(document)),
    packDocument: isKnown ? makeDocumentPacker(known) : () => false,
  }
}

/** Added up piece by piece: a list of them that is joined costs twice as much. */
function searchText(values: readonly Json[], tags: Json): string {
  let text = ''
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as Json
    if (value !== null) text += `\n${value}`
  }
  if (Array.isArray(tags)) for (const tag of tags) text += `\n${tag?.Key ?? ''}=${tag?.Value ?? ''}`
  const lower = text.slice(1).toLowerCase()
  return lower.includes('\0') ? lower.replaceAll('\0', searchedNul) : lower
}
