import { badItemsError } from '../aws/bad-items.ts'
import type { Session } from '../identity/session.ts'
import type { BadItem, Fault, Kind, ResolvedScope } from '../model.ts'
import { makePlacer, rowMaker } from './row-maker.ts'
import type { SyncRun } from './run.ts'

/**
 * Reads one scope page by page into the cache: each page is one transaction and can be read at once. Only a
 * scope that was read to its end loses the rows that AWS no longer gave. Gives the fault that ended it, or null.
 */
export async function readScope(
  scope: ResolvedScope,
  kind: Kind,
  session: Session,
  run: SyncRun,
): Promise<Fault | null> {
  const { io, write, emit, signal } = run
  signal.throwIfAborted()
  const attempt = await write((writer) => writer.beginScope(scope, io.now()))
  emit({ type: 'scope-started', scope, resumed: 0 })
  const makeRow = rowMaker(kind)
  const placeOf = makePlacer()
  const limitKey = `${scope.account}/${scope.region}/${kind.operation}`
  const source = session.readPages(kind, scope.region, { pageSize: run.request.pageSize }, signal)
  const bad: BadItem[] = []
  for (;;) {
    const next = await readNextPage(source, () => run.mayCall(limitKey, signal))
    if (next.error !== undefined) {
      signal.throwIfAborted()
      if (await isRegionOff(scope, session, next.error, signal)) {
        await write((writer) => writer.skipScope(scope, io.now()))
        emit({ type: 'scope-skipped', scope })
        return null
      }
      return session.toFault(next.error, scope.region, kind)
    }
    if (!next.page) break
    const { resources } = next.page
    bad.push(...next.page.bad)
    const [rows, places] = [resources.map(makeRow), resources.map(placeOf)]
    await write((writer) => writer.savePage(attempt, rows, places, io.now()))
    emit({ type: 'page-stored', scope, count: resources.length })
  }
  if (bad.length > 0) return session.toFault(badItemsError(kind.operation, bad), scope.region, kind)
  const rows = await write((writer) => writer.finishScope(attempt, io.now()))
  emit({ type: 'scope-finished', scope, rows, changes: null })
  return null
}

type PageSource = ReturnType<Session['readPages']>

/** The next page, the end, or what AWS or the network refused: what the cache refuses is not caught here. */
async function readNextPage(source: PageSource, mayCall: () => Promise<void>) {
  try {
    await mayCall()
    const { value, done } = await source.next()
    return { page: done ? null : value, error: undefined }
  } catch (error) {
    return { page: null, error: error ?? new Error('failed without a reason') }
  }
}

/** EC2 answers AuthFailure both for bad keys and in a region that is not enabled; the list of regions decides. */
export async function isRegionOff(
  scope: ResolvedScope,
  session: Session,
  error: unknown,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(error instanceof Error) || !/^(AuthFailure|OptInRequired)$/.test(error.name)) return false
  try {
    const regions = await session.listRegions(signal)
    return regions.find(({ name }) => name === scope.region)?.enabled === false
  } catch {
    signal.throwIfAborted()
    return false
  }
}
