import { findKind, originFields } from '../../kinds.ts'
import type { Kind, View } from '../../model.ts'
import type { LedgerLine } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'
import { countTexts } from '../../store/text-hits.ts'
import { joinedNamesOf } from '../joined.ts'
import { narrowTableOf, tableColumnsOf } from '../narrow-table.ts'
import { listSorts } from '../rows.ts'
import { countFiltered, wideTableOf } from '../wide-table.ts'
import { everyTag } from '../wildcards.ts'
import { columnPrefix } from './exact-columns.ts'
import { explainExpression } from './explain-expression.ts'
import { describeShaping, type Explanation, type ReadKind, streaming } from './explanation.ts'
import { allParts, type PlanParts, partsOnScreen } from './expression-plan.ts'
import { cacheReader, type ResourceReader } from './resource-reader.ts'

/**
 * Explains how a view is answered; nothing but numbers of rows is read for it. `shown`: whether the answer is printed, or a
 * screen keeps its rows, or only the order of those that lie in the cache.
 */
export function explainView(
  view: View,
  store: Store,
  lines: readonly LedgerLine[],
  shown: 'printed' | 'kept' | 'ordered' = 'printed',
): Explanation {
  const { kinds, held } = explainAnswer(view, store, lines, shown === 'printed' ? allParts : partsOnScreen)
  if (shown === 'ordered') return { kinds, held: 'the order of the rows: those in view are read again' }
  const onScreen = held === streaming ? 'the rows of the answer' : `${held}; then the rows of the answer`
  return { kinds, held: shown === 'kept' ? onScreen : held }
}

/** Explains how `answerView` answers a view. */
function explainAnswer(
  view: View,
  store: Store,
  lines: readonly LedgerLine[],
  parts: PlanParts,
): Explanation {
  const reader = cacheReader(store, (each) => lines.filter(({ scope }) => scope.kind === each.name))
  const { expression } = view
  return expression === null
    ? explainTable(view, store, lines, reader)
    : explainExpression(view, expression, reader, parts)
}

/** The table of a kind: from its columns, and what of its documents is looked at. */
function explainTable(
  view: View,
  store: Store,
  lines: readonly LedgerLine[],
  reader: ResourceReader,
): Explanation {
  const kind = findKind(view.kind)
  const narrow = narrowTableOf(view, kind, store)
  const wide = narrow ? null : wideTableOf(view, kind, store)
  const rows = reader.count(kind)
  const { group, sort, limit, filters } = view
  const pushed = narrow?.filters ?? wide?.filters ?? []
  const isSorted = sort !== null && group === null
  const isSortedHere = isSorted && (wide ? wide.left.sort !== null : !narrow)
  const left = pushed.length > 0 ? countFiltered(store, lines, kind, pushed) : rows
  const texts = countTexts(store, pushed, lines)
  const own = wide?.request.cells.map(({ member }) => member.replace(columnPrefix, '')) ?? []
  const sorted = isSorted && narrow ? listSorts(sort).map(({ column }) => column) : []
  const shown = wide ? (wide.request.paths?.map((path) => path.join('.')) ?? 'all') : []
  const members = joinMembers([shown, ...pushed.map((filter) => filter.members ?? 'all')])
  const order =
    isSorted && !isSortedHere
      ? 'the numbers of the rows, in their order'
      : 'the numbers of the rows that are left'
  const isChosen = (narrow ?? wide) !== null && (pushed.length > 0 || (isSorted && !isSortedHere))
  // Of all rows the tags are known before: they stream.
  const isOfAll = filters.length === 0 && limit === null
  const columns = isOfAll ? (view.columns?.filter((name) => name !== everyTag) ?? null) : view.columns
  const shaping = describeShaping({ ...view, columns, sort: isSortedHere ? sort : null })
  const held = [isChosen ? order : null, ...describeJoined(view, kind, narrow ?? wide), shaping]
  return {
    kinds: [
      {
        kind: kind.name,
        rows,
        ...(texts === null ? {} : { texts }),
        visited: limit !== null && group === null && !isSortedHere ? null : left,
        conditions:
          pushed.length > 0 ? filters.map(wide?.left.filters.length ? partOfFilter : wholeFilter) : [],
        columns: narrow
          ? [...new Set([...tableColumnsOf(view, kind), ...sorted])]
          : [...own, ...(shown === 'all' ? [] : originFields)],
        members: narrow || wide ? members : 'all',
      },
    ],
    held: held.filter((each) => each !== null).join('; ') || streaming,
  }
}

function joinMembers(all: readonly ReadKind['members'][]): ReadKind['members'] {
  return all.includes('all') ? 'all' : [...new Set(all.flat())]
}

function wholeFilter(text: string): string {
  return `--filter ${text}`
}

function partOfFilter(text: string): string {
  return `what --filter ${text} asks of columns and tags`
}

/** Of whole documents, what another kind gives to them is looked up before. */
function describeJoined(view: View, kind: Kind, read: object | null): readonly string[] {
  return read ? [] : joinedNamesOf(view, kind).map((name) => `${name} of all rows`)
}
