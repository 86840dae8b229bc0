import type { Listing } from '../../query/listing.ts'
import type { FromReader, MarkedRow, ToReader } from '../threads/messages.ts'
import { makeComparison } from './compare.ts'
import { type Opened, openRow, type PageSource } from './open-row.ts'
import type { Question } from './reader-state.ts'

/** Marks a row of a listing, or compares it with the one that is marked: both must be of one kind. */
export function* markRow(
  { number, question: asked, key, marked }: Extract<ToReader, { type: 'mark' }>,
  question: Pick<Question, 'ask'> | null,
  listing: Listing | null,
  source: PageSource,
): Generator<void, Opened | Extract<FromReader, { type: 'marked' }>> {
  const opened = yield* openRow(
    { type: 'open', number, question: 0, key, as: 'json' },
    question,
    listing,
    source,
  )
  if (opened.type !== 'opened') return opened
  const { title, about, copy } = opened.page
  const own: MarkedRow = {
    key,
    question: asked,
    title: title.replace(/ as JSON$/, ''),
    kind: about?.kind ?? null,
    text: copy ?? '',
  }
  if (marked === null) return { type: 'marked', number, marked: own }
  if (marked.kind !== own.kind) {
    const [one, other] = [marked, own].map(({ title: name, kind }) => `${name} (${kind ?? 'no resource'})`)
    return { type: 'not-opened', number, reason: `Only rows of one kind are compared: ${one}, ${other}.` }
  }
  return { type: 'opened', number, page: { ...makeComparison(marked, own), about: null, as: 'detail' } }
}
