import { findKind } from '../../src/kinds.ts'
import type { JsonObject, ResolvedScope } from '../../src/model.ts'
import type { Store } from '../../src/store/open-store.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'

/** Reads a scope of volumes in pages of so many; without `isWhole` it is cut off before its end. */
export function syncVolumes(
  store: Store,
  scope: ResolvedScope | undefined,
  resources: readonly JsonObject[],
  at: number,
  { perPage, isWhole = true }: { readonly perPage: number; readonly isWhole?: boolean },
): void {
  const writer = makeWriter(store)
  const makeRow = rowMaker(findKind('volumes'))
  const attempt = writer.beginScope(scope as ResolvedScope, at)
  for (let from = 0; from < resources.length; from += perPage) {
    const rows = resources
      .slice(from, from + perPage)
      .map((body) => makeRow({ id: String(body.VolumeId), group: null, body }))
    writer.savePage(
      attempt,
      rows,
      rows.map((_, place) => from + place),
      at,
    )
  }
  if (isWhole) writer.finishScope(attempt, at)
  writer.endSync(!isWhole, at)
}
