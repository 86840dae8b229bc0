import { isObject } from '../json-object.ts'
import { tagListNames } from '../kinds/tag-list.ts'
import { listWords, wordOf } from '../kinds/word-forms.ts'
import type { Json, JsonObject } from '../model.ts'

/** A word that a resource holds, and what holds it: a member, as `NetworkInterfaces[].PrivateIpAddress`, or `tag:KEY`. */
export interface Mention {
  readonly word: string
  readonly where: string
  /** How many members lead to it: 1 for one of the resource itself. */
  readonly depth: number
}

/**
 * The words that a resource holds by which others can be looked up, each once, with the member that is the least deep; one
 * that is the word as a whole comes before one that has it in a longer text. In the order in which they stand.
 */
export function listMentions(resource: JsonObject): readonly Mention[] {
  const found = new Map<string, { mention: Mention; distance: number }>()
  visit(resource, '', 0, (value, where, depth) => {
    for (const word of listWords(value)) {
      const distance = distanceOf(value === word, depth)
      const known = found.get(word)
      if (!known || distance < known.distance) found.set(word, { mention: { word, where, depth }, distance })
    }
  })
  return [...found.values()].map(({ mention }) => mention)
}

/** Where a resource holds a word, at the member that is the nearest as above; null if it does not. */
export function findWord(resource: JsonObject, word: string): Mention | null {
  // Names and IPv6 addresses are written in several ways, which their one form does not show.
  const isVerbatim = !/[.:]/.test(word) || /^[\d./]+$/.test(word)
  let found: Mention | null = null
  let least = Number.POSITIVE_INFINITY
  visit(resource, '', 0, (value, where, depth) => {
    if (isVerbatim && !value.includes(word)) return
    const distance = distanceOf(value === word, depth)
    if (distance >= least || (value !== word && !listWords(value).includes(word))) return
    found = { word, where, depth }
    least = distance
  })
  return found
}

/** The first of these members that holds a range of addresses; null if none does. */
export function findRange(resource: JsonObject, range: string, members: readonly string[]): Mention | null {
  let found: Mention | null = null
  let first = members.length
  visit(resource, '', 0, (value, where, depth) => {
    const place = members.indexOf(where)
    if (place < 0 || place >= first || wordOf(value) !== range) return
    found = { word: range, where, depth }
    first = place
  })
  return found
}

/** What holds a word as a whole is nearer than any longer text. */
function distanceOf(isWhole: boolean, depth: number): number {
  return isWhole ? depth : 1000 + depth
}

type Visit = (value: string, where: string, depth: number) => void

function visit(value: Json, path: string, depth: number, note: Visit): void {
  if (typeof value === 'string') note(value, path, depth)
  else if (Array.isArray(value))
    for (const each of value as readonly Json[]) visit(each, `${path}[]`, depth, note)
  else if (isObject(value))
    for (const [name, each] of Object.entries(value)) {
      if (depth === 0 && tagListNames.includes(name)) visitTags(each, note)
      else visit(each, path === '' ? name : `${path}.${name}`, depth + 1, note)
    }
}

function visitTags(tags: Json, note: Visit): void {
  if (!Array.isArray(tags)) return
  for (const tag of tags as readonly Json[])
    if (isObject(tag) && typeof tag.Value === 'string') note(tag.Value, `tag:${tag.Key}`, 1)
}
