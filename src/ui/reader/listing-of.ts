import { makeScopeRows, scopeColumns } from '../../app/scope-rows.ts'
import { isObject } from '../../json-object.ts'
import { findJoined, findKind, typeOfColumn } from '../../kinds.ts'
import type { Answer, Json, Kind, View } from '../../model.ts'
import { toRows } from '../../output/format.ts'
import { tableOf } from '../../output/value-columns.ts'
import { answerView } from '../../query/answer.ts'
import { makeColumnReader, makeResourceReader } from '../../query/column-readers.ts'
import { resultRows } from '../../query/filter/filter-predicate.ts'
import { compileRowFilters } from '../../query/filter/filter-sql.ts'
import { collectItems, type Listing, listResources, listTable } from '../../query/listing.ts'
import { type NarrowTable, narrowTableOf, tableColumnsOf } from '../../query/narrow-table.ts'
import { partsOnScreen } from '../../query/plan/expression-plan.ts'
import type { KnownScopes } from '../../query/row-order.ts'
import { shapeAnswer } from '../../query/shape.ts'
import { isOpen } from '../../query/wildcards.ts'
import { runThrough } from '../../run-through.ts'
import { type NarrowColumn, narrowColumns } from '../../store/narrow.ts'
import type { Store } from '../../store/open-store.ts'
import type { CachedScopes } from '../../sync/standing.ts'
import { sayOnScreen } from '../state/next-step.ts'
import type { TableRequest } from '../threads/messages.ts'
import { answerFind, foundRow } from './find-table.ts'

/**
 * Lists what is asked for. Yields now and then, so that the caller can do other work meanwhile. `throttled`: keys of
 * scopes.
 */
export function* listingOf(
  ask: TableRequest,
  store: Store,
  cachedScopes: CachedScopes,
  known: KnownScopes,
  now: number,
  throttled: ReadonlyMap<string, number>,
): Generator<void, Listing> {
  const { view } = ask
  if (ask.type === 'find') return yield* listAnswer(yield* answerFind(ask, store))
  const kind = findKind(view.kind)
  const table = listedTableOf(ask, store) ?? documentTableOf(ask, store)
  const onScreen = { columns: scopeColumnsOnScreen, say: sayOnScreen, throttled }
  if (!table) return yield* listAnswer(answerOf(ask, store, cachedScopes, now, onScreen))
  const { lines } = cachedScopes
  const extra = view.columns === null ? findExtras(kind, store) : []
  const { columns, at } = addColumns(tableColumnsOf(view, kind), extra.map(nameOfColumn), kind)
  const narrow = { ...table, columns: table.columns.toSpliced(at, 0, ...extra) }
  const extras = extra.map(nameOfColumn)
  const { filters, readers = new Map() } = table
  return yield* listResources(store, { kind, columns, extras, narrow, readers, filters, lines, known })
}

/** The columns of a kind that its table does not show unasked and the cache has: they fill room that is left. */
function findExtras(kind: Kind, store: Store): readonly StoredColumn[] {
  const find = narrowColumns(store, kind)
  return kind.columns.flatMap(({ name }) => {
    const column = kind.table.includes(name) ? null : find(name)
    return column && 'value' in column ? [column] : []
  })
}

type StoredColumn = Extract<NarrowColumn, { value: string }>

function nameOfColumn({ name }: StoredColumn): string {
  return name
}

/** More columns stand before the age, which people look for at the end of the line. */
function addColumns(columns: readonly string[], more: readonly string[], kind: Kind) {
  const isAge = typeOfColumn(columns.at(-1) ?? '', kind) === 'time'
  const at = columns.length - (isAge ? 1 : 0)
  return { columns: columns.toSpliced(at, 0, ...more), at }
}

/** A table whose other columns are read from the documents of the rows that are looked at. */
type ListedTable = NarrowTable & Pick<Parameters<typeof listResources>[1], 'readers'>

/**
 * How the narrow columns give the rows of a table and their order, if it shows tags and members of documents beside
 * columns that they hold. Null for any other.
 */
