import { formatAdHocWords } from '../app/ad-hoc-roles.ts'
import { openCacheOf } from '../app/cache-of.ts'
import type { Context } from '../app/context.ts'
import { openContext } from '../app/open-context.ts'
import type { Args } from '../app/options.ts'
import { freshnessOf, kindsOfView, scopeSelectionOf } from '../app/ready.ts'
import { makeView } from '../app/view.ts'
import { type RememberedSelection, rememberSelection } from '../config/remembered.ts'
import { readColumns } from '../config/remembered-columns.ts'
import { readTypedLines } from '../config/typed-lines.ts'
import { type ExitCode, exitCodes } from '../errors.ts'
import { holdNewSpace } from '../hold-heap.ts'
import type { Io, Terminal } from '../io.ts'
import type { View } from '../model.ts'
import { readEnabledRegions } from '../store/ledger.ts'
import { chooseRepeat } from './choose-repeat.ts'
import { makeEffects, type ScreenEnding } from './effects.ts'
import { chooseLook } from './look.ts'
import { chooseOpening, makeProfileItems, makeRegionItems } from './opening.ts'
import { makeQueryItems } from './query-items.ts'
import { sayNotes } from './say-notes.ts'
import type { InkApp } from './screen.tsx'
import { makeScreenStore, type ScreenStore } from './screen-store.ts'
import { withChosenColumns } from './state/history.ts'
import { pickerOf } from './state/picker.ts'
import type { Effect, Overlay, State, UiEvent } from './state/state.ts'
import { makeEmptyTable, nothingAsked } from './state/table-state.ts'
import { type CacheReader, startReader } from './threads/threads.ts'

/** The screen, until the user leaves it. Leaving it for the demo fleet or for this machine opens another one. */
export async function browse(args: Args, io: Io, terminal: Terminal): Promise<ExitCode> {
  let ending: ScreenEnding | null = null
  while (ending !== 'quit') {
    const wanted: Args = ending === 'demo' ? { ...args, demo: true } : args
    ending = await openScreen(wanted, io, terminal, ending === 'machine')
  }
  return exitCodes.done
}

async function openScreen(args: Args, io: Io, terminal: Terminal, machine: boolean): Promise<ScreenEnding> {
  const notes: string[] = []
  const quiet: Io = { ...io, err: (text) => void notes.push(text.trim()) }
  const context = await openContext(args, quiet)
  try {
    const { first, ...parts } = await prepareScreen(context, args, terminal, machine, io)
    // The title says DEMO all the time.
    const seen = context.demo ? [] : [...new Set([...notes, ...first.notes])]
    return await runScreen({ ...parts, first: { ...first, notes: seen } }, args, terminal)
  } finally {
    await context.close()
  }
}

interface PreparedScreen {
  readonly context: Context
  readonly first: State
  readonly effects: readonly Effect[]
}

const firstQuestion = nothingAsked + 1

