import { isObject } from '../json-object.ts'
import { tagListNames } from '../kinds/tag-list.ts'
import { listWords } from '../kinds/word-forms.ts'
import type { Json, JsonObject } from '../model.ts'

/** A word that a resource holds, and what holds it: a member, as `NetworkInterfaces[].PrivateIpAddress`, or `tag:KEY`. */
export interface Mention {
  readonly word: string
  readonly where: string
  /** How many members lead to it: 1 for one of the resource itself. */
  readonly depth: number
}

/**
 * The words that a resource holds by which others can be looked up, each once, with the member that is the least deep.
 * In the order in which they stand.
 */
export function listMentions(resource: JsonObject): readonly Mention[] {
  const found = new Map<string, Mention>()
  visit(resource, '', 0, (value, where, depth) => {
    for (const word of listWords(value)) {
      const known = found.get(word)
      if (!known || depth < known.depth) found.set(word, { word, where, depth })
    }
  })
  return [...found.values()]
}

/** Where a resource holds a value that passes, at the member that is the least deep; null if it does not. */
export function findPlace(
  resource: JsonObject,
  passes: (value: string, where: string) => boolean,
): Mention | null {
  let found: Mention | null = null
  visit(resource, '', 0, (word, where, depth) => {
    if ((found === null || depth < found.depth) && passes(word, where)) found = { word, where, depth }
  })
  return found
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
