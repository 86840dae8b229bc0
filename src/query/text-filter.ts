import type { TextFilter } from '../store/runs.ts'

/** What a text filter asks for: lower-case text, or the lack of it if it begins with `!`. */
export function parseFilter(filter: string): TextFilter {
  const inverse = filter.startsWith('!')
  return { inverse, text: (inverse ? filter.slice(1) : filter).toLowerCase() }
}
