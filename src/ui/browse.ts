import { adHocWords } from '../app/ad-hoc-roles.ts'
import { openCacheOf } from '../app/cache-of.ts'
import type { Context } from '../app/context.ts'
import { openContext } from '../app/open-context.ts'
import type { Args } from '../app/options.ts'
import { coverageFor, freshness } from '../app/ready.ts'
import { viewFrom } from '../app/view.ts'
import { type ExitCode, exitCodes } from '../errors.ts'
import type { Io, Terminal } from '../io.ts'
import type { View } from '../model.ts'
import { rememberedRegions } from '../store/ledger.ts'
import type { InkApp } from './app.tsx'
import { type Ending, makeEffects, queryItems } from './effects.ts'
import { openingOf, profileItems, regionItems } from './opening.ts'
import { makeScreenStore, type ScreenStore } from './screen-store.ts'
import { pickerOf } from './state/picker.ts'
import type { Effect, Overlay, State, UiEvent } from './state/state.ts'
import { emptyTable } from './state/table-state.ts'
import { type Reader, startReader } from './threads/threads.ts'

/** The screen, until the user leaves it. Leaving it for the demo fleet or for this machine opens another one. */
export async function browse(args: Args, io: Io, terminal: Terminal): Promise<ExitCode> {
  let ending: Ending | null = null
  while (ending !== 'quit') {
    const wanted: Args = ending === 'demo' ? { ...args, demo: true } : args
    ending = await openScreen(wanted, io, terminal, ending === 'machine')
  }
  return exitCodes.done
}

async function openScreen(args: Args, io: Io, terminal: Terminal, machine: boolean): Promise<Ending> {
  const notes: string[] = []
  const quiet: Io = { ...io, err: (text) => void notes.push(text.trim()) }
  const context = await openContext(args, quiet)
  try {
    const parts = await prepared(context, args, terminal, machine, io)
    // The title says DEMO all the time.
    return await run(parts, args, terminal, context.demo ? [] : notes)
  } finally {
    await context.close()
  }
}

interface Prepared {
  readonly context: Context
  readonly first: State
  readonly effects: readonly Effect[]
}

/** The first state. What the cache or the command line refuses is an error here, before the screen is taken. */
async function prepared(
  context: Context,
  args: Args,
  terminal: Terminal,
  machine: boolean,
  loud: Io,
): Promise<Prepared> {
  const { io, settings, config } = context
  const opening = openingOf(context, args, machine)
  const { view: asked, names } = viewFrom(args, io, settings)
  const view: View = { ...asked, scopes: opening.selection }
  if (opening.first === 'table') coverageFor(context, args, view.scopes, view.kind)
  // What takes long is said while the terminal is still a shell's.
  const store = await openCacheOf({ ...context, io: loud })
  const enabled = [...new Set([...rememberedRegions(store).values()].flat())].sort()
  store.close()
  const choices = {
    profiles: profileItems(context),
    regions: regionItems(enabled),
    queries: queryItems(context),
  }
  const ask = { type: 'view', view, names } as const
  const overlays: Record<typeof opening.first, Overlay | null> = {
    table: null,
    profiles: pickerOf('profiles', choices.profiles, []),
    welcome: { type: 'welcome', looked: [config.configFile, config.credentialsFile] },
  }
  const first: State = {
    columns: terminal.stdout.columns,
    rows: terminal.stdout.rows,
    now: io.now(),
    fresh: freshness(context, args),
    demo: context.demo,
    selection: opening.selection,
    table: emptyTable(ask, 1),
    history: [],
    overlay: overlays[opening.first],
    progress: null,
    changes: 0,
    message: null,
    questions: [],
    usualKind: settings.kind,
    adHoc: adHocWords(args),
    choices,
    chosen: { profiles: [], regions: [] },
  }
  const effects: readonly Effect[] =
    opening.first === 'table'
      ? [
          { type: 'ask', question: 1, ask },
          { type: 'sync', calls: 'when-due', view },
        ]
      : []
  return { context, first, effects }
}

async function run(
  { context, first, effects }: Prepared,
  args: Args,
  terminal: Terminal,
  notes: string[],
): Promise<Ending> {
  const { io, cacheFile } = context
  const ended = Promise.withResolvers<Ending>()
  let ink: InkApp | null = null
  let perform: (effect: Effect) => void = () => {}
  const store: ScreenStore = makeScreenStore(first, (effect) => perform(effect))
  const dispatch = (event: UiEvent) => store.dispatch(event)
  // The reader starts while Ink is being loaded.
  const reader: Reader = startReader(
    { cacheFile, env: io.env },
    (message) => dispatch({ type: 'reader', message }),
    (error) => ended.reject(error),
  )
  const suspended = (work: () => Promise<void>) => ink?.suspended(work) ?? Promise.resolve()
  perform = makeEffects({ context, args, terminal, reader, dispatch, suspended, end: ended.resolve })
  const interrupted = () => ended.reject(io.signal.reason)
  io.signal.addEventListener('abort', interrupted, { once: true })
  let over = false
  const mounted = (app: InkApp) => {
    ink = app
    if (over) app.exit()
    for (const note of notes.splice(0)) dispatch({ type: 'said', text: note, tone: 'error' })
  }
  try {
    for (const effect of effects) perform(effect)
    const { showScreen } = await import('./screen.tsx')
    const shown = showScreen(store, io, terminal, mounted)
    try {
      return await Promise.race([ended.promise, shown.then((): Ending => 'quit')])
    } finally {
      // The terminal is given back before anything is said on it.
      over = true
      leave(ink)
      await shown
    }
  } finally {
    io.signal.removeEventListener('abort', interrupted)
    reader.close()
  }
}

function leave(ink: InkApp | null): void {
  ink?.exit()
}
