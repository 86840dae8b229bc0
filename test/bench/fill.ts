import { findKind } from '../../src/kinds.ts'
import type { JsonObject, ResolvedScope, Resource } from '../../src/model.ts'
import { isResolved, readLedger } from '../../src/store/ledger.ts'
import { openStore } from '../../src/store/open-store.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { makePlacer, rowMaker } from '../../src/sync/row-maker.ts'

/**
 * Fills the scopes of a cache that was synced once with so many instances, as a sync would: copies of the given
 * documents under ids of their own.
 */
export function fillCache(file: string, count: number, documents: readonly JsonObject[]): void {
  const store = openStore(file)
  const writer = makeWriter(store)
  const makeRow = rowMaker(findKind('instances'))
  const filled = readLedger(store).filter(({ state }) => state === 'complete')
  const scopes = filled.map(({ scope }) => scope).filter(isResolved) as ResolvedScope[]
  let made = 0
  scopes.forEach((scope, index) => {
    const until = Math.floor((count * (index + 1)) / scopes.length)
    const attempt = writer.beginScope(scope, Date.now())
    const place = makePlacer()
    while (made < until) {
      const page: Resource[] = []
      for (; made < until && page.length < 1000; made += 1) page.push(copyOf(documents, made))
      writer.savePage(attempt, page.map(makeRow), page.map(place), Date.now())
    }
    writer.finishScope(attempt, Date.now())
  })
  store.close()
}

function copyOf(documents: readonly JsonObject[], n: number): Resource {
  const body = documents[n % documents.length] ?? {}
  const id = `i-${(n * 2_654_435_761).toString(16).padStart(17, '0').slice(-17)}`
  return {
    id,
    group: { id: `r-${n}`, fields: { ReservationId: `r-${n}` } },
    body: { ...body, InstanceId: id },
  }
}
