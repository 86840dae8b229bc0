import { isAccepted } from '../config/settings.ts'
import { usageError } from '../errors.ts'
import type { Scope, ScopeStatus, Selection, SyncEvent } from '../model.ts'
import { parseDuration } from '../output/age.ts'
import type { Store } from '../store/open.ts'
import { type LedgerLine, ledger, scopeKey, statusOf } from '../store/read.ts'
import { planScopes } from '../sync/plan.ts'
import { noProgress, progressed, progressLine } from '../sync/progress.ts'
import { type Context, selected } from './context.ts'
import type { Args } from './flags.ts'

/** The scopes of an answer as the cache holds them, after what was due has been synced. */
export interface Ready {
  /** Lines of the ledger whose rows the answer is made of. */
  readonly lines: readonly LedgerLine[]
  readonly statuses: readonly ScopeStatus[]
}

/** When to call AWS: never, for what is older than `fresh`, or for everything. */
export type Calls = 'never' | 'when-due' | 'always'

/** What the flags --offline, --sync and --fresh ask for. */
export function callsOf(args: Args): Calls {
  if (args.on('offline') && args.on('sync'))
    throw usageError('--offline and --sync exclude each other: give one.')
  return args.on('offline') ? 'never' : args.on('sync') ? 'always' : 'when-due'
}

/** Syncs the selected scopes that are due, and tells where every one of them stands then. */
export async function ready(
  context: Context,
  args: Args,
  store: Store,
  selection: Selection,
  kind: string,
  calls: Calls,
): Promise<Ready> {
  const chosen = selected(context, selection)
  const plan = (trustMachine: boolean) =>
    planScopes(chosen, kind, selection.accounts, store, context.io.env, trustMachine)
  const fresh = freshness(context, args)
  const planned = plan(calls === 'never')
  const lines = keyed(ledger(store, { count: false }))
  const now = context.io.now()
  const due = (scope: Scope) => calls === 'always' || isDue(lines.get(scopeKey(scope)), now, fresh)
  if (calls !== 'never' && planned.some(({ scopes }) => scopes.some(due))) {
    await runSync(context, args, store, { planned, kind, accounts: selection.accounts, due })
  }
  return standing(
    context,
    store,
    plan(true).flatMap(({ scopes }) => scopes),
    fresh,
  )
}

/** Where scopes stand in the cache. */
export function standing(context: Context, store: Store, scopes: readonly Scope[], fresh: number): Ready {
  const lines = keyed(ledger(store, { count: true }))
  const accepted: Parameters<typeof statusOf>[2]['accepted'] = (scope, fault) =>
    isAccepted(context.settings.accepted, scope, fault)
  const options = { now: context.io.now(), fresh, accepted }
  return {
    lines: scopes.map((scope) => lines.get(scopeKey(scope))).filter((line) => line !== undefined),
    statuses: scopes.map((scope) => statusOf(scope, lines.get(scopeKey(scope)), options)),
  }
}

/** How old rows may be before they are read again, in ms: --fresh, or the settings. */
export function freshness(context: Context, args: Args): number {
  const written = args.text('fresh')
  return written === null ? context.settings.fresh : parseDuration(written)
}

async function runSync(
  context: Context,
  args: Args,
  store: Store,
  request: {
    planned: ReturnType<typeof planScopes>
    kind: string
    accounts: readonly string[]
    due: (scope: Scope) => boolean
  },
): Promise<void> {
  const concurrency = args.number('concurrency', 1, 256) ?? context.settings.concurrency
  const pageSize = args.number('page-size', 1, 1000) ?? context.settings.pageSize
  const [{ sync }, { openSessions }] = await Promise.all([
    import('../sync/fan-out.ts'),
    import('../identity/session.ts'),
  ])
  const sessions = openSessions({ io: context.io, config: context.config })
  const shown = progressOnTerminal(context)
  try {
    await sync({ ...request, concurrency, pageSize }, { sessions, store, io: context.io, emit: shown.emit })
  } finally {
    shown.clear()
    sessions.close()
  }
}

/** One line on a terminal's standard error, drawn at most ten times a second. */
function progressOnTerminal({ io }: Context) {
  let progress = noProgress
  let drawn = 0
  return {
    emit(event: SyncEvent) {
      progress = progressed(progress, event)
      if (event.type === 'profile-collapsed' && event.into !== event.profile) {
        io.err(
          `${io.errIsTerminal ? '\r\u001b[K' : ''}profile ${event.profile} leads to account ${event.account}, already read as ${event.into}\n`,
        )
      }
      if (!io.errIsTerminal || io.now() - drawn < 100) return
      drawn = io.now()
      io.err(`\r\u001b[K${progressLine(progress)}`)
    },
    clear() {
      if (io.errIsTerminal && drawn > 0) io.err('\r\u001b[K')
    },
  }
}

function isDue(line: LedgerLine | undefined, now: number, fresh: number): boolean {
  if (line?.state === 'complete') return now - (line.syncedAt ?? 0) > fresh
  if (line?.state === 'skipped') return now - line.attemptedAt > fresh
  return true
}

function keyed(lines: readonly LedgerLine[]): ReadonlyMap<string, LedgerLine> {
  return new Map(lines.map((line) => [scopeKey(line.scope), line]))
}
