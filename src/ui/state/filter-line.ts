import { findOpenName, readFilters } from '../../query/filter/check-filters.ts'
import { FilterError } from '../../query/filter/filter-error.ts'
import type { FilterProblem, TableState } from './state.ts'

/** Looks at a filter that is being typed for a table: what is wrong with it, or what it may not mean; null for nothing. */
export function judgeFilter(text: string, { ask, listed }: TableState, now: number): FilterProblem | null {
  const { type, view } = ask
  const isPlain = type === 'view' && view.expression === null
  const rows = isPlain ? 'table' : (listed?.columns.map(({ name }) => name) ?? null)
  try {
    const name = findOpenName(text, view, rows)
    if (name !== null) {
      const more = `${name} may be a column: write ${name}:, =, < or > and a value, or press enter for the text`
      return { tone: 'open', text: `${more}.` }
    }
    const [hint] = readFilters({ ...view, filters: [text], now }, rows)
    return hint === undefined ? null : { tone: 'hint', text: hint.slice(0, 1).toUpperCase() + hint.slice(1) }
  } catch (error) {
    if (error instanceof FilterError) return { tone: 'error', text: error.sentence }
    throw error
  }
}