/** The first state. Errors of the cache or the command line are thrown here, before the screen opens. */
async function prepareScreen(
  context: Context,
  args: Args,
  terminal: Terminal,
  machine: boolean,
  loud: Io,
): Promise<PreparedScreen> {
  const { io, settings, config } = context
  const opening = chooseOpening(context, args, machine)
  keepForNextStart(opening.remember, io)
  const { view: screenArgs, names } = makeView(args, io, settings)
  const view: View = { ...screenArgs, scopes: opening.selection }
  if (opening.first === 'table') scopeSelectionOf(context, args, view.scopes, kindsOfView(view))
  // Slow work reports while the terminal still belongs to the shell.
  const store = await openCacheOf({ ...context, io: loud })
  const enabled = readEnabledRegions(store)
  store.close()
  const choices = {
    profiles: makeProfileItems(context, false),
    regions: makeRegionItems(enabled),
    queries: makeQueryItems(context),
  }
  const counted = args.countBy.length > 0
  const chosen = context.demo ? { kinds: {}, problem: null } : readColumns(io)
  const ask = withChosenColumns({ type: 'view', view, names, counted }, chosen.kinds)
  const overlays: Record<typeof opening.first, Overlay | null> = {
    table: null,
    profiles: pickerOf('profiles', choices.profiles, []),
    welcome: {
      type: 'welcome',
      looked: [config.configFile, config.credentialsFile],
      problems: config.problems,
      top: 0,
    },
  }
  const past = context.demo ? { filter: [], command: [], problem: null } : readTypedLines(io)
  const notes = [...opening.notes, ...(past.problem === null ? [] : [past.problem])]
  const first: State = {
    columns: terminal.stdout.columns,
    rows: terminal.stdout.rows,
    now: io.now(),
    fresh: freshnessOf(context, args),
    demo: context.demo,
    selection: opening.selection,
    table: makeEmptyTable(ask, opening.first === 'table' ? firstQuestion : nothingAsked),
    history: [],
    future: [],
    opening: null,
    openings: 0,
    overlay: overlays[opening.first],
    progress: null,
    repeat: chooseRepeat(args, settings, io),
    changes: 0,
    message: null,
    signedIn: false,
    notes: [
      ...notes,
      ...(opening.first === 'profiles' ? config.problems : []),
      ...(chosen.problem === null ? [] : [chosen.problem]),
    ],
    marked: null,
    questions: [],
    past: { filter: past.filter, command: past.command },
    usualKind: settings.kind,
    adHoc: formatAdHocWords(args),
    choices,
    columnsOfKinds: chosen.kinds,
    chosen: { profiles: [], regions: [] },
    look: chooseLook(args, settings, io),
  }
  const effects: readonly Effect[] =
    opening.first === 'table'
      ? [
          { type: 'ask', question: firstQuestion, ask },
          { type: 'sync', calls: 'when-due', view },
        ]
      : opening.first === 'profiles'
        ? [{ type: 'profiles' }]
        : []
  return { context, first, effects }
}

async function runScreen(
  { context, first, effects }: PreparedScreen,
  args: Args,
  terminal: Terminal,
): Promise<ScreenEnding> {
  const { io, cacheFile } = context
  const ended = Promise.withResolvers<ScreenEnding>()
  let ink: InkApp | null = null
  let perform: (effect: Effect) => void = () => {}
  const store: ScreenStore = makeScreenStore(first, (effect) => perform(effect))
  const dispatch = (event: UiEvent) => store.dispatch(event)
  // The reader starts while Ink is being loaded.
  const reader: CacheReader = startReader(
    { cacheFile, env: io.env, debugHandle: io.debug?.handle ?? null },
    (message) => dispatch({ type: 'reader', message }),
    (error) => ended.reject(error),
  )
  const suspendTerminal = (work: () => Promise<void>) => ink?.suspendTerminal(work) ?? Promise.resolve()
  perform = makeEffects({
    context,
    args,
    terminal,
    reader,
    dispatch,
    suspendTerminal,
    redraw: () => ink?.redraw(),
    end: ended.resolve,
  })
  const onAbort = () => ended.reject(io.signal.reason)
  io.signal.addEventListener('abort', onAbort, { once: true })
  let over = false
  const onMount = (app: InkApp) => {
    ink = app
    if (over) app.exit()
    if (first.notes.length > 0) dispatch({ type: 'message', tone: 'warning', ...sayNotes(first) })
  }
  try {
    for (const effect of effects) perform(effect)
    holdNewSpace()
    // Keys that are typed while Ink is being loaded wait for it: the terminal shows none of them.
    terminal.stdin.setRawMode(true)
    const { showScreen } = await import('./screen.tsx')
    const shown = showScreen(store, io, terminal, onMount)
    try {
      return await Promise.race([ended.promise, shown.then((): ScreenEnding => 'quit')])
    } finally {
      // The terminal is restored before anything is printed on it.
      over = true
      exitInk(ink)
      await shown
    }
  } finally {
    io.signal.removeEventListener('abort', onAbort)
    reader.close()
  }
}

/** If it cannot be kept, the notes are said again at the next start. */
function keepForNextStart(remember: RememberedSelection | null, io: Io): void {
  if (!remember) return
  try {
    rememberSelection(io, remember)
  } catch (error) {
    io.debug?.write('screen', `the choice of profiles is not kept: ${String(error)}`)
  }
}

function exitInk(ink: InkApp | null): void {
  ink?.exit()
}
