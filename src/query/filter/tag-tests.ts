import { isObject } from '../../json-object.ts'
import type { Json } from '../../model.ts'
import type { BoundAsked } from './bind-filter.ts'
import { makeValueTest, type TextTest } from './value-test.ts'

/** Makes the function that looks for a text in tags: in `Key=Value`, and in both alone, which a glob must match whole. */
export function makeTagWordTest(test: TextTest): (tags: Json) => boolean {
  const passes = makeValueTest(test)
  return (tags) =>
    pairsOf(tags).some(
      ([key, value]) => passes(`${key}=${value}`) || (test.how !== 'part' && (passes(key) || passes(value))),
    )
}

/** Makes the function that looks for a tag. */
export function makeTagTest({
  key,
  value,
}: Pick<Extract<BoundAsked, { type: 'tag' }>, 'key' | 'value'>): (tags: Json) => boolean {
  const isKey = makeValueTest(key)
  const passes = value === null ? () => true : makeValueTest(value)
  return (tags) => pairsOf(tags).some(([name, text]) => isKey(name) && passes(text))
}

/** The tags in a list; what is no tag is left out. */
function pairsOf(tags: Json): readonly (readonly [key: string, value: string])[] {
  if (!Array.isArray(tags)) return []
  return (tags as readonly Json[]).flatMap((tag) =>
    isObject(tag) && typeof tag.Key === 'string' ? [[tag.Key, String(tag.Value ?? '')] as const] : [],
  )
}
