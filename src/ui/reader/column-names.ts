import { isObject } from '../../json-object.ts'
import { tagListNames, tagListOf } from '../../kinds/tag-list.ts'
import { findKind } from '../../kinds.ts'
import type { Json, JsonObject } from '../../model.ts'
import { tableOf } from '../../store/kind-tables.ts'
import type { LedgerLine } from '../../store/ledger.ts'
import type { Store } from '../../store/open-store.ts'
import { rowRangeOf } from '../../store/row-keys.ts'
import { readDocumentById } from '../../store/runs.ts'
import { withStoreErrors } from '../../store/store-errors.ts'
import type { FromReader } from '../threads/messages.ts'

/** Documents that are looked into, over all scopes, and at least of each. */
const sample = { all: 3000, each: 3 }
/** Members of members of members: what lies deeper is no column. */
const deepest = 4

/**
 * What columns of a kind may be made of: the keys of tags, those of most resources first, and members by name. Looks
 * into some documents of each scope. Yields now and then, so that the caller can do other work meanwhile.
 */
export function* findColumnNames(
  name: string,
  store: Store,
  lines: readonly LedgerLine[],
): Generator<void, Extract<FromReader, { type: 'column-names' }>> {
  const kind = findKind(name)
  const tags = new Map<string, number>()
  const members = new Set<string>()
  const filled = lines.filter(({ scope, rows }) => scope.kind === name && rows > 0)
  const each = Math.max(sample.each, Math.ceil(sample.all / Math.max(1, filled.length)))
  const first =
    filled.length === 0
      ? null
      : store.db.prepare(`SELECT _row FROM ${tableOf(kind)} WHERE _row BETWEEN ? AND ? LIMIT ?`).pluck()
  for (const { scopeId } of filled) {
    const rows = withStoreErrors(store.file, () => first?.all(...rowRangeOf(scopeId), each)) as number[]
    for (const row of rows) {
      const body = readDocumentById(store, row)
      if (body === null) continue
      for (const key of tagKeysOf(body)) tags.set(key, (tags.get(key) ?? 0) + 1)
      addMembers(body, '', 1, members)
      yield
    }
  }
  return {
    type: 'column-names',
    kind: name,
    tags: [...tags].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([key]) => key),
    members: [...members].sort(),
  }
}

function tagKeysOf(body: JsonObject): readonly string[] {
  const list = tagListOf(body)
  if (!Array.isArray(list)) return []
  return list.flatMap((tag) => (isObject(tag) && typeof tag.Key === 'string' ? [tag.Key] : []))
}

/** Adds `State.Name` for a member, `SecurityGroups[].GroupId` for those of a list, as JMESPath writes them. */
function addMembers(value: JsonObject, before: string, depth: number, members: Set<string>): void {
  for (const [key, member] of Object.entries(value)) {
    if (depth === 1 && tagListNames.includes(key)) continue
    const path = `${before}${/^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key)}`
    const inside: Json = Array.isArray(member) ? (member[0] ?? null) : member
    if (!isObject(inside)) members.add(path)
    else if (depth < deepest)
      addMembers(inside, `${path}${Array.isArray(member) ? '[]' : ''}.`, depth + 1, members)
  }
}
