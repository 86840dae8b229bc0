import type { Answer, Json, View } from '../../model.ts'
import { isOpen } from '../wildcards.ts'

/** How a view is answered from the cache. */
export interface Explanation {
  readonly kinds: readonly ReadKind[]
  /** What is in memory at once, beside the rows that are read together. */
  readonly held: string
}

/** What is read of a kind. */
export interface ReadKind {
  readonly kind: string
  readonly rows: number
  /** How many of the rows are looked at; null if reading ends before all of them are. */
  readonly visited: number | null
  /** How many search texts are looked through, if filters look into any. */
  readonly texts?: number
  readonly conditions: readonly string[]
  readonly columns: readonly string[]
  /** Members of the documents that are read. */
  readonly members: readonly string[] | 'all'
  /** What is read of the documents of all rows, if the members above are read only of those that conditions let through. */
  readonly chosenBy?: readonly string[]
}

/** An explanation as an answer: parts and what they are for a reader, an object for a program. */
export function answerExplanation({ kinds, held }: Explanation, form: 'rows' | 'object'): Answer {
  const title = 'Plan'
  if (form === 'object') return { type: 'value', title, value: { Kinds: kinds.map(toJson), Held: held } }
  const items = describeExplanation({ kinds, held }).map(([part, what]) => ({ Part: part, What: what }))
  return { type: 'list', title, columns: ['Part', 'What'], items }
}

/** The parts of an explanation, and what each is, as a person reads them. */
export function describeExplanation({
  kinds,
  held,
}: Explanation): readonly (readonly [part: string, what: string])[] {
  const rows = kinds.flatMap(({ kind, rows: all, visited, texts, conditions, columns, ...documents }) => {
    return [
      ['kind', kind],
      ['rows', describeVisited(visited, all)],
      ...(texts === undefined ? [] : [['texts', describeTexts(texts, all)] as const]),
      ['conditions', conditions.length > 0 ? conditions.join(' && ') : 'none'],
      ['columns', columns.length > 0 ? columns.join(', ') : 'none'],
      ['members', describeMembers(documents)],
    ] as const
  })
  return [...rows, ['held', held]]
}

function describeMembers({ members, chosenBy }: Pick<ReadKind, 'members' | 'chosenBy'>): string {
  const read = members === 'all' ? 'all: whole documents' : members.join(', ')
  if (chosenBy === undefined) return read || 'none: no document is read'
  const ofChosen = `of the rows that the expression lets through, ${read}`
  return chosenBy.length === 0 ? ofChosen : `${chosenBy.join(', ')}; ${ofChosen}`
}

function describeVisited(visited: number | null, all: number): string {
  if (visited === null) return `as many of ${all} as it takes are visited`
  if (visited === 0 && all > 0) return `none of ${all} is visited`
  return visited === all ? `all ${all} are visited` : `${visited} of ${all} are visited`
}

function describeTexts(texts: number, all: number): string {
  return texts === all ? `all ${all} are looked through` : `${texts} of ${all} are looked through`
}

function toJson({ kind, rows, visited, texts, conditions, columns, members, chosenBy }: ReadKind): Json {
  return {
    Kind: kind,
    Rows: rows,
    Visited: visited,
    Texts: texts ?? null,
    Conditions: conditions,
    Columns: columns,
    Members: members,
    ChosenBy: chosenBy ?? null,
  }
}

export const streaming = 'nothing: rows come out as they are found'

/** What is held of a result to shape it; null if nothing is. */
export function describeShaping({ sort, group, columns }: View): string | null {
  if (group !== null) return 'a number for each value'
  if (sort !== null) return 'the result, to sort it'
  const isShownLate = columns !== null && isOpen(columns)
  return isShownLate ? 'what is shown of the rows, until the last one says which columns there are' : null
}
