import { createHash } from 'node:crypto'
import { kinds } from '../kinds.ts'
import type { Kind } from '../model.ts'

/** What `listSetIds` gives, as JSON: the build puts it here. */
declare const MUSTER_SET_IDS: string | undefined

/** Names a set of columns: two sets are the same exactly if their ids are. Asked for at every start and every page. */
export function setIdOf(kind: Kind): string {
  const id = setIds.get(kind) ?? idOfSet(kind.name, describeColumns(kind))
  setIds.set(kind, id)
  return id
}

/** The id of the columns of the kind of that name, described as `describeColumns` does. */
export function idOfSet(name: string, columns: string): string {
  // To load Node's crypto takes 4 ms of each start, and mostly the columns are those of this muster.
  const known = knownIds[name]
  const kind = known === undefined ? undefined : kinds.find((each) => each.name === name)
  return known !== undefined && kind && describeColumns(kind) === columns ? known : hashSet(columns)
}

/** A set of columns as the file holds it. */
export function describeColumns(kind: Kind): string {
  const columns = kind.columns.map(({ name, expression, type }) => ({ name, expression, type }))
  return JSON.stringify(columns)
}

/** The ids of the columns of muster's own kinds, by their names. */
export function listSetIds(): Readonly<Record<string, string>> {
  return Object.fromEntries(kinds.map((kind) => [kind.name, hashSet(describeColumns(kind))]))
}

function hashSet(columns: string): string {
  return createHash('sha256').update(columns).digest('base64url').slice(0, 12)
}

const setIds = new WeakMap<Kind, string>()

const knownIds: Readonly<Record<string, string>> =
  typeof MUSTER_SET_IDS === 'undefined' ? {} : JSON.parse(MUSTER_SET_IDS)
