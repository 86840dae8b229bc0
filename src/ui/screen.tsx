import { render } from 'ink'
import type { Io, Terminal } from '../io.ts'
import { App, type OpenApp } from './app.tsx'
import { makeFrames } from './frames.ts'
import { mouseOff, mouseOn } from './keys/mouse-report.ts'
import type { ScreenStore } from './screen-store.ts'
import { makeOutput } from './terminal-output.ts'
import { makeInput } from './terminal-streams.ts'
import { makeTick } from './tick.ts'

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
  const tick = setInterval(makeTick(store, io), 1000)
  stdout.on('resize', onResize)
  // The terminal may have got another size while this file was loaded, when nobody heard of it.
  onResize()
  const { spoken, mouse } = store.getState().look
  const take = () => void stdout.write(mouse ? wrapOff + mouseOn : wrapOff)
  const restore = () => void stdout.write(mouse ? mouseOff + wrapOn : wrapOn)
  take()
  const cancelAtExit = io.atExit(restore)
  const getFrame = makeFrames(store)
  const output = makeOutput(terminal, io.env.TERM, () => getFrame().lines)
  const wrapInkApp = (app: OpenApp): InkApp => ({
    ...app,
    redraw: output.redraw,
    suspendTerminal: (work) =>
      app.suspendTerminal(async () => {
        restore()
        await work()
        take()
      }),
  })
  const parts = { store, getFrame, spoken, onMount: (app: OpenApp) => onMount(wrapInkApp(app)) }
  const { waitUntilExit } = render(<App {...parts} />, {
    stdin: makeInput(stdin, (report) => store.dispatch({ type: 'mouse', ...report })),
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
