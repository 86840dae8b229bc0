import type { Database } from 'better-sqlite3'
import type { Json } from '../../model.ts'
import { doInside } from '../../pause-points.ts'
import { defineDocumentCheck } from '../../store/check-documents.ts'
import { DamagedScope } from '../../store/damage.ts'
import type { Store } from '../../store/open-store.ts'
import { scopeIdOf } from '../../store/row-keys.ts'
import type { BoundAsked } from './bind-filter.ts'
import { makeConditionTest } from './condition-test.ts'
import { makeTagTest, makeTagWordTest } from './tag-tests.ts'
import { makeValueTest, type TextTest, type ValueTest } from './value-test.ts'

/** What is looked for in the tags of a row: a text anywhere, or a tag. */
export type AskedOfTags =
  | Extract<BoundAsked, { type: 'tag' }>
  | { readonly type: 'word'; readonly test: TextTest }

/**
 * Gives a connection the functions by which SQL asks what only JavaScript answers: muster_small(text), in small letters;
 * muster_passes(test, value, …), whether a value passes; muster_tags(asked, tags, tag set);
 * muster_condition(expression, resource), whether a JMESPath condition holds.
 */
export function defineFilterFunctions(store: Store): void {
  const { db, file } = store
  if (defined.has(db)) return
  defined.add(db)
  defineDocumentCheck(store)
  const testOf = makeMemory((written) => makeValueTest(JSON.parse(written) as ValueTest))
  const tagTestOf = makeMemory((written) => {
    const question = JSON.parse(written) as AskedOfTags
    return question.type === 'word' ? makeTagWordTest(question.test) : makeTagTest(question)
  })
  const options = { deterministic: true, directOnly: true } as const
  db.function('muster_small', options, (text: unknown) =>
    typeof text === 'string' ? text.toLowerCase() : null,
  )
  db.function('muster_passes', { ...options, varargs: true }, (written: unknown, ...values: unknown[]) =>
    values.some(testOf(written) as (value: unknown) => boolean) ? 1 : 0,
  )
  db.function('muster_tags', options, (written: unknown, tags: unknown, tagSet: unknown) => {
    const read = (text: unknown): Json => (text === null ? null : (JSON.parse(String(text)) as Json))
    return tagTestOf(written)(read(tags) ?? read(tagSet)) ? 1 : 0
  })
  const conditionOf = makeMemory(makeConditionTest)
  db.function('muster_condition', options, (expression: unknown, body: unknown) =>
    doInside(() => conditionOf(expression)(JSON.parse(String(body)) as Json)) ? 1 : 0,
  )
  db.function('muster_lost', options, (row: unknown) => {
    throw new DamagedScope(file, scopeIdOf(Number(row)), 'a document is missing or not JSON')
  })
}

const defined = new WeakSet<Database>()

/** Remembers what is made of the last few texts: a statement gives the same one for each row. */
function makeMemory<T>(make: (text: string) => T): (text: unknown) => T {
  const made = new Map<unknown, T>()
  return (text) => {
    const known = made.get(text)
    if (known !== undefined) return known
    if (made.size >= 50) made.clear()
    const fresh = make(String(text))
    made.set(text, fresh)
    return fresh
  }
}
