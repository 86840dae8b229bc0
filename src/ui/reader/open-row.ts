import type { Io } from '../../io.ts'
import { isObject } from '../../json-object.ts'
import { findKind, lookForKind, originOf } from '../../kinds.ts'
import type { Json, Kind, Selection, View } from '../../model.ts'
import { formatCell } from '../../output/cell.ts'
import { viewOfGroup } from '../../query/group-rows.ts'
import type { Listing } from '../../query/listing.ts'
import { countTwinsBefore, findResourceOfRow } from '../../query/row-resource.ts'
import type { LedgerLine } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'
import { scopeIdOf } from '../../store/row-keys.ts'
import { readDocumentById } from '../../store/runs.ts'
import type { FromReader, ItemForm, PageSection, ToReader } from '../threads/messages.ts'
import { foundRow } from './find-table.ts'
import { makeItemPage } from './item-page.ts'
import type { Question } from './reader-state.ts'
import { describeRelated } from './related-sections.ts'

/** What pages are made from. */
export interface PageSource {
  readonly store: Store
  /** The scopes of the question; those of everything that the cache has are read when they are wanted. */
  readonly lines: readonly LedgerLine[]
  readonly allLines: () => readonly LedgerLine[]
  /** What tables are opened over. */
  readonly scopes: Selection
  readonly io: Pick<Io, 'now'>
}

/** What came of opening something. */
export type Opened = Extract<FromReader, { type: 'opened' | 'opened-group' | 'not-opened' }>

/**
 * Opens a row of a listing: the resource that it comes from, the table of the rows that it counts, or the row itself.
 * Yields now and then, so that the caller can do other work meanwhile.
 */
export function* openRow(
  { number, key, as }: Extract<ToReader, { type: 'open' }>,
  question: Pick<Question, 'ask'> | null,
  listing: Listing | null,
  source: PageSource,
): Generator<void, Opened> {
  const { store, lines } = source
  if (question === null || listing === null) return { type: 'not-opened', number, reason: readAnew }
  const item = listing.readItem(key)
  if (item === null) return { type: 'not-opened', number, reason: gone }
  const { ask } = question
  const { view } = ask
  if (ask.type === 'find') return yield* openFound(number, item, as, source)
  if (ask.type === 'scopes') return { type: 'opened', number, page: pageOf(item, as, null, null, source) }
  if (view.group !== null) {
    if (as !== 'detail') return { type: 'opened', number, page: pageOf(item, as, null, null, source) }
    const rows = viewOfGroup(view, item, ask.names)
    return rows === null
      ? { type: 'not-opened', number, reason: countedOtherwise }
      : {
          type: 'opened-group',
          number,
          ask: { type: 'view', view: rows, names: null },
          name: nameGroup(view, item),
        }
  }
  const kind = findKind(view.kind)
  // Rows that are kept in memory have their places for keys, which are no numbers of rows of any scope.
  if (scopeIdOf(key) > 0) return yield* openStored(number, kind, key, as, source)
  const row = { item, twinsBefore: () => countTwinsBefore(key, listing.readItem) }
  const found = yield* findResourceOfRow(view, row, ask.names, store, lines)
  if (found) return yield* openStored(number, found.kind, found.row, as, source)
  return { type: 'opened', number, page: pageOf(item, as, null, null, source) }
}

/** `web State=running`: the filters under which a group was counted, and its values. */
function nameGroup({ group, filters, expression }: View, item: Json): string {
  const values = isObject(item) ? item : {}
  const pairs = (group ?? []).map((column) => `${column}=${formatCell(values[column] ?? null)}`)
  return [...(expression === null ? filters : []), ...pairs].join(' ')
}

function* openFound(number: number, item: Json, as: ItemForm, source: PageSource): Generator<void, Opened> {
  const { Kind: name, [foundRow]: row } = isObject(item) ? item : {}
  return yield* openResource(
    { type: 'open-resource', number, kind: String(name), row: Number(row), as },
    source,
  )
}

/** Opens a resource by its row in the cache. */
export function* openResource(
  { number, kind: name, row, as }: Extract<ToReader, { type: 'open-resource' }>,
  source: PageSource,
): Generator<void, Opened> {
  const kind = lookForKind(name)
  return kind
    ? yield* openStored(number, kind, row, as, source)
    : { type: 'not-opened', number, reason: gone }
}

/** Nothing has been listed yet of what is asked for. */
export const readAnew = 'The rows are just being read anew: press the key again.'
const gone = 'This row no longer exists: its scope was read again.'
const countedOtherwise = 'What is counted here does not stand in single resources: it cannot be opened.'

function* openStored(
  number: number,
  kind: Kind,
  row: number,
  as: ItemForm,
  source: PageSource,
): Generator<void, Opened> {
  const { store, allLines } = source
  const body = readDocumentById(store, row)
  if (!body) return { type: 'not-opened', number, reason: gone }
  const line = allLines().find(({ scopeId }) => scopeId === scopeIdOf(row))
  yield
  const origin = line ? originOf(line) : null
  const item = { ...body, ...origin }
  if (as !== 'detail' || line === undefined)
    return { type: 'opened', number, page: pageOf(item, as, kind, row, source) }
  const own = body[kind.id]
  const centre = {
    row,
    id: typeof own === 'string' ? own : null,
    accountName: origin?.AccountName ?? null,
    region: origin?.Region ?? null,
  }
  const inventory = { store, lines: allLines() }
  const related = yield* describeRelated(inventory, centre, source.scopes, source.io.now())
  return { type: 'opened', number, page: pageOf(item, as, kind, row, source, related) }
}

function pageOf(
  item: Json,
  as: ItemForm,
  kind: Kind | null,
  row: number | null,
  { io }: PageSource,
  related: readonly PageSection[] = [],
) {
  const about = kind && row !== null ? ({ type: 'resource', kind: kind.name, row } as const) : null
  return { ...makeItemPage(item, as, kind, io.now(), related), about, as }
}
