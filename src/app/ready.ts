import { Interruption, MusterError, usageError } from '../errors.ts'
import type { Calls, Fault, ScopeStatus, Selection, View } from '../model.ts'
import { parseDuration } from '../output/age.ts'
import { scopeKey } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'
import { advanceProgress, noProgress, type Progress } from '../sync/progress.ts'
import { type CachedScopes, readCachedScopes, type ScopeSelection } from '../sync/standing.ts'
import { refuseUnmatched } from '../sync/unmatched.ts'
import { bringUpToDate, type SyncPace } from '../sync/up-to-date.ts'
import { accessOf, type Context, chooseProfiles } from './context.ts'
import type { Args } from './options.ts'
import { makeProgressLine } from './progress-line.ts'

/** Syncs the selected scopes that are due, and returns where every one of them stands then. */
export async function syncSelection(
  context: Context,
  args: Args,
  store: Store,
  selection: Selection,
  wanted: WantedKinds,
  calls: Calls,
): Promise<CachedScopes> {
  const scopeSelection = scopeSelectionOf(context, args, selection, wanted)
  if (store.readOnly !== null && calls !== 'never')
    return explainNotReadAgain(
      readCachedScopes(scopeSelection, store, context.io),
      store.readOnly,
      context,
      calls,
    )
  const display = makeProgressLine(context, args, 'syncing')
  let progress = noProgress
  const finished = new Set<string>()
  const sayEnding = () => {
    display.clear()
    if (context.io.errIsTerminal)
      context.io.err('ending; pages that are on their way are stored first (ctrl-c again ends at once)\n')
  }
  context.io.signal.addEventListener('abort', sayEnding, { once: true })
  try {
    await bringUpToDate(scopeSelection, calls, paceOf(context, args), {
      store,
      io: context.io,
      config: context.config,
      access: accessOf(context),
      emit(event) {
        progress = advanceProgress(progress, event, context.io.now())
        if (event.type === 'scope-finished') finished.add(scopeKey(event.scope))
        display.emit(event)
      },
    })
  } catch (error) {
    const { reason } = context.io.signal
    if (!(reason instanceof Interruption)) throw error
    throw new Interruption(reason.signal, formatLeftovers(progress))
  } finally {
    context.io.signal.removeEventListener('abort', sayEnding)
    display.end()
  }
  const standing = readCachedScopes(scopeSelection, store, context.io, finished)
  refuseUnmatched(scopeSelection, calls, standing.statuses, store, context.io, context.config)
  return standing
}

/** The same for a view, by what the flags ask for. */
export function syncView(context: Context, args: Args, store: Store, view: View): Promise<CachedScopes> {
  return syncSelection(context, args, store, view.scopes, kindsOfView(view), callsOf(args))
}

/** What the flags --offline, --sync and --fresh ask for. */
export function callsOf(args: Args): Calls {
  if (args.offline && args.sync) throw usageError('--offline and --sync exclude each other: give one.')
  return args.offline ? 'never' : args.sync ? 'always' : 'when-due'
}

/** Kinds whose scopes an answer is made of, the first one's rows among them. */
export type WantedKinds = Pick<ScopeSelection, 'kinds' | 'requires'>

/** The kinds that a view looks at. */
export function kindsOfView({ kind, otherKinds, requires }: View): WantedKinds {
  return { kinds: [kind, ...otherKinds], requires }
}

/** Kinds of which each is looked at by itself. */
export function plainKinds(kinds: readonly string[]): WantedKinds {
  return { kinds, requires: [] }
}

/** What a sync that was cut off leaves, and what the next one does. */
function formatLeftovers({ done, faults, scopes }: Progress): string {
  const stored = 'what was stored stays.'
  if (scopes === 0) return `${stored} The same command starts again.`
  const whole = `${done - faults} of ${scopes} scopes ${scopes === 1 ? 'was' : 'were'} read to the end`
  return `${stored} ${whole}. The same command leaves out those that are fresh, and goes on with the others where they stopped.`
}

/**
 * A cache that cannot be written answers with what it holds. Every scope that was due says why it was not read again.
 * If all of them were to be read, that is an error.
 */
function explainNotReadAgain(
  { lines, statuses }: CachedScopes,
  reason: string,
  { cacheFile }: Context,
  calls: Calls,
): CachedScopes {
  if (calls === 'always') {
    throw new MusterError(
      `The cache ${cacheFile} cannot be written (${reason}), so that nothing can be read into it: make it writable, or give another with --cache FILE.`,
    )
  }
  const refused: Fault = {
    class: 'configuration',
    code: 'ReadOnlyCache',
    message: `The cache ${cacheFile} cannot be written (${reason}).`,
    next: 'Make it writable, or give another with --cache FILE; --offline answers from it as it is.',
  }
  const isKept = ({ state }: ScopeStatus) => state === 'fresh' || state === 'skipped'
  return {
    lines,
    statuses: statuses.map((status) =>
      isKept(status) ? status : { ...status, state: 'failed', fault: refused, accepted: false },
    ),
  }
}

/**
 * What a selection of profiles, accounts and regions covers; usage and credential errors as `chooseProfiles` throws
 * them.
 */
export function scopeSelectionOf(
  context: Context,
  args: Args,
  selection: Selection,
  wanted: WantedKinds,
): ScopeSelection {
  return {
    chosen: chooseProfiles(context, selection),
    ...wanted,
    accounts: selection.accounts,
    fresh: freshnessOf(context, args),
    accepted: context.settings.accepted,
  }
}

/** How fast to read: --concurrency and --page-size, or else the settings. */
export function paceOf({ settings }: Context, args: Args): SyncPace {
  return {
    concurrency: args.concurrency ?? settings.concurrency,
    pageSize: args.pageSize ?? settings.pageSize,
    gone: { keep: settings.keepGone, bytes: settings.keepGoneMegabytes * 1_000_000 },
  }
}

/** How old rows may be before they are read again, in ms: --fresh, or else the settings. */
export function freshnessOf(context: Context, args: Args): number {
  const written = args.fresh
  return written === null ? context.settings.fresh : parseDuration(written)
}
