import type { LedgerLine } from './ledger.ts'

/**
 * What is asked of the rows of a kind's table: they all must hold. The SQL is about a row `r` and, with `usesText`, its
 * search text `s.text`.
 */
export interface RowFilter {
  /** It holds for a row for which the SQL does not, and in a scope whose origin does not meet it. */
  readonly inverse: boolean
  /** Null if no row meets it by its own values. */
  readonly sql: string | null
  readonly parameters: readonly (string | number)[]
  readonly usesText: boolean
  /** What surely holds of the search text `s.text` of a row that meets the SQL; null if nothing is known of it. */
  readonly text: TextCondition | null
  /** The columns that it looks into, as SQL. */
  readonly looksInto: readonly string[]
  /** The members of documents that it looks into; null for whole documents. */
  readonly members: readonly string[] | null
  /** Whether one of the columns stands in the table of another kind. */
  readonly isJoined: boolean
  /** Of a filter that asks for the state alone, whether a state meets it. */
  readonly passesState: ((state: string) => boolean) | null
  /** Whether the origin of a scope's rows meets it already. */
  readonly isMetByOrigin: (line: LedgerLine) => boolean
}

/** What is asked of the search text of a row. */
export interface TextCondition {
  readonly sql: string
  readonly parameters: readonly (string | number)[]
  /** Texts that a search text holds for which it is true, as they stand there. */
  readonly literals: readonly string[]
}

/** The filters that rows of a scope must be asked for, as its origin decides the others; null if no row can be left. */
export function filtersBesideOrigin(
  filters: readonly RowFilter[],
  line: LedgerLine,
): readonly RowFilter[] | null {
  const left: RowFilter[] = []
  for (const filter of filters) {
    const isMet = filter.isMetByOrigin(line)
    if (!isMet && filter.sql !== null) left.push(filter)
    else if (isMet === filter.inverse) return null
  }
  return left
}

/** Whether search texts decide which rows of a scope are left. */
export function usesTexts(filters: readonly RowFilter[], line: LedgerLine): boolean {
  return filtersBesideOrigin(filters, line)?.some((filter) => filter.usesText) ?? false
}

/** The parts of a statement that leaves only rows for which all filters hold. */
export interface FilterSql {
  /** What follows the table `r`. */
  readonly join: string
  /** Whether values that it looks into are damaged: such a row is in the answer, so that it does not drop out in silence. */
  readonly damaged: string
  readonly condition: string
  readonly parameters: readonly (string | number)[]
}

/** `met(n)`: SQL of whether the origin meets the filter of that place; null if it is not known to. */
export function filterSql(filters: readonly RowFilter[], met: (place: number) => string | null): FilterSql {
  const usesText = filters.some((filter) => filter.usesText)
  const columns = [...new Set(filters.flatMap(({ looksInto }) => looksInto))]
  const damage = [
    ...(usesText ? ['s.text IS NULL'] : []),
    ...columns.map((column) => `typeof(${column}) = 'blob'`),
  ]
  const damaged = damage.length > 0 ? damage.join(' OR ') : '0'
  const terms = filters.map(({ sql, inverse }, place) => {
    const ways = [met(place), sql].filter((way) => way !== null)
    return `(${ways.join(' OR ') || '0'}) IS ${inverse ? 'NOT ' : ''}TRUE`
  })
  return {
    join: usesText ? 'LEFT JOIN search_text s ON s.resource_id = r._row' : '',
    damaged: `(${damaged})`,
    condition: terms.length > 0 ? `(${terms.join(' AND ')} OR (${damaged}))` : '1',
    parameters: filters.flatMap(({ parameters }) => parameters),
  }
}

/** What is wrong with a row whose values are damaged. */
export const damagedFilterValue = 'a text that the filter looks into is missing or not what was stored'
