import { render } from 'ink'
import type { Io, Terminal } from '../io.ts'
import { App, type OpenApp } from './app.tsx'
import { makeFrames } from './frames.ts'
import type { ScreenStore } from './screen-store.ts'
import { makeOutput } from './terminal-output.ts'
import { makeInput } from './terminal-streams.ts'

/** What effects need from Ink. */
export interface InkApp extends OpenApp {
  /** Draws the whole screen again. */
  redraw(): void
}

/** DEC private mode 7: a line that is wider than the terminal believes is cut at its edge, never wrapped. */
const wrapOff = '\u001b[?7l'
const wrapOn = '\u001b[?7h'

/**
 * Draws the screen until it is ended, on the terminal's alternate screen: the terminal is as it was afterwards, whether
 * muster ends well or not. Rejects with an error that React or Ink could not handle.
 */
export async function showScreen(
  store: ScreenStore,
  io: Io,
  terminal: Terminal,
  onMount: (app: InkApp) => void,
): Promise<void> {
  const { stdin, stdout } = terminal
  const onResize = () => store.dispatch({ type: 'resized', columns: stdout.columns, rows: stdout.rows })
  const tick = setInterval(() => store.dispatch({ type: 'ticked', now: io.now() }), 1000)
  stdout.on('resize', onResize)
  // The terminal may have got another size while this file was loaded, when nobody heard of it.
  onResize()
  stdout.write(wrapOff)
  const restore = () => void stdout.write(wrapOn)
  const cancelAtExit = io.atExit(restore)
  const getFrame = makeFrames(store)
  const { spoken } = store.getState().look
  const output = makeOutput(stdout, io.env.TERM, () => getFrame().lines)
  const wrapInkApp = (app: OpenApp): InkApp => ({
    ...app,
    redraw: output.redraw,
    suspendTerminal: (work) =>
      app.suspendTerminal(async () => {
        stdout.write(wrapOn)
        await work()
        stdout.write(wrapOff)
      }),
  })
  const parts = { store, getFrame, spoken, onMount: (app: OpenApp) => onMount(wrapInkApp(app)) }
  const { waitUntilExit } = render(<App {...parts} />, {
    stdin: makeInput(stdin),
    stdout: spoken ? stdout : output.stream,
    isScreenReaderEnabled: spoken,
    alternateScreen: true,
    maxFps: 60,
    exitOnCtrlC: false,
    interactive: true,
  })
  try {
    await waitUntilExit()
  } finally {
    clearInterval(tick)
    output.close()
    stdout.off('resize', onResize)
    cancelAtExit()
    restore()
  }
}
