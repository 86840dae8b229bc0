import { findJoined, findKind } from '../kinds.ts'
import type { Json, JsonObject, Kind, View } from '../model.ts'
import { readHeldColumns } from '../store/kind-tables.ts'
import { type LedgerLine, readLedger } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'
import { scanDocuments } from '../store/scan-rows.ts'
import { withStoreErrors } from '../store/store-errors.ts'
import { makeResourceReader } from './column-readers.ts'
import { columnsInFilters } from './filter/bind-filter.ts'
import { listSorts } from './rows.ts'

/**
 * Gives resources that carry their origin the joined columns of these names as members: values out of the documents of
 * the other kinds, the same that the narrow columns give by a sub-select. Inside one snapshot.
 */
export function* joinColumns(
  resources: Iterable<JsonObject>,
  names: readonly string[],
  kind: Kind,
  store: Store,
  lines: readonly LedgerLine[],
): Generator<JsonObject> {
  const found = names.map((name) => readJoined(name, kind, store, lines))
  for (const resource of resources) {
    const key = `${resource.AccountId}/${resource.Region}/${resource[kind.id]}`
    const values = names.map((name, index) => [name, found[index]?.get(key) ?? null])
    yield { ...resource, ...Object.fromEntries(values) }
  }
}

/** The names of joined columns that a view of a kind's table shows, sorts by, counts by or filters by. */
export function joinedNamesOf({ columns, sort, group, sum, filters }: View, kind: Kind): readonly string[] {
  const shown = columns ?? kind.table
  const sorted = sort ? listSorts(sort).map(({ column }) => column) : []
  const wantedNames = [
    ...shown,
    ...sorted,
    ...(group ?? []),
    ...(sum === null ? [] : [sum]),
    ...columnsInFilters(filters, kind, shown),
  ]
  return [...new Set(wantedNames)].filter((name) => findJoined(name, kind))
}

/**
 * A sentence for each joined column of a view whose other kind was not read to its end in a scope of the answer.
 */
export function explainUnjoined(view: View, store: Store, lines: readonly LedgerLine[]): readonly string[] {
  if (view.expression !== null) return []
  const kind = findKind(view.kind)
  return joinedNamesOf(view, kind).flatMap((name) => {
    const other = findJoined(name, kind)?.kind ?? ''
    const read = new Set(
      readLedger(store, [other])
        .filter(({ syncedAt }) => syncedAt !== null)
        .map(placeOf),
    )
    const missing = lines.filter((line) => line.rows > 0 && !read.has(placeOf(line)))
    if (missing.length === 0) return []
    const scopes = missing.map(({ scope, accountName }) => `${accountName ?? scope.account} ${scope.region}`)
    const more = scopes.length > shown ? ` and ${scopes.length - shown} more` : ''
    const where = `${scopes.slice(0, shown).join(', ')}${more}`
    return [
      `${name} is not known where ${other} was not read to its end: ${where}; read it with \`muster sync --kind ${other}\``,
    ]
  })
}

/** How many scopes a hint names. */
const shown = 10

/** The values of a joined column, by account, region and id. */
function readJoined(
  name: string,
  kind: Kind,
  store: Store,
  lines: readonly LedgerLine[],
): ReadonlyMap<string, Json> {
  const joined = findJoined(name, kind)
  if (!joined) return new Map()
  const other = findKind(joined.kind)
  const read = makeResourceReader(joined.column, other)
  const values = new Map<string, Json>()
  const found = findOtherLines(other, store, lines)
  // A kind that was never read may have no table.
  if (found.length === 0) return values
  for (const chunk of scanDocuments(store, found, other))
    for (const { line, body } of chunk) values.set(`${placeOf(line)}/${body[other.id]}`, read(body))
  return values
}

function findOtherLines(other: Kind, store: Store, lines: readonly LedgerLine[]): readonly LedgerLine[] {
  const hasTable = withStoreErrors(store.file, () => readHeldColumns(store.db, other)) !== null
  if (!hasTable) return []
  const wanted = new Set(lines.map(placeOf))
  return readLedger(store, [other.name]).filter((line) => wanted.has(placeOf(line)))
}

function placeOf({ scope }: LedgerLine): string {
  return `${scope.account}/${scope.region}`
}
