import { findKind } from '../../src/kinds.ts'
import type { ResolvedScope, Resource } from '../../src/model.ts'
import type { Writer } from '../../src/store/writer.ts'
import { makePlacer, rowMaker } from '../../src/sync/row-maker.ts'

/** Saves one complete reading of a scope, as a sync does: one page or several. `at`: the time of them all, in ms. */
export function saveReading(
  writer: Writer,
  scope: ResolvedScope,
  pages: readonly (readonly Resource[])[],
  at: number,
): void {
  const attempt = writer.beginScope(scope, at)
  const place = makePlacer()
  const makeRow = rowMaker(findKind(scope.kind))
  const save = (page: readonly Resource[]) => [page.map(makeRow), page.map(place), at] as const
  for (const page of pages.slice(0, -1)) writer.savePage(attempt, ...save(page))
  writer.saveLastPage(attempt, ...save(pages.at(-1) ?? []), { throttles: 0 })
}
