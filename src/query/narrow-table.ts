import type { Kind, View } from '../model.ts'
import { type NarrowView, narrowView } from '../store/narrow.ts'
import type { Store } from '../store/open-store.ts'
import type { RowFilter } from '../store/row-filter.ts'
import { compileRowFilters } from './filter/filter-sql.ts'

/** What is read of the narrow columns for a kind's table. */
export type NarrowTable = NarrowView & { readonly filters: readonly RowFilter[] }

/** The columns of a kind's table that a view looks at: what it groups by and adds up, or what it shows. */
export function tableColumnsOf({ group, sum, columns }: View, kind: Kind): readonly string[] {
  return group ? [...new Set([...group, ...(sum === null ? [] : [sum])])] : (columns ?? kind.table)
}

/** How the narrow columns alone give a view of a kind's table; null if they do not hold everything that is asked. */
export function narrowTableOf(view: View, kind: Kind, store: Store): NarrowTable | null {
  const columns = tableColumnsOf(view, kind)
  const narrow = narrowView(columns, view.group ? null : view.sort, kind, store)
  const filters = narrow && compileRowFilters(view.filters, kind, columns, store, view.now)
  return filters && { ...narrow, filters }
}