function documentTableOf(ask: TableRequest, store: Store): ListedTable | null {
  const { view } = ask
  if (view.columns === null || view.columns.some(isOpenColumn)) return null
  const kind = findKind(view.kind)
  const find = narrowColumns(store, kind)
  const isJoined = (name: string) => findJoined(name, kind) !== null
  const others = view.columns.flatMap((name, place) =>
    find(name) === null && !isJoined(name) ? [[place, makeResourceReader(name, kind)] as const] : [],
  )
  const places = new Map(others)
  const held = view.columns.filter((_, place) => !places.has(place))
  const table = listedTableOf({ ...ask, view: { ...view, columns: held } } as TableRequest, store)
  const filters = compileRowFilters(view.filters, kind, view.columns, store, view.now)
  return table && filters && { ...table, filters, readers: places }
}

function isOpenColumn(name: string): boolean {
  return isOpen([name])
}

/** How the narrow columns alone give the table that is asked for: listing any number of rows is cheap then. Null for any other. */
export function listedTableOf({ type, view }: TableRequest, store: Store): ListedTable | null {
  const { expression, group, limit, sort } = view
  const isPlain =
    type === 'view' && [expression, group, limit, sort?.next ?? null].every((each) => each === null)
  return isPlain ? narrowTableOf(view, findKind(view.kind), store) : null
}

/** What the table of scopes shows on the screen, and not in a file. */
interface OnScreen {
  readonly columns: readonly string[]
  /** How a next step is said there. */
  readonly say: (sentence: string) => string
  /** Keys of scopes that AWS throttles right now. */
  readonly throttled: ReadonlyMap<string, number>
}

const inFile: OnScreen = { columns: scopeColumns, say: (sentence) => sentence, throttled: new Map() }

/** An account is known by its name: its id, which a narrow screen has no room for, stands at the end. */
const [accountId = '', ...columnsOfScopes] = scopeColumns
const scopeColumnsOnScreen = [...columnsOfScopes, accountId]

/** The same answer as the commands give: an export writes it. */
export function answerOf(
  ask: TableRequest,
  store: Store,
  cachedScopes: CachedScopes,
  now: number,
  place = inFile,
): Answer {
  // The row of a resource in the cache is of no use outside it.
  if (ask.type === 'find') return withoutRows(runThrough(answerFind(ask, store)))
  return ask.type === 'scopes'
    ? answerScopes(ask.view, cachedScopes, now, place)
    : answerView(ask.view, store, cachedScopes.lines, ask.names, partsOnScreen)
}

/**
 * The ledger as a table, with the columns of `muster status`. Ages are the times that they stand for, and sort as these; in
 * a file they are texts.
 */
function answerScopes(
  view: View,
  { statuses, lines }: CachedScopes,
  now: number,
  { columns, say, throttled }: OnScreen,
): Answer {
  const items: readonly Json[] = makeScopeRows(statuses, lines, now, throttled).map((row) => ({
    ...row,
    Age: columns === scopeColumnsOnScreen ? row.Complete : row.Age,
    Next: row.Next && say(row.Next),
  }))
  const all: Answer = { type: 'list', title: 'Scopes', columns, items }
  const sort = view.sort?.column === 'Age' ? { ...view.sort, column: 'Complete' } : view.sort
  const shape = { ...view, columns, sort }
  const read = (column: string) => makeColumnReader(column, findKind(view.kind), null)
  return shapeAnswer(
    all,
    shape,
    { read, typeOf: () => null },
    null,
    resultRows(findKind(view.kind), null, null),
  )
}

function withoutRows(answer: Extract<Answer, { type: 'list' }>): Answer {
  const items = [...answer.items].filter(isObject).map(({ [foundRow]: _, ...rest }) => rest)
  return { ...answer, items }
}

function* listAnswer(answer: Answer): Generator<void, Listing> {
  const rows = toRows(answer)
  const items = yield* collectItems(rows)
  const list: Answer =
    rows.type === 'list' ? { ...rows, items } : { type: 'list', title: rows.title, columns: null, items }
  return yield* listTable(tableOf(list), items)
}
